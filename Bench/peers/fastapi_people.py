# SPDX-License-Identifier: Apache-2.0
"""A FastAPI program over the floor's table of people, as one would write it in an hour; DATABASE names the file."""
import os
import sqlite3
import threading

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

local = threading.local()
app = FastAPI()


class Person(BaseModel):
    id: str
    name: str
    birth: str
    sex: str
    hh: int
    ward: int
    addr: str


def connection():
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["DATABASE"], isolation_level=None, timeout=30)
        local.connection.execute("pragma journal_mode=wal")
        local.connection.execute("pragma synchronous=full")
        local.connection.row_factory = sqlite3.Row
    return local.connection


@app.get("/people/{id}")
async def person(id: int):
    row = connection().execute("select * from people where id=?", (id,)).fetchone()
    if row is None:
        raise HTTPException(404)
    return dict(row)


@app.get("/search")
async def search(q: str):
    sql = "select p.* from fts f join people p on p.id=f.rowid where fts match ? limit 20"
    return [dict(row) for row in connection().execute(sql, (f'"{q}"',))]


@app.post("/people", status_code=201)
async def write(p: Person):
    connection().execute(
        "insert or replace into people values(?,?,?,?,?,?,?,?)",
        (int(p.id), p.name, p.name.lower(), p.birth, p.sex, p.hh, p.ward, p.addr))
    return {"ok": 1}

# SPDX-License-Identifier: Apache-2.0
"""SQLite on the floor's table of people, in a process of its own so that its memory is not the harness's.

usage: sqlite_people.py index DATABASE    builds the full-text index over the folded name
       sqlite_people.py scan DATABASE     counts by ward, five-year band and sex twice; prints what the second took
"""
import json
import sqlite3
import sys
import time

SCAN = ("select ward,(2026-cast(substr(birth,1,4) as int))/5 band,sex,count(*) from people not indexed "
        "group by 1,2,3")


def index(database):
    database.execute("create virtual table fts using fts5(fold, content='')")
    database.execute("insert into fts(rowid, fold) select id, fold from people")
    database.commit()
    database.execute("pragma wal_checkpoint(truncate)")


def scan(database):
    database.execute("pragma cache_size=-1000000")
    database.execute("pragma mmap_size=8000000000")
    for _ in range(2):
        start, cpu = time.perf_counter(), time.process_time()
        groups = len(database.execute(SCAN).fetchall())
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "groups": groups}))


if __name__ == "__main__":
    {"index": index, "scan": scan}[sys.argv[1]](sqlite3.connect(sys.argv[2], timeout=30))

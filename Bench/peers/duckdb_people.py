# SPDX-License-Identifier: Apache-2.0
"""DuckDB on Parquet made of the floor's CSV.

usage: duckdb_people.py CSV PARQUET    makes PARQUET once, counts by ward, five-year band and sex twice;
                                       prints seconds and CPU of the second count
"""
import json
import os
import sys
import time

import duckdb

csv, parquet = sys.argv[1:]
if not os.path.exists(parquet):
    duckdb.sql(f"copy (select * from read_csv('{csv}', types={{'id12': 'VARCHAR', 'birth_date': 'DATE'}})) "
               f"to '{parquet}.part' (format parquet)")
    os.rename(f"{parquet}.part", parquet)
for _ in range(2):
    start, cpu = time.perf_counter(), time.process_time()
    groups = len(duckdb.sql(
        "select ward_code, (2026 - year(birth_date)) // 5 band, sex, count(*) "
        f"from '{parquet}' group by 1, 2, 3").fetchall())
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpu": cpu, "groups": groups}))

# SPDX-License-Identifier: Apache-2.0
"""W14: welfare: who is entitled and not enrolled, and who is enrolled and no longer entitled, among everybody."""
from processes import megabytes
from report import BenchError, Sample, Step, value_at_most

WHOLE_CITY = 8_500_000
REGISTERS = ("contributor", "poor-household", "disability", "beneficiary", "pension")


def run(bench, city):
    lists = bench.measure("W14", f"welfare of {city.people:,}, scaled to {WHOLE_CITY:,}", "s", faster_is_less=True,
                          gate=[value_at_most(60, "60 s for 8.5 million")])
    every = bench.measure("W14", f"every rule of {city.people:,}, scaled to {WHOLE_CITY:,}", "s", faster_is_less=True,
                          gate=[value_at_most(60, "60 s for 8.5 million")])
    if not bench.ours:
        return
    database = bench.our_database(city, to_write=True)
    for register in REGISTERS:
        bench.ours.load(register, city.folder / f"{register}.csv", database, city.people)

    def step(_):
        finished = bench.ours.run("entitlements", "--rule", "social-pension", "--json", "--database", database, rows=city.people)
        found = finished.last_json()["rules"][0]
        if not 0 < found["missing"] < found["entitled"]:
            raise BenchError(f"some of those entitled are missing on purpose, but it says {found}")
        return Sample(finished.seconds * WHOLE_CITY / city.people, peak_mb=finished.peak_mb, database_mb=megabytes(database))

    def all_rules(_):
        finished = bench.ours.run("entitlements", "--json", "--database", database, rows=city.people)
        found = {one["rule"]: one for one in finished.last_json()["rules"]}
        for rule in ("social-pension", "disability-assistance", "contributor-allowance"):
            if not found[rule]["missing"] > 0:
                raise BenchError(f"some whom {rule} entitles are missing on purpose, but it says {found[rule]}")
        return Sample(finished.seconds * WHOLE_CITY / city.people, peak_mb=finished.peak_mb, database_mb=megabytes(database))

    bench.alternate("W14", [Step("ours", [lists], step), Step("ours", [every], all_rules)])

# SPDX-License-Identifier: Apache-2.0
"""What is measured, what it is compared with and what it must reach: samples, measures, bounds, the table."""
import json
import os
import statistics
import sys
from dataclasses import asdict, dataclass, field
from typing import Callable, Optional

ERRORS_SHARE_MAX = 0.001  # Above this share of failed requests a figure says nothing.


class BenchError(Exception):
    """A work could not be measured; the sentence says why and what to do."""


def say(text):
    """Progress, on standard error, so that standard output keeps only figures."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Sample:
    """One figure of one contender in one round."""
    value: float
    cpu_us: Optional[float] = None  # of the server (or the whole load), a request (or a row)
    p50_ms: Optional[float] = None
    p99_ms: Optional[float] = None
    requests: Optional[int] = None
    errors: int = 0
    peak_mb: Optional[float] = None
    database_mb: Optional[float] = None


@dataclass
class Step:
    """One contender's turn: it takes one sample, which counts for each of these measures."""
    who: str
    measures: list
    take: Callable[[int], Sample]


@dataclass
class Bound:
    """One condition of a gate or a goal; `met` answers None when what it needs was not measured."""
    text: str
    met: Callable[["Measure"], Optional[bool]]


@dataclass
class Measure:
    """A work's figure for us, for the floor and for each peer, with the gate and the goal of `ours`."""
    work: str
    title: str
    unit: str
    floor: str = "floor"
    faster_is_less: bool = False
    gate: list = field(default_factory=list)
    goal: list = field(default_factory=list)
    samples: dict = field(default_factory=dict)

    def values(self, who):
        return [sample.value for sample in self.samples.get(who, [])]

    def median(self, who, name="value"):
        known = [getattr(s, name) for s in self.samples.get(who, []) if getattr(s, name) is not None]
        return statistics.median(known) if known else None

    def worst(self, who, name):
        known = [getattr(s, name) for s in self.samples.get(who, []) if getattr(s, name) is not None]
        return max(known) if known else None

    def ratio(self, who):
        """How many times as fast as `who` we are: the median over the rounds, each round compared with itself."""
        pairs = [(a, b) for a, b in zip(self.values("ours"), self.values(who)) if a > 0 and b > 0]
        if not pairs or self.errors_share(who) > ERRORS_SHARE_MAX:
            return None
        return statistics.median(b / a if self.faster_is_less else a / b for a, b in pairs)

    def errors_share(self, who):
        samples = self.samples.get(who, [])
        errors = sum(s.errors for s in samples)
        return errors / max(1, errors, sum(s.requests or 0 for s in samples))

    def verdict(self):
        if not self.samples.get("ours"):
            return "not ours"
        if self.errors_share("ours") > ERRORS_SHARE_MAX:
            return f"not valid: {self.errors_share('ours'):.1%} of requests failed"
        if not self.gate and not self.goal:
            return ""
        gate, goal = [b.met(self) for b in self.gate], [b.met(self) for b in self.goal]
        unknown = " (in part)" if None in gate or None in goal else ""
        if all(answer is None for answer in gate + goal):
            return "not judged"
        if False in gate:
            return "below gate" + unknown
        if goal and False not in goal and True in goal:
            return "meets goal" + unknown
        return ("meets gate" if True in gate else "below goal") + unknown


def _compared(value, test):
    return None if value is None else test(value)


def times(who, least):
    """At least `least` times as fast as `who`."""
    return Bound(f"≥ {least:g}× {who}", lambda m: _compared(m.ratio(who), lambda r: r >= least))


def cpu_at_most(microseconds):
    return Bound(f"≤ {microseconds:g} µs", lambda m: _compared(m.median("ours", "cpu_us"), lambda c: c <= microseconds))


def value_at_most(limit, text=None):
    return Bound(text or f"≤ {limit:g}", lambda m: _compared(m.median("ours"), lambda v: v <= limit))


def value_at_least(limit, text=None):
    return Bound(text or f"≥ {limit:,g}", lambda m: _compared(m.median("ours"), lambda v: v >= limit))


def p99_below(milliseconds):
    return Bound(f"p99 < {milliseconds:g} ms",
                 lambda m: _compared(m.median("ours", "p99_ms"), lambda p: p < milliseconds))


def peak_below(megabytes):
    return Bound(f"peak < {megabytes:g} MB", lambda m: _compared(m.worst("ours", "peak_mb"), lambda p: p < megabytes))


class Recorder:
    """Prints one JSON line a figure, to standard output and to the file of `--json`, and the table at the end."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8") if path else None
        self.measures = []
        self.failures = []

    def measure(self, *arguments, **named):
        self.measures.append(Measure(*arguments, **named))
        return self.measures[-1]

    def add(self, measure, who, sample):
        measure.samples.setdefault(who, []).append(sample)
        figures = {k: _short(v) for k, v in asdict(sample).items() if v is not None}
        if sample.requests is None:
            figures.pop("errors")
        self._line({"work": measure.work, "measure": measure.title, "who": who,
                    "round": len(measure.samples[who]), "unit": measure.unit, **figures,
                    "load_average": os.getloadavg()[0]})

    def note(self, work, **facts):
        self._line({"work": work, **{k: _short(v) for k, v in facts.items()}})

    def fail(self, work, error):
        self.failures.append((work, str(error)))
        self._line({"work": work, "failed": str(error)})
        say(f"{work} was not measured: {error}")

    def finish(self):
        rows = [_row(m, who) for m in self.measures for who in _compared_with(m)]
        for m in self.measures:
            if m.samples:
                self._line({"work": m.work, "measure": m.title, "unit": m.unit, "ours": _short(m.median("ours")),
                            "others": {w: _short(m.median(w)) for w in m.samples if w != "ours"},
                            "ratios": {w: _short(m.ratio(w)) for w in m.samples if w != "ours"},
                            "gate": [b.text for b in m.gate], "goal": [b.text for b in m.goal],
                            "verdict": m.verdict()})
        if rows:
            print("\n" + _table(rows))
        for work, why in self.failures:
            print(f"{work} was not measured: {why}")
        if self.file:
            self.file.close()

    def _line(self, values):
        line = json.dumps(values, ensure_ascii=False)
        print(line, flush=True)
        if self.file:
            print(line, file=self.file, flush=True)


def _short(value):
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _compared_with(measure):
    """The floor has the measure's first line in the table, each peer a line of its own below."""
    if not measure.samples:
        return []
    others = [who for who in measure.samples if who not in ("ours", measure.floor)]
    return [measure.floor] + others


HEAD = ["work", "measure", "unit", "ours", "against", "theirs", "ratio", "CPU µs", "their CPU", "p99 ms", "peak MB",
        "database MB", "gate", "goal", "verdict"]
LEFT = {0, 1, 2, 4, 12, 13, 14}


def _number(value):
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"


def _row(m, who):
    theirs = m.median(who)
    first = who == m.floor
    return [
        m.work if first else "", m.title if first else "", m.unit if first else "",
        _number(m.median("ours")) if first else "", who if theirs is not None else "–", _number(theirs),
        _number(m.ratio(who)), _number(m.median("ours", "cpu_us")) if first else "", _number(m.median(who, "cpu_us")),
        _number(m.median("ours", "p99_ms")) if first else "", _number(m.worst("ours", "peak_mb")) if first else "",
        _number(m.worst("ours", "database_mb")) if first else "",
        ", ".join(b.text for b in m.gate) if first else "", ", ".join(b.text for b in m.goal) if first else "",
        m.verdict() if first else ""]


def _table(rows):
    rows = [HEAD] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) if i in LEFT else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0])] + lines[1:])

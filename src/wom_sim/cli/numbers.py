"""Means of metrics with intervals, written for people: as many digits as help, thousands apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..metrics.intervals import wilson
from ..metrics.table import Summary

Row = tuple[str, str, str, str]
"""What it is, its mean, the interval of the mean, a remark."""


def number(value: float | None) -> str:
    """Write a mean: whole from 100 on, below that with as many decimals as say something."""
    if value is None:
        return "-"
    size = abs(value)
    digits = 0 if size >= 100.0 or value == int(value) else 1 if size >= 10.0 else 2 if size >= 0.1 else 4
    return f"{value:,.{digits}f}"


def known_digits(value: float | None, error: float | None) -> str:
    """Write a mean, or an end of its interval, to the second digit of its standard error; as `number` without one."""
    if value is None or not error:
        return number(value)
    digits = min(6, max(0, 1 - math.floor(math.log10(error))))
    return f"{value:,.{digits}f}"


def percent(part: float | None) -> str:
    """Write a part of one in per cent, with decimals only where it is small."""
    if part is None:
        return "-"
    whole = 100.0 * part
    digits = 0 if abs(whole) >= 10.0 or whole == int(whole) else 1 if abs(whole) >= 1.0 else 2
    return f"{whole:,.{digits}f} %"


def span(metric: Mapping[str, Any]) -> str:
    """Write the 95 % interval of a mean; "-" where a single replica has none."""
    ends = Summary(**metric).interval()
    return "-" if ends is None else f"{number(ends[0])} .. {number(ends[1])}"


def chance_span(metric: Mapping[str, Any]) -> str:
    """Write the 95 % interval of a chance, by Wilson's score: 20 times in 20 does not mean always."""
    p, n = metric["mean"], metric["n"]
    if p is None:
        return "-"
    low, high = wilson(p * n, n)
    return f"{100.0 * low:.0f} .. {100.0 * high:.0f} %"


class Metrics:
    """The metrics of a summary, and how to write them."""

    def __init__(self, metrics: Mapping[str, Any]) -> None:
        self._metrics = metrics

    def __contains__(self, name: str) -> bool:
        return name in self._metrics

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._metrics[name]
        return found

    def mean(self, name: str) -> float | None:
        """Return the mean; None where the metric is not there or undefined in all replicas."""
        found = self._metrics.get(name)
        return None if found is None or found["mean"] is None else float(found["mean"])

    def row(self, name: str, label: str, remark: str = "") -> Row:
        """Return a line of a block; an empty label where the metric is not there."""
        if self.mean(name) is None:
            return ("", "", "", "")
        return (label, number(self.mean(name)), span(self[name]), remark)

    def percent_row(self, name: str, label: str) -> Row:
        """Return a line of a block in per cent; an empty label where the metric is not there."""
        if self.mean(name) is None:
            return ("", "", "", "")
        ends = Summary(**self[name]).interval()
        interval = "-" if ends is None else f"{percent(ends[0])} .. {percent(ends[1])}"
        return (label, percent(self.mean(name)), interval, "")

    def part(self, name: str, whole: str | float, of: str = "") -> str:
        """Say which part of a metric, or of a number, the mean is; nothing where that is none or undefined."""
        mean = self.mean(name)
        base = self.mean(whole) if isinstance(whole, str) else whole
        return "" if mean is None or not base else f"{percent(mean / base)}{' ' + of if of else ''}"

    def rate(self, name: str, of: str) -> str:
        """Say the mean of a ratio taken in each replica."""
        return "" if self.mean(name) is None else f"{percent(self.mean(name))} {of}"

    def chance(self, name: str, said: str) -> str:
        """Say how often something happened."""
        return "" if self.mean(name) is None else f"{said} {percent(self.mean(name))}"

    def scaled(self, name: str, factor: float) -> dict[str, Any] | None:
        """Return a metric in another unit, such as days for steps."""
        if self.mean(name) is None:
            return None
        lengths = ("mean", "standard_error", "q05", "q50", "q95")
        found = self._metrics[name]
        return {k: v * factor if k in lengths and v is not None else v for k, v in found.items()}


def in_columns(blocks: Sequence[tuple[str, Sequence[Row]]]) -> list[str]:
    """Return blocks of rows, each under its title, all in the same columns; empty rows and blocks are left out."""
    kept = [(title, [row for row in rows if row[0]]) for title, rows in blocks]
    kept = [(title, rows) for title, rows in kept if rows]
    rows = [row for _, block in kept for row in block]
    if not rows:
        return []
    heads = ("mean", "95 % interval of mean")
    widths = [max(len(row[0]) + 2 for row in rows)]
    widths += [max(len(heads[i]), *(len(row[i + 1]) for row in rows)) for i in range(2)]
    return [line.rstrip() for line in _lines(kept, heads, widths)]


def _lines(blocks: Sequence[tuple[str, Sequence[Row]]], heads: tuple[str, str], widths: Sequence[int]) -> Iterator[str]:
    for i, (title, rows) in enumerate(blocks):
        told = heads if i == 0 else ("", "")
        yield f"{title.ljust(widths[0])}  {told[0].rjust(widths[1])}  {told[1].rjust(widths[2])}"
        for label, mean, interval, remark in rows:
            yield f"{('  ' + label).ljust(widths[0])}  {mean.rjust(widths[1])}  {interval.rjust(widths[2])}   {remark}"
        yield ""

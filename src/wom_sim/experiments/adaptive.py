"""Replicas until an interval is narrow enough: decided at fixed numbers of them, so that no order of work matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.table import summarise
from ..scenario.sweep import Precision
from .parts import Block, Layout, Parts
from .study import Study


def ladder(study: Study) -> Iterator[tuple[int, int]]:
    """Yield from how many to how many replicas a case goes on while its interval is too wide: doubled each time."""
    assert study.precision is not None
    first = study.n_replicas
    while first < study.precision.at_most:
        last = min(2 * first, study.precision.at_most)
        yield first, last
        first = last


def wide_cases(study: Study, parts: Parts, layout: Layout, group: int, n_replicas: int) -> tuple[int, ...]:
    """Return the cases of a group whose interval is too wide after so many replicas: the same whoever asks, and when.

    Cases that stopped before, or failed, are not among them.
    """
    precision = study.precision
    assert precision is not None
    values: dict[tuple[int, int], list[Any]] = {}
    last_block: tuple[int, ...] | None = None
    for block, record in blocks_of(study, parts, layout, group, upto=n_replicas):
        failed = {failure["case"] for failure in record["failures"]}
        last_block = tuple(case for case in block.cases if case not in failed)
        if not last_block:
            continue
        table = parts.table(block, columns=("case", "set", precision.metric))
        found = {name: table[name].to_numpy() for name in table.column_names}
        case, of_set = found["case"], found["set"]
        metric = found.get(precision.metric, np.full(len(case), np.nan))
        for number in last_block:
            for s in range(study.n_sets):
                values.setdefault((number, s), []).append(metric[(case == number) & (of_set == s)])
    wide = []
    for number in last_block or ():
        sets = [np.concatenate(values[number, s]) for s in range(study.n_sets)]
        if any(is_wide(one, precision) for one in sets):
            wide.append(number)
    return tuple(wide)


def is_wide(values: NDArray[Any], precision: Precision) -> bool:
    """Say whether the 95 % interval of a mean is wider than asked; undefined, it is."""
    summary = summarise(values)
    if summary.mean is None or summary.standard_error is None:
        return True
    half = 1.96 * summary.standard_error
    if precision.half_width is not None:
        return half > precision.half_width
    return half > (precision.relative or 0.0) * abs(summary.mean)


def blocks_of(
    study: Study, parts: Parts, layout: Layout, group: int, *, upto: int | None = None
) -> Iterator[tuple[Block, dict[str, Any]]]:
    """Yield the finished blocks of a group with their records, in order of replicas.

    Parameters
    ----------
    upto : so many replicas; None: all that there are
    """
    first = 0
    for last in layout.upto(study.n_replicas):
        block = layout.block(group, first, last)
        record = parts.record(block)
        if record is not None:
            yield block, record
        first = last
    if study.precision is None:
        return
    for begin, end in ladder(study):
        if upto is not None and end > upto:
            return
        for piece in layout.cut(begin, end):
            found = parts.found(layout.block(group, *piece))
            if found is None:
                return
            yield found

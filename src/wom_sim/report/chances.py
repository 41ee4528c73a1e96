"""Numbers of comparisons and goals as documents: what is not known is null, never infinite."""

from __future__ import annotations

import math
from typing import Any

from ..metrics.intervals import Chance, Interval, Ratio
from ..metrics.paired import Difference
from ..metrics.table import Summary


def known_or_none(value: float | None) -> float | None:
    """Return a number, None where it is undefined or infinite."""
    return value if value is not None and math.isfinite(value) else None


def ends_of(interval: Interval | None) -> list[float | None] | None:
    """Return both ends of an interval; an end that is not known is None, and None stands for no known end."""
    if interval is None or not (math.isfinite(interval.low) or math.isfinite(interval.high)):
        return None
    return [known_or_none(interval.low), known_or_none(interval.high)]


def chance_document(chance: Chance | None) -> dict[str, Any] | None:
    """Return a chance with its 95 % interval."""
    if chance is None or chance.n == 0:
        return None
    return {"p": chance.p, "interval": list(chance.interval), "n": chance.n}


def ratio_document(ratio: Ratio | None) -> dict[str, Any] | None:
    """Return a ratio of means with its 95 % interval."""
    if ratio is None or known_or_none(ratio.value) is None:
        return None
    return {"value": ratio.value, "interval": ends_of(ratio.interval)}


def difference_document(difference: Difference | None) -> dict[str, Any] | None:
    """Return a difference with its 95 % interval and what pairing bought."""
    if difference is None or known_or_none(difference.mean) is None:
        return None
    return {
        "mean": difference.mean,
        "standard_error": known_or_none(difference.standard_error),
        "interval": ends_of(difference.interval),
        "n": difference.n,
        "n_left_out": difference.n_left_out,
        "paired": difference.paired,
        "variance_reduction": known_or_none(difference.reduction),
        "clear": difference.clear,
    }


def summary_of(summary: Summary | None) -> dict[str, Any] | None:
    """Return a mean with its 95 % interval and the middle 90 % of replicas."""
    if summary is None or summary.mean is None:
        return None
    ends = summary.interval()
    return {
        "mean": summary.mean,
        "standard_error": summary.standard_error,
        "interval": None if ends is None else list(ends),
        "q05": summary.q05,
        "q50": summary.q50,
        "q95": summary.q95,
        "n": summary.n,
    }

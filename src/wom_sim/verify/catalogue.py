"""All cases: one line a file of them."""

from __future__ import annotations

from functools import cache

from . import (
    adoption,
    bad_news,
    cascades,
    consumers,
    opinions,
    real_networks,
    rumours,
    sizes,
    small_cascades,
    thresholds,
    timed,
)
from .cases import Case


@cache
def all_cases() -> tuple[Case, ...]:
    """Return the cases of all models, in the order of the table."""
    files = (
        cascades,
        small_cascades,
        real_networks,
        sizes,
        opinions,
        consumers,
        bad_news,
        thresholds,
        rumours,
        adoption,
        timed,
    )
    return tuple(case for file in files for case in file.cases())

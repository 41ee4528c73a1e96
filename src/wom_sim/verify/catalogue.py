"""All cases: one line a file of them."""

from __future__ import annotations

from functools import cache

from . import (
    adoption,
    bad_news,
    bounded_confidence,
    cascades,
    consumers,
    contacts,
    epidemic_curves,
    epidemic_peers,
    epidemics,
    global_cascades,
    opinion_dynamics,
    opinions,
    outbreaks,
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
        global_cascades,
        rumours,
        adoption,
        timed,
        epidemics,
        outbreaks,
        epidemic_curves,
        epidemic_peers,
        contacts,
        opinion_dynamics,
        bounded_confidence,
    )
    return tuple(case for file in files for case in file.cases())

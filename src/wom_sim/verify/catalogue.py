"""All cases: one line a file of them."""

from __future__ import annotations

from functools import cache

from . import cascades
from .cases import Case


@cache
def all_cases() -> tuple[Case, ...]:
    """Return the cases of all models, in the order of the table."""
    return tuple(cascades.cases())

"""Runs the cases and judges them together: one chance of a false alarm over the whole table."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ..errors import ScenarioError
from ..spec import nearest
from .cases import NEEDS_DATA, Budget, Case, Level, Outcome
from .catalogue import all_cases

FAMILY_ERROR = 1e-3
"""Chance that a right program fails the whole table, whatever the number of cases (Bonferroni)."""

OK, OUT, SKIPPED = "ok", "OUT", "skipped"


@dataclass(frozen=True)
class Row:
    """A case with what it found: `outcome` is None where it was skipped."""

    case: Case
    outcome: Outcome | None
    verdict: str
    seconds: float


@dataclass(frozen=True)
class Report:
    """The whole table.

    rows : in the order of the catalogue     level, rng_seed : as asked
    """

    rows: tuple[Row, ...]
    level: Level
    rng_seed: int

    @property
    def passed(self) -> bool:
        """Say whether no case fell out."""
        return all(row.verdict != OUT for row in self.rows)

    @property
    def judged(self) -> tuple[Row, ...]:
        """The rows that were not skipped."""
        return tuple(row for row in self.rows if row.outcome is not None)

    @property
    def bound(self) -> float:
        """The p-value below which a case falls out: the family's error shared among the cases."""
        return FAMILY_ERROR / max(len(self.judged), 1)


def verify(
    level: Level = "quick",
    *,
    kinds: Sequence[str] = (),
    rng_seed: int = 0,
    data: Path | None = None,
    cases: Sequence[Case] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Report:
    """Run the verification.

    Parameters
    ----------
    level : "quick", under a minute once kernels are compiled, or "full", all cases with many replicas
    kinds : models to verify; none named: all
    rng_seed : the luck of all cases; the published table has 0
    data : folder of real networks, see `real_networks`; left out: cases that need it are skipped
    cases : in place of those of the catalogue
    progress : called before each case with its number, how many there are, and its name

    Raises
    ------
    ScenarioError
        When there is no case of a model that is named.
    """
    known = all_cases() if cases is None else tuple(cases)
    for kind in kinds:
        if all(case.kind != kind for case in known):
            there = sorted({case.kind for case in known})
            raise ScenarioError(f"there is nothing to verify of {kind!r}; {nearest(kind, there)}")
    chosen = [case for case in known if not kinds or case.kind in kinds]
    chosen = [case for case in chosen if level == "full" or case.level == "quick"]
    tried = list(_tried(chosen, partial(Case.budget, level=level, rng_seed=rng_seed, data=data), progress))
    n_judged = sum(outcome is not None for _, outcome, _ in tried)
    bound = FAMILY_ERROR / max(n_judged, 1)
    return Report(tuple(_row(*one, bound=bound) for one in tried), level, rng_seed)


def said_of(row: Row) -> str:
    """Say in words what a case found."""
    found = row.outcome
    if found is None:
        lack = "given" if row.case.needs == NEEDS_DATA else "installed"
        return f"needs {row.case.needs}, which is not {lack}"
    if found.fault:
        return found.fault
    return f"expected {written(found.expected)} ({row.case.against}), got {written(found.got)}"


def written(value: float) -> str:
    """Write a number as the table shows it."""
    whole = np.isfinite(value) and value == int(value) and abs(value) < 1e15
    return f"{value:,.0f}" if whole else f"{value:,.6g}"


def _tried(
    cases: Sequence[Case], budget_of: Callable[[Case], Budget], progress: Callable[[int, int, str], None] | None
) -> Iterator[tuple[Case, Outcome | None, float]]:
    for number, case in enumerate(cases):
        if progress is not None:
            progress(number, len(cases), case.name)
        began = time.monotonic()
        budget = budget_of(case)
        outcome = _found(case, budget) if _has(case.needs, budget) else None
        yield case, outcome, time.monotonic() - began


def _has(needs: str, budget: Budget) -> bool:
    if needs == NEEDS_DATA:
        return budget.data is not None
    return not needs or importlib.util.find_spec(needs) is not None


def _found(case: Case, budget: Budget) -> Outcome:
    """Try a case; one that raises falls out and the others go on."""
    try:
        return case.try_it(budget)
    except Exception as error:  # a broken kernel may raise anything
        return Outcome(np.nan, np.nan, np.inf, 0.0, 0, fault=f"{type(error).__name__}: {error}")


def _row(case: Case, outcome: Outcome | None, seconds: float, *, bound: float) -> Row:
    if outcome is None:
        return Row(case, None, SKIPPED, seconds)
    sound = np.isfinite(outcome.got) and outcome.p_value >= bound
    return Row(case, outcome, OK if sound else OUT, seconds)

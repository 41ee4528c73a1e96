"""An objective in the replicas of a case, of which only what it needs is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..metrics.objective import objective_values, parts_of
from ..metrics.table import replica_table
from .case import Case
from .process import empty_chunk
from .run import resume, run_case


def run_objective(
    case: Case,
    objective: str,
    *,
    threads: int,
    key: str,
    first: int = 0,
    goal_starters: NDArray[np.int32] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float64]:
    """Run the replicas of a case for an objective alone; see `metrics.objective`.

    Curves are not kept, and the runs beside a campaign, without it and without answers, are not made, where the
    objective is known without them.

    Parameters
    ----------
    key : where the objective stands, for the message     first, threads, progress : see `run_case`
    goal_starters : int32, rules look at the goal's path with these people starting, which takes a hundred runs to find;
        None: those who do

    Returns
    -------
    float64 (R,)
        NaN where it is undefined.

    Raises
    ------
    ScenarioError
        When the model has no such metric.
    """
    parts = parts_of(objective, key=key)
    lean = _lean(case, parts, goal_starters)
    counts = (*lean.process.count_names, "reach")
    curves = any(part not in counts for part in parts)
    results = run_case(lean, threads=threads, curves=curves, first=first, progress=progress)
    return objective_values(results, objective, key=key)


def _lean(case: Case, parts: tuple[str, ...], goal_starters: NDArray[np.int32] | None) -> Case:
    """Return a campaign without the runs beside it where all parts are known without them; others as they are."""
    if case.process.family != "campaign":  # which need not wait for the campaign's kernels
        return case
    from .campaign import CampaignProcess

    assert isinstance(case.process, CampaignProcess)
    alone = replace(case, process=case.process.lean(alone=True, goal_starters=goal_starters))
    none = resume(alone, vars(empty_chunk(alone.process, curves=True)))
    if all(part in replica_table(none) for part in parts):
        return alone
    return replace(case, process=case.process.lean(alone=False, goal_starters=goal_starters))

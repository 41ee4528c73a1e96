"""What came of a sensitivity analysis, as a document: effects or indices of each metric, with what luck adds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernels.rng import RNG_NAME
from .conduct import Outcome
from .responses import differing, responses, shown_metrics
from .sensitivity import Estimate, case_means, morris_effects, sobol_indices
from .sensitivity_designs import MorrisDesign, SaltelliDesign, Varied, label_of
from .tidy import without_keys

FORMAT = 1
MUCH_NOISE = 0.1
"""Part of the variance between cases that may be luck before it is said that more replicas are needed."""


def findings(outcome: Outcome, varied: Varied) -> dict[str, Any]:
    """Return what came of an analysis, ready for JSON.

    Raises
    ------
    ResultError
        When a case does not define the metric, or nothing changes it.
    """
    study, design = outcome.study, outcome.study.design
    assert isinstance(design, SaltelliDesign | MorrisDesign)
    base, keys = study.bases[0], [label_of(axis) for axis in varied.axes]
    luck_of = base.run.rng_seed or 0
    metrics: dict[str, Any] = {}
    for metric in _metrics(outcome):
        means = case_means(_values(outcome, metric), design, metric=metric, number=luck_of)
        if isinstance(design, SaltelliDesign):
            indices = sobol_indices(design, means, metric=metric, number=luck_of)
            columns: dict[str, Sequence[Estimate]] = {"first": indices.first, "total": indices.total}
            pairs = [{"keys": [keys[i], keys[j]], **_told(estimate)} for (i, j), estimate in indices.second.items()]
        else:
            effects = morris_effects(design, means, metric=metric, number=luck_of)
            columns, pairs = {"mu": effects.mu, "mu_star": effects.mu_star, "sigma": effects.sigma}, []
        metrics[metric] = {
            "mean": means.luck.mean,
            "spread": means.luck.spread,
            "noise": means.luck.noise,
            "luck": means.luck.part,
            "effects": [
                {"key": key, **{name: _told(estimates[k]) for name, estimates in columns.items()}}
                for k, key in enumerate(keys)
            ],
            "second_order": pairs,
        }
    method = "sobol" if isinstance(design, SaltelliDesign) else "morris"
    return {
        "format": FORMAT,
        "name": base.name,
        "study_id": study.study_id,
        "method": method,
        "keys": keys,
        "n_cases": len(design),
        "n_points": design.n_base if isinstance(design, SaltelliDesign) else design.n_trajectories,
        "n_replicas": study.n_replicas,
        "rng_seed": luck_of,
        "rng": RNG_NAME,
        "metrics": metrics,
        "warnings": [*varied.notes, *_warnings(metrics, study.n_replicas)],
    }


def _values(outcome: Outcome, metric: str) -> Iterator[tuple[int, NDArray[np.float64]]]:
    for case, rows in outcome.table.cases():
        yield case, np.asarray(rows[metric], np.float64) if metric in rows else np.empty(0)


def _metrics(outcome: Outcome) -> tuple[str, ...]:
    """Return the metrics to analyse: those asked for, the goal's, or the first of those that matter and vary."""
    study, base = outcome.study, outcome.study.bases[0]
    if study.metrics:
        return study.metrics
    names = without_keys(outcome.table.columns().ordered())
    if base.goal is not None and base.goal.metric in names:
        return (base.goal.metric,)
    shown = shown_metrics(dict.fromkeys(names), ())
    return differing(responses(outcome.table.cases(), len(study.design), shown))[:1]


def _told(estimate: Estimate) -> dict[str, float | None]:
    low, high = estimate.interval()
    told = {"value": estimate.value, "standard_error": estimate.error, "low": low, "high": high}
    return {name: value if math.isfinite(value) else None for name, value in told.items()}


def _warnings(metrics: Mapping[str, Any], n_replicas: int) -> Iterator[str]:
    for name, told in metrics.items():
        noise = told["noise"]
        if noise is None:
            yield f"{name}: a single replica says nothing of luck; ask for more with --replicas"
        elif noise > MUCH_NOISE:
            yield (
                f"{name}: {100.0 * noise:.0f} % of the variance between cases is the luck of {n_replicas:,} replicas, "
                "which makes keys seem to matter that do not; ask for more with --replicas"
            )

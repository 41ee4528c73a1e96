"""Intervals of Sobol indices hold the known indices of the Ishigami function as often as they say."""

import math

import numpy as np
import pytest

from wom_sim.experiments.sensitivity import case_means, sobol_indices
from wom_sim.experiments.sensitivity_designs import SaltelliDesign
from wom_sim.scenario.ranges import Span
from wom_sim.scenario.sweep import Axis, Part

pytest.importorskip("SALib")

N_DESIGNS, N_BASE = 60, 64
AXES = tuple(Axis(parts=(Part(key=f"model.x{i}", span=Span(low=-math.pi, high=math.pi)),)) for i in range(3))
TRUTH = np.array([0.31391, 0.44241, 0.0, 0.55759, 0.44241, 0.24368])
"""First-order and total indices with a = 7, b = 0.1, in closed form; see tests/unit/experiments/test_sensitivity.py."""


def held(number, *, n_replicas, scale, slope):
    """Which of the six intervals hold the truth: of a design and replicas of one number."""
    design = SaltelliDesign(AXES, number, N_BASE)
    x, y, z = np.array([point.shown for point in design]).T
    value = np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    lots = np.random.default_rng(number)
    shared = 1.0 + slope * lots.normal(size=n_replicas)  # makes all cases differ more, or less
    own = scale * lots.normal(size=(len(value), n_replicas))
    cases = enumerate(value[:, None] * shared + own)
    means = case_means(cases, design, metric="y", number=number)
    found = sobol_indices(design, means, metric="y", number=number)
    return [low <= truth <= high for (low, high), truth in zip(_intervals(found), TRUTH, strict=True)]


def _intervals(found):
    return [estimate.interval() for estimate in (*found.first, *found.total)]


@pytest.mark.parametrize(("n_replicas", "scale", "slope"), [(2, 0.0, 0.0), (20, 3.0, 0.3)])
def test_intervals_hold_the_truth(n_replicas, scale, slope):
    hits = np.sum(
        [held(number, n_replicas=n_replicas, scale=scale, slope=slope) for number in range(N_DESIGNS)], axis=0
    )
    # At least 95 %, less four standard errors of a binomial part.
    assert (hits >= N_DESIGNS * (0.95 - 4.0 * math.sqrt(0.95 * 0.05 / N_DESIGNS))).all(), hits

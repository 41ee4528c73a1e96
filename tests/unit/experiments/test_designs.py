"""Designs: every combination once, samples that fill their strata, the same cases from the same numbers."""

import itertools
import json
import math
import tomllib

import numpy as np
import pytest

from studies import CASCADE
from wom_sim import ScenarioError
from wom_sim.experiments.designs import GridDesign, PlansDesign, SampledDesign, design_of, draw
from wom_sim.scenario.load import scenario_from
from wom_sim.scenario.sweep import Axis, Part

SHARE, SEEDS = "model.share_prob", "seeding.n_seed_nodes"


def design(text):
    return design_of(scenario_from({**CASCADE, "sweep": tomllib.loads(f"[sweep]\n{text}")["sweep"]}))


def listed(key, values):
    return Axis(parts=(Part(key=key, values=tuple(values)),))


def test_a_grid_is_every_combination_the_last_axis_fastest():
    grid = design(f'"{SHARE}" = [0.1, 0.2]\n"{SEEDS}" = [1, 3, 9]\n"run.max_steps" = [5, 6]')
    expected = list(itertools.product([0.1, 0.2], [1, 3, 9], [5, 6]))
    assert [point.shown for point in grid] == expected
    assert [tuple(point.changes.values()) for point in grid] == expected
    assert all(tuple(point.changes) == grid.keys and point.base == 0 for point in grid)
    assert len(grid) == 12


def test_linked_keys_count_as_one_axis():
    grid = design(f'"run.max_steps" = [5, 6]\n[[sweep.together]]\n"{SHARE}" = [0.1, 0.2]\n"{SEEDS}" = [7, 8]')
    assert grid.keys == ("run.max_steps", SHARE, SEEDS)
    assert [point.shown for point in grid] == [(5, 0.1, 7), (5, 0.2, 8), (6, 0.1, 7), (6, 0.2, 8)]


def test_a_thousand_million_cases_are_counted_at_once():
    grid = GridDesign(tuple(listed(f"model.k{i}", range(1000)) for i in range(3)))
    assert len(grid) == 10**9
    assert grid[123_456_789].shown == (123, 456, 789)
    assert grid[10**9 - 1].shown == (999, 999, 999)
    for wrong in (10**9, -1):
        with pytest.raises(IndexError, match="there are 1000000000 cases"):
            grid[wrong]


def test_a_latin_hypercube_has_one_case_in_each_stratum_of_each_axis():
    points = draw("latin_hypercube", 100, 3, number=4)
    for axis in points.T:
        assert sorted((axis * 100).astype(int)) == list(range(100))


def test_a_sobol_sequence_has_one_case_in_each_stratum_and_in_each_square():
    points = draw("sobol", 64, 2, number=4)
    for axis in points.T:
        assert sorted((axis * 64).astype(int)) == list(range(64))
    squares = {(int(8 * x), int(8 * y)) for x, y in points}  # a (0, 6, 2)-net in base 2
    assert len(squares) == 64


def test_random_draws_are_uniform_and_independent():
    n = 4000
    points = draw("random", n, 2, number=4)
    # Four standard errors: of a mean sqrt(1/12 / n), of a correlation 1 / sqrt(n).
    assert np.abs(points.mean(axis=0) - 0.5).max() < 4.0 * math.sqrt(1.0 / 12.0 / n)
    assert abs(np.corrcoef(points.T)[0, 1]) < 4.0 / math.sqrt(n)
    counts = np.histogram(points[:, 0], bins=n, range=(0.0, 1.0))[0]
    assert counts.max() > 1  # no Latin hypercube


@pytest.mark.parametrize("sampling", ["sobol", "random"])
def test_a_longer_design_begins_with_the_shorter_one(sampling):
    assert np.array_equal(draw(sampling, 32, 3, number=4), draw(sampling, 64, 3, number=4)[:32])


@pytest.mark.parametrize("sampling", ["sobol", "random", "latin_hypercube"])
def test_draws_depend_on_the_number_alone(sampling):
    first = draw(sampling, 16, 2, number=4)
    np.random.seed(99)  # noqa: NPY002   the global state that must not matter
    assert np.array_equal(first, draw(sampling, 16, 2, number=4))
    assert not np.array_equal(first, draw(sampling, 16, 2, number=5))
    assert draw(sampling, 2, 1, number=2**64 - 1).shape == (2, 1)
    assert first.min() >= 0.0
    assert first.max() < 1.0


def test_a_sample_turns_coordinates_into_values():
    text = f'"{SHARE}" = {{ low = 0.01, high = 0.1, scale = "log" }}\n"{SEEDS}" = {{ low = 1, high = 4 }}\n'
    sample = design(text + '"run.max_steps" = [5, 6]\ndesign = "latin_hypercube"\nn_cases = 64')
    assert isinstance(sample, SampledDesign)
    for point, (u, v, w) in zip(sample, sample.coordinates, strict=True):
        assert point.shown[0] == pytest.approx(0.01 * 10**u)
        assert point.shown[1:] == (1 + int(4 * v), 5 + (w >= 0.5))
        assert dict(point.changes) == dict(zip(sample.keys, point.shown, strict=True))
    assert sum(point.shown[2] == 5 for point in sample) == 32


def test_a_design_is_its_document():
    text = f'"{SHARE}" = {{ low = 0.01, high = 0.1 }}\ndesign = "random"\nn_cases = 4\n'
    assert design(text).document() == design(text).document()
    others = [design(text + "design_seed = 6"), design(text.replace("0.1 ", "0.2 ")), design(text.replace("4", "5"))]
    assert all(other.document() != design(text).document() for other in others)
    grid = design('start = [2026-06-01]\n"seeding.n_seed_nodes" = [1, 2]').document()
    assert json.loads(json.dumps(grid)) == {
        "design": "grid",
        "axes": [[{"key": "start", "values": ["2026-06-01"]}], [{"key": "seeding.n_seed_nodes", "values": [1, 2]}]],
    }
    json.dumps(design(text).document())


def test_plans_are_cases_of_their_own():
    plans = PlansDesign(("a", "b"))
    assert [(point.base, point.changes, point.shown) for point in plans] == [(0, {}, ("a",)), (1, {}, ("b",))]


def test_a_scenario_without_a_sweep_is_told_what_to_write():
    with pytest.raises(ScenarioError, match="sweep: is missing; say what is varied"):
        design_of(scenario_from(CASCADE))

"""Exposure, thresholds and curves of observed adoption, by hand and against plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffusion_runner import small_networks
from kernel_runner import pairs
from wom_sim.errors import GraphError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.observed.adoption import adoption_curve, exposures, infectiousness, susceptibility, thresholds

# 0 and 1 adopt in period 1, 2 in period 2, 3 in period 3, 4 never; 0, 1, 2 -> 3, 2 -> 4, 0 -> 2.
NETWORK = Graph.from_edges([0, 1, 2, 2, 0], [3, 3, 3, 4, 2])
TIMES = [1, 1, 2, 3, -1]
TIMES_OF_ANY = st.lists(st.sampled_from([-1, 0, 1, 2, 3, 5]), min_size=7, max_size=7)


def part(those, of):
    return sum(those) / len(of) if of else math.nan


@given(small_networks(), TIMES_OF_ANY, st.booleans())
def test_equal_plain_loops(network, times, named):
    graph, _ = network
    n, ties = graph.n_people, "nomination" if named else "influence"
    times = times[:n]
    when = [math.inf if t == -1 else t for t in times]
    arcs = [(v, u) if named else (u, v) for u, v in pairs(graph)]
    heard = [[u for u, w in arcs if w == v] for v in range(n)]
    told = [[v for w, v in arcs if w == u] for u in range(n)]

    found = exposures(graph, times, ties=ties)
    for v in range(n):
        for i, period in enumerate(found.period):
            assert found.n_adopters[v, i] == sum(when[u] <= period for u in heard[v])
            np.testing.assert_equal(found.share[v, i], part([when[u] <= period for u in heard[v]], heard[v]))
    for same_period in (True, False):
        expected = [
            math.nan
            if math.isinf(when[v])
            else part([when[u] < when[v] + (0.5 if same_period else 0) for u in heard[v]], heard[v])
            for v in range(n)
        ]
        np.testing.assert_equal(thresholds(graph, times, ties=ties, same_period=same_period), expected)
    for measure, contacts, shift in ((infectiousness, told, 1), (susceptibility, heard, -1)):
        expected, per_adopter = [], []
        for v in range(n):
            away = [(when[u] - when[v]) * shift for u in contacts[v] if when[u] < math.inf and when[v] < math.inf]
            expected.append(part([d == 1 for d in away if d > 0], [d for d in away if d > 0]))
            per_adopter.append(expected[-1] / max(1, when.count(when[v] + shift)))
        np.testing.assert_equal(measure(graph, times, ties=ties, normalise=False), expected)
        np.testing.assert_allclose(measure(graph, times, ties=ties), per_adopter, rtol=1e-15)


def test_by_hand():
    found = exposures(NETWORK, TIMES)
    assert found.period.tolist() == [1, 2, 3]
    assert found.n_adopters[3].tolist() == [2, 3, 3]
    np.testing.assert_allclose(found.share[3], [2 / 3, 1, 1])
    np.testing.assert_equal(thresholds(NETWORK, TIMES), [np.nan, np.nan, 1.0, 1.0, np.nan])
    np.testing.assert_equal(infectiousness(NETWORK, TIMES, normalise=False), [0.5, 0.0, 1.0, np.nan, np.nan])
    np.testing.assert_allclose(susceptibility(NETWORK, TIMES, normalise=False), [np.nan, np.nan, 1, 1 / 3, np.nan])


def test_a_curve_by_hand():
    curve = adoption_curve([1, 1, 3, -1, None])
    assert curve.period.tolist() == [1, 2, 3]
    assert curve.new.tolist() == [2, 0, 1]
    assert curve.cumulative.tolist() == [2, 2, 3]
    np.testing.assert_equal(curve.share, [0.4, 0.4, 0.6])
    np.testing.assert_equal(curve.growth_rate, [np.nan, 0.0, 0.5])
    np.testing.assert_allclose(curve.hazard, [2 / 5, 0.0, 1 / 3])


def test_never_may_be_written_in_three_ways_and_times_by_name():
    expected = thresholds(NETWORK, TIMES)
    for times in ([1, 1, 2, 3, None], [1, 1, 2, 3, np.nan], {0: 1, 1: 1, 3: 3, 2: 2}):
        np.testing.assert_equal(thresholds(NETWORK, times), expected)


def test_nobody_adopted():
    assert exposures(NETWORK, [-1] * 5).share.shape == (5, 0)
    assert adoption_curve([-1, -1]).period.size == 0
    assert np.isnan(thresholds(NETWORK, [None] * 5)).all()
    assert np.isnan(infectiousness(NETWORK, [None] * 5)).all()


def test_periods_may_be_given():
    found = exposures(NETWORK, [0.5, 1.5, 2.5, 3.5, -1], periods=[1, 2])
    assert found.n_adopters[3].tolist() == [1, 2]
    assert adoption_curve([0.5, 1.5, 2.5, 3.5, -1], periods=[2, 3]).new.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: thresholds(NETWORK, [1, 2]), "adopted_at: must have a time for each of 5 people, got 2; -1: never"),
        (lambda: thresholds(NETWORK, ["a"] * 5), "adopted_at: must be numbers, None for never, got"),
        (lambda: thresholds(NETWORK, [[1] * 5]), "adopted_at: must be one row of times, got 2 dimensions"),
        (lambda: thresholds(NETWORK, [-2] * 5), "adopted_at: times must be at least 0, or -1 for never, got -2"),
        (lambda: thresholds(NETWORK, {"eve": 1}), "adopted_at: nobody is called 'eve'"),
        (lambda: thresholds(NETWORK, TIMES, ties="both"), 'ties: must be "influence" or "nomination", got'),
        (lambda: thresholds(complete_graph(5), TIMES), "everybody-to-everybody: all are exposed to all"),
        (lambda: exposures(NETWORK, TIMES, periods=[2, 1]), "periods: must be one row of rising numbers, got"),
        (lambda: infectiousness(NETWORK, [1, 1.5, 2, 3, -1]), r"adopted_at: must be whole periods, got 1\.5"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(call, said):
    with pytest.raises(GraphError, match=said):
        call()


@pytest.mark.parametrize("more", [{"layers": ["fb", "x", "fb"]}, {"times": [0.0, 1.0, 2.0]}])
def test_a_person_met_in_two_places_is_one_person(more):
    graph = Graph.from_edges([0, 0, 1], [2, 2, 2], n_people=3, **more)
    found = exposures(graph, [1, -1, 2], periods=[1.0, 2.0])
    assert found.n_adopters[2].tolist() == [1, 1]
    assert found.share[2].tolist() == [0.5, 0.5]

"""Sets by a deadline equal the naive oracle set by set, and hit as often as runs of the model reach."""

from math import exp, log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracles import reverse_sets as oracle

from unit.kernels.test_reverse_sets import KEY, ROOM, ROOT_KEY, graphs, sets_of
from wom_sim import Graph, simulate
from wom_sim.engine.plan import prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.reverse_arrivals import ReverseArrivals
from wom_sim.kernels.reverse_ties import ReverseWorld
from wom_sim.models.bass import Bass
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.seeding.reverse_sets import Drawer

SLACK = 1 + 1e-9
"""Delays so much longer than the time there is are drawn, and passed over."""

# Each kind: its keys, the part of delays not longer than t, the length that a part x of them do not exceed.
DELAYS = {
    "fixed": ({"length": "1d"}, lambda t: float(t >= 1), lambda x: 1.0),
    "exponential": ({"mean": "2d"}, lambda t: 1 - exp(-t / 2), lambda x: -2 * log1p(-x)),
    "weibull": (
        {"scale": "2d", "shape": 2.0},
        lambda t: 1 - exp(-((t / 2) ** 2)),
        lambda x: 2 * (-log1p(-x)) ** 0.5,
    ),
    "power_law": (
        {"minimum": "12h", "exponent": 1.5},
        lambda t: 1 - (0.5 / max(t, 0.5)) ** 1.5,
        lambda x: 0.5 * exp(-log1p(-x) / 1.5),
    ),
}


def reverse_by(graph, model, days, **keys):
    return prepare_direct(graph, model, rng_seed=1, horizon=float(days), **keys).reverse()


@given(graphs(), st.sampled_from(sorted(DELAYS)), st.sampled_from([0.0, 0.3, 0.8, 1.0]), st.integers(1, 6))
def test_every_set_is_that_of_the_oracle(graph, kind, p, days):
    keys, part_by, days_at = DELAYS[kind]
    reverse = reverse_by(graph, TimedCascade(share_prob=p, delay={"kind": kind, **keys}), days)
    told_by = oracle.timed_sources(graph, p, part_by(days * SLACK), days_at)
    expected = [
        sorted(
            oracle.set_by_deadline(
                told_by, oracle.word(int(KEY), s), oracle.below(int(ROOT_KEY), s, graph.n_people), days
            )
        )
        for s in range(15)
    ]
    assert sets_of(reverse.world, 15, max_depth=reverse.max_depth) == expected


@given(graphs(), st.integers(1, 40), st.integers(1, 3))
def test_threads_and_parts_change_no_set(graph, n_sets, threads):
    reverse = reverse_by(graph, TimedCascade(share_prob=0.8, delay={"kind": "exponential", "mean": "1d"}), 2)
    everything = sets_of(reverse.world, 60, max_depth=2)
    assert sets_of(reverse.world, n_sets, threads=threads, max_depth=2) == everything[:n_sets]
    assert sets_of(reverse.world, 60 - n_sets, first=n_sets, max_depth=2) == everything[n_sets:]


@given(graphs(), st.integers(0, 2**9 - 1), st.booleans())
def test_sets_that_hold_marked_people_who_take_part_are_left_empty(graph, marked, all_take_part):
    reverse = reverse_by(graph, TimedCascade(share_prob=0.8, delay={"kind": "exponential", "mean": "1d"}), 2)
    part = None if all_take_part else np.full(graph.n_people, 1 << 62, np.uint64)
    hits = np.array([marked >> v & 1 for v in range(graph.n_people)], np.uint8)
    drawer = Drawer(reverse.world, KEY, ROOT_KEY, takes_part=part, max_depth=2)
    whole = sets_of(reverse.world, 50, takes_part=part, max_depth=2)
    drawn = drawer.draw(0, 50, hits=hits, max_bytes=ROOM)
    left = [s if not hits[s].any() else [] for s in whole]
    assert [sorted(s.tolist()) for s in np.split(drawn.members, drawn.end[:-1])] == left
    assert drawn.n_hit == drawer.draw(0, 50, hits=hits, keep=False, max_bytes=ROOM).n_hit
    assert drawn.n_hit == sum(bool(hits[s].any()) for s in whole)
    (scratch,) = drawer._scratches
    assert not scratch.sets.seen.any()
    assert (scratch.place == -1).all()


def test_people_of_a_set_stand_by_their_time_to_the_root():
    line = Graph.from_edges([3, 2, 1], [2, 1, 0], tie_columns={"days": [0.5, 1.0, 0.25]})
    reverse = reverse_by(
        line, TimedCascade(share_prob=1.0, delay={"kind": "weibull", "scale": "days", "shape": 100.0}), 9
    )
    drawn = Drawer(reverse.world, KEY, ROOT_KEY, max_depth=9).draw(0, 20, max_bytes=ROOM)
    for s in np.split(drawn.members, drawn.end[:-1]):
        assert s.tolist() == list(range(s[0], 4))


@pytest.mark.parametrize("days", [0.2, 0.3, 0.7, 1.0])
def test_paths_of_fixed_delays_are_in_time_when_runs_say_so(days):
    """Sums of 0.1 days are a little more or less than their number says: sets are rounded as runs are."""
    line = Graph.from_edges(range(12), range(1, 13))
    model = TimedCascade(share_prob=1.0, delay={"kind": "fixed", "length": "0.1d"}, record_every="0.1d")
    reverse = reverse_by(line, model, days)
    reach = simulate(line, model, seed_nodes=[0], n_replicas=1, rng_seed=1, horizon=f"{days}d").reach[0]
    assert max(map(len, sets_of(reverse.world, 200, max_depth=reverse.max_depth))) == reach


@pytest.mark.parametrize(
    ("ends", "kind", "max_depth"),
    [
        ({"horizon": 2.0}, ReverseArrivals, 4),
        ({"horizon": 2.0, "max_steps": 3}, ReverseArrivals, 3),
        ({"max_steps": 3}, ReverseArrivals, 3),
        ({"max_steps": 0}, ReverseArrivals, 0),
        ({}, ReverseWorld, 2**31 - 1),
    ],
)
def test_what_ends_a_run_is_the_deadline(ends, kind, max_depth):
    model = TimedCascade(share_prob=0.5, delay={"kind": "exponential", "mean": "1d"}, record_every="12h")
    reverse = prepare_direct(Graph.from_edges([0], [1]), model, rng_seed=1, **ends).reverse()
    assert isinstance(reverse.world, kind)
    assert reverse.max_depth == max_depth
    assert reverse.says == "reach of timed_cascade"
    assert reverse.notes == ()


def test_people_who_join_untold_have_no_sets_of_their_own():
    graph = Graph.from_edges([0, 1], [1, 2])
    models = [Bass(innovate_rate=rate, imitate_rate=0.4) for rate in (0.0, 0.01)]
    assert [reverse_by(graph, model, 5).says for model in models] == [
        "reach of bass",
        "reach of weighted_cascade, which stands in for bass",
    ]


@pytest.mark.parametrize("model_p", [0.0, 1.0])
def test_networks_with_little_in_them(model_p):
    model = TimedCascade(share_prob=model_p, delay={"kind": "exponential", "mean": "1d"})
    for graph in (
        Graph.from_edges([], [], n_people=3),
        Graph.from_edges([], [], n_people=1),
        Graph.from_edges([0], [1]),
        complete_graph(1),
        complete_graph(3),
    ):
        reverse = reverse_by(graph, model, 2, max_steps=0)
        assert sets_of(reverse.world, 20, max_depth=0) == [
            [oracle.below(int(ROOT_KEY), s, graph.n_people)] for s in range(20)
        ]

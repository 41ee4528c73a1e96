"""The kernels of voters equal their oracle replica by replica; nothing stored and stored ties agree; ends are ends."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs, store
from oracles.live_edge import word
from oracles.voter import Rules, voter_by_events, voter_by_steps
from wom_sim.durations import Duration
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.diffusion import HALTED
from wom_sim.models.voter import Voter

DIFFUSION = 7

RULES = st.builds(
    Rules,
    rule=st.sampled_from(["node", "invasion", "link"]),
    often=st.sampled_from([0.3, 1.0]),
    initial_share=st.sampled_from([0.0, 0.5, 1.0]),
    stubborn_seeds=st.booleans(),
    noise_prob=st.sampled_from([0.0, 0.0, 0.1, 1.0]),
)
ONE_RULE = RULES.map(lambda rules: rules._replace(rule="node"))
MAX_STEPS = st.sampled_from([0, 1, 3, 15])


@st.composite
def connected_networks(draw):
    """Three to seven people in a chain with any other ties, and some of them who start."""
    n = draw(st.integers(3, 7))
    chords = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=8))
    ties = [(v, v + 1) for v in range(n - 1)] + [(u, v) for u, v in chords if u != v]
    graph = Graph.from_edges(*np.array(ties, np.int64).T, directed=draw(st.booleans()), n_people=n)
    return graph, draw(st.lists(st.integers(0, n - 1), unique=True, min_size=1, max_size=3))


NETWORKS = st.one_of(small_networks(), connected_networks())
SEEDS = st.integers(0, 2**64 - 1)
CLOCKS = pytest.mark.parametrize("clock", ["events", "steps"])


def replica_key(rng_seed, replica):
    """The own key of a replica: mix64(rng_seed ^ "wom-1"), then the purpose, then the replica."""
    root = word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)
    return word(word(root, DIFFUSION), replica)


def model(clock, rules, **keys):
    given_rules = rules._asdict()
    often = "update_rate" if clock == "events" else "update_prob"
    return Voter(clock=clock, **{often: given_rules.pop("often")}, **given_rules, **keys)


def same(found, expected, n):
    assert np.cumsum(found.changes["supporters"]).tolist() == expected.supporters
    assert found.last_step == expected.last_step
    at_end, time = expected.supporters[-1], found.counts["consensus_time"]
    assert time == expected.consensus_time or (math.isnan(time) and math.isnan(expected.consensus_time))
    assert {name: found.counts[name] for name in found.counts if name != "consensus_time"} == {
        "supporters": at_end,
        "consensus": at_end in (0, n),
        "supporters_won": at_end == n,
        "unfinished": expected.unfinished,
    }


@settings(max_examples=200)
@given(NETWORKS, RULES, SEEDS, MAX_STEPS, st.sampled_from(["1d", "6h"]))
def test_events_equal_the_oracle(network, rules, rng_seed, max_steps, every):
    graph, seeds = network
    spec = model("events", rules, record_every=every)
    for r, found in enumerate(replicas(graph, spec, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        options = {"per_step": float(Duration(every)), "max_steps": max_steps}
        expected = voter_by_events(graph.n_people, pairs(graph), rules, seeds, replica_key(rng_seed, r), **options)
        same(found, expected, graph.n_people)


@settings(max_examples=200)
@given(NETWORKS, ONE_RULE, SEEDS, MAX_STEPS)
def test_steps_equal_the_oracle(network, rules, rng_seed, max_steps):
    graph, seeds = network
    found = replicas(graph, model("steps", rules), seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        key = replica_key(rng_seed, r)
        expected = voter_by_steps(graph.n_people, pairs(graph), rules, seeds, key, max_steps=max_steps)
        same(replica, expected, graph.n_people)


@CLOCKS
@settings(max_examples=100)
@given(st.lists(st.integers(0, 4), unique=True), st.integers(0, 2), RULES, st.integers(0, 100))
def test_complete_mixing_equals_the_stored_network(clock, seeds, more, rules, rng_seed):
    n = max([*seeds, 0]) + 1 + more
    stored = store(n, [(u, v) for u in range(n) for v in range(n) if u != v])
    spec = model(clock, rules if clock == "events" else rules._replace(rule="node"))
    options = {"rng_seed": rng_seed, "max_steps": 12}
    for one, other in zip(
        replicas(complete_graph(n), spec, seeds, 3, **options), replicas(stored, spec, seeds, 3, **options), strict=True
    ):
        assert repr(one) == repr(other)  # as text, in which a missing time equals itself


@CLOCKS
@settings(max_examples=40)
@given(small_networks(max_people=12), RULES, st.integers(0, 100), st.integers(0, 6))
def test_more_time_changes_nothing_that_has_happened(clock, network, rules, rng_seed, max_steps):
    graph, seeds = network
    spec = model(clock, rules if clock == "events" else rules._replace(rule="node"))
    short, whole = (replicas(graph, spec, seeds, 2, rng_seed=rng_seed, max_steps=steps) for steps in (max_steps, 20))
    for part, full in zip(short, whole, strict=True):
        changes = part.changes["supporters"]
        assert (full.changes["supporters"] + [0] * len(changes))[: len(changes)] == changes


@CLOCKS
@settings(max_examples=40)
@given(small_networks(max_people=12), RULES, st.integers(0, 100))
def test_stubborn_people_are_never_lost(clock, network, rules, rng_seed):
    graph, seeds = network
    rules = rules._replace(stubborn_seeds=True, rule=rules.rule if clock == "events" else "node")
    for found in replicas(graph, model(clock, rules), seeds, 3, rng_seed=rng_seed, max_steps=20):
        curve = np.cumsum(found.changes["supporters"])
        assert curve.min() >= len(seeds)
        assert curve.max() <= graph.n_people


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
@settings(max_examples=30)
@given(small_networks(max_people=8, directed=False), SEEDS)
def test_on_an_undirected_network_every_part_comes_to_agree(rule, network, rng_seed):
    """The end is reached, and at it the number of supporters is a sum of sizes of connected parts."""
    graph, seeds = network
    found = columns(graph, Voter(rule=rule, record_every="1000y"), seeds, 3, rng_seed=rng_seed, max_steps=10)
    assert not found["unfinished"].any()
    sums = {0}
    for size in sizes_of_parts(graph):
        sums |= {size + already for already in sums}
    assert set(found["supporters"].tolist()) <= sums


def sizes_of_parts(graph):
    parts = [{v} for v in range(graph.n_people)]
    for u, v in pairs(graph):
        one, other = (next(part for part in parts if w in part) for w in (u, v))
        if one is not other:
            parts.remove(other)
            one |= other
    return [len(part) for part in parts]


@CLOCKS
@pytest.mark.parametrize("n", [2, 3, 5])
def test_one_among_stubborn_people_gives_in(clock, n):
    stored = store(n, [(u, v) for u in range(n) for v in range(n) if u != v])
    for graph in (complete_graph(n), stored):
        found = columns(graph, Voter(clock=clock, stubborn_seeds=True), list(range(1, n)), 5, max_steps=1000)
        assert found["supporters"].tolist() == [n] * 5
        assert not found["unfinished"].any()


def test_two_who_both_listen_swap_opinions_for_ever_when_all_update_at_once():
    found = columns(complete_graph(2), Voter(clock="steps"), [0], 5, max_steps=99)
    assert found["supporters"].tolist() == [1] * 5
    assert found["unfinished"].tolist() == [1] * 5
    assert found["last_step"].tolist() == [99] * 5


def test_what_lies_between_two_who_listen_to_nobody_never_comes_to_rest():
    graph = store(3, [(0, 1), (2, 1)])
    found = columns(graph, Voter(), [0], 20, max_steps=300)
    assert found["unfinished"].all()
    assert np.isnan(found["consensus_time"]).all()
    assert set(found["supporters"].tolist()) == {1, 2}


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
def test_counted_parallel_ties_are_ties_each(rule):
    """Three ties 0 -> 1 and one 2 -> 1, of whom 0 says 1 for ever: 1 says so 3 / 4 of the time, by 'invasion' half.

    Tolerance 4 sqrt(p (1 - p) / R).
    """
    counted = Graph.from_edges([0, 2, 0, 0], [1, 1, 1, 1], parallel_ties="count")
    model = Voter(rule=rule, update_rate=20.0)
    holds = columns(counted, model, [0], 1000, max_steps=1)["supporters"] == 2
    expected = 0.5 if rule == "invasion" else 0.75
    assert abs(holds.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / 1000)


@CLOCKS
def test_a_halted_replica_says_so_and_leaves_no_trace(clock):
    process = make_process(complete_graph(50), Voter(clock=clock, initial_share=0.5), [0], max_steps=30)
    halt = np.zeros(1, np.uint8)
    scratch = process.new_scratch(halt)
    before = process.run_chunk(0, 3, scratch, curves=True)
    halt[0] = 1
    assert (process.run_chunk(0, 3, scratch, curves=True).stop == HALTED).all()
    halt[0] = 0
    after = process.run_chunk(0, 3, scratch, curves=True)
    assert (before.newly["supporters"] == after.newly["supporters"]).all()

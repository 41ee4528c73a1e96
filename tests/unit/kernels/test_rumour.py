"""The kernels of rumours equal their oracle replica by replica; contacts add up; two ways to write a rumour agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs, store
from networks import as_networkx
from oracles.live_edge import word
from oracles.rumour import Rules, rumour_by_events, rumour_by_steps
from wom_sim.durations import Duration
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.diffusion import HALTED
from wom_sim.models.rumour import Rumour

DIFFUSION = 7

CHANCES = st.sampled_from([0.0, 0.3, 0.8, 1.0])
RULES = st.builds(
    Rules,
    rule=st.sampled_from(["maki_thompson", "daley_kendall"]),
    contacts=st.sampled_from(["one_at_a_time", "every_tie"]),
    contact=st.sampled_from([0.25, 1.0]),
    spread_prob=CHANCES,
    stifle_prob=CHANCES,
    failures=st.sampled_from([1, 1, 2, 3]),
    forget=st.sampled_from([0.0, 0.0, 0.3, 1.0]),
)
EVERYTHING = 2**31 - 1
MAX_STEPS = st.sampled_from([0, 1, 3, EVERYTHING, EVERYTHING])


@st.composite
def busy_networks(draw):
    """A network in which most people hear of it: up to nine of them with any share of the ties, three who start."""
    n, share, directed = draw(st.integers(2, 9)), draw(st.floats(0.2, 1.0)), draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    src, dst = np.nonzero((rng.random((n, n)) < share) & ~np.eye(n, dtype=bool))
    return Graph.from_edges(src, dst, directed=directed, n_people=n), rng.permutation(n)[:3].tolist()


NETWORKS = st.one_of(small_networks(), busy_networks(), busy_networks())


def replica_key(rng_seed, replica):
    """The own key of a replica: mix64(rng_seed ^ "wom-1"), then the purpose, then the replica."""
    root = word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)
    return word(word(root, DIFFUSION), replica)


def model(clock, rules, **keys):
    given_rules = rules._asdict()
    contact, forget = given_rules.pop("contact"), given_rules.pop("forget")
    names = ("contact_rate", "forget_rate") if clock == "events" else ("contact_prob", "forget_prob")
    return Rumour(clock=clock, **given_rules, **dict(zip(names, (contact, forget), strict=True)), **keys)


def same(found, expected):
    assert found.joined == expected.joined
    assert found.last_step == expected.last_step
    ends = {name: curve[-1] for name, curve in expected.curves.items()}
    amounts = {"peak_spreaders": expected.peak, "duration": expected.duration, "unfinished": expected.unfinished}
    assert found.counts == ends | amounts
    assert {name: np.cumsum(changes).tolist() for name, changes in found.changes.items()} == expected.curves


@settings(max_examples=150)
@given(NETWORKS, RULES, st.integers(0, 2**64 - 1), MAX_STEPS, st.sampled_from(["1d", "6h"]))
def test_events_equal_the_oracle(network, rules, rng_seed, max_steps, every):
    graph, seeds = network
    spec = model("events", rules, record_every=every)
    for r, found in enumerate(replicas(graph, spec, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        key = replica_key(rng_seed, r)
        options = {"per_step": float(Duration(every)), "max_steps": max_steps}
        same(found, rumour_by_events(graph.n_people, pairs(graph), rules, seeds, key, **options))


@settings(max_examples=150)
@given(NETWORKS, RULES, st.integers(0, 2**64 - 1), MAX_STEPS)
def test_steps_equal_the_oracle(network, rules, rng_seed, max_steps):
    graph, seeds = network
    found = replicas(graph, model("steps", rules), seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        key = replica_key(rng_seed, r)
        same(replica, rumour_by_steps(graph.n_people, pairs(graph), rules, seeds, key, max_steps=max_steps))


@pytest.mark.parametrize("clock", ["events", "steps"])
@settings(max_examples=40)
@given(st.integers(1, 6), RULES, st.integers(0, 100))
def test_complete_mixing_equals_the_stored_network(clock, n, rules, rng_seed):
    stored = store(n, [(u, v) for u in range(n) for v in range(n) if u != v])
    spec = model(clock, rules)
    found = replicas(complete_graph(n), spec, [0], 3, rng_seed=rng_seed)
    assert found == replicas(stored, spec, [0], 3, rng_seed=rng_seed)


@pytest.mark.parametrize("clock", ["events", "steps"])
@settings(max_examples=40)
@given(small_networks(max_people=12), RULES, st.integers(0, 100), st.integers(0, 6))
def test_more_time_changes_nothing_that_has_happened(clock, network, rules, rng_seed, max_steps):
    graph, seeds = network
    spec = model(clock, rules)
    for short, whole in zip(
        replicas(graph, spec, seeds, 2, rng_seed=rng_seed, max_steps=max_steps),
        replicas(graph, spec, seeds, 2, rng_seed=rng_seed),
        strict=True,
    ):
        assert whole.joined[: len(short.joined)] == short.joined
        for name, changes in short.changes.items():
            padded = whole.changes[name] + [0] * len(changes)
            assert changes == padded[: len(changes)]


@pytest.mark.parametrize("clock", ["events", "steps"])
@settings(max_examples=40)
@given(small_networks(max_people=12), st.integers(0, 100))
def test_where_nothing_stops_spreaders_everybody_hears_to_whom_ties_lead(clock, network, rng_seed):
    graph, seeds = network
    found = columns(graph, Rumour(clock=clock, stifle_prob=0.0, spread_prob=0.6), seeds, 4, rng_seed=rng_seed)
    links = as_networkx(graph)
    around = links.successors if graph.directed else links.neighbors
    heard, wait = set(seeds), list(seeds)
    while wait:
        new = set(around(wait.pop())) - heard
        heard |= new
        wait += new
    assert found["reach"].tolist() == found["spreaders"].tolist() == [len(heard)] * 4
    assert not found["unfinished"].any()


@pytest.mark.parametrize("clock", ["events", "steps"])
@pytest.mark.parametrize(("rule", "silent"), [("maki_thompson", 1), ("daley_kendall", 2)])
def test_one_who_has_nobody_to_tell_falls_silent_only_when_a_call_silences_both(clock, rule, silent):
    found = columns(store(2, [(0, 1)]), Rumour(clock=clock, rule=rule), [0], 5)
    assert found["stiflers"].tolist() == [silent] * 5
    assert found["contacts"].tolist() == [2] * 5
    assert not found["unfinished"].any()


@pytest.mark.parametrize("clock", ["events", "steps"])
@pytest.mark.parametrize("failures", [1, 3])
def test_every_contact_wins_somebody_or_counts_against_its_caller(clock, failures):
    """Maki-Thompson with stifle_prob 1: contacts = (reach - starters) + failures x reach, when all have stopped.

    In steps two callers may find the same ignorant, so there that is the least.
    """
    graph = complete_graph(60)
    found = columns(graph, Rumour(clock=clock, failures=failures), [0, 5], 50)
    least = found["reach"] - 2 + failures * found["reach"]
    assert not found["spreaders"].any()
    assert (found["contacts"] == least).all() if clock == "events" else (found["contacts"] >= least).all()


@pytest.mark.parametrize("clock", ["events", "steps"])
@pytest.mark.parametrize("contacts", ["one_at_a_time", "every_tie"])
def test_counted_parallel_ties_are_ties_each(clock, contacts):
    """0 -> 1 three times and 0 -> 2 once: of first contacts, 3 in 4 find 1. Tolerance 4 sqrt(p (1 - p) / R).

    Several ties may be in use in one step; then 1 counts as the first.
    """
    counted = Graph.from_edges([0, 0, 0, 0], [1, 1, 2, 1], parallel_ties="count")
    chance = {"contact_prob": 0.5} if clock == "steps" else {}
    found = replicas(counted, Rumour(clock=clock, contacts=contacts, **chance), [0], 2000)
    first = np.array([replica.joined[1][0] == 1 for replica in found])
    expected = (1 - 0.5**3) / (1 - 0.5**4) if (clock, contacts) == ("steps", "every_tie") else 0.75
    assert abs(first.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)


@pytest.mark.parametrize("clock", ["events", "steps"])
def test_a_halted_replica_says_so_and_leaves_no_trace(clock):
    graph, spec = complete_graph(50), Rumour(clock=clock)
    process = make_process(graph, spec, [0])
    halt = np.zeros(1, np.uint8)
    scratch = process.new_scratch(halt)
    before = process.run_chunk(0, 3, scratch, curves=True)
    halt[0] = 1
    assert (process.run_chunk(0, 3, scratch, curves=True).stop == HALTED).all()
    halt[0] = 0
    after = process.run_chunk(0, 3, scratch, curves=True)
    assert (before.counts["contacts"] == after.counts["contacts"]).all()
    assert not any(array.any() for array in (scratch.state, scratch.fails, scratch.made))
    assert (scratch.place == -1).all()

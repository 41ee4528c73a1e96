"""The kernel of bad news equals its oracle replica by replica; with all satisfied it is talk of the network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import make_process, replicas, small_networks
from kernel_runner import pairs
from oracles.live_edge import word
from oracles.talk import Chances, bad_news
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.bad_news import BadNews
from wom_sim.models.talk_of_the_network import TalkOfTheNetwork

PROBS = st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0])
SEEDS = st.integers(0, 2**64 - 1)
NAMES = {"satisfied": "satisfied", "dissatisfied": "dissatisfied", "rejecters": "rejecter"}


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


CONTACTS = {
    "advertise_prob": PROBS,
    "weak_prob": PROBS,
    "strong_prob": PROBS,
    "weak_ties": st.integers(0, 3),
    "weak": st.sampled_from(["meetings", "fixed"]),
}
KEYS = {
    **CONTACTS,
    "dissatisfied_prob": PROBS,
    "negative_power": st.sampled_from([0.0, 0.5, 2.0, 30.0]),
}


def assert_equals_the_oracle(graph, given, seeds, rng_seed, max_steps, n_replicas=2):
    model = BadNews(**given, discount_rate=0.21, period="0.5y", margin=3.0)
    counts = [1] * graph.n_ties if graph.tie_counts is None else graph.tie_counts.tolist()
    chances = Chances(
        graph.n_people,
        [tie for tie, count in zip(pairs(graph), counts, strict=True) for _ in range(count)],
        model.advertise_prob,
        model.weak_prob,
        model.strong_prob,
        model.weak_ties,
        model.weak == "fixed",
        model.strong_ties,
        model.dissatisfied_prob,
        model.negative_power,
    )
    for r, replica in enumerate(replicas(graph, model, seeds, n_replicas, rng_seed=rng_seed, max_steps=max_steps)):
        expected = bad_news(chances, seeds, root(rng_seed), r, max_steps)
        assert (replica.last_step, replica.counts["unfinished"]) == (expected.last_step, expected.unfinished)
        for name, state in NAMES.items():
            steps = [at for v, at in expected.left_at.items() if expected.states[v] == state]
            newly = np.bincount(np.array(steps, np.int64), minlength=expected.last_step + 1).tolist()
            assert replica.changes[name] == newly
            assert replica.counts[name] == len(steps)
            if name == "satisfied":
                assert replica.counts["npv"] == pytest.approx(sum(3.0 * 1.1**-at for at in steps))
        changes = {name: np.array(change) for name, change in replica.changes.items()}
        assert (changes["reach"] == changes["satisfied"] + changes["dissatisfied"]).all()
        undecided = graph.n_people - (changes["reach"] + changes["rejecters"]).cumsum()
        assert (changes["undecided"].cumsum() == undecided).all()
        assert replica.counts["undecided"] == undecided[-1]
        assert replica.counts["reach"] == changes["reach"].sum()


@settings(max_examples=200, deadline=None)
@given(small_networks(), st.fixed_dictionaries(KEYS), SEEDS, st.sampled_from([0, 1, 2, 40]))
def test_equals_the_oracle(network, given, rng_seed, max_steps):
    assert_equals_the_oracle(network[0], given, network[1], rng_seed, max_steps)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 6), st.none() | st.integers(0, 4), st.fixed_dictionaries(KEYS), st.data(), SEEDS)
def test_equals_the_oracle_where_everybody_is_tied_to_everybody(n, strong_ties, given, data, rng_seed):
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=2))
    assert_equals_the_oracle(complete_graph(n), {**given, "strong_ties": strong_ties}, seeds, rng_seed, 20)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "advertise_prob": st.sampled_from([0.0, 0.05]),
            "weak_prob": st.floats(0.1, 0.9),
            "strong_prob": st.floats(0.1, 0.9),
            "weak_ties": st.integers(1, 6),
            "strong_ties": st.integers(0, 6),
            "dissatisfied_prob": st.just(0.4),
            "negative_power": st.sampled_from([0.5, 1.0, 1.1]),
        }
    ),
    SEEDS,
)
def test_equals_the_oracle_where_people_meet_many_who_disagree(given, rng_seed):
    """Whom a person met hardly ever matters in the networks above; here both sides talk and each meeting counts."""
    assert_equals_the_oracle(complete_graph(16), given, [0, 3, 5, 8], rng_seed, 3, n_replicas=8)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([(0, 1), (1, 2), (2, 0), (0, 3)]), min_size=1, max_size=9),
    st.fixed_dictionaries(KEYS),
    SEEDS,
)
def test_parallel_ties_count_as_many(ties, given, rng_seed):
    src, dst = np.array(ties).T
    graph = Graph.from_edges(src, dst, n_people=4, parallel_ties="count")
    assert_equals_the_oracle(graph, given, [0], rng_seed, 20)


@settings(max_examples=60, deadline=None)
@given(small_networks(max_people=20), st.fixed_dictionaries(CONTACTS), SEEDS)
def test_nobody_dissatisfied_is_talk_of_the_network_replica_by_replica(network, given, rng_seed):
    graph, seeds = network
    options = {"rng_seed": rng_seed, "max_steps": 20}
    talk = replicas(graph, TalkOfTheNetwork(**given), seeds, 5, **options)
    found = replicas(graph, BadNews(**given, dissatisfied_prob=0.0), seeds, 5, **options)
    for a, b in zip(talk, found, strict=True):
        assert a.changes["reach"] == b.changes["reach"] == b.changes["satisfied"]
        assert (a.last_step, a.stop) == (b.last_step, b.stop)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.none() | st.integers(0, 9), SEEDS)
def test_that_holds_with_complete_mixing_too(n, strong_ties, rng_seed):
    options = {"rng_seed": rng_seed, "max_steps": 30}
    talk = replicas(complete_graph(n), TalkOfTheNetwork(strong_ties=strong_ties), [], 3, **options)
    model = BadNews(strong_ties=strong_ties, dissatisfied_prob=0.0)
    found = replicas(complete_graph(n), model, [], 3, **options)
    assert [a.changes["reach"] for a in talk] == [b.changes["reach"] for b in found]


def test_a_halted_replica_stops_and_the_next_one_is_whole():
    process = make_process(complete_graph(50), BadNews(dissatisfied_prob=0.3), [])
    halt = np.zeros(1, np.uint8)
    scratch = process.new_scratch(halt)
    whole = process.run_chunk(0, 1, scratch, curves=True)
    halt[0] = 1
    assert process.run_chunk(1, 2, scratch, curves=False).stop[0] == 2
    halt[0] = 0
    assert process.run_chunk(0, 1, scratch, curves=True).newly["reach"].tolist() == whole.newly["reach"].tolist()

"""The kernel of talk of the network equals its oracle replica by replica, and no likelier contact loses anybody."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import replicas, small_networks
from kernel_runner import pairs
from oracles.live_edge import word
from oracles.talk import Chances, talk
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.talk_of_the_network import TalkOfTheNetwork

PROBS = st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0])
SEEDS = st.integers(0, 2**64 - 1)


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def counted(graph):
    """The ties (u, v), as often as they were counted."""
    counts = [1] * graph.n_ties if graph.tie_counts is None else graph.tie_counts.tolist()
    return [tie for tie, count in zip(pairs(graph), counts, strict=True) for _ in range(count)]


@st.composite
def models(draw, **fixed):
    return TalkOfTheNetwork(
        **{
            "advertise_prob": draw(PROBS),
            "weak_prob": draw(PROBS),
            "strong_prob": draw(PROBS),
            "weak_ties": draw(st.integers(0, 3)),
            "weak": draw(st.sampled_from(["meetings", "fixed"])),
        }
        | fixed
    )


def assert_equals_the_oracle(graph, model, seeds, rng_seed, max_steps):
    chances = Chances(
        graph.n_people,
        counted(graph),
        model.advertise_prob,
        model.weak_prob,
        model.strong_prob,
        model.weak_ties,
        model.weak == "fixed",
        model.strong_ties,
    )
    for r, replica in enumerate(replicas(graph, model, seeds, 2, rng_seed=rng_seed, max_steps=max_steps)):
        expected = talk(chances, seeds, root(rng_seed), r, max_steps)
        steps = np.array(list(expected.left_at.values()), np.int64)
        newly = np.bincount(steps, minlength=expected.last_step + 1)
        assert replica.changes == {"reach": newly.tolist()}
        assert replica.last_step == expected.last_step
        found = replica.counts
        assert (found["reach"], found["unfinished"]) == (len(steps), expected.unfinished)
        for name, percent in (("t16", 16), ("t95", 95)):
            there = 100 * newly.cumsum() >= percent * graph.n_people
            assert found[name] == np.argmax(there) if there.any() else np.isnan(found[name])


@settings(max_examples=150, deadline=None)
@given(small_networks(), models(), SEEDS, st.sampled_from([0, 1, 2, 40]))
def test_equals_the_oracle(network, model, rng_seed, max_steps):
    assert_equals_the_oracle(*[network[0], model, network[1]], rng_seed, max_steps)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.none() | st.integers(0, 4), st.data(), SEEDS)
def test_equals_the_oracle_where_everybody_is_tied_to_everybody(n, strong_ties, data, rng_seed):
    model = data.draw(models(strong_ties=strong_ties))
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=2))
    assert_equals_the_oracle(complete_graph(n), model, seeds, rng_seed, 20)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([(0, 1), (1, 2), (2, 0), (0, 3)]), min_size=1, max_size=9), models(), SEEDS)
def test_parallel_ties_count_as_many(ties, model, rng_seed):
    src, dst = np.array(ties).T
    graph = Graph.from_edges(src, dst, n_people=4, parallel_ties="count")
    assert_equals_the_oracle(graph, model, [0], rng_seed, 20)


@settings(max_examples=60, deadline=None)
@given(small_networks(max_people=12), models(), st.data(), SEEDS)
def test_likelier_contacts_lose_nobody(network, model, data, rng_seed):
    graph, seeds = network
    key = data.draw(st.sampled_from(["advertise_prob", "weak_prob", "strong_prob", "weak_ties"]))
    more = data.draw(st.integers(0, 3) if key == "weak_ties" else PROBS)
    likelier = model.model_copy(update={key: max(more, getattr(model, key))})
    few, many = (replicas(graph, m, seeds, 3, rng_seed=rng_seed, max_steps=5) for m in (model, likelier))
    for a, b in zip(few, many, strict=True):
        curves = [np.pad(x.changes["reach"], (0, 6 - len(x.changes["reach"]))).cumsum() for x in (a, b)]
        assert (curves[0] <= curves[1]).all()


@settings(max_examples=30, deadline=None)
@given(small_networks(max_people=12), SEEDS)
def test_certain_strong_ties_alone_inform_one_ring_a_period(network, rng_seed):
    graph, seeds = network
    model = TalkOfTheNetwork(advertise_prob=0.0, weak_prob=0.0, strong_prob=1.0)
    rings = [set(seeds)]
    while rings[-1] or len(rings) == 1:
        rings.append({v for u, v in pairs(graph) if u in rings[-1]} - set().union(*rings))
    found = replicas(graph, model, seeds, 1, rng_seed=rng_seed)[0]
    assert found.changes["reach"] == [len(ring) for ring in rings[:1] + [ring for ring in rings[1:] if ring]]
    assert found.counts["unfinished"] == 0


def test_a_halted_replica_stops_and_the_next_one_is_whole():
    from diffusion_runner import make_process

    process = make_process(complete_graph(50), TalkOfTheNetwork(), [])
    halt = np.zeros(1, np.uint8)
    scratch = process.new_scratch(halt)
    whole = process.run_chunk(0, 1, scratch, curves=True)
    halt[0] = 1
    assert process.run_chunk(1, 2, scratch, curves=False).stop[0] == 2
    halt[0] = 0
    assert process.run_chunk(0, 1, scratch, curves=True).newly["reach"].tolist() == whole.newly["reach"].tolist()

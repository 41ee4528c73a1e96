"""The kernel of contact cascades equals its oracle replica by replica; in the order of steps, it is the cascade."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import make_process, replicas
from kernel_runner import JIT_OFF, pairs
from oracles.contact_cascade import Contact, contact_cascade, reachable
from oracles.live_edge import word
from wom_sim import Graph, IndependentCascade
from wom_sim.durations import Duration
from wom_sim.graph.layers import Layer
from wom_sim.models.contact_cascade import ContactCascade
from wom_sim.scenario.schema import MAX_STEPS

TIMES = st.sampled_from([0.0, 0.5, 1.0, 1.25, 2.0, 3.0, 5.0])
CHANCES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


@st.composite
def contact_networks(draw, *, delays=(0.0, 0.5, 2.0), max_people=6):
    """A network of few people who meet at few times, on two platforms, with a chance for each contact."""
    n = draw(st.integers(1, max_people))
    ends = [(u, v) for u in range(n) for v in range(n) if u != v]
    contact = st.tuples(st.sampled_from(ends or [(0, 0)]), TIMES, st.sampled_from("ab"), CHANCES)
    met = draw(st.lists(contact, max_size=18 if ends else 0))
    src, dst = np.array([pair for pair, *_ in met], np.int64).reshape(-1, 2).T
    graph = Graph.from_edges(
        src,
        dst,
        directed=draw(st.booleans()),
        n_people=n,
        times=np.array([time for _, time, _, _ in met]),
        layers=np.array([layer for _, _, layer, _ in met], np.str_),
        tie_columns={"p": np.array([p for *_, p in met])},
    )
    chosen = [
        Layer(name=layer.name, strength=strength, delay=Duration(draw(st.sampled_from(delays))))
        for layer, strength in zip(graph.layers, (1.0, 0.5), strict=False)
    ]
    seeds = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=min(n, 3)))
    return graph.with_layers(chosen), seeds


def contacts_of(graph, share_prob, start=0.0):
    """The contacts in order of their numbers, from the graph's arrays."""
    chances = graph.tie_column(share_prob).tolist() if isinstance(share_prob, str) else [share_prob] * graph.n_ties
    found = []
    for e, (u, v) in enumerate(pairs(graph)):
        layer = graph.layers[graph.tie_layers[e]] if graph.layers else Layer(name="none")
        time = float(graph.tie_times[e]) - start
        found.append(Contact(u, v, time, chances[e] * layer.strength, float(layer.delay)))
    return found


@settings(max_examples=60 if JIT_OFF else 300, deadline=None)
@given(
    contact_networks(),
    CHANCES | st.just("p"),
    st.sampled_from([None, 0.5, 1.0, 2.0]),
    st.sampled_from([0.0, 0.5, 2.0]),
    st.sampled_from([0.5, 1.0, 4.0]),
    st.sampled_from([0, 1, 2, MAX_STEPS]),
    st.integers(0, 2**64 - 1),
)
def test_equals_the_oracle(network, share_prob, attention, start, every, max_steps, rng_seed):
    graph, seeds = network
    model = ContactCascade(
        share_prob=share_prob,
        attention=None if attention is None else Duration(attention),
        start_at=Duration(start),
        record_every=Duration(every),
    )
    contacts = contacts_of(graph, share_prob, start)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        expected = contact_cascade(
            graph.n_people,
            contacts,
            seeds,
            root(rng_seed),
            r,
            attention=inf if attention is None else attention,
            every=every,
            max_steps=max_steps,
        )
        assert replica.joined == expected.joined
        assert replica.counts == {
            "reach": len(expected.joined),
            "last_time": expected.last_time,
            "unfinished": expected.unfinished,
        }
        assert replica.last_step == expected.last_step
        assert replica.changes["reach"] == expected.newly


@settings(max_examples=30, deadline=None)
@given(contact_networks(delays=(0.0,)))
def test_at_chance_one_those_are_reached_whom_contacts_in_order_of_time_lead_to(network):
    graph, seeds = network
    graph = graph.with_layers([Layer(name=layer.name) for layer in graph.layers])
    (found,) = replicas(graph, ContactCascade(share_prob=1.0), seeds, 1)
    assert {v for v, _ in found.joined} == reachable(contacts_of(graph, 1.0), seeds)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), CHANCES, st.integers(0, 2**64 - 1))
def test_where_people_meet_in_the_order_of_steps_it_is_the_independent_cascade(width, depth, chance, rng_seed):
    """Ranks of people, everybody of a rank meeting everybody of the next at its time: replica by replica."""
    ties = [(r * width + a, (r + 1) * width + b) for r in range(depth) for a in range(width) for b in range(width)]
    src, dst = np.array(ties).T
    lasting = Graph.from_edges(src, dst)
    met = Graph.from_edges(src, dst, times=src // width + 1)
    cascade = [r.counts["reach"] for r in live_edge(lasting, chance, rng_seed)]
    found = replicas(met, ContactCascade(share_prob=chance), [0], 5, rng_seed=rng_seed)
    assert [r.counts["reach"] for r in found] == cascade


def live_edge(graph, chance, rng_seed):
    process = make_process(graph, IndependentCascade(share_prob=chance), [0], rng_seed=rng_seed)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    for r in range(5):
        chunk = process.run_chunk(r, r + 1, scratch, curves=False)
        yield type("One", (), {"counts": {"reach": int(chunk.counts["reach"][0])}})


@settings(max_examples=30, deadline=None)
@given(contact_networks(delays=(0.0,)), st.integers(0, 2**64 - 1))
def test_likelier_contacts_and_more_starters_lose_nobody(network, rng_seed):
    graph, seeds = network

    def reached(seed_nodes, **keys):
        return [
            {v for v, _ in r.joined} for r in replicas(graph, ContactCascade(**keys), seed_nodes, 4, rng_seed=rng_seed)
        ]

    fewer = reached(seeds, share_prob=0.25)
    for more in (reached(seeds, share_prob=0.5), reached([*seeds, *({0} - set(seeds))], share_prob=0.25)):
        assert all(a <= b for a, b in zip(fewer, more, strict=True))


def test_an_abandoned_replica_leaves_the_memory_as_it_was():
    graph = Graph.from_edges([0, 1, 2], [1, 2, 3], times=[0.0, 1.0, 2.0])
    process = make_process(graph, ContactCascade(share_prob=1.0), [0])
    scratch = process.new_scratch(np.ones(1, np.uint8))
    assert process.run_chunk(0, 1, scratch, curves=True).stop.tolist() == [2]
    assert not scratch.reached.any()
    assert not scratch.passed.any()


@pytest.mark.parametrize(("times", "reach"), [([0, 0], 2), ([0, 1], 3), ([1, 0], 2)])
def test_contacts_at_the_same_time_make_no_chain(times, reach):
    graph = Graph.from_edges([0, 1], [1, 2], times=times)
    assert replicas(graph, ContactCascade(share_prob=1.0), [0], 1)[0].counts["reach"] == reach

"""The kernels of epidemics equal their oracles replica by replica; fixed to one step they are the cascade."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, replicas, small_networks
from kernel_runner import JIT_OFF, pairs
from oracles import epidemics as oracle
from oracles.epidemic_states import contact_by_contact, state_by_state
from oracles.epidemics import Rules, root, trials, waiting
from wom_sim import IndependentCascade, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.epidemics import SEIR, SI, SIR, SIS
from wom_sim.scenario.schema import MAX_STEPS

FEW = 10 if JIT_OFF else 20
CHANCES = st.sampled_from([0.0, 0.1, 0.4, 0.8, 1.0])
RATES = st.sampled_from([0.0, 0.1, 0.5, 3.0])
SEEDS = st.integers(0, 2**64 - 1)
LIMITS = st.sampled_from([0, 1, 3, 10])


@st.composite
def periods_in_steps(draw, key, fixed, chances=CHANCES):
    if draw(st.booleans()):
        length = draw(st.integers(1, 3))
        return {fixed: length}, lambda u: length
    p = draw(chances)
    return {key: p}, lambda u: trials(u, p)


@st.composite
def periods_in_days(draw, key, table):
    kind = draw(st.sampled_from(["rate", "fixed", "power_law"]))
    if kind == "rate":
        rate = draw(RATES)
        return {key: rate}, lambda u: waiting(u, rate)
    if kind == "fixed":
        return {table: {"kind": "fixed", "length": "2d"}}, lambda u: 2.0
    law = {"kind": "power_law", "minimum": "12h", "exponent": 3.0}
    return {table: law}, lambda u: 0.5 * (1.0 - u) ** (-1.0 / 2.0)


@st.composite
def epidemics(draw, kinds, clock, infect):
    """A kind of epidemic, its parameters and its periods as functions of a uniform number."""
    kind = draw(st.sampled_from(kinds))
    steps = clock == "steps"
    given_, lasting, latent = {"clock": clock, "infect_prob" if steps else "infect_rate": infect}, None, None
    if kind is not SI:
        keys, lasting = draw(
            periods_in_steps("recover_prob", "duration_steps") if steps else periods_in_days("recover_rate", "duration")
        )
        given_ |= keys
    if kind is SEIR:
        keys, latent = draw(
            periods_in_steps("onset_prob", "latent_steps") if steps else periods_in_days("onset_rate", "latent")
        )
        given_ |= keys
    return kind(**given_), lasting or (lambda u: math.inf), latent


def check(found, expected):
    assert found.joined == expected.joined
    for name, count in found.counts.items():
        if name == "unfinished":
            assert count == expected.unfinished
        elif name == "duration":
            assert count == pytest.approx(expected.duration, rel=1e-12, nan_ok=True)
        elif name == "peak_infectious_at":
            assert count == expected.peak_at
        else:
            assert count == expected.counts[name], name
    assert found.last_step == expected.last_step
    for name, changes in found.changes.items():
        if name != "reach" or expected.curves["reach"][0]:
            assert changes == expected.curves[name], name


@st.composite
def networks_with_numbers(draw, numbers):
    """A network, seed nodes, and one number for all ties or a column of them."""
    graph, seeds = draw(small_networks())
    if draw(st.booleans()) or not graph.n_ties:
        number = draw(numbers)
        return graph, seeds, number, [number] * graph.n_ties
    column = draw(st.lists(numbers, min_size=graph.n_ties, max_size=graph.n_ties))
    if not graph.directed:  # a column of an undirected network has one value an edge
        by_edge = {}
        column = [by_edge.setdefault(frozenset(pair), value) for pair, value in zip(pairs(graph), column, strict=True)]
    src, dst = np.array(pairs(graph), np.int64).reshape(-1, 2).T
    named = Graph.from_edges(src, dst, n_people=graph.n_people, tie_columns={"b": column})
    return named, seeds, "b", column


@settings(max_examples=4 * FEW)
@given(networks_with_numbers(CHANCES), st.data(), SEEDS, LIMITS | st.just(MAX_STEPS))
def test_steps_equal_the_oracle(given_network, data, rng_seed, max_steps):
    graph, seeds, infect, column = given_network
    model, lasting, latent = data.draw(epidemics((SI, SIR, SEIR), "steps", infect))
    coins = getattr(model, "duration_steps", None) == 1
    for r, found in enumerate(replicas(graph, model, seeds, 2, rng_seed=rng_seed, max_steps=max_steps)):
        rules = Rules(column, lasting, latent, coins=coins)
        check(found, oracle.in_steps(graph.n_people, pairs(graph), rules, seeds, root(rng_seed), r, max_steps))


@settings(max_examples=2 * FEW)
@given(networks_with_numbers(RATES), st.data(), SEEDS, LIMITS | st.just(MAX_STEPS), st.sampled_from(["1d", "6h"]))
def test_events_equal_the_oracle(given_network, data, rng_seed, max_steps, every):
    graph, seeds, infect, column = given_network
    model, lasting, latent = data.draw(epidemics((SI, SIR, SEIR), "events", infect))
    model = type(model)(**{**model.model_dump(exclude_none=True), "record_every": every})
    width = float(model.record_every)
    for r, found in enumerate(replicas(graph, model, seeds, 2, rng_seed=rng_seed, max_steps=max_steps)):
        rules = Rules(column, lasting, latent)
        check(found, oracle.in_time(graph.n_people, pairs(graph), rules, seeds, root(rng_seed), r, max_steps, width))


@settings(max_examples=2 * FEW)
@given(networks_with_numbers(CHANCES), st.data(), SEEDS, LIMITS)
def test_sis_in_steps_equals_the_oracle(given_network, data, rng_seed, max_steps):
    graph, seeds, infect, column = given_network
    model, lasting, _ = data.draw(epidemics((SIS,), "steps", infect))
    for r, found in enumerate(replicas(graph, model, seeds, 2, rng_seed=rng_seed, max_steps=max_steps)):
        rules = Rules(column or [0.0], lasting, again=True)
        if not graph.n_ties:
            rules = rules._replace(passing=[infect])
        check_states(found, state_by_state(graph.n_people, pairs(graph), rules, seeds, root(rng_seed), r, max_steps))


@settings(max_examples=2 * FEW)
@given(st.integers(1, 6), CHANCES, st.data(), SEEDS, LIMITS)
def test_complete_mixing_in_steps_equals_the_oracle(n, infect, data, rng_seed, max_steps):
    model, lasting, latent = data.draw(epidemics((SI, SIS, SIR, SEIR), "steps", infect))
    rules = Rules([infect], lasting, latent, again=isinstance(model, SIS), complete=True)
    for r, found in enumerate(replicas(complete_graph(n), model, [0], 2, rng_seed=rng_seed, max_steps=max_steps)):
        check_states(found, state_by_state(n, [], rules, [0], root(rng_seed), r, max_steps))


@settings(max_examples=2 * FEW)
@given(networks_with_numbers(RATES), st.data(), SEEDS, LIMITS)
def test_sis_in_events_equals_the_oracle(given_network, data, rng_seed, max_steps):
    graph, seeds, infect, column = given_network
    model, lasting, _ = data.draw(epidemics((SIS,), "events", infect))
    listeners = [[] for _ in range(graph.n_people)]
    for (u, v), rate in zip(pairs(graph), column, strict=True):
        listeners[u].append((v, rate))
    rules = Rules(column, lasting, again=True)
    for r, found in enumerate(replicas(graph, model, seeds, 2, rng_seed=rng_seed, max_steps=max_steps)):
        expected = contact_by_contact(graph.n_people, listeners, rules, seeds, root(rng_seed), r, max_steps, 1.0)
        check_states(found, expected)


@settings(max_examples=2 * FEW)
@given(st.integers(1, 6), RATES, st.data(), SEEDS, LIMITS)
def test_complete_mixing_in_events_equals_the_oracle(n, infect, data, rng_seed, max_steps):
    model, lasting, latent = data.draw(epidemics((SI, SIS, SIR, SEIR), "events", infect))
    rules = Rules([infect], lasting, latent, again=isinstance(model, SIS), complete=True)
    listeners = [[(v, infect) for v in range(n) if v != u] for u in range(n)]
    for r, found in enumerate(replicas(complete_graph(n), model, [0], 2, rng_seed=rng_seed, max_steps=max_steps)):
        expected = contact_by_contact(n, listeners, rules, [0], root(rng_seed), r, max_steps, 1.0)
        check_states(found, expected)


DENSE = Graph.from_edges(*np.random.default_rng(3).integers(0, 12, (2, 60)), n_people=12)
DENSE_MODELS = [
    (SIR(infect_prob=0.25, recover_prob=0.3), Rules([0.25] * 99, lambda u: trials(u, 0.3))),
    (
        SEIR(infect_prob=0.25, duration_steps=4, onset_prob=0.4),
        Rules([0.25] * 99, lambda u: 4, lambda u: trials(u, 0.4)),
    ),
    (SIS(infect_prob=0.1, recover_prob=0.4), Rules([0.1] * 99, lambda u: trials(u, 0.4), again=True)),
    (
        SIR(clock="events", infect_rate=0.3, recover_rate=0.3),
        Rules([0.3] * 99, lambda u: waiting(u, 0.3)),
    ),
    (
        SIS(clock="events", infect_rate=0.1, recover_rate=0.4),
        Rules([0.1] * 99, lambda u: waiting(u, 0.4), again=True),
    ),
]


@pytest.mark.parametrize(("model", "rules"), DENSE_MODELS, ids=lambda value: getattr(value, "clock", ""))
def test_where_many_could_infect_the_same_person_the_oracle_agrees(model, rules):
    """Twelve people with five listeners each, three start: people are often infected sooner by a second one."""
    ties, seeds, max_steps = pairs(DENSE), [0, 5, 7], 12
    for r, found in enumerate(replicas(DENSE, model, seeds, 40, rng_seed=4, max_steps=max_steps)):
        if model.clock == "steps" and model.kind == "sis":
            check_states(found, state_by_state(12, ties, rules, seeds, root(4), r, max_steps))
        elif model.clock == "steps":
            check(found, oracle.in_steps(12, ties, rules, seeds, root(4), r, max_steps))
        elif model.kind == "sis":
            listeners = [[(v, 0.1) for speaker, v in ties if speaker == u] for u in range(12)]
            check_states(found, contact_by_contact(12, listeners, rules, seeds, root(4), r, max_steps, 1.0))
        else:
            check(found, oracle.in_time(12, ties, rules, seeds, root(4), r, max_steps, 1.0))


def check_states(found, expected):
    """As `check`; the oracle of states keeps no curve of reach."""
    curves = {**expected.curves, "reach": found.changes["reach"]}
    check(found, expected._replace(curves=curves))
    assert sum(found.changes["reach"]) == found.counts["reach"]


@settings(max_examples=FEW)
@given(small_networks(max_people=12), CHANCES, SEEDS)
def test_one_step_of_illness_is_the_independent_cascade_replica_by_replica(network, chance, rng_seed):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed}
    cascade = simulate(graph, IndependentCascade(share_prob=chance), **options)
    found = simulate(graph, SIR(infect_prob=chance, duration_steps=1), **options)
    np.testing.assert_array_equal(found.reach, cascade.reach)
    later = simulate(graph, SEIR(infect_prob=chance, duration_steps=1, latent_steps=2), **options)
    np.testing.assert_array_equal(later.reach, cascade.reach)


@settings(max_examples=FEW)
@given(small_networks(max_people=12), CHANCES, st.sampled_from([0.1, 0.5, 1.0]), SEEDS)
def test_being_exposed_first_changes_nobody_who_is_reached(network, chance, recover, rng_seed):
    graph, seeds = network
    sir = columns(graph, SIR(infect_prob=chance, recover_prob=recover), seeds, 20, rng_seed=rng_seed)
    seir = SEIR(infect_prob=chance, recover_prob=recover, onset_prob=0.3)
    np.testing.assert_array_equal(columns(graph, seir, seeds, 20, rng_seed=rng_seed)["reach"], sir["reach"])


def test_the_calendar_is_tidied_when_waits_are_long():
    """A star seen from 3,000 hubs: arrivals are brought forward again and again, far beyond the 256 pages."""
    n = 300 if JIT_OFF else 3000
    src, dst = np.divmod(np.arange(n * 30), 30)
    graph = Graph.from_edges(src, n + dst, n_people=n + 30)
    model = SIR(infect_prob=0.0005, recover_prob=0.0001)
    found = columns(graph, model, list(range(n)), 20)
    assert (found["reach"] == n + 30).mean() > 0.9
    first = replicas(graph, model, list(range(n)), 1)[0]
    assert first == replicas(graph, model, list(range(n)), 1)[0]


def test_the_queue_of_times_stays_in_order_whatever_their_scale():
    """Rates from 1e-9 to 1e9 on one network, and many who are due at nearly the same time: as the oracle has it."""
    rng = np.random.default_rng(5)
    n = 12 if JIT_OFF else 40
    src, dst = rng.integers(0, n, (2, 6 * n))
    rates = np.where(rng.random(6 * n) < 0.7, 1e3, 10.0 ** rng.integers(-9, 10, 6 * n)).tolist()
    graph = Graph.from_edges(src, dst, n_people=n, tie_columns={"b": rates})
    column = graph.tie_column("b").tolist()
    rules = Rules(column, lambda u: math.inf)
    model = SI(clock="events", infect_rate="b")
    for r, found in enumerate(replicas(graph, model, [0, 1], 3, rng_seed=6, max_steps=MAX_STEPS)):
        check(found, oracle.in_time(n, pairs(graph), rules, [0, 1], root(6), r, MAX_STEPS, 1.0))


def test_the_queue_of_times_is_tidied_and_divided():
    """Hubs that infect all others within moments fill one run and many pages; all are infected, in order of time."""
    n = 60 if JIT_OFF else 4000
    src, dst = np.divmod(np.arange(20 * n), n)
    graph = Graph.from_edges(src, dst, n_people=n)
    model = SI(clock="events", infect_rate=0.01, record_every="1h")
    found = replicas(graph, model, list(range(20)), 2)
    assert [f.counts["reach"] for f in found] == [n, n]
    assert found == replicas(graph, model, list(range(20)), 2)

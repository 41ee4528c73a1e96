"""Lazy greedy equals trying everybody in the same worlds, world for world; who cannot be served is told whom to ask."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernel_runner import FEWER_CASES, compiled_only, pairs
from tests.oracles import celf as oracle

import wom_sim as wom
from wom_sim import Graph, ScenarioError
from wom_sim.engine.plan import prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.rng import derive_key
from wom_sim.seeding.celf import WORLDS, Celf
from wom_sim.seeding.worlds import Worlds

KEY = np.uint64(2**63 + 99)
some_cases = settings(max_examples=4 if FEWER_CASES else 15)


@st.composite
def networks(draw):
    n = draw(st.integers(2, 10))
    person = st.integers(0, n - 1)
    ties = draw(st.lists(st.tuples(person, person), min_size=1, max_size=16))
    src, dst = zip(*ties, strict=True)
    return Graph.from_edges(list(src), list(dst), directed=draw(st.booleans()), n_people=n)


models = st.one_of(
    st.just(wom.WeightedCascade()),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]).map(lambda p: wom.IndependentCascade(share_prob=p)),
)


def oracle_worlds(graph, model, n_blocks):
    ties = pairs(graph)
    if isinstance(model, wom.WeightedCascade):
        chance = [1.0 / graph.in_degree[v] for _, v in ties]
    else:
        chance = [model.share_prob] * len(ties)
    key = oracle.word(int(KEY), WORLDS)
    return oracle.worlds(graph.n_people, ties, chance, [oracle.word(key, b) for b in range(n_blocks)])


def spread_of(graph, model, **keys):
    return prepare_direct(graph, model, rng_seed=1, **keys)


def choose(graph, model, **keys):
    return Celf(**keys).choose(graph, key=KEY, spread=spread_of(graph, model))


@some_cases
@given(networks(), models, st.integers(1, 4), st.integers(0, 1))
def test_lazy_greedy_equals_greedy(graph, model, k, n_already):
    may = set(range(n_already, graph.n_people))
    k = min(k, max(len(may) - 1, 0))  # where everybody is wanted nobody is tried
    already = list(range(n_already))
    expected = oracle.greedy(oracle_worlds(graph, model, 1), may, already, k)
    choice = choose(graph, model, n_seed_nodes=k, already=tuple(already), n_worlds=512)
    assert choice.nodes.tolist() == already + expected


@some_cases
@given(networks(), models, st.data())
def test_money_is_spent_by_gain_or_by_gain_for_it(graph, model, data):
    n = graph.n_people
    costs = data.draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, 5.0]), min_size=n, max_size=n))
    budget = data.draw(st.sampled_from([1.0, 4.0, 6.0, 9.0]))
    graph = replace(graph, people_columns={"price": np.array(costs)})
    some, may = oracle_worlds(graph, model, 1), set(range(n))
    by_gain, for_money = (oracle.greedy_for_money(some, may, costs, budget, by_cost=by) for by in (False, True))
    better = max((for_money, by_gain), key=lambda people: oracle.total_reach(some, people))
    found = choose(graph, model, budget=budget, cost_per_person="price", n_worlds=512).nodes.tolist()
    assert found == better


@some_cases
@given(networks(), models)
def test_gains_are_those_of_the_worlds_and_trying_changes_nothing(graph, model):
    some, n = oracle_worlds(graph, model, 2), graph.n_people
    worlds = Worlds(spread_of(graph, model).forward(), derive_key(KEY, WORLDS), 1024)
    chosen = []
    for person in range(min(n, 3)):
        before = oracle.total_reach(some, chosen)
        adds = [oracle.total_reach(some, [*chosen, v]) - before for v in range(n)]
        assert worlds.gains(range(n)).tolist() == worlds.gains(range(n)).tolist() == adds
        assert worlds.choose([person]) == adds[person]
        chosen.append(person)
    worlds.forget()
    assert worlds.gains(range(n)).tolist() == [oracle.total_reach(some, [v]) for v in range(n)]


def test_each_tie_may_have_a_chance_of_its_own():
    ties, chance = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 0), (5, 4)], [0.9, 0.2, 0.5, 1.0, 0.0, 0.3, 0.7]
    graph = Graph.from_edges(*zip(*ties, strict=True), n_people=6, tie_columns={"p": np.array(chance)})
    key = oracle.word(int(KEY), WORLDS)
    some = oracle.worlds(6, ties, chance, [oracle.word(key, b) for b in range(2)])
    worlds = Worlds(spread_of(graph, wom.IndependentCascade(share_prob="p")).forward(), derive_key(KEY, WORLDS), 1024)
    assert worlds.gains(range(6)).tolist() == [oracle.total_reach(some, [v]) for v in range(6)]


@compiled_only
@pytest.mark.parametrize("n_worlds", [512, 1024])
def test_threads_change_nothing(n_worlds):
    rng = np.random.default_rng(1)
    graph = Graph.from_edges(rng.integers(0, 150, 400), rng.integers(0, 150, 400), n_people=150)
    one, five = (
        Worlds(spread_of(graph, wom.IndependentCascade(share_prob=0.2), threads=5).forward(), KEY, n_worlds)
        for _ in range(2)
    )
    one.threads = 1
    one.choose([3])
    five.choose([3])
    assert five.gains(range(150)).tolist() == one.gains(range(150)).tolist()
    assert five.gains(range(150)).tolist() == one.gains(range(150)).tolist()


def test_notes_claim_no_more_than_the_worlds_that_chose():
    choice = choose(Graph.from_edges([0, 0, 1], [1, 2, 3]), wom.WeightedCascade(), n_seed_nodes=1)
    assert choice.certificate is None
    assert choice.nodes.tolist() == [0]
    assert (
        "at least 63 % of the best possible reach of weighted_cascade in the 1,024 worlds that chose" in choice.notes[0]
    )


@pytest.mark.parametrize(
    ("graph", "model", "keys"),
    [
        (Graph.from_edges([0], [1]), wom.LinearThreshold(), {}),
        (Graph.from_edges([0], [1]), wom.NegativeOpinion(share_prob=0.1, quality=0.9), {}),
        (complete_graph(5), wom.IndependentCascade(share_prob=0.1), {}),
        (Graph.from_edges([0], [1]), wom.WeightedCascade(), {"max_steps": 1}),
    ],
)
def test_what_has_no_coins_of_its_own_is_sent_to_greedy(graph, model, keys):
    with pytest.raises(ScenarioError, match=r"'celf' needs a cascade .* take 'greedy'"):
        Celf(n_seed_nodes=1).choose(graph, key=KEY, spread=spread_of(graph, model, **keys))


def test_worlds_come_in_blocks():
    with pytest.raises(ScenarioError, match=r"n_worlds: .*multiple of 512"):
        Celf(n_seed_nodes=1, n_worlds=1000)


def test_worlds_that_do_not_fit_are_refused():
    forward = spread_of(Graph.from_edges([0], [1]), wom.WeightedCascade()).forward()
    with pytest.raises(wom.ResourceError, match=r"1,024 worlds of 2 people take .* lower n_worlds"):
        Worlds(replace(forward, max_bytes=100), KEY, 1024)

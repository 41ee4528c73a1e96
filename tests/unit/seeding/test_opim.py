"""What OPIM claims of a choice holds against the exact reach of every choice there is.

With a confidence of 0.999999 a claim that does not hold is a fault, not bad luck.
"""

from dataclasses import replace
from itertools import combinations
from math import e

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import wom_sim as wom
from kernel_runner import FEWER_CASES, compiled_only, pairs
from small_worlds import World, subsets, worlds
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.seeding.certificate import lower_bound, upper_bound
from wom_sim.seeding.opim import Opim
from wom_sim.theory import first_passage_exponential

SURE = 0.999999
KEY = np.uint64(31)
GREEDY, AFFORDABLE = 1 - 1 / e, 0.5


def choose(world, **keys):
    strategy = Opim(confidence=SURE, **keys)
    pool, _ = strategy.pool(world.graph, KEY)
    choice = strategy.choose(world.graph, key=KEY, spread=world.prepared())
    already, chosen = choice.nodes[: choice.n_already].tolist(), choice.nodes[choice.n_already :].tolist()
    assert already == pool.already.tolist()
    assert pool.eligible[chosen].all()
    assert len(set(choice.nodes.tolist())) == len(choice.nodes)
    return pool, choice


def check_claims(world, choice, best, *, at_least):
    """The bounds hold, the estimate is not far off, and greedy choice is as good as it must be."""
    said, reached = choice.certificate, world.reach(choice.nodes.tolist())
    slack = 1e-9 * world.graph.n_people
    assert said.at_least <= reached + slack
    assert said.best_at_most >= best - slack
    assert said.ratio <= reached / best + 1e-9
    assert reached >= at_least * best - slack
    n = world.graph.n_people
    share = min(reached / n, 1.0)
    assert abs(said.estimate - reached) <= 6 * n * np.sqrt(share * (1 - share) / said.n_sets[1]) + slack


def best_of(world, already, choices):
    return max(world.reach({*already, *some}) for some in choices)


def check_best_of_all(world, k, *, at_least=GREEDY, **keys):
    pool, choice = choose(world, n_seed_nodes=k, **keys)
    assert len(choice.nodes) == k + len(pool.already)
    may, already = np.flatnonzero(pool.eligible).tolist(), pool.already.tolist()
    check_claims(world, choice, best_of(world, already, combinations(may, k)), at_least=at_least)


@given(worlds(), st.integers(1, 3))
def test_claims_hold_against_every_choice_of_so_many(world, k):
    check_best_of_all(world, min(k, world.graph.n_people))


@given(worlds(most=7), st.data())
@settings(max_examples=20 if FEWER_CASES else 50)
def test_claims_hold_of_those_who_may_be_chosen_beside_those_who_start_already(world, data):
    people = range(world.graph.n_people)
    already = tuple(data.draw(st.sets(st.sampled_from(people), max_size=2)))
    among = tuple(data.draw(st.sets(st.sampled_from(people), min_size=1)))
    keys = {"already": already, "among": among, "control_fraction": data.draw(st.sampled_from([0.0, 0.3]))}
    pool, _ = Opim(n_seed_nodes=0, **keys).pool(world.graph, KEY)
    n_may = int(pool.eligible.sum())
    if n_may:
        check_best_of_all(world, data.draw(st.integers(1, min(n_may, 3))), **keys)


@given(worlds(most=7, kinds=("one chance", "weighted")), st.data())
@settings(max_examples=15 if FEWER_CASES else 30)
def test_claims_hold_of_segments(world, data):
    n = world.graph.n_people
    segment = np.array(data.draw(st.lists(st.sampled_from(["young", "old"]), min_size=n, max_size=n)))
    world = replace(world, graph=replace(world.graph, people_columns={"segment": segment}))
    check_best_of_all(world, 1, segments=(str(segment[0]),))
    if len(set(segment)) == 2:
        check_best_of_all(world, 1, except_segments=(str(segment[0]),))


@given(worlds(most=6, most_ties=8), st.data())
@settings(max_examples=20 if FEWER_CASES else 60)
def test_claims_hold_for_a_budget(world, data):
    n = world.graph.n_people
    costs = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.1, 1.0, 2.5, 7.0]), min_size=n, max_size=n)))
    budget = data.draw(st.sampled_from([0.3, 1.0, 3.0, 7.5, 20.0]))
    already = tuple(data.draw(st.sets(st.integers(0, n - 1), max_size=1)))
    world = replace(world, graph=replace(world.graph, people_columns={"price": costs}))
    pool, choice = choose(world, budget=budget, cost_per_person="price", already=already)
    paid = choice.nodes[choice.n_already :]
    assert costs[paid].sum() <= budget * (1 + 1e-9)
    may = np.flatnonzero(pool.eligible).tolist()
    can = [some for some in subsets(may) if costs[list(some)].sum() <= budget * (1 + 1e-9)]
    if pool.n_most:
        check_claims(world, choice, best_of(world, already, can), at_least=AFFORDABLE)
    else:
        assert len(paid) == 0


@given(worlds(most=6, most_ties=8), st.sampled_from([0.25, 0.7]), st.integers(1, 3), st.booleans())
@settings(max_examples=15 if FEWER_CASES else 40)
def test_claims_hold_where_not_everybody_asked_takes_part(world, takes_part, k, one_already):
    one_already = one_already and world.graph.n_people > 1
    k = min(k, world.graph.n_people - one_already)
    check_best_of_all(replace(world, takes_part=takes_part), k, already=(0,) if one_already else ())


def test_claims_hold_by_a_deadline_with_delays_by_chance():
    """Against the chain of who has been reached when: exponential delays, each tie with a mean of its own."""
    rng = np.random.default_rng(2)
    u, v = np.triu_indices(6, 1)
    few = rng.permutation(len(u))[:8]
    p, mean = rng.choice([0.3, 0.9], 8), rng.choice([0.5, 2.0], 8)
    graph = wom.Graph.from_edges(v[few], u[few], n_people=6, tie_columns={"p": p, "mean": mean})
    world = World(graph, TimedCascade(share_prob="p", delay={"kind": "exponential", "mean": "mean"}), horizon=2.0)
    rates = 1 / graph.tie_columns["mean"]
    for some in combinations(range(6), 2):
        world._known[some] = first_passage_exponential(
            6, pairs(graph), chances=graph.tie_columns["p"], rates=rates, seed_nodes=some, deadline=2.0
        ).sum()
    check_best_of_all(world, 2)


@compiled_only
def test_a_first_look_that_hits_nobody_does_not_ask_for_all_sets_at_once():
    """Of 3,000 people who reach nobody one is asked for: 15.8 million sets are enough whatever is seen."""
    nobody = wom.Graph.from_edges([], [], n_people=3000)
    chosen = wom.choose_seed_nodes(nobody, wom.WeightedCascade(), k=1, strategy="opim", epsilon=0.1, rng_seed=1)
    certificate = chosen.certificate
    assert certificate.n_sets[0] < 9_000_000
    assert certificate.ratio >= certificate.goal


@pytest.mark.parametrize(("n_sets", "failure"), [(1, 0.1), (7, 0.01), (60, 0.2), (400, 1e-4)])
def test_bounds_of_a_chance_fail_as_seldom_as_they_say(n_sets, failure):
    """Summed over all numbers of hits; at the edges of the bounds they fail nearly as often as they may."""
    hits = np.arange(n_sets + 1)
    low = np.array([lower_bound(int(h), n_sets, failure) for h in hits])
    high = np.array([upper_bound(float(h), n_sets, failure) for h in hits])
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()
    edges = np.concatenate((low[1:] * (1 - 1e-9), high[:-1] * (1 + 1e-9), np.linspace(0, 1, 21)))
    worst = [0.0, 0.0]
    for q in edges:
        chance = binom.pmf(hits, n_sets, q)
        for i, wrong in enumerate((chance[low > q].sum(), chance[high < q].sum())):
            assert wrong <= failure * (1 + 1e-6)
            worst[i] = max(worst[i], wrong)
    assert min(worst) > 0.99 * failure


def test_a_bound_on_hits_that_is_no_whole_number_is_rounded_up():
    assert upper_bound(2.5, 10, 0.1) == upper_bound(3, 10, 0.1) > upper_bound(2, 10, 0.1)
    assert upper_bound(9.5, 10, 0.1) == upper_bound(12, 10, 0.1) == 1.0
    assert lower_bound(0, 10, 0.1) == 0.0

"""The kernel of competing brands equals its oracle replica by replica; alike brands are one independent cascade."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import make_process, replicas, small_networks
from kernel_runner import pairs
from oracles.competitive_cascade import competitive_cascade, deal
from oracles.negative_opinion import root
from wom_sim import IndependentCascade, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.competitive_cascade import CompetitiveCascade
from wom_sim.scenario.schema import MAX_STEPS

CHANCES = st.sampled_from([0.0, 0.2, 0.6, 0.9, 1.0])
SHARES = st.sampled_from([0.0, 0.3, 1.0, 2.0])
RNG_SEEDS = st.integers(0, 2**64 - 1)
RULES = st.sampled_from(["random_neighbour", "first_brand", "random_brand"])
SPLITS = st.sampled_from(["in_turn", "blocks"])


def brands_of(chances, shares=None):
    shares = [1.0] * len(chances) if shares is None else shares
    return [
        {"name": f"b{i}", "share_prob": p, "seed_share": share}
        for i, (p, share) in enumerate(zip(chances, shares, strict=True))
    ]


def check_equal(found, expected, n_brands):
    """Hold one replica against the oracle's; within a step the order of people is not part of the definition."""
    begin = 0
    for wave in expected.waves:
        assert dict(found.joined[begin : begin + len(wave)]) == wave
        begin += len(wave)
    newly = {"reach": [len(wave) for wave in expected.waves]}
    for b in range(n_brands):
        newly[f"reach_b{b}"] = [sum(expected.brand_of[v] == b for v in wave) for wave in expected.waves]
    assert found.changes == newly
    assert found.counts == {name: sum(change) for name, change in newly.items()} | {
        "contested": expected.contested,
        "unfinished": expected.unfinished,
    }
    assert found.last_step == len(expected.waves) - 1


@settings(max_examples=150)
@given(small_networks(), st.lists(CHANCES, min_size=2, max_size=3), RULES, RNG_SEEDS, st.data())
def test_equals_the_oracle(network, chances, tie_rule, rng_seed, data):
    graph, seeds = network
    shares = data.draw(st.lists(SHARES, min_size=len(chances), max_size=len(chances)).filter(any))
    split, max_steps = data.draw(SPLITS), data.draw(st.sampled_from([0, 1, 2, MAX_STEPS]))
    model = CompetitiveCascade(brands=brands_of(chances, shares), tie_rule=tie_rule, split=split)
    ties = pairs(graph)
    each, started = [[p] * len(ties) for p in chances], dict(zip(seeds, deal(len(seeds), shares, split), strict=True))
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        expected = competitive_cascade(graph.n_people, ties, each, tie_rule, started, root(rng_seed), r, max_steps)
        check_equal(replica, expected, len(chances))


@settings(max_examples=25)
@given(RNG_SEEDS, RULES, st.data())
def test_equals_the_oracle_where_one_brand_has_chances_of_ties(rng_seed, tie_rule, data):
    ties = [(u, v) for u in range(5) for v in range(5) if u != v]
    column = data.draw(st.lists(CHANCES, min_size=20, max_size=20))
    src, dst = np.array(ties).T
    graph = Graph.from_edges(src, dst, tie_columns={"p": column})
    first = data.draw(st.sampled_from([0, 510, 5000]))
    model = CompetitiveCascade(brands=brands_of([0.4, "p", 0.7]), tie_rule=tie_rule)
    chances, started = [[0.4] * 20, column, [0.7] * 20], {3: 0, 1: 1, 0: 2}
    for r, replica in enumerate(replicas(graph, model, [3, 1, 0], 3, rng_seed=rng_seed, first=first), first):
        expected = competitive_cascade(5, ties, chances, tie_rule, started, root(rng_seed), r, MAX_STEPS)
        check_equal(replica, expected, 3)


@settings(max_examples=30)
@given(st.integers(2, 6), CHANCES, CHANCES, RULES, RNG_SEEDS)
def test_complete_mixing_equals_the_stored_network(n, p, other, tie_rule, rng_seed):
    src, dst = np.array([(u, v) for u in range(n) for v in range(n) if u != v], np.int64).T
    model = CompetitiveCascade(brands=brands_of([p, other]), tie_rule=tie_rule)
    mixing = replicas(complete_graph(n), model, [1, 0], 3, rng_seed=rng_seed)
    assert mixing == replicas(Graph.from_edges(src, dst, n_people=n), model, [1, 0], 3, rng_seed=rng_seed)


@settings(max_examples=30)
@given(small_networks(max_people=12), CHANCES, RULES, SPLITS, RNG_SEEDS)
def test_brands_alike_reach_together_whom_one_cascade_reaches(network, p, tie_rule, split, rng_seed):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed}
    cascade = simulate(graph, IndependentCascade(share_prob=p), **options)
    model = CompetitiveCascade(brands=brands_of([p, p, p]), tie_rule=tie_rule, split=split)
    found = simulate(graph, model, **options)
    np.testing.assert_array_equal(found.reach, cascade.reach)
    np.testing.assert_array_equal(found.curve, cascade.curve)
    np.testing.assert_array_equal(found.counts["unfinished"], cascade.stop)


@settings(max_examples=20)
@given(small_networks(max_people=12), CHANCES, CHANCES, RULES, RNG_SEEDS)
def test_a_brand_without_seed_nodes_changes_nothing(network, p, other, tie_rule, rng_seed):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed}
    cascade = simulate(graph, IndependentCascade(share_prob=p), **options)
    model = CompetitiveCascade(brands=brands_of([other, p], [0.0, 1.0]), tie_rule=tie_rule)
    found = simulate(graph, model, **options)
    np.testing.assert_array_equal(found.counts["reach_b1"], cascade.reach)
    np.testing.assert_array_equal(found.curve, cascade.curve)
    assert not found.counts["reach_b0"].any()
    assert not found.counts["contested"].any()


@settings(max_examples=30)
@given(small_networks(max_people=12).filter(lambda drawn: len(drawn[1]) == 3), CHANCES, CHANCES, RNG_SEEDS)
def test_by_random_neighbour_the_order_of_brands_means_nothing(network, p, other, rng_seed):
    graph, (first, *others) = network
    brands = brands_of([p, other], [1.0, 2.0])
    one, two = (
        simulate(graph, CompetitiveCascade(brands=b, split="blocks"), seed_nodes=s, n_replicas=20, rng_seed=rng_seed)
        for b, s in ((brands, [first, *others]), (brands[::-1], [*others, first]))
    )
    for name in ("reach", "reach_b0", "reach_b1", "contested"):
        np.testing.assert_array_equal(one.counts[name], two.counts[name])


def seed_nodes_of(shares, n_seeds, split):
    """How many seed nodes each brand starts with, and the brand of each."""
    graph = Graph.from_edges([], [], n_people=n_seeds)
    model = CompetitiveCascade(brands=brands_of([0.5] * len(shares), shares), split=split)
    process = make_process(graph, model, range(n_seeds))
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    counts = process.run_chunk(0, 1, scratch, curves=False).counts
    return [int(counts[f"reach_b{b}"][0]) for b in range(len(shares))], scratch.dealt.tolist()


def test_seed_nodes_are_dealt_out_in_turn_or_in_blocks():
    assert seed_nodes_of([1, 1, 1], 7, "in_turn") == ([3, 2, 2], [0, 1, 2, 0, 1, 2, 0])
    assert seed_nodes_of([1, 1, 1], 7, "blocks") == ([3, 2, 2], [0, 0, 0, 1, 1, 2, 2])
    assert seed_nodes_of([3, 1], 8, "in_turn") == ([6, 2], [0, 0, 1, 0, 0, 0, 1, 0])
    assert seed_nodes_of([2, 0, 1], 3, "blocks") == ([2, 0, 1], [0, 0, 2])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any), st.integers(0, 3), st.floats(0.01, 100.0))
def test_numbers_of_seed_nodes_that_fit_are_met_exactly(numbers, times, unit):
    given_numbers, _ = seed_nodes_of([number * unit for number in numbers], max(1, times * sum(numbers)), "in_turn")
    if times:
        assert given_numbers == [times * number for number in numbers]


def test_a_halted_replica_leaves_its_memory_clean():
    process = make_process(complete_graph(30), CompetitiveCascade(brands=brands_of([0.2, 0.3])), [0, 1])
    scratch = process.new_scratch(np.ones(1, np.uint8))
    assert process.run_chunk(0, 3, scratch, curves=True).stop.tolist() == [2] * 3
    assert not scratch.brand.any()
    assert not scratch.met.any()

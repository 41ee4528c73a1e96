"""The kernel of self-exciting posts equals its oracle replica by replica; more quality only adds posts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from oracles.live_edge import word
from oracles.self_exciting import self_exciting
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.self_exciting import SelfExciting

DIFFUSION = 7
HOUR = 1 / 24
MEMORIES = st.sampled_from(
    [
        ({"kind": "exponential", "rate_per_day": 8.0}, {"kind": "exponential", "rate": 8.0}),
        ({"kind": "exponential", "half_life": "2h"}, {"kind": "exponential", "rate": 12 * np.log(2)}),
        ({"kind": "power_law", "cutoff": "600s", "exponent": 0.8}, {"kind": "power_law", "c": 1 / 144, "theta": 0.8}),
        ({"kind": "power_law", "cutoff": "1h", "exponent": 2.0}, {"kind": "power_law", "c": HOUR, "theta": 2.0}),
        ({"kind": "seismic"}, {"kind": "seismic"}),
    ]
)
MARKS = st.sampled_from(
    [
        {"kind": "constant", "value": 3.0},
        {"kind": "constant", "value": 0.0},
        {"kind": "network"},
        {"kind": "power_law", "exponent": 3.5},
        {"kind": "power_law", "exponent": 1.5, "minimum": 2.0, "maximum": 12.0},
    ]
)
REPOSTS = st.sampled_from([0.0, 0.2, 0.5, 1.2])
BETAS = st.sampled_from([0.0, 0.4, 1.0])
SEEDS = st.integers(0, 2**64 - 1)


def own_key(rng_seed, replica):
    """The replica's key: mix64(rng_seed ^ "wom-1"), then the purpose, then the replica."""
    root = word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)
    return word(word(root, DIFFUSION), replica)


def kappa_of(memory, mean):
    """The kappa with which a post with one follower gets `mean` reposts."""
    return mean * memory["theta"] * (memory["c"] * 86_400) ** memory["theta"] if memory["kind"] == "power_law" else mean


def agrees(replica, expected):
    assert replica.counts["posts"] == expected.posts
    assert replica.counts["direct"] == expected.direct
    assert replica.counts["depth"] == expected.depth
    assert replica.counts["cut_short"] == expected.cut_short
    assert replica.counts["unfinished"] == expected.unfinished
    assert replica.counts["audience"] == pytest.approx(expected.audience, rel=1e-9)
    assert replica.counts["last_time"] == pytest.approx(expected.last_time, rel=1e-9)
    assert replica.changes["posts"] == expected.newly
    assert replica.last_step == expected.last_step


@settings(max_examples=150)
@given(
    small_networks(),
    MEMORIES,
    MARKS,
    REPOSTS,
    BETAS,
    st.sampled_from([("1h", HOUR), ("20min", HOUR / 3)]),
    st.sampled_from([0, 1, 5, 12]),
    st.sampled_from([1, 2, 7, 100]),
    SEEDS,
)
def test_equals_the_oracle(network, memories, marks, mean, beta, width, max_steps, max_posts, rng_seed):
    graph, seeds = network
    memory, numbers = memories
    kappa = kappa_of(numbers, mean / 3 if marks["kind"] == "power_law" else mean / 3**beta)
    model = SelfExciting(memory=memory, marks=marks, kappa=kappa, beta=beta, record_every=width[0], max_posts=max_posts)
    drawn = {"minimum": 1.0, "of": graph.out_degree.tolist()} | marks
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        key = own_key(rng_seed, r)
        agrees(replica, self_exciting(seeds, kappa, beta, drawn, numbers, key, width[1], max_steps, max_posts))


@given(small_networks(), SEEDS)
def test_equals_the_oracle_to_the_last_post(network, rng_seed):
    graph, seeds = network
    marks = {"kind": "constant", "value": 2.0}
    model = SelfExciting(
        memory={"kind": "exponential", "rate_per_day": 1.0}, marks=marks, kappa=0.3, max_posts=1000, record_every="3h"
    )
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed)):
        expected = self_exciting(
            seeds, 0.3, 1.0, marks, {"kind": "exponential", "rate": 1.0}, own_key(rng_seed, r), 0.125, 10**9, 1000
        )
        agrees(replica, expected)
        assert replica.counts["unfinished"] == 0


@settings(max_examples=50)
@given(MEMORIES, MARKS, SEEDS, st.sampled_from([0.1, 0.3, 0.6]))
def test_more_quality_only_adds_posts_in_every_replica(memories, marks, rng_seed, mean):
    kappa = kappa_of(memories[1], mean)
    found = []
    for factor in (1.0, 1.5):
        model = SelfExciting(memory=memories[0], marks=marks, kappa=factor * kappa, beta=0.5, max_posts=100)
        found.append(columns(complete_graph(4), model, [0], 20, rng_seed=rng_seed, max_steps=24)["posts"])
    assert (found[0] <= found[1]).all()


def test_a_constant_mark_is_complete_mixing():
    """Everybody follows everybody: n - 1 followers each."""
    values = {"memory": {"kind": "seismic"}, "kappa": 0.2, "max_posts": 500}
    one = columns(complete_graph(5), SelfExciting(marks={"kind": "network"}, **values), [2], 200, max_steps=48)
    other = columns(
        complete_graph(5), SelfExciting(marks={"kind": "constant", "value": 4.0}, **values), [2], 200, max_steps=48
    )
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_posts_come_in_order_of_time_up_to_the_limit():
    """A smaller limit keeps the first posts of the same cascade."""
    curves = []
    for max_posts in (30, 300):
        model = SelfExciting(
            memory={"kind": "exponential", "rate_per_day": 24.0},
            marks={"kind": "constant", "value": 1.0},
            branching_factor=3.0,
            record_every="20min",
            max_posts=max_posts,
        )
        (replica,) = replicas(complete_graph(1), model, [0], 1, rng_seed=5, max_steps=500)
        assert (replica.counts["posts"], replica.counts["cut_short"], replica.stop) == (max_posts, 1, 1)
        curves.append(np.cumsum(replica.changes["posts"]))
    last = len(curves[0]) - 1
    assert last > 0
    assert curves[0][:last].tolist() == curves[1][:last].tolist()


def test_starters_have_their_own_followers_and_scratch_is_left_clean():
    graph = Graph.from_edges(np.zeros(500, np.int64), np.arange(1, 501), n_people=501)
    model = SelfExciting(memory={"kind": "seismic"}, marks={"kind": "network"}, kappa=0.1, max_posts=1000)
    hub, leaf = (columns(graph, model, [v], 40, max_steps=24 * 365)["direct"] for v in (0, 7))
    assert hub.min() > 10
    assert (leaf == 0).all()
    process = make_process(graph, model, [0, 3], max_steps=1)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    process.run_chunk(0, 5, scratch, curves=True)
    assert (scratch.place == -1).all()


def test_a_halted_replica_says_so():
    model = SelfExciting(memory={"kind": "seismic"}, marks={"kind": "network"}, kappa=2.0, max_posts=50)
    process = make_process(complete_graph(9), model, [0], max_steps=10**6)
    scratch = process.new_scratch(np.ones(1, np.uint8))
    assert process.run_chunk(0, 1, scratch, curves=False).stop.tolist() == [2]
    assert (scratch.place == -1).all()

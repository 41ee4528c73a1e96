"""Self-exciting posts: branching factors as published, what is refused, and that a run works as any other."""

import numpy as np
import pytest

import wom_sim as wom
from networks import NO_SETTING
from wom_sim import ScenarioError
from wom_sim.errors import GraphError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.self_exciting import SelfExciting

NONE = np.zeros(0)
A_DAY = {"kind": "exponential", "rate_per_day": 1.0}
TWITTER = {"kind": "power_law", "exponent": 2.016}
ALIKE = {"kind": "constant", "value": 1.0}
BESIDE = "beside branching_factor"


def posts(**values):
    return SelfExciting(**{"memory": A_DAY, "marks": ALIKE} | values)


def test_published_branching_factors():
    """Mishra, Rizoiu & Xie (2016): the fitted cascade (its printed rounding: 1e-3), and the kernel of its figure."""
    fitted = {"kind": "power_law", "cutoff": "250.657531s", "exponent": 1.338108}
    assert posts(memory=fitted, marks=TWITTER, kappa=1.0, beta=1.015493).branching(NONE) == pytest.approx(
        0.9222946, abs=1e-3
    )
    shown = {"kind": "power_law", "cutoff": "10s", "exponent": 0.8}
    assert posts(memory=shown, marks=TWITTER, kappa=0.8, beta=0.6).branching(NONE) == pytest.approx(0.38708, abs=5e-6)
    assert posts(marks=TWITTER, kappa=0.8, beta=0.6).branching(NONE) == pytest.approx(0.8 * 1.016 / 0.416)


def test_the_branching_factor_of_other_followers():
    four = np.array([4.0])
    assert posts(marks={"kind": "constant", "value": 4.0}, kappa=0.1, beta=0.5).branching(four) == pytest.approx(0.2)
    assert posts(marks={"kind": "network"}, kappa=0.1).branching(np.array([0.0, 6.0])) == pytest.approx(0.3)
    assert posts(marks={"kind": "network"}, kappa=0.1, beta=0.0).branching(np.array([0.0, 6.0])) == pytest.approx(0.1)
    assert posts(marks=TWITTER, kappa=0.1, beta=1.5).branching(NONE) == np.inf
    assert posts(marks=TWITTER, kappa=0.0, beta=1.5).branching(NONE) == 0.0
    limited = TWITTER | {"maximum": 50.0}
    assert posts(marks=limited, branching_factor=0.8, beta=1.016).branching(NONE) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "kappa: needs this or branching_factor, got neither; give one"),
        ({"kappa": 1.0, "branching_factor": 0.5}, "kappa: needs this or branching_factor, got both; give one"),
        ({"kappa": -1.0}, "kappa: must be at least 0, got -1.0"),
        (
            {"branching_factor": 0.5, "marks": TWITTER, "beta": 1.1},
            f"beta: must be below marks.exponent - 1 = 1.016 {BESIDE}, got 1.1; lower it, or give marks.maximum",
        ),
        (
            {"kappa": 1.0, "memory": {"kind": "exponential"}},
            "memory.rate_per_day: kind 'exponential' needs this or half_life, got neither; give one",
        ),
        (
            {"kappa": 1.0, "memory": A_DAY | {"half_life": "1h"}},
            "memory.rate_per_day: kind 'exponential' needs this or half_life, got both; give one",
        ),
        (
            {"kappa": 1.0, "memory": {"kind": "power_law", "exponent": 0.8}},
            "memory.cutoff: is missing; kind 'power_law' needs it",
        ),
        (
            {"kappa": 1.0, "memory": {"kind": "seismic", "cutoff": "300s"}},
            "memory.cutoff: not with kind 'seismic'; remove it",
        ),
        ({"kappa": 1.0, "marks": {"kind": "power_law"}}, "marks.exponent: is missing; kind 'power_law' needs it"),
        (
            {"kappa": 1.0, "marks": {"kind": "network", "value": 3.0}},
            "marks.value: not with kind 'network'; remove it",
        ),
        (
            {"kappa": 1.0, "marks": TWITTER | {"maximum": 1.0}},
            "marks.maximum: must be above minimum = 1, got 1",
        ),
    ],
)
def test_refuses_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        posts(**values)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("values", "goes_on"),
    [
        ({"branching_factor": 0.9}, False),
        ({"branching_factor": 1.0}, True),
        ({"kappa": 0.9}, False),
        ({"kappa": 0.9, "marks": {"kind": "constant", "value": 2.0}}, True),
        ({"kappa": 0.1, "marks": TWITTER, "beta": 0.9}, False),
        ({"kappa": 0.1, "marks": TWITTER, "beta": 1.0}, True),
        ({"kappa": 0.1, "marks": {"kind": "network"}}, True),
        ({"branching_factor": 0.1, "memory": {"kind": "seismic"}}, True),
    ],
)
def test_a_horizon_is_needed_where_a_cascade_may_go_on(values, goes_on):
    model = posts(**values)
    assert model.may_go_on() == goes_on
    if goes_on:
        with pytest.raises(ScenarioError, match="horizon"):
            wom.simulate(complete_graph(2), model, seed_nodes=[0], n_replicas=2)


def test_counted_parallel_ties_are_not_followers():
    graph = Graph.from_edges(np.array([0, 0]), np.array([1, 1]), n_people=2, parallel_ties="count")
    with pytest.raises(GraphError, match="parallel ties"):
        posts(kappa=0.1, marks={"kind": "network"}).compile(graph, NO_SETTING)
    posts(kappa=0.1).compile(graph, NO_SETTING)


def test_what_a_run_shows_and_says():
    model = posts(kappa=0.5, record_every="6h", max_posts=1000)
    found = wom.simulate(complete_graph(3), model, seed_nodes=[0, 1], n_replicas=50, rng_seed=4, horizon="1d")
    assert found.main_curve == "posts"
    assert found.curve[:, 0].tolist() == [2] * 50
    assert found.curve.shape[1] == 5
    assert {"posts", "direct", "depth", "cut_short", "audience", "last_time"} <= set(found.to_frame())
    assert "branching factor, reposts of a repost in the mean, is 0.5" in " ".join(found.warnings)
    assert found.plot().axes
    alone = wom.simulate(
        Graph.from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), n_people=3),
        posts(branching_factor=0.5, marks={"kind": "network"}, max_posts=10),
        seed_nodes=[0],
        n_replicas=5,
        rng_seed=4,
    )
    assert (alone.counts["posts"] == 1).all()
    assert "nobody has followers" in " ".join(alone.warnings)

"""Timed cascade: what it refuses, and how it runs through the front door."""

import numpy as np
import pytest

from wom_sim import GraphError, ScenarioError, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.in_use import settings_of
from wom_sim.models.timed_cascade import TimedCascade

EXPONENTIAL = {"kind": "exponential", "mean": "1d"}
TIES = Graph.from_edges([0, 1], [1, 2], tie_columns={"days": [0.5, 2.0], "much": [0.001, 4e5]})


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        (
            {"kind": "expo", "mean": "1d"},
            (
                "delay.kind: must be one of 'fixed', 'exponential', 'weibull', 'random_weibull' or 'power_law', "
                "got 'expo'; did you mean 'exponential'?"
            ),
        ),
        ("1d", "delay: must be a table, got '1d'"),
        ({"kind": "exponential"}, "delay.mean: is missing; kind 'exponential' needs it"),
        (
            EXPONENTIAL | {"scale": "3d"},
            "delay.scale: not with kind 'exponential', which takes mean; remove it",
        ),
        ({"kind": "exponential", "mean": "0d"}, """delay.mean: must be longer than "0d", got '0d'"""),
        (
            {"kind": "exponential", "mean": "2 days"},
            'delay.mean: must be a duration such as "6h", "1d" or "2w", or the name of a tie column, got \'2 days\'',
        ),
        (
            {"kind": "exponential", "mean": 2},
            'delay.mean: must be a duration such as "6h", "1d" or "2w", got 2',
        ),
        (
            {"kind": "weibull", "scale": "1d", "shape": "0.7"},
            "delay.shape: must be a number without quotes, or the name of a tie column, got '0.7'",
        ),
        ({"kind": "weibull", "scale": "1d", "shape": 0.0}, "delay.shape: must be at least 0.01, got 0.0"),
        (
            {"kind": "power_law", "minimum": "1d", "exponent": 0.01},
            "delay.exponent: must be at least 0.1, got 0.01",
        ),
    ],
)
def test_refuses_wrong_delays_in_one_line(delay, said):
    with pytest.raises(ScenarioError) as caught:
        TimedCascade(share_prob=0.5, delay=delay)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("graph", "keys", "said"),
    [
        (TIES, {"delay": {"kind": "exponential", "mean": "often"}}, "the network has no tie column 'often'"),
        (
            TIES,
            {"delay": {"kind": "weibull", "scale": "days", "shape": "much"}},
            r"tie column 'much' must lie in \[0.01, 100\], got 0.001",
        ),
        (
            TIES,
            {"delay": {"kind": "exponential", "mean": "much"}},
            r"tie column 'much' must lie in \[0, 365250\], got 400000",
        ),
        (TIES, {"share_prob": "days"}, r"tie column 'days' must lie in \[0, 1\], got 2"),
        (
            complete_graph(3),
            {"delay": {"kind": "exponential", "mean": "days"}},
            "delay.mean names the tie column 'days', but everybody-to-everybody has no columns",
        ),
        (
            complete_graph(3),
            {"delay": {"kind": "random_weibull", "scale_to": "10d", "shape_to": 10.0}},
            "delay.kind: 'random_weibull' draws for each tie, but everybody-to-everybody stores none",
        ),
    ],
)
def test_refuses_columns_that_do_not_fit(graph, keys, said):
    model = TimedCascade(**{"share_prob": 0.5, "delay": EXPONENTIAL} | keys)
    with pytest.raises(GraphError, match=said):
        simulate(graph, model, seed_nodes=[0], n_replicas=2, rng_seed=1, horizon="5d")


def test_long_tails_need_a_horizon():
    for delay, needs_one in (
        (EXPONENTIAL, False),
        ({"kind": "fixed", "length": "1d"}, False),
        ({"kind": "weibull", "scale": "1d", "shape": 1.0}, False),
        ({"kind": "weibull", "scale": "1d", "shape": 0.2}, True),
        ({"kind": "power_law", "minimum": "1h", "exponent": 1.0}, True),
    ):
        assert TimedCascade(share_prob=0.5, delay=delay).may_go_on() == needs_one


def test_says_which_settings_play_a_part():
    model = TimedCascade(share_prob=0.5, delay=EXPONENTIAL)
    said = {used.key: used.origin for used in settings_of(model, "model")}
    assert said == {
        "model.kind": "default",
        "model.share_prob": "given",
        "model.delay.kind": "given",
        "model.delay.mean": "given",
        "model.record_every": "assumption",
    }


def test_a_longer_horizon_continues_a_shorter_one():
    """Curves of a run of five days are the beginnings of those of nine; drawn delays stay what they are."""
    rng = np.random.default_rng(3)
    graph = Graph.from_edges(rng.integers(0, 60, 200), rng.integers(0, 60, 200), n_people=60)
    model = TimedCascade(share_prob=0.6, delay={"kind": "random_weibull", "scale_to": "10d", "shape_to": 10.0})
    short, long = (
        simulate(graph, model, seed_nodes=[0, 1], n_replicas=40, rng_seed=2, horizon=horizon)
        for horizon in ("5d", "9d")
    )
    width = short.curve.shape[1]
    np.testing.assert_array_equal(short.curve, long.curve[:, :width])
    assert (short.counts["last_time"] <= 5).all()
    assert (long.counts["last_time"] <= 9).all()
    assert (long.reach > short.reach).any()

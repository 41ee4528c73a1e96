"""Theory over a simulation: where it applies the mean lies on it, elsewhere that is said."""

import dataclasses

import networkx as nx
import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.graph.csr import complete_graph

DIAMOND = wom.Graph.from_edges([0, 0, 1, 2], [1, 2, 3, 3])


def run(graph, model, **options):
    return wom.simulate(graph, model, **{"n_replicas": 2000, "rng_seed": 6, **options})


def farthest(result):
    """Largest distance between mean and theory over all steps, in standard errors."""
    line = result.theory_line().heights
    mean, error = result.curve.mean(axis=0), result.curve.std(axis=0, ddof=1) / np.sqrt(result.n_replicas)
    return np.max(np.abs(mean - line)[error > 0] / error[error > 0])


def test_a_small_network_is_enumerated():
    result = run(DIAMOND, wom.IndependentCascade(share_prob=0.5), seed_nodes=[0])
    assert farthest(result) < 4
    assert result.theory_line().heights.tolist() == [1.0, 2.0, 2.4375]


@compiled_only
def test_a_large_random_network_with_random_starters():
    n, graph = 20_000, nx.random_regular_graph(4, 20_000, seed=3)
    starters = np.random.default_rng(4).permutation(n)[:2000].tolist()
    result = run(graph, wom.IndependentCascade(share_prob=0.4), seed_nodes=starters, n_replicas=40)
    line = result.theory_line()
    # The network and the starters are one draw: 1 % beside the error of 40 replicas.
    np.testing.assert_allclose(result.curve.mean(axis=0)[:12], line.heights[:12], rtol=0.01)
    assert "random network with these degrees" in line.says


def test_the_picture_has_a_dashed_line():
    result = run(DIAMOND, wom.IndependentCascade(share_prob=0.5), seed_nodes=[0])
    labels = [text.get_text() for text in result.plot(theory=True).axes[0].get_legend().get_texts()]
    assert "theory: all live-edge graphs" in labels
    assert "mean of replicas" in labels
    assert "mean of replicas" not in [text.get_text() for text in result.plot().axes[0].get_legend().get_texts()]


def test_says_where_no_theory_is_known():
    ties = np.arange(30)
    result = run(wom.Graph.from_edges(ties, ties + 1), wom.LinearThreshold(), seed_nodes=[0])
    twice = wom.Graph.from_edges(np.tile(ties, 2), np.tile(ties + 1, 2), directed=False, layers=["a"] * 30 + ["b"] * 30)
    with pytest.raises(wom.ResultError, match="theory: none is known of independent_cascade"):
        run(twice, wom.IndependentCascade(share_prob=0.2), seed_nodes=[0]).theory_line()
    with pytest.raises(wom.ResultError, match="theory: none is known of linear_threshold on this network"):
        result.plot(theory=True)


def starters_of(n_people, n_starters):
    return np.random.default_rng(9).permutation(n_people)[:n_starters].tolist()


def test_a_crowd_is_counted():
    crowd = dataclasses.replace(complete_graph(6), people_columns={"needs": np.array([0, 9, 4, 0, 2, 3])})
    result = run(crowd, wom.Threshold(count="needs"), seed_nodes=[1], n_replicas=1)
    assert result.theory_line().heights.tolist() == result.curve[0].tolist() == [1, 3, 5, 6]
    result = run(complete_graph(6), wom.Threshold(fraction=0.4), seed_nodes=[1, 2], n_replicas=1)
    assert result.theory_line().heights.tolist() == result.curve[0].tolist() == [2, 6]


@compiled_only
@pytest.mark.parametrize("keys", [{"fraction": 0.18}, {"count": 2}])
def test_thresholds_on_a_random_network(keys):
    """The network and the starters are one draw: on the way 2 % of the people, and a thousandth in the end."""
    n = 50_000
    graph = nx.fast_gnp_random_graph(n, 6.0 / n, seed=3)
    result = run(graph, wom.Threshold(**keys), seed_nodes=starters_of(n, 5_000), n_replicas=1)
    off = np.abs(result.curve[0] - result.theory_line().heights) / n
    assert off.max() < 0.02
    assert off[-1] < 0.001


def test_thresholds_where_everybody_adopts():
    """Chances that rounding puts above 1 do not spoil the line."""
    n = 20_000
    graph = wom.Graph.from_networkx(nx.barabasi_albert_graph(n, 4, seed=1))
    line = wom.Threshold(fraction=0.3).theory_line(graph, np.arange(4_000, dtype=np.int32), 50)
    assert line.heights[-1] == pytest.approx(n)


TWENTY_DAYS = {"horizon": "20d", "n_replicas": 400}


@compiled_only
@pytest.mark.parametrize(
    ("graph", "keys", "says"),
    [
        (complete_graph(300), {}, "birth chain"),
        (complete_graph(300), {"record_every": "12h"}, "birth chain"),
        (nx.cycle_graph(2_000), {}, "endless ring"),
        (nx.random_regular_graph(4, 10_000, seed=1), {}, "endless random network"),
        (nx.random_regular_graph(1, 2_000, seed=1), {}, "pairs"),
        (complete_graph(20_000), {}, "endless crowd"),
        (complete_graph(10_000), {"clock": "steps"}, "endless crowd, by steps"),
        (complete_graph(10_000), {"clock": "steps", "hazard": "linear", "step": "12h"}, "endless crowd, by steps"),
    ],
    ids=str,
)
def test_bass_where_its_mean_is_known(graph, keys, says):
    result = run(graph, wom.Bass(innovate_rate=0.03, imitate_rate=0.38, **keys), **TWENTY_DAYS)
    assert says in result.theory_line().says
    # A crowd of 10,000 is up to 2 people off the endless one, where an error is 5 people or more.
    assert farthest(result) < 4


@compiled_only
@pytest.mark.parametrize(
    ("keys", "n_starters"),
    [
        ({"contact_rate": 3.0, "spread_prob": 0.8, "stifle_prob": 0.7, "forget_rate": 0.4, "record_every": "6h"}, 200),
        ({"rule": "daley_kendall"}, 200),
        ({"clock": "steps", "contact_prob": 0.5}, 200),
    ],
)
def test_rumours_of_many_starters(keys, n_starters):
    """A crowd of 20,000 is up to ten people off the endless one on the way, where the front's luck is bent."""
    result = run(complete_graph(20_000), wom.Rumour(**keys), seed_nodes=range(n_starters), n_replicas=60)
    mean, error = result.curve.mean(axis=0), result.curve.std(axis=0, ddof=1) / np.sqrt(60)
    assert (np.abs(mean - result.theory_line().heights) < 4 * error + 10).all()


POSTS = {"marks": {"kind": "constant", "value": 3.0}, "branching_factor": 0.6, "max_posts": 20_000}


@compiled_only
@pytest.mark.parametrize(
    ("memory", "record_every"),
    [
        ({"kind": "exponential", "half_life": "6h"}, "3h"),
        ({"kind": "power_law", "cutoff": "10min", "exponent": 0.8}, "1h"),
        ({"kind": "seismic"}, "1d"),
    ],
)
def test_posts_of_several_starters(memory, record_every):
    model = wom.SelfExciting(memory=memory, record_every=record_every, **POSTS)
    result = run(complete_graph(5), model, seed_nodes=[0, 1, 2], n_replicas=20_000, horizon="3d")
    assert farthest(result) < 4


@compiled_only
def test_starters_have_their_own_followers():
    marks = {"marks": {"kind": "network"}, "memory": {"kind": "exponential", "rate_per_day": 2.0}}
    model = wom.SelfExciting(**POSTS | marks, beta=0.5)
    result = run(DIAMOND, model, seed_nodes=[0, 3], n_replicas=20_000, horizon="3d")
    assert farthest(result) < 4


@pytest.mark.parametrize(
    ("graph", "model", "options"),
    [
        (complete_graph(20), wom.Threshold(random_fraction={"distribution": "uniform"}), {"seed_nodes": [0]}),
        (DIAMOND, wom.Threshold(fraction=0.5), {"seed_nodes": [0]}),
        (complete_graph(20), wom.Bass(innovate_rate=0.1, imitate_rate=0.1), {"seed_nodes": [0], "horizon": "5d"}),
        (complete_graph(20), wom.Bass(innovate_rate=0.0, imitate_rate=0.1), {"horizon": "5d"}),
        (nx.path_graph(5), wom.Bass(innovate_rate=0.1, imitate_rate=0.1), {"horizon": "5d"}),
        (complete_graph(20), wom.Rumour(), {"seed_nodes": [0]}),
        (complete_graph(50), wom.Rumour(failures=2), {"seed_nodes": range(30)}),
        (complete_graph(50), wom.Rumour(stifle_prob=0.0), {"seed_nodes": range(30)}),
        (
            complete_graph(2),
            wom.SelfExciting(memory={"kind": "seismic"}, marks={"kind": "network"}, branching_factor=1.1, max_posts=50),
            {"seed_nodes": [0], "horizon": "1d"},
        ),
    ],
)
def test_says_so_of_these_models_too(graph, model, options):
    with pytest.raises(wom.ResultError, match=f"theory: none is known of {model.kind} on this network"):
        run(graph, model, n_replicas=2, **options).theory_line()

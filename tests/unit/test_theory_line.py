"""Theory over a simulation: where it applies the mean lies on it, elsewhere that is said."""

import networkx as nx
import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only

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
    with pytest.raises(wom.ResultError, match="theory: none is known of linear_threshold on this network"):
        result.plot(theory=True)

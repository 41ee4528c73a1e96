"""Bounded confidence: what it refuses, and how it runs through the front door."""

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim import ScenarioError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.deffuant import Deffuant
from wom_sim.testing import check_model


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "confidence: is missing"),
        ({"confidence": 0.0}, "confidence: must be at least 0.01, got 0.0"),
        ({"confidence": 0.3, "convergence": 0.6}, "convergence: must be at most 0.5, got 0.6"),
        ({"confidence": 0.3, "convergence": 0.0}, "convergence: must be above 0, got 0.0"),
        ({"confidence": 0.3, "seed_opinion": 2.0}, "seed_opinion: must be at most 1, got 2.0"),
        (
            {"confidence": 0.02, "tolerance": 0.01},
            "tolerance: must be at most confidence / 4 = 0.005, got 0.01; lower it",
        ),
    ],
)
def test_refuses_in_one_line(keys, said):
    with pytest.raises(ScenarioError) as caught:
        Deffuant(**keys)
    assert str(caught.value) == said


@compiled_only
@pytest.mark.parametrize(
    "model",
    [
        Deffuant(confidence=0.3),
        Deffuant(confidence=0.1, convergence=0.2, opinion="view"),
        Deffuant(confidence=1.0, tolerance=0.1, seed_opinion=0.0),
    ],
)
def test_keeps_what_every_model_keeps(model):
    assert check_model(model)


def test_refuses_opinions_out_of_range():
    pair = Graph.from_edges([0], [1])
    graph = Graph(
        pair.indptr, pair.indices, directed=True, labels=pair.labels, people_columns={"view": np.array([0.2, 1.5])}
    )
    with pytest.raises(ScenarioError, match=r"model.opinion: column 'view': must .* got 1.5"):
        wom.simulate(graph, Deffuant(confidence=0.3, opinion="view"), n_replicas=2, rng_seed=1)
    with pytest.raises(ScenarioError, match=r"model.opinion: there is no column 'views' of people"):
        wom.simulate(graph, Deffuant(confidence=0.3, opinion="views"), n_replicas=2, rng_seed=1)


def test_what_a_run_shows():
    found = wom.simulate(complete_graph(200), Deffuant(confidence=0.3), n_replicas=20, rng_seed=4, max_steps=30)
    assert found.main_curve == "largest_cluster"
    assert (found.curve[:, 0] < found.curve[:, -1]).all()
    assert (found.counts["largest_share"] == found.counts["largest_cluster"] / 200).all()
    assert {"clusters", "major_clusters", "mean_opinion", "spread"} <= set(found.to_frame())
    assert found.plot().axes


def test_seed_nodes_start_with_their_opinion():
    """Two of four hold 1, the others 0 by a column; nobody listens across: nothing ever happens."""
    graph = Graph.from_edges([0, 1, 2], [1, 2, 3], directed=False)
    graph = Graph(
        graph.indptr, graph.indices, directed=False, labels=graph.labels, people_columns={"view": np.zeros(4)}
    )
    found = wom.simulate(graph, Deffuant(confidence=0.9, opinion="view"), seed_nodes=[0, 3], n_replicas=3, rng_seed=1)
    assert found.counts["clusters"].tolist() == [2] * 3
    assert found.counts["spread"].tolist() == [0.5] * 3
    assert found.counts["mean_opinion"].tolist() == [0.5] * 3

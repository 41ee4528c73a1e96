"""Negative opinions: what they refuse, and that they run as any model does."""

import pytest

from networks import NO_SETTING
from wom_sim import Graph, GraphError, ScenarioError, simulate
from wom_sim.graph.csr import complete_graph
from wom_sim.models.negative_opinion import NegativeOpinion


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"share_prob": 0.1}, "quality: is missing"),
        ({"share_prob": 1.1, "quality": 0.9}, "share_prob: must be at most 1, got 1.1"),
        ({"share_prob": 0.1, "quality": -0.5}, "quality: must be at least 0, got -0.5"),
        ({"share_prob": 0.1, "quality": "q"}, "quality: must be a number, got 'q'"),
        ({"share_prob": 0.1, "qualty": 0.5}, "unknown key 'qualty' of NegativeOpinion; did you mean 'quality'?"),
    ],
)
def test_refuses_wrong_parameters_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        NegativeOpinion(**values)
    assert str(caught.value) == said


def test_names_its_tie_column_and_what_is_wrong_with_it():
    model = NegativeOpinion(share_prob="p", quality=0.9)
    assert model.tie_columns() == {"p": (0.0, 1.0)}
    with pytest.raises(GraphError, match=r"tie column 'p' must lie in \[0, 1\], got 2"):
        model.compile(Graph.from_edges([0], [1], tie_columns={"p": [2.0]}), NO_SETTING)
    with pytest.raises(GraphError, match="everybody-to-everybody has no columns"):
        model.compile(complete_graph(3), NO_SETTING)


def test_runs_and_says_what_it_counts():
    graph = Graph.from_edges([0, 0, 1], [1, 2, 3])
    found = simulate(graph, NegativeOpinion(share_prob=1.0, quality=0.5), seed_nodes=[0], n_replicas=50, rng_seed=1)
    names = ["replica", "reach", "positive", "negative", "expected_positive"]
    assert list(found.to_frame())[:5] == names
    assert found.counts["expected_positive"].tolist() == [0.5 + 2 * 0.25 + 0.125] * 50
    assert "people reached who dislike it" in " ".join(found.tables()["summary"]["definition"])

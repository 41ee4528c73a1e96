"""Competing brands: what they refuse, and that they run as any model does, with counts named after brands."""

import pytest

from networks import NO_SETTING
from wom_sim import Graph, GraphError, ScenarioError, simulate
from wom_sim.graph.csr import complete_graph
from wom_sim.models.competitive_cascade import CompetitiveCascade

A, B = {"name": "a", "share_prob": 0.5}, {"name": "b", "share_prob": 0.5}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "brands: is missing"),
        ({"brands": [A]}, "brands: must be two at least, got 1; one is an independent_cascade"),
        ({"brands": [A] * 17}, "brands: must have at most 16 characters or entries"),
        ({"brands": [A, {"name": "b"}]}, "brands.b.share_prob: is missing"),
        ({"brands": [A, B | {"share_prob": 3}]}, "brands.b.share_prob: must be at most 1, got 3"),
        ({"brands": [A, B | {"seed_share": -1.0}]}, "brands.b.seed_share: must be at least 0, got -1.0"),
        ({"brands": [A, A]}, "brands: names must be unique, got 'a' 2 times; rename one"),
        (
            {"brands": [A | {"seed_share": 0.0}, B | {"seed_share": 0.0}]},
            "brands: seed_share must be above 0 for one brand at least, got 0 for all",
        ),
        (
            {"brands": [A, B | {"name": "b & c"}]},
            'brands.b & c.name: must be letters, digits, "_" or "-", got \'b & c\'',
        ),
        (
            {"brands": [A, B], "tie_rule": "x"},
            "tie_rule: must be one of 'random_neighbour', 'first_brand' or 'random_brand', got 'x'",
        ),
    ],
)
def test_refuses_wrong_parameters_in_one_line(values, said):
    with pytest.raises(ScenarioError) as caught:
        CompetitiveCascade(**values)
    assert str(caught.value) == said


def test_names_its_tie_columns_and_what_is_wrong_with_them():
    model = CompetitiveCascade(brands=[A, B | {"share_prob": "p"}])
    assert model.tie_columns() == {"p": (0.0, 1.0)}
    with pytest.raises(GraphError, match=r"tie column 'p' must lie in \[0, 1\], got 2"):
        model.compile(Graph.from_edges([0], [1], tie_columns={"p": [2.0]}), NO_SETTING)
    with pytest.raises(GraphError, match="everybody-to-everybody has no columns"):
        model.compile(complete_graph(3), NO_SETTING)


def test_runs_and_says_what_it_counts():
    graph = Graph.from_edges([0, 1, 2], [2, 2, 3])
    certain = [brand | {"share_prob": 1.0} for brand in (A, B)]
    model = CompetitiveCascade(brands=certain, tie_rule="first_brand")
    found = simulate(graph, model, seed_nodes=[1, 0], n_replicas=50, rng_seed=1)
    assert list(found.to_frame())[:5] == ["replica", "reach", "reach_a", "reach_b", "contested"]
    assert [found.counts[name].tolist() for name in ("reach_a", "reach_b", "contested")] == [
        [3] * 50,
        [1] * 50,
        [1] * 50,
    ]
    summary = found.tables()["summary"]
    said = dict(zip(summary["metric"], summary["definition"], strict=True))
    assert said["reach_b"] == "adopters of b, seed nodes included"
    assert found.plot().axes


def test_the_order_of_starters_is_part_of_the_case_and_a_set_has_none():
    model = CompetitiveCascade(brands=[{"name": "a", "share_prob": 1.0}, {"name": "b", "share_prob": 0.0}])
    graph = Graph.from_edges([0, 1], [1, 2], n_people=4)
    options = {"n_replicas": 1, "rng_seed": 1}
    one, other = (simulate(graph, model, seed_nodes=s, **options) for s in ([0, 3], [3, 0]))
    assert one.case_id != other.case_id
    assert simulate(graph, model, seed_nodes={3, 0}, **options).case_id == one.case_id

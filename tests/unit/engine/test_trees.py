"""Trees of who followed whom: measured in every replica, and read back as cascades like observed ones."""

import numpy as np
import pytest

import wom_sim as wom
from wom_sim.scenario.load import scenario_from

CHAIN = wom.Graph.from_edges([0, 1, 2], [1, 2, 3])
STAR = wom.Graph.from_edges([0] * 9, range(1, 10))
RANDOM = wom.Graph.from_edges(np.arange(600) % 97, (np.arange(600) * 31 + 7) % 97)


def run(graph, model=None, **options):
    settings = {"seed_nodes": [0], "n_replicas": 40, "rng_seed": 3, "trees": True, **options}
    return wom.simulate(graph, model or wom.IndependentCascade(share_prob=1.0), **settings)


def test_a_chain_and_a_star():
    chain, star = run(CHAIN).summary(), run(STAR).summary()
    assert [chain[name].mean for name in ("depth", "max_breadth", "broadcast_share")] == [3, 1, pytest.approx(1 / 3)]
    assert chain["structural_virality"].mean == pytest.approx(5 / 3)  # (n + 1) / 3
    assert star["structural_virality"].mean == pytest.approx(2 - 2 / 10)
    assert [star[name].mean for name in ("depth", "max_breadth", "broadcast_share", "largest_tree")] == [1, 9, 1, 10]


@pytest.mark.parametrize(
    "model",
    [wom.IndependentCascade(share_prob=0.2), wom.LinearThreshold(), wom.ExposureResponse(adoption_prob=[0.05, 0.3])],
    ids=lambda model: model.kind,
)
def test_measures_are_those_of_the_cascades_and_change_nothing_else(model):
    plain = run(RANDOM, model, trees=False, seed_nodes=[0, 5])
    result = run(RANDOM, model, seed_nodes=[0, 5], threads=2)
    np.testing.assert_array_equal(plain.reach, result.reach)
    np.testing.assert_array_equal(plain.curve, result.curve)
    observed = result.cascades(range(40)).measures()
    assert observed["cascade"].tolist() == list(range(40))
    for name, of_cascades in (("reach", "size"), ("depth", "depth"), ("max_breadth", "max_breadth")):
        np.testing.assert_array_equal(result.counts[name], observed[of_cascades])
    for name in ("structural_virality", "broadcast_share"):
        np.testing.assert_allclose(result.counts[name], observed[name])
    np.testing.assert_allclose(result.counts["largest_tree"], observed["largest_tree_share"] * observed["size"])


def test_a_generation_of_a_cascade_is_a_step():
    result = run(RANDOM, wom.IndependentCascade(share_prob=0.2))
    members = result.groups["generation"]["members"]
    newly = np.diff(result.curve, axis=1, prepend=0)
    np.testing.assert_array_equal(members[:, : newly.shape[1]], newly)
    assert members.sum() == result.reach.sum()
    np.testing.assert_allclose(
        result.reproduction_numbers()[: newly.shape[1] - 1], newly[:, 1:].sum(axis=0) / newly[:, :-1].sum(axis=0)
    )


def test_more_generations_than_are_counted_one_by_one():
    long = wom.Graph.from_edges(np.arange(50), np.arange(1, 51))
    members = run(long, n_replicas=1).groups["generation"]["members"][0]
    assert members.tolist() == [1] * 32 + [51 - 32]


def test_tables_have_generations():
    tables = run(STAR).tables()
    assert tables["means_by_generation"]["members"].tolist()[:3] == [1, 9, 0]
    assert tables["means_by_generation"]["reproduction_number"].tolist()[0] == 9
    assert "longest chain of who followed whom" in tables["summary"]["definition"].tolist()


def test_labels_are_those_of_the_network():
    import networkx as nx

    result = run(nx.path_graph(["ann", "bob", "cy"]), seed_nodes=["bob"])
    assert result.cascades().members()["parent"].tolist() == ["", "bob", "bob"]


def test_says_what_there_is_not():
    with pytest.raises(wom.ResultError, match="run it with trees=True"):
        run(STAR, trees=False).reproduction_numbers()
    with pytest.raises(wom.ResultError, match="there is no replica 40; there are 40"):
        run(STAR).cascades([40])
    with pytest.raises(wom.ScenarioError, match="not for a campaign"):
        run(STAR, wom.Campaign(), horizon="3d")


def test_a_scenario_asks_for_trees():
    scenario = scenario_from(
        {
            "format": 1,
            "name": "trees",
            "network": {"generate": "scale_free", "n_people": 100, "ties_per_newcomer": 2},
            "model": {"kind": "weighted_cascade"},
            "seeding": {"strategy": "degree", "n_seed_nodes": 1},
            "run": {"n_replicas": 20, "rng_seed": 4},
            "output": {"trees": True},
        }
    )
    assert "structural_virality" in wom.run(scenario).summary()

"""Mean reach on real networks against what other programs and papers found; see `published_figures.csv` with the data.

Tolerance: 4 standard errors of the difference, sqrt(ours^2 + theirs^2), theirs as stated in `reference_spread.json`.
"""

import csv
import json

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF

pytestmark = pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")

RNG_SEED = 20_260_301


@pytest.fixture(scope="module")
def reference(shared_data):
    return json.loads((shared_data / "peer_reference" / "reference_spread.json").read_text())


@pytest.fixture(scope="module")
def published(shared_data):
    with (shared_data / "published_figures.csv").open(newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def assert_agrees(graph, model, seed_nodes, theirs, *, n_replicas=10_000):
    """`theirs` is [mean, standard error, ...]."""
    result = wom.simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n_replicas, rng_seed=RNG_SEED, curves=False)
    error = result.reach.std(ddof=1) / np.sqrt(n_replicas)
    assert abs(result.reach.mean() - theirs[0]) < 4 * np.hypot(error, theirs[1])


@pytest.fixture(scope="module")
def facebook(shared_data):
    return wom.read_edges(shared_data / "ego_facebook" / "ego_facebook.csv", directed=False)


def test_the_contract_scenario_agrees_with_the_published_figure(shared_data, published):
    scenario = wom.read_scenario(shared_data.parent / "contract" / "cascade_facebook.toml")
    result = wom.run(scenario)
    row = published["fb_ic"]
    margin = float(row["tolerance"].removeprefix("+-").partition(" ")[0])
    assert result.n_replicas == 3000
    assert abs(result.reach.mean() - float(row["value"])) < margin


def test_facebook(facebook, reference):
    row = reference["ego_facebook"]
    seeds = wom.choose_seed_nodes(facebook, k=10).nodes
    assert set(map(int, seeds)) == set(row["seeds_top_outdegree"])
    assert_agrees(facebook, wom.IndependentCascade(share_prob=0.01), seeds, row["IC"])
    assert_agrees(facebook, wom.IndependentCascade(share_prob=0.01), seeds[:1], row["IC_first_seed_only"])
    assert_agrees(facebook, wom.LinearThreshold(), seeds, row["LT_1_over_indeg"])


def test_email(shared_data, reference):
    graph = wom.read_edges(shared_data / "email_eu_core" / "email_eu_core.csv", directed=True)
    row = reference["email_eu_core"]
    assert graph.n_ties == row["directed_edges"]
    seeds = wom.choose_seed_nodes(graph, k=10).nodes
    assert set(map(int, seeds)) == set(row["seeds_top_outdegree"])
    assert_agrees(graph, wom.IndependentCascade(share_prob=0.02), seeds, row["IC"])
    assert_agrees(graph, wom.LinearThreshold(), seeds, row["LT_1_over_indeg"])


def test_physicians(shared_data, reference):
    graph = wom.read_edges(shared_data / "physicians" / "physicians.csv", directed=True)
    row = reference["physicians"]
    assert_agrees(
        graph, wom.IndependentCascade(share_prob=0.1), row["seeds_top_outdegree"], row["IC"], n_replicas=50_000
    )
    assert_agrees(graph, wom.LinearThreshold(), row["seeds_top_outdegree"], row["LT_1_over_indeg"], n_replicas=50_000)


def test_nethept_directed_with_the_stored_seed_nodes(shared_data, reference):
    """The file's column p is 1 / indegree: per-tie chances, weighted cascade and given weights must all agree."""
    path = shared_data / "nethept_wc_directed" / "nethept_wc.csv"
    graph = wom.read_edges(path, directed=True, attributes=("p",))
    row = reference["nethept_wc_directed"]
    for k in (1, 5, 10, 50):
        assert_agrees(graph, wom.WeightedCascade(), row["RIS_seeds"][:k], row[f"RIS_k{k}"])
    # The column is rounded to six decimals: a bias below 1e-4 of the mean, far inside the tolerance.
    assert_agrees(graph, wom.IndependentCascade(share_prob="p"), row["RIS_seeds"], row["RIS_k50"])
    threshold = reference["nethept_lt_directed_same_weights"]
    for k in (1, 10, 50):
        assert_agrees(graph, wom.LinearThreshold(), row["RIS_seeds"][:k], threshold[f"ICseeds_k{k}"])
    given = wom.LinearThreshold(weight="p", normalise=True)
    assert_agrees(graph, given, row["RIS_seeds"], threshold["ICseeds_k50"])


def test_nethept_weights_rounded_to_six_decimals_are_taken_with_a_note(shared_data, reference):
    graph = wom.read_edges(shared_data / "nethept_wc_directed" / "nethept_wc.csv", attributes=("p",))
    row = reference["nethept_lt_directed_same_weights"]
    seeds = reference["nethept_wc_directed"]["RIS_seeds"]
    model = wom.LinearThreshold(weight="p")
    assert_agrees(graph, model, seeds, row["ICseeds_k50"])
    notes = " ".join(wom.simulate(graph, model, seed_nodes=seeds, n_replicas=1, rng_seed=1).warnings)
    assert "to at most 1.00002" in notes
    assert "as rounding does; divided by the sum" in notes


def test_nethept_undirected_simple(shared_data, reference):
    graph = wom.read_edges(shared_data / "nethept" / "nethept_multiedges.csv", directed=False)
    row = reference["nethept_wc_undirected_simple"]
    for k in (1, 10, 50):
        assert_agrees(graph, wom.WeightedCascade(), row["RIS_seeds"][:k], row[f"RIS_k{k}"])
    weak = reference["nethept_ic_p01_simple"]
    seeds = reference["nethept_ic_p01_multi"]["DD_seeds"]
    assert_agrees(graph, wom.WeightedCascade(), seeds, row["DD_k50"])
    assert_agrees(graph, wom.IndependentCascade(share_prob=0.01), seeds, weak["DD_k50"])
    strong = reference["nethept_ic_p10_simple"]
    for k in (1, 10, 50):
        assert_agrees(graph, wom.IndependentCascade(share_prob=0.1), seeds[:k], strong[f"DD_k{k}"])


@pytest.mark.parametrize(
    ("model", "k", "mean", "error"),
    [
        (wom.WeightedCascade(), 1, 44.40, 0.14),
        (wom.WeightedCascade(), 5, 170.77, 0.23),
        (wom.WeightedCascade(), 10, 289.56, 0.26),
        (wom.LinearThreshold(), 1, 52.79, 0.19),
        (wom.LinearThreshold(), 5, 215.32, 0.33),
        (wom.LinearThreshold(), 10, 379.57, 0.39),
    ],
)
def test_nethept_top_degree_seed_nodes(shared_data, model, k, mean, error):
    graph = wom.read_edges(shared_data / "nethept" / "nethept_multiedges.csv", directed=False)
    top = [100, 474, 287, 14, 239, 266, 27, 196, 639, 705]
    assert_agrees(graph, model, top[:k], [mean, error], n_replicas=20_000)


def test_nethept_with_parallel_ties_counted(shared_data, reference):
    """Joint papers counted: p_uv = 1 - (1 - p)^c (Kempe, Kleinberg & Tardos)."""
    path = shared_data / "nethept" / "nethept_multiedges.csv"
    graph = wom.read_edges(path, directed=False, parallel_ties="count")
    row = reference["nethept_ic_p01_multi"]
    for k in (1, 5, 10, 50):
        assert_agrees(graph, wom.IndependentCascade(share_prob=0.01), row["DD_seeds"][:k], row[f"DD_k{k}"])
    assert_agrees(graph, wom.IndependentCascade(share_prob=0.01), row["RIS_seeds"], row["RIS_k50"])

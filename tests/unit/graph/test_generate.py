"""Named networks: exact counts, what theory says of them, impossible parameters, and numbers that never change."""

import json
import os
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_runner import JIT_OFF
from networks import KEY, as_networkx, check_simple
from wom_sim.errors import GraphError, ScenarioError
from wom_sim.graph.communities import Communities
from wom_sim.graph.generate import Everyone, Lattice, RandomNetwork, ScaleFree, SmallWorld
from wom_sim.graph.segments import Segment
from wom_sim.kernels.rng import derive_key

GOLDEN = Path(__file__).parents[2] / "golden" / "networks.json"
HALVES = (Segment(name="students", fraction=0.3, homophily=0.6), Segment(name="families", fraction=0.7))
large = pytest.mark.skipif(JIT_OFF, reason="takes minutes without the compiler")

FIXED = {
    "communities": (Communities(n_people=600, min_contacts=8), ()),
    "communities, segments": (Communities(n_people=600, min_contacts=8), HALVES),
    "communities, small": (Communities(n_people=90, mean_contacts=5.5, community_size=20, mixing=0.3), ()),
    "scale_free": (ScaleFree(n_people=500, ties_per_newcomer=3), ()),
    "small_world": (SmallWorld(n_people=500, contacts=8, rewired_fraction=0.1), HALVES),
    "random": (RandomNetwork(n_people=500, mean_contacts=6.5), ()),
    "random, directed": (RandomNetwork(n_people=500, mean_contacts=6.5, directed=True), ()),
    "random, dense": (RandomNetwork(n_people=60, mean_contacts=50.0), ()),
    "lattice, ring": (Lattice(n_people=100, contacts=4), ()),
    "lattice, torus": (Lattice(n_people=120, contacts=8, dimensions=2), ()),
    "everyone": (Everyone(n_people=50), HALVES),
}


@pytest.mark.parametrize("name", FIXED)
def test_numbers_never_change(name):
    spec, segments = FIXED[name]
    found = spec.build(KEY, segments=segments).hash
    if os.environ.get("WOM_SIM_WRITE_GOLDEN"):
        known = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        GOLDEN.write_text(json.dumps(known | {name: found}, indent=2, sort_keys=True) + "\n")
    assert json.loads(GOLDEN.read_text())[name] == found


@pytest.mark.parametrize("name", FIXED)
def test_a_network_is_a_function_of_its_key(name):
    spec, segments = FIXED[name]
    graph = spec.build(KEY, segments=segments)
    assert spec.build(KEY, segments=segments).hash == graph.hash
    if not isinstance(spec, Lattice) and not graph.complete:
        assert spec.build(derive_key(KEY, 1), segments=segments).hash != graph.hash


@pytest.mark.parametrize("name", FIXED)
def test_networks_are_simple_and_as_large_as_expected(name):
    spec, segments = FIXED[name]
    graph = spec.build(KEY, segments=segments)
    check_simple(graph)
    assert len(graph.indices) == spec.expected_ties()
    assert ("segment" in graph.people_columns) == bool(segments)


@given(st.integers(2, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))), st.integers(0, 2**64 - 1))
def test_scale_free_connects_everybody(size, key):
    n, m = size
    graph = ScaleFree(n_people=n, ties_per_newcomer=m).build(np.uint64(key))
    check_simple(graph)
    assert graph.n_ties == m * (m + 1) + 2 * m * (n - m - 1)
    assert graph.out_degree.min() >= m
    assert nx.is_connected(as_networkx(graph))


@large
def test_scale_free_degrees_follow_their_law():
    """P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)), Bollobas et al. (2001); binomial SE, start clique O(1 / n)."""
    n, m = 40_000, 3
    degrees = ScaleFree(n_people=n, ties_per_newcomer=m).build(KEY).out_degree
    for k in range(m, 13):
        expected = 2 * m * (m + 1) / (k * (k + 1) * (k + 2))
        assert abs(np.mean(degrees == k) - expected) < 4 * np.sqrt(expected * (1 - expected) / n) + 10 / n
    tail = m * (m + 1) / (30 * 31)  # P(degree >= 30)
    assert abs(np.mean(degrees >= 30) - tail) < 4 * np.sqrt(tail / n) + 10 / n


@given(st.integers(3, 25).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, (n - 1) // 2))), st.floats(0, 1))
def test_small_world_keeps_every_edge(size, rewired_fraction):
    n, half = size
    graph = SmallWorld(n_people=n, contacts=2 * half, rewired_fraction=rewired_fraction).build(KEY)
    check_simple(graph)
    assert graph.n_ties == n * 2 * half
    assert graph.out_degree.min() >= half  # each person keeps the near end of half of the contacts


def test_small_world_without_rewiring_is_the_ring():
    ring = Lattice(n_people=50, contacts=6).build(KEY)
    assert SmallWorld(n_people=50, contacts=6, rewired_fraction=0.0).build(KEY).hash == ring.hash


@large
@pytest.mark.parametrize("p", [0.02, 0.1, 0.3])
def test_small_world_triangles(p):
    """C(p) / C(0) = (1 - p)^3 (Barrat & Weigt 2000), from C(0) = 3 (k - 2) / (4 (k - 1)): triangles n k (k - 2) / 8.

    Variance: each of these stays with chance (1 - p)^3, two that share an edge (10.5 a triangle at k = 8) covary by
    p (1 - p)^5. Stated bias: at most 150 triangles made by moved edges, k^3 / 6 in a random network.
    """
    n, k = 20_000, 8
    network = as_networkx(SmallWorld(n_people=n, contacts=k, rewired_fraction=p).build(KEY))
    triangles = sum(nx.triangles(network).values()) / 3
    at_rest, stays = n * k * (k - 2) / 8, (1 - p) ** 3
    variance = at_rest * (stays * (1 - stays) + 10.5 * p * (1 - p) ** 5)
    assert abs(triangles - at_rest * stays) < 4 * np.sqrt(variance) + 150


@given(st.integers(1, 14).flatmap(lambda n: st.tuples(st.just(n), st.floats(0, n - 1))), st.booleans())
def test_random_has_exactly_the_ties_asked_for(size, directed):
    n, mean = size
    spec = RandomNetwork(n_people=n, mean_contacts=mean, directed=directed)
    graph = spec.build(KEY)
    check_simple(graph)
    assert graph.n_ties == spec.expected_ties()
    assert abs(graph.n_ties - n * mean) <= (0.5 if directed else 1)


@large
def test_random_degrees_are_hypergeometric():
    """Degree ~ Hypergeometric(N pairs, n - 1 own, M drawn); the variance v of n normal values has SE v sqrt(2 / n)."""
    n, mean = 20_000, 14.0
    degrees = RandomNetwork(n_people=n, mean_contacts=mean).build(KEY).out_degree
    n_all, m = n * (n - 1) / 2, n * mean / 2
    share = (n - 1) / n_all
    variance = m * share * (1 - share) * (n_all - m) / (n_all - 1)
    assert abs(degrees.var() - variance) < 4 * variance * np.sqrt(2 / n)


def test_lattices_are_those_of_networkx():
    torus = as_networkx(Lattice(n_people=12, contacts=4, dimensions=2).build(KEY))
    twin = nx.grid_2d_graph(3, 4, periodic=True)
    assert {frozenset(e) for e in torus.edges} == {frozenset(4 * r + c for r, c in e) for e in twin.edges}
    ring = as_networkx(Lattice(n_people=11, contacts=4).build(KEY))
    assert nx.utils.graphs_equal(ring, nx.circulant_graph(11, [1, 2]))
    assert nx.density(as_networkx(Lattice(n_people=9, contacts=8, dimensions=2).build(KEY))) == 1
    moore = as_networkx(Lattice(n_people=35, contacts=8, dimensions=2).build(KEY))
    assert set(dict(moore.degree).values()) == {8}
    assert sorted(moore[8]) == [0, 1, 2, 7, 9, 14, 15, 16]


def test_everyone_stores_nothing():
    graph = Everyone(n_people=2**31 - 1).build(KEY)
    assert graph.complete
    assert graph.n_ties == (2**31 - 1) * (2**31 - 2)


@pytest.mark.parametrize(
    ("spec", "values", "line"),
    [
        (
            ScaleFree,
            {"n_people": 10, "ties_per_newcomer": 12},
            r"ties_per_newcomer must be below n_people \(10\), got 12",
        ),
        (ScaleFree, {"n_people": 1, "ties_per_newcomer": 1}, r"ties_per_newcomer must be below n_people \(1\), got 1"),
        (SmallWorld, {"n_people": 10, "contacts": 3, "rewired_fraction": 0.1}, "contacts must be even, .*, got 3"),
        (
            SmallWorld,
            {"n_people": 10, "contacts": 10, "rewired_fraction": 0.1},
            r"contacts must be below n_people \(10\)",
        ),
        (
            SmallWorld,
            {"n_people": 10, "contacts": 4, "rewired_fraction": 1.5},
            "rewired_fraction: must be at most 1, got",
        ),
        (
            RandomNetwork,
            {"n_people": 3, "mean_contacts": 2.5},
            r"mean_contacts must be at most n_people - 1 \(2\), got 2.5",
        ),
        (Lattice, {"n_people": 2, "contacts": 2}, r"contacts must be below n_people \(2\), got 2"),
        (
            Lattice,
            {"n_people": 20, "contacts": 6, "dimensions": 2},
            "contacts must be 4 or 8 with dimensions = 2, got 6",
        ),
        (Lattice, {"n_people": 13, "contacts": 4, "dimensions": 2}, "n_people must be .*, got 13; 12 would do"),
        (Lattice, {"n_people": 1, "contacts": 4, "dimensions": 2}, "n_people must be .*, got 1; 9 would do"),
        (Lattice, {"n_people": 10, "contacts": 4, "dimensions": 2}, "n_people must be .*, got 10; 9 would do"),
        (Everyone, {"n_people": 0}, "n_people: must be at least 1, got 0"),
        (Everyone, {"n_people": 2**31}, "n_people: must be at most 2147483647"),
        (Everyone, {"n_people": 5, "contacts": 4}, "unknown key 'contacts'"),
    ],
)
def test_impossible_parameters_are_named(spec, values, line):
    with pytest.raises(ScenarioError, match=line) as caught:
        spec(**values)
    assert len(caught.value.problems) == 1


def test_homophily_without_effect_is_said():
    notes = Everyone(n_people=5).build(KEY, segments=HALVES).notes
    assert notes == ('homophily has no effect on generate = "everyone"; "communities" uses it',)
    assert not any("homophily" in note for note in Communities(n_people=60).build(KEY, segments=HALVES).notes)


def test_segments_are_checked():
    with pytest.raises(GraphError, match="sum to 1"):
        Everyone(n_people=5).build(KEY, segments=HALVES[:1])

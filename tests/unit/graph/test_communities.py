"""Communities: contacts as drawn, mixing and homophily as asked for, clustering that is really there."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_runner import JIT_OFF
from networks import KEY, as_networkx, check_simple, sources
from wom_sim.errors import ScenarioError
from wom_sim.graph.communities import MAX_OVER_MEAN, Communities, power_law
from wom_sim.graph.segments import Segment

large = pytest.mark.skipif(JIT_OFF, reason="takes minutes without the compiler")


@pytest.fixture(scope="module")
def city():
    return Communities(n_people=20_000).build(KEY)


@st.composite
def small_specs(draw):
    n = draw(st.integers(2, 40))
    mean = draw(st.floats(1, n - 1))
    size, mixing = draw(st.integers(2, 20)), draw(st.floats(0, 1))
    if mean * (1 - mixing) > size - 1:
        size = n
    fewest = draw(st.none() | st.integers(1, int(mean)))
    circles = draw(st.floats(0, 1))
    return Communities(
        n_people=n, mean_contacts=mean, min_contacts=fewest, community_size=size, mixing=mixing, circle_fraction=circles
    )


@given(small_specs(), st.integers(0, 2**64 - 1), st.floats(0, 1))
def test_small_networks_are_simple_and_nobody_lacks_contacts(spec, key, homophily):
    segments = (Segment(name="a", fraction=0.4, homophily=homophily), Segment(name="b", fraction=0.6))
    graph = spec.build(np.uint64(key), segments=segments)
    check_simple(graph)
    assert graph.out_degree.min() >= spec.fewest_contacts()
    assert graph.n_ties == spec.expected_ties()


@large
def test_mean_and_fewest_contacts_are_kept(city):
    assert city.n_ties == 20_000 * 14
    assert city.out_degree.min() == 7
    assert city.out_degree.max() <= MAX_OVER_MEAN * 14
    assert not city.notes


@large
def test_contacts_follow_the_power_law(city):
    """Kolmogorov's distance: one person from each n-th part gives 1 / n, the correction of the sum a little more."""
    values = np.arange(7, MAX_OVER_MEAN * 14 + 1)
    chances = power_law(values, 14.0)
    assert abs(chances @ values - 14) < 1e-9
    found = np.bincount(city.out_degree, minlength=values[-1] + 1)[7:] / 20_000
    assert np.abs(np.cumsum(found) - np.cumsum(chances)).max() < 0.002
    exponent = -np.diff(np.log(chances)) / np.diff(np.log(values))
    assert np.allclose(exponent, exponent[0])
    assert 2.7 < exponent[0] < 3.2


@large
def test_clustering_is_real(city):
    """A random network of this size has clustering 14 / 20,000."""
    network = as_networkx(city)
    assert 0.15 < nx.average_clustering(network) < 0.3
    assert nx.transitivity(network) > 50 * 14 / 20_000
    assert nx.is_connected(network)


@large
def test_circles_make_the_clustering(city):
    without = Communities(n_people=20_000, circle_fraction=0.0).build(KEY)
    assert nx.average_clustering(as_networkx(city)) > 1.3 * nx.average_clustering(as_networkx(without))


@large
@pytest.mark.parametrize("mixing", [0.1, 0.2, 0.5, 0.9, 1.0])
def test_mixing_is_the_fraction_of_contacts_outside(mixing):
    """Rounding at random: SE at most sqrt(n / 4) / (n mean). Stated bias: hubs outgrow communities, up to 0.015."""
    graph = Communities(n_people=20_000, mixing=mixing).build(KEY)
    community = graph.people_columns["community"]
    outside = np.mean(community[sources(graph)] != community[graph.indices])
    error = np.sqrt(20_000 / 4) / (20_000 * 14)
    assert mixing - 4 * error <= outside <= mixing + 4 * error + 0.015


@large
@pytest.mark.parametrize("homophily", [0.0, 0.3, 0.6, 1.0])
def test_equal_homophily_gives_the_stated_share_of_own_contacts(homophily):
    """P(own) = h + (1 - h) f, f the segment's part of all contacts.

    The circle stubs of a place, at most 8, are flagged together: SE at most sqrt(8 P (1 - P) / contacts). Stated bias:
    0.5 % of the contacts find no partner of their own kind inside small groups.
    """
    segments = tuple(Segment(name=n, fraction=f, homophily=homophily) for n, f in (("a", 0.3), ("b", 0.7)))
    graph = Communities(n_people=20_000).build(KEY, segments=segments)
    assert graph.n_ties == 20_000 * 14
    for name, own, part, n_contacts in own_contacts(graph):
        expected = homophily + (1 - homophily) * part
        assert abs(own - expected) < 4 * np.sqrt(8 * expected * (1 - expected) / n_contacts) + 0.005, name


@large
def test_unequal_homophily_counts_chance_among_contacts_left_to_chance():
    """h = 0.6 and 0: the first segment's part of the contacts left to chance is 0.4 a / (0.4 a + b)."""
    segments = (Segment(name="a", fraction=0.3, homophily=0.6), Segment(name="b", fraction=0.7))
    graph = Communities(n_people=20_000).build(KEY, segments=segments)
    (_, own_a, a, n_a), (_, own_b, b, n_b) = own_contacts(graph)
    left = 0.4 * a / (0.4 * a + b)
    for own, expected, n in ((own_a, 0.6 + 0.4 * left, n_a), (own_b, 1 - left, n_b)):
        assert abs(own - expected) < 4 * np.sqrt(8 * expected * (1 - expected) / n) + 0.005


def own_contacts(graph):
    """Yield of each segment: name, part of own contacts, its part of all contacts, number of its contacts."""
    src, segment = sources(graph), graph.people_columns["segment"]
    for name in ("a", "b"):
        mine = segment[src] == name
        yield name, np.mean(segment[graph.indices[mine]] == name), np.mean(mine), mine.sum()


def test_segments_without_homophily_leave_the_ties_alone():
    spec = Communities(n_people=500)
    segments = (Segment(name="a", fraction=0.5), Segment(name="b", fraction=0.5))
    plain, split = spec.build(KEY), spec.build(KEY, segments=segments)
    assert np.array_equal(plain.indices, split.indices)
    assert np.array_equal(plain.indptr, split.indptr)


def test_communities_are_equal_runs_of_people():
    sizes = np.bincount(Communities(n_people=1000, community_size=90).build(KEY).people_columns["community"])
    assert len(sizes) == 11
    assert set(sizes) <= {90, 91}


def test_without_mixing_communities_are_apart_but_for_those_who_find_no_place():
    graph = Communities(n_people=600, mixing=0.0, mean_contacts=6.0).build(KEY)
    community = graph.people_columns["community"]
    assert np.mean(community[sources(graph)] != community[graph.indices]) < 0.03


def test_everybody_can_know_everybody():
    graph = Communities(n_people=15, mean_contacts=14.0, min_contacts=14).build(KEY)
    assert graph.n_ties == 15 * 14


def test_one_community_is_said():
    assert "one community" in Communities(n_people=100).build(KEY).notes[0]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"n_people": 10}, r"mean_contacts must be at most n_people - 1 \(9\), got 14"),
        ({"n_people": 1, "mean_contacts": 1.0}, r"mean_contacts must be at most n_people - 1 \(0\), got 1"),
        ({"n_people": 100, "min_contacts": 15}, r"min_contacts must be at most mean_contacts \(14\), got 15"),
        ({"n_people": 100, "community_size": 10}, r"community_size must be above .* \(11.2\), got 10"),
        ({"n_people": 100, "mixing": 1.2}, "mixing: must be at most 1, got 1.2"),
    ],
)
def test_impossible_parameters_are_named(values, line):
    with pytest.raises(ScenarioError, match=line) as caught:
        Communities(**values)
    assert len(caught.value.problems) == 1


def test_our_own_defaults_are_marked_as_assumptions():
    marked = {k for k, v in Communities.model_fields.items() if (v.json_schema_extra or {}).get("assumption")}
    assert marked == {"mean_contacts", "min_contacts", "community_size", "mixing", "circle_fraction"}

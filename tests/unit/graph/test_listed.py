"""A list of people in generated networks: who is who, fractions, labels, weights, and no place that depends on rank."""

import json

import numpy as np
import pytest

from networks import KEY, check_simple
from wom_sim.errors import GraphError, ScenarioError
from wom_sim.graph.build import build_graph
from wom_sim.graph.communities import Communities
from wom_sim.graph.generate import Everyone, Lattice, RandomNetwork, ScaleFree, SmallWorld
from wom_sim.graph.people_file import read_people
from wom_sim.graph.raw import FileBytes
from wom_sim.graph.segments import Segment
from wom_sim.kernels.rng import derive_key

GENERATORS = {
    "communities": Communities(n_people=400, mean_contacts=8, community_size=40),
    "scale_free": ScaleFree(n_people=400, ties_per_newcomer=3),
    "small_world": SmallWorld(n_people=400, contacts=6, rewired_fraction=0.1),
    "random": RandomNetwork(n_people=400, mean_contacts=6.0),
    "random, directed": RandomNetwork(n_people=400, mean_contacts=6.0, directed=True),
    "lattice": Lattice(n_people=400, contacts=4, dimensions=2),
    "everyone": Everyone(n_people=400),
}
HALVES = (Segment(name="a", fraction=0.3), Segment(name="b", fraction=0.7))


def build(network, text, *, segments=(), key=KEY, **changes):
    content = text if isinstance(text, bytes) else text.encode()
    names = [segment.name for segment in segments]
    people = read_people(FileBytes("list.csv", ".csv", content, "0" * 64), segments=names)
    network = type(network)(**{**network.model_dump(), "people": "list.csv", **changes})
    return network.build(key, segments=segments, people=people)


def listed(n, *, segment="a"):
    return "id,segment,customer,age\n" + "".join(f"p{i},{segment},{i % 2},{i}\n" for i in range(n))


@pytest.mark.parametrize("name", GENERATORS)
def test_rows_are_the_first_people_of_every_generator(name):
    spec = GENERATORS[name]
    graph = build(spec, listed(50), segments=HALVES)
    columns = graph.people_columns

    check_simple(graph)
    assert (graph.n_people, graph.complete, graph.directed) == (400, name == "everyone", "directed" in name)
    assert graph.n_ties == spec.build(KEY, segments=HALVES).n_ties
    assert graph.labels.take([0, 49, 50, 399]) == ["p0", "p49", "50", "399"]
    assert np.flatnonzero(columns["listed"]).tolist() == list(range(50))
    assert np.flatnonzero(columns["customer"]).tolist() == list(range(1, 50, 2))
    assert columns["age"][:50].tolist() == list(range(50))
    assert np.isnan(columns["age"][50:]).all()
    assert set(columns["segment"][:50].tolist()) == {"a"}
    assert np.bincount(columns["segment"] == "b").tolist() == [120, 280]


@pytest.mark.parametrize("name", GENERATORS)
def test_the_same_key_and_list_give_the_same_network(name):
    spec = GENERATORS[name]
    graph = build(spec, listed(50), segments=HALVES)

    assert build(spec, listed(50), segments=HALVES).hash == graph.hash
    assert build(spec, listed(51), segments=HALVES).hash != graph.hash
    assert build(spec, listed(50), segments=HALVES, key=derive_key(KEY, 1)).hash != graph.hash


def test_without_a_list_a_network_is_what_it_was():
    """No draw has moved: the same network, listed people aside, in another order."""
    spec = GENERATORS["scale_free"]
    plain, placed = spec.build(KEY), build(spec, "id\nanna\n")

    assert sorted(plain.out_degree.tolist()) == sorted(placed.out_degree.tolist())
    assert plain.people_columns == {}


def test_listed_people_are_neither_hubs_nor_poor():
    """Mean number of contacts of the listed within 4 SE of everybody's, where the first people are the hubs."""
    network = ScaleFree(n_people=20_000, ties_per_newcomer=4)
    degree = build(network, "id\n" + "".join(f"p{i}\n" for i in range(2000))).out_degree
    se = degree.std() * np.sqrt((1 - 0.1) / 2000)

    assert abs(degree[:2000].mean() - degree.mean()) < 4 * se
    assert network.build(KEY).out_degree[:2000].mean() > degree.mean() + 20 * se


@pytest.mark.parametrize("name", ["communities", "small_world", "lattice"])
def test_listed_people_are_not_each_others_neighbours(name):
    """Ties among 40 of 400 people scattered at random: about 1 % of all; side by side they would be nearly 10 %."""
    graph = build(GENERATORS[name], "id\n" + "".join(f"p{i}\n" for i in range(40)))
    src = np.repeat(np.arange(400), np.diff(graph.indptr))

    assert ((src < 40) & (graph.indices < 40)).mean() < 0.03


def test_communities_keep_their_column_in_place():
    """As many ties inside communities as without a list."""
    spec = GENERATORS["communities"]

    def inside(graph):
        community = graph.people_columns["community"]
        return (community[np.repeat(np.arange(400), np.diff(graph.indptr))] == community[graph.indices]).mean()

    assert inside(build(spec, "id\nanna\n")) == inside(spec.build(KEY)) > 0.7


def test_homophily_follows_the_segments_of_the_rows():
    """Of the contacts of listed people in `a`, h + (1 - h) * share are in `a`: 0.6 + 0.4 * 0.5."""
    alike = (Segment(name="a", fraction=0.5, homophily=0.6), Segment(name="b", fraction=0.5, homophily=0.6))
    graph = build(Communities(n_people=4000), listed(1500), segments=alike)
    is_a = graph.people_columns["segment"] == "a"
    own = is_a[graph.indices[: graph.indptr[1500]]].mean()

    assert is_a[:1500].all()
    assert 0.7 < own < 0.85


@pytest.mark.parametrize(
    ("rows", "fractions", "expected", "notes"),
    [
        ("aab", (0.3, 0.7), [3, 7], 0),  # what lacks: 1 and 6
        ("aaaaab", (0.3, 0.7), [5, 5], 1),  # more of a than its fraction; the four others are of b
        ("aaaa", (0.3, 0.7), [4, 6], 1),
        ("abbbbbbbbb", (0.3, 0.7), [1, 9], 1),  # the list is everybody
        ("b", (0.34, 0.66), [3, 7], 0),  # 3.4 and 5.6 lack
    ],
)
def test_the_others_make_up_for_what_segments_lack(rows, fractions, expected, notes):
    segments = tuple(Segment(name=name, fraction=f) for name, f in zip("ab", fractions, strict=True))
    text = "id,segment\n" + "".join(f"p{i},{name}\n" for i, name in enumerate(rows))
    graph = build(Everyone(n_people=10), text, segments=segments)

    assert [int((graph.people_columns["segment"] == name).sum()) for name in "ab"] == expected
    assert "".join(graph.people_columns["segment"][: len(rows)]) == rows
    assert len(graph.notes) == notes


def test_a_segment_that_a_list_makes_too_large_is_noted_and_the_others_share_the_loss():
    thirds = tuple(Segment(name=name, fraction=f) for name, f in zip("abc", (0.2, 0.4, 0.4), strict=True))
    text = "id,segment\n" + "".join(f"p{i},a\n" for i in range(60))
    graph = build(Everyone(n_people=100), text, segments=thirds)

    assert [int((graph.people_columns["segment"] == name).sum()) for name in "abc"] == [60, 20, 20]
    assert graph.notes == (
        (
            "list.csv: 60 people in 'a' are 60.0% of all, more than its fraction of 20.0%; the other segments are "
            "smaller for it"
        ),
    )


def test_a_row_stands_for_as_many_people_alike():
    text = "id,stands_for,segment,customer,age\nanna,3,a,yes,30\nben,1,b,no,40\ncarl,2,b,yes,50\n"
    graph = build(Everyone(n_people=8), text, segments=HALVES)

    assert graph.labels.take(range(8)) == ["anna", "anna#2", "anna#3", "ben", "carl", "carl#2", "6", "7"]
    assert "".join(graph.people_columns["segment"][:6]) == "aaabbb"
    assert graph.people_columns["customer"].tolist() == [True, True, True, False, True, True, False, False]
    assert graph.people_columns["age"][:6].tolist() == [30, 30, 30, 40, 50, 50]


def test_weights_that_are_not_whole_are_rounded_as_sums():
    """0.4 each: after r rows never more than half a person off, so that every other row or so vanishes."""
    text = "id,stands_for\n" + "".join(f"p{i},0.4\n" for i in range(10))
    graph = build(Everyone(n_people=20), text)

    assert int(graph.people_columns["listed"].sum()) == 4
    assert graph.labels.take(range(5)) == ["p1", "p3", "p6", "p8", "4"]
    assert graph.notes == ("list.csv: 6 rows stand for less than one person and became nobody",)


@pytest.mark.parametrize(
    ("ids", "others"),
    [(["5", "x"], ["2", "3", "4"]), (["4", "x"], ["+2", "+3", "+4"]), (["4", "+3"], ["++2", "++3", "++4"])],
)
def test_other_people_are_called_by_their_number_or_a_plus_before_it(ids, others):
    graph = build(Everyone(n_people=5), "id\n" + "\n".join(ids) + "\n")

    assert graph.labels.take(range(5)) == ids + others
    assert len(set(graph.labels.take(range(5)))) == 5
    said = f"list.csv: people beyond the list are called '{others[0]}' and so on, as ids are numbers too"
    assert graph.notes == ((said,) if others[0] != "2" else ())


def test_a_list_may_be_everybody():
    graph = build(RandomNetwork(n_people=3, mean_contacts=2.0), "id\na\nb\nc\n")

    assert graph.labels.take(range(3)) == ["a", "b", "c"]
    assert graph.people_columns["listed"].all()


def test_the_others_can_be_given_attributes():
    text = "id,age,town\nanna,30,Graz\n"
    graph = build(Everyone(n_people=3), text, unlisted={"age": 45, "town": "elsewhere"})

    assert graph.people_columns["age"].tolist() == [30.0, 45.0, 45.0]
    assert graph.people_columns["town"].tolist() == ["Graz", "elsewhere", "elsewhere"]
    assert build(Everyone(n_people=3), text).people_columns["town"].tolist() == ["Graz", "", ""]


TOO_MANY = "raise network.n_people to at least"


@pytest.mark.parametrize(
    ("text", "segments", "message"),
    [
        (
            "id\na\nb\nc\n",
            (),
            f"list.csv: its 3 people are more than n_people = 2; {TOO_MANY} 3, or shorten the list",
        ),
        (
            "id,stands_for\na,1e9\nb,2\n",
            (),
            (
                "list.csv: its 2 rows stand for 1,000,000,002 people, more than n_people = 2; "
                f"{TOO_MANY} 1000000002, or lower 'stands_for'"
            ),
        ),
        ("id,stands_for\na,0.2\n", (), "list.csv: its rows stand for nobody; raise 'stands_for'"),
        (
            "id,stands_for\na,2\na#2,0.1\n",
            (),
            "list.csv:2: 'a' stands for several people, one of whom would be called 'a#2', as in line 3; rename one",
        ),
        (
            "id,segment\na,x\n",
            (),
            (
                "list.csv:1: has a column 'segment', but the scenario has no segments; add them with their fractions, "
                "[[segments]], or remove the column"
            ),
        ),
        ("id\na\n", HALVES, "list.csv:1: needs a column 'segment', has 'id'; add it, or rename one"),
    ],
)
def test_a_list_that_does_not_fit_is_one_line(text, segments, message):
    with pytest.raises(GraphError) as caught:
        build(Everyone(n_people=2), text, segments=segments)

    assert str(caught.value) == message


def test_a_column_of_the_generator_cannot_be_listed():
    with pytest.raises(GraphError, match=r"list\.csv:1: the network makes a column 'community' of its own; rename"):
        build(Communities(n_people=100), "id,community\na,3\n")


@pytest.mark.parametrize(
    ("unlisted", "message"),
    [
        ({"size": 3}, "network.unlisted.size: list.csv has no such attribute; attributes: 'age', 'town'"),
        ({"segment": "a"}, "network.unlisted.segment: list.csv has no such attribute; attributes: 'age', 'town'"),
        ({"age": "old"}, "network.unlisted.age: must be a number as in list.csv, got 'old'"),
        ({"town": 3.0}, "network.unlisted.town: must be text in quotes as in list.csv, got 3.0"),
    ],
)
def test_attributes_of_the_others_must_fit_the_list(unlisted, message):
    with pytest.raises(ScenarioError) as caught:
        build(Everyone(n_people=3), "id,age,town\nanna,30,Graz\n", unlisted=unlisted)

    assert str(caught.value) == message


def test_attributes_of_the_others_need_a_list():
    with pytest.raises(ScenarioError, match=r"unlisted: only with a list of people; name it, people = \"customers"):
        Everyone(n_people=3, unlisted={"age": 3.0})


def test_the_cache_knows_the_list_and_keeps_every_column(tmp_path, monkeypatch):
    """Another content, another network; the same, the same one from the disk, mapped."""
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path / "cache"))
    network = Communities(n_people=400, people="list.csv", unlisted={"age": 1.5})
    (tmp_path / "list.csv").write_text(listed(50) + "p50,b,1,\n")

    def built():
        return build_graph(network, folder=tmp_path, columns={}, segments=HALVES, key=KEY)

    first, again = built(), built()
    assert again.hash == first.hash
    assert isinstance(again.people_columns["age"].base, np.memmap)
    assert list(again.people_columns) == ["community", "age", "customer", "segment", "listed"]
    for name, column in first.people_columns.items():
        assert again.people_columns[name].dtype == column.dtype
        assert np.array_equal(again.people_columns[name], column, equal_nan=name == "age")
    assert again.labels.take([0, 50, 51]) == ["p0", "p50", "51"]
    assert again.notes == first.notes
    folders = list((tmp_path / "cache" / "graphs").iterdir())
    assert [json.loads((folder / "meta.json").read_text())["n_people"] for folder in folders] == [400]
    (tmp_path / "list.csv").write_text(listed(50) + "p50,a,1,\n")
    assert built().hash != first.hash

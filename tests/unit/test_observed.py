"""Observed cascades: tables in any form and order, against a computation from the definitions."""

import gzip
from itertools import combinations
from statistics import mean, median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.observed import Cascades, read_cascades

TABLE = """cascade,node,parent,minutes,kind
launch,ann,,0,post
launch,bob,ann,5,share
recall,ann,-1,1,post
launch,cy,bob,9,share
launch,dee,ann,5,share
"""


def write(folder, text, name="posts.csv"):
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.fixture
def launch(tmp_path):
    return read_cascades(write(tmp_path, TABLE), time="minutes")


@st.composite
def tables(draw):
    """Draw rows (cascade, node, parent, time) of small forests, in any order, and the same rows by cascade."""
    cascades = {}
    for name in draw(st.sets(st.integers(-5, 40), min_size=1, max_size=4)):
        nodes = draw(st.lists(st.integers(0, 30), min_size=1, max_size=8, unique=True))
        parents = [draw(st.sampled_from([-1, *nodes[:i]])) for i in range(len(nodes))]
        times = [draw(st.integers(-9, 99)) for _ in nodes]
        cascades[name] = list(zip(nodes, parents, times, strict=True))
    rows = [(name, *row) for name, members in cascades.items() for row in members]
    return draw(st.permutations(rows)), cascades


def from_rows(rows):
    cascade, node, parent, time = zip(*rows, strict=True)
    return Cascades.from_arrays(cascade=cascade, node=node, parent=parent, time=time)


def naive(members):
    """The measures of one cascade from the definitions."""
    parent = {v: p for v, p, _ in members}
    time = {v: t for v, _, t in members}

    def line(v):
        return [v] if parent[v] == -1 else [v, *line(parent[v])]

    depth = {v: len(line(v)) - 1 for v in parent}
    root = {v: line(v)[-1] for v in parent}
    near = [
        len(set(line(u)) ^ set(line(v)))  # up to the last common ancestor and down
        for u, v in combinations(parent, 2)
        if root[u] == root[v]
    ]
    n, roots = len(parent), set(root.values())
    direct = sum(d == 1 for d in depth.values())
    return {
        "size": n,
        "n_trees": len(roots),
        "depth": max(depth.values()),
        "max_breadth": max(list(depth.values()).count(d) for d in depth.values()),
        "structural_virality": mean(near) if near else np.nan,
        "direct_children": direct,
        "broadcast_share": direct / (n - len(roots)) if n > len(roots) else np.nan,
        "largest_tree_share": max(list(root.values()).count(r) for r in roots) / n,
        "duration": max(time.values()) - min(time[r] for r in roots),
    }


@given(tables())
def test_measures_agree_with_the_definitions(table):
    rows, cascades = table
    measures = from_rows(rows).measures()

    assert measures.pop("cascade").tolist() == sorted(cascades)
    expected = [naive(cascades[name]) for name in sorted(cascades)]
    for name, values in measures.items():
        np.testing.assert_allclose(values, [one[name] for one in expected], rtol=1e-12, err_msg=name)


@given(tables())
def test_generations_curves_and_reproduction_agree_with_the_definitions(table):
    rows, by_name = table
    cascades = from_rows(rows)
    sizes = np.zeros(9)
    for i, name in enumerate(sorted(by_name)):
        members = by_name[name]
        generation, below = [], {-1}
        while any(p in below for _, p, _ in members):
            generation.append(sum(p in below for _, p, _ in members))
            below = {v for v, p, _ in members if p in below}
        assert cascades.number_of(name) == i
        assert cascades.generations(i).tolist() == generation
        sizes[: len(generation)] += generation
        times = sorted({t for _, _, t in members})
        curve = cascades.curve(i)
        assert curve.time.tolist() == times
        assert curve.n_members.tolist() == [sum(t <= now for _, _, t in members) for now in times]
    n = np.count_nonzero(sizes)
    np.testing.assert_allclose(cascades.reproduction_numbers(), np.append(sizes, 0)[1 : n + 1] / sizes[:n])


@given(tables())
def test_parents_stand_before_children_and_the_rows_come_back(table):
    rows, _ = table
    cascades = from_rows(rows)
    back = cascades.members()

    got = zip(*(back[name].tolist() for name in ("cascade", "node", "parent", "time")), strict=True)
    assert sorted(got) == sorted(rows)
    own = np.arange(cascades.n_members)
    assert (cascades.parent < own).all()
    has = cascades.parent >= 0
    assert (cascades.generation[has] == cascades.generation[cascades.parent[has]] + 1).all()
    assert (cascades.generation[~has] == 0).all()
    cascade = np.repeat(np.arange(cascades.n_cascades), cascades.sizes)
    assert (cascade[cascades.parent[has]] == cascade[has]).all()


@pytest.mark.parametrize("name", ["posts.csv", "posts.csv.gz", "posts.tsv", "posts.TSV.gz", "posts.parquet"])
def test_every_kind_of_file_gives_the_same(tmp_path, name):
    if name.endswith(".parquet"):
        frame = pd.read_csv(write(tmp_path, TABLE)).astype({"cascade": "category"})
        frame.to_parquet(tmp_path / name)
    else:
        text = TABLE.replace(",", "\t") if "tsv" in name.lower() else TABLE
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    cascades = read_cascades(tmp_path / name, time="minutes")

    assert repr(cascades) == "Cascades(2 cascades, 5 members)"
    assert cascades.ids.tolist() == ["launch", "recall"]
    assert cascades.indptr.tolist() == [0, 4, 5]
    assert cascades.node.tolist() == ["ann", "bob", "dee", "cy", "ann"]
    assert cascades.parent.tolist() == [-1, 0, 0, 1, -1]
    assert cascades.generation.tolist() == [0, 1, 1, 2, 0]
    assert cascades.time.tolist() == [0, 5, 5, 9, 1]
    assert {k: v.tolist() for k, v in cascades.attributes.items()} == {
        "kind": ["post", "share", "share", "share", "post"]
    }
    assert cascades.members()["parent"].tolist() == ["", "ann", "ann", "bob", ""]


@pytest.mark.parametrize(
    ("node", "parent"),
    [
        ([1, 2, 3], [-1, 1, 2]),
        ([1, 2, 3], [None, 1, 2]),
        (np.array([1, 2, 3], np.uint8), [np.nan, 1.0, 2.0]),
        (pd.Series([1, 2, 3]), pd.Series([None, 1, 2])),
        (["1", "2", "3"], ["", "1", "2"]),
        ([" 1", "2 ", "3"], [" -1", "1", "2"]),
        (["1", "2", "3"], [-1, 1, 2]),
        (pd.Series(["1", "2", "3"], dtype="category"), [None, "1", "2"]),
    ],
)
def test_names_may_be_numbers_or_text(node, parent):
    cascades = Cascades.from_arrays(cascade=[0, 0, 0], node=node, parent=parent)
    assert cascades.parent.tolist() == [-1, 0, 1]
    assert cascades.node.astype(str).tolist() == ["1", "2", "3"]
    assert cascades.time is None
    assert "duration" not in cascades.measures()
    assert "time" not in cascades.members()


def test_text_that_looks_like_numbers_keeps_its_spelling(tmp_path):
    text = "cascade,node,parent\n1.50,a,\n1.50,1.0,a\n1.50,1,1.0\n1.5,99999999999999999999,NA\n"
    cascades = read_cascades(write(tmp_path, text))
    assert cascades.ids.tolist() == ["1.5", "1.50"]
    assert cascades.node.tolist() == ["99999999999999999999", "a", "1.0", "1"]


def test_whole_numbers_among_missing_ones_as_pandas_writes_them(tmp_path):
    cascades = read_cascades(write(tmp_path, "cascade,node,parent\n7,0,\n7,1,0.0\n7,2,1.0\n"))
    assert cascades.node.tolist() == [0, 1, 2]
    assert cascades.members()["parent"].tolist() == [-1, 0, 1]


def test_own_column_names_and_text_with_line_breaks(tmp_path):
    text = 'thread,id,reply to,said\n1,a,,"one\ntwo, three"\n1,b,a,\n'
    cascades = read_cascades(write(tmp_path, text), cascade="thread", node="id", parent="reply to")
    assert cascades.attributes["said"].tolist() == ["one\ntwo, three", None]


def test_a_forest_is_measured_within_its_trees():
    cascades = Cascades.from_arrays(cascade=[1] * 4, node=[0, 1, 2, 3], parent=[-1, 0, -1, -1])
    measures = cascades.measures()
    assert measures["n_trees"] == 3
    assert measures["structural_virality"] == 1
    assert measures["largest_tree_share"] == 0.5
    assert measures["broadcast_share"] == 1


def test_labels_group_means_and_medians(launch):
    rows = launch.attributes["kind"][launch.indptr[:-1]]
    assert rows.tolist() == ["post", "post"]
    one = launch.by(rows)
    assert one["label"].tolist() == ["post"]
    assert one["n_cascades"].tolist() == [2]
    assert one["size"].tolist() == [2.5]
    assert one["structural_virality"].tolist() == pytest.approx([10 / 6])  # the cascade of one has none
    two = launch.by({"launch": "x", "recall": "y"}, statistic="median")
    assert two["size"].tolist() == [4, 1]
    assert np.isnan(two["structural_virality"][1])


def test_the_median_is_the_median():
    cascades = Cascades.from_arrays(cascade=[1, 2, 2, 3, 3, 3, 3], node=range(7), parent=[-1, -1, 1, -1, 3, 3, 3])
    assert cascades.by([0, 0, 0], statistic="median")["size"] == median([1, 2, 4])
    assert cascades.by([0, 0, 0])["size"] == pytest.approx(mean([1, 2, 4]))


def test_arrays_are_read_only_and_the_users_own_are_not(launch):
    with pytest.raises(ValueError, match="read-only"):
        launch.time[0] = 1
    mine = np.array([0, 1])
    Cascades.from_arrays(cascade=mine, node=mine, parent=[-1, -1], time=mine, attributes={"own": mine})
    mine[0] = 5


def test_attributes_never_hide_the_columns_of_members():
    cascades = Cascades.from_arrays(cascade=[1], node=[4], parent=[-1], attributes={"generation": [9], "age": [30]})
    assert cascades.members()["generation"].tolist() == [0]
    assert cascades.members()["age"].tolist() == [30]
    assert cascades.attributes["generation"].tolist() == [9]


def test_times_of_text_that_are_numbers_are_taken():
    cascades = Cascades.from_arrays(cascade=[1, 1], node=[1, 2], parent=[-1, 1], time=["0.5", "2"])
    assert cascades.time.tolist() == [0.5, 2.0]

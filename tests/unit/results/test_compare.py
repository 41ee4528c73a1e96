"""Tables of two runs are compared number by number, replica by replica."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import FolderError
from wom_sim.results.compare import TOLERANCE, Difference, compare_tables, read_table
from wom_sim.results.store import parquet_bytes


def table(**columns):
    return pa.table(columns)


def differences(then, now, name="replicas", tolerance=0.0):
    return compare_tables(name, then, now, tolerance=tolerance).differences


@given(
    st.lists(st.tuples(st.integers(), st.integers()).map(lambda pair: [v % 3 for v in pair]), min_size=1, max_size=9)
)
def test_replicas_that_differ_are_counted_and_the_first_is_named(pairs):
    then, now = ([pair[i] for pair in pairs] for i in (0, 1))
    replica = np.arange(len(pairs), dtype=np.int32)
    found = differences(table(replica=replica, reach=then), table(replica=replica, reach=now))
    apart = [i for i, pair in enumerate(pairs) if pair[0] != pair[1]]
    if not apart:
        assert found == ()
    else:
        first = apart[0]
        assert found == (Difference("reach", "differs", len(apart), first, {}, then[first], now[first]),)


def test_undefined_equals_undefined_alone():
    nan = float("nan")
    then, now = table(replica=[0, 1, 2], x=[nan, nan, 1.0]), table(replica=[0, 1, 2], x=[nan, 2.0, nan])
    (found,) = differences(then, now)
    assert (found.n_replicas, found.replica, found.then, found.now) == (2, 1, None, 2.0)


@pytest.mark.parametrize(("factor", "differs"), [(1 + 0.9e-12, False), (1 + 1.1e-12, True)])
def test_the_tolerance_is_relative(factor, differs):
    for size in (1e-9, 1.0, 1e9):
        then, now = table(replica=[0], x=[size]), table(replica=[0], x=[size * factor])
        assert bool(differences(then, now, tolerance=TOLERANCE)) == differs
        assert differences(then, now)
    whole = table(replica=[0], x=[10**15]), table(replica=[0], x=[10**15 + 1])
    assert differences(*whole, tolerance=TOLERANCE)


def test_infinite_numbers_are_compared():
    assert not differences(table(replica=[0], x=[np.inf]), table(replica=[0], x=[np.inf]), tolerance=TOLERANCE)
    assert differences(table(replica=[0], x=[np.inf]), table(replica=[0], x=[1.0]), tolerance=TOLERANCE)


def test_a_longer_curve_differs_in_its_replica_alone():
    then = table(replica=[0, 0, 1, 1], step=[0, 1, 0, 1], reach=[1, 2, 1, 5])
    now = table(replica=[0, 0, 0, 1, 1], step=[0, 1, 2, 0, 1], reach=[1, 2, 3, 1, 5])
    assert differences(then, now, "curves") == (Difference("rows", "differs", 1, 0, {}, 2, 3),)
    (rows, reach) = differences(then, now.set_column(2, "reach", [[1, 2, 3, 1, 6]]), "curves")
    assert (rows.column, reach.column, reach.replica, reach.at) == ("rows", "reach", 1, {"step": 1})


def test_a_group_is_named_where_it_differs():
    then = table(replica=[0, 0, 1, 1], item=pa.array(["a", "b"] * 2).dictionary_encode(), seen=[1, 2, 3, 4])
    now = table(replica=[0, 0, 1, 1], item=["a", "b"] * 2, seen=[1, 2, 3, 5])
    (found,) = differences(then, now, "by_item")
    assert (found.replica, found.at, found.then, found.now) == (1, {"item": "b"}, 4, 5)


def test_missing_columns_and_replicas_are_found():
    then, now = table(replica=[0, 1], old=[1, 2]), table(replica=[0], new=[1])
    assert [(entry.column, entry.problem) for entry in differences(then, now)] == [
        ("rows", "differs"), ("old", "missing now"), ("new", "new now"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        parquet_bytes(table(reach=[1])),
        parquet_bytes(table(replica=[1, 0])),
        parquet_bytes(table(replica=[""])),
    ],
)
def test_what_is_no_table_of_a_run_is_refused(content):
    with pytest.raises(FolderError, match=r"^here: is damaged: "):
        read_table(content, shown="here")

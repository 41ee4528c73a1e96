"""Edge lists as Parquet tables."""

import gzip
import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.errors import GraphError
from wom_sim.graph.parquet import read_parquet
from wom_sim.graph.raw import FileBytes


def packed(columns):
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table(columns), buffer, row_group_size=3)
    return buffer.getvalue()


def read(columns, *, source=None, target=None, ranges=None):
    content = columns if isinstance(columns, bytes) else packed(columns)
    return read_parquet(
        FileBytes("net.parquet", ".parquet", content, ""), source=source, target=target, ranges=ranges or {}
    )


def refusal(columns, **options):
    with pytest.raises(GraphError) as caught:
        read(columns, **options)
    return str(caught.value)


def ties(rows):
    labels = rows.labels.to_pylist()
    return [(labels[u], labels[v]) for u, v in zip(rows.src, rows.dst, strict=True)]


kinds = st.sampled_from(
    [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string()),
     pa.dictionary(pa.int32(), pa.large_string()), pa.int8(), pa.int64(), pa.uint64(),
     pa.dictionary(pa.int16(), pa.int64())]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1), kinds, kinds)
def test_people_are_numbered_by_first_appearance(pairs, first, second):
    columns = {}
    for name, kind, values in zip("uv", (first, second), zip(*pairs, strict=True), strict=True):
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        array = pa.array([value if pa.types.is_integer(plain) else str(value) for value in values], plain)
        columns[name] = array.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else array
    rows = read(columns)
    expected = list(dict.fromkeys(str(person) for pair in pairs for person in pair))
    assert rows.labels.to_pylist() == expected
    assert ties(rows) == [(str(u), str(v)) for u, v in pairs]


def test_large_and_negative_numbers_are_labels():
    assert ties(read({"u": [-1, 2**62], "v": [5, 5]})) == [("-1", "5"), (str(2**62), "5")]
    assert ties(read({"u": pa.array([2**64 - 1], pa.uint64()), "v": [5]})) == [(str(2**64 - 1), "5")]


def test_categories_that_do_not_occur_are_nobody():
    people = pa.DictionaryArray.from_arrays(pa.array([1, 1], pa.int8()), pa.array(["ghost", "Ann"]))
    assert read({"u": people, "v": ["Bob", "Cy"]}).labels.to_pylist() == ["Ann", "Bob", "Cy"]


def test_columns_by_name_and_numbers_in_range():
    rows = read({"p": [0.5], "to": ["b"], "from": [" a "]}, source="from", target="to", ranges={"p": (0, 1)})
    assert ties(rows) == [("a", "b")]
    assert rows.columns["p"].tolist() == [0.5]
    assert refusal({"u": ["a"], "v": ["b"]}, source="w") == "net.parquet: no column 'w'; columns: 'u', 'v'"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.5, 1.4], "row 2: column p: must be a number in [0, 1], got 1.4"),
        ([0.5, np.nan], "row 2: column p: must be a number in [0, 1], got nan"),
        ([0.5, None], "row 2: column p: must be a number in [0, 1], got None"),
        ([0, 7], "row 2: column p: must be a number in [0, 1], got 7.0"),
        (["0.5", "1"], "column p: must hold numbers, got string"),
        ([True, False], "column p: must hold numbers, got bool"),
    ],
)
def test_number_that_cannot_be_used(values, said):
    assert refusal({"u": ["a", "b"], "v": ["c", "d"], "p": values}, ranges={"p": (0, 1)}) == f"net.parquet: {said}"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["a", None], "row 2: column v: a label is missing (null)"),
        ([1, None], "row 2: column v: a label is missing (null)"),
        (pa.array(["a", None]).dictionary_encode(), "row 2: column v: a label is missing (null)"),
        ([1.5, 2.0], "row 1: column v: labels must be text or whole numbers, got double (1.5)"),
        ([None, 2.0], "row 2: column v: labels must be text or whole numbers, got double (2.0)"),
        (
            pa.array([None, None], pa.float64()),
            "row 1: column v: labels must be text or whole numbers, got double (None)",
        ),
        ([True, False], "row 1: column v: labels must be text or whole numbers, got bool (True)"),
        ([["a"], ["b"]], "row 1: column v: labels must be text or whole numbers, got list<element: string> (['a'])"),
        (["a", " "], "row 2: a label is empty"),
        (["a", "b\n"], "row 2: label 'b\\n' has a control character"),
        (["a", "a\0"], "row 2: label 'a\\x00' has a control character"),
    ],
)
def test_label_that_cannot_be_used(labels, said):
    assert refusal({"u": ["x", "y"], "v": labels}) == f"net.parquet: {said}"


def test_no_rows():
    assert refusal({"u": pa.array([], pa.string()), "v": pa.array([], pa.string())}) == (
        "net.parquet: no rows: the graph has no nodes"
    )
    assert refusal(b"") == "net.parquet: the file is empty: the graph has no nodes"


def test_one_column():
    assert refusal({"u": ["a"]}) == "net.parquet: expected at least two columns, source and target, got 1"


def test_not_parquet_or_damaged():
    assert refusal(b"u,v\na,b\n").startswith("net.parquet: not a Parquet file, or damaged: ")
    whole = packed({"u": ["a"] * 9, "v": ["b"] * 9})
    assert refusal(whole[: len(whole) // 2]).startswith("net.parquet: not a Parquet file, or damaged: ")
    broken = bytearray(whole)
    broken[4:40] = bytes(36)
    assert refusal(bytes(broken)).startswith("net.parquet: damaged: ")


def test_runs_that_unpack_to_too_much(monkeypatch):
    monkeypatch.setattr("wom_sim.graph.parquet.MAX_BYTES", 10_000)
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table({"u": np.zeros(200_000, np.int64), "v": np.zeros(200_000, np.int64)}), buffer)
    n_bytes = len(buffer.getvalue())
    assert refusal(buffer.getvalue()) == f"net.parquet: 200,000 rows in {n_bytes:,} bytes: unpacks to too much"


def test_gzipped(tmp_path, monkeypatch):
    from wom_sim.graph.files import read_edges

    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.parquet.gz").write_bytes(gzip.compress(packed({"u": ["a"], "v": ["b"]})))
    assert read_edges("net.parquet.gz").n_people == 2

"""Observed cascades: every fault of a table and of a question is said in one clear line."""

import gzip

import pytest

from wom_sim.errors import GraphError, ResultError
from wom_sim.observed import Cascades, read_cascades

GOOD = "cascade,node,parent\nlaunch,ann,\nlaunch,bob,ann\nrecall,ann,-1\n"
HEAD = "cascade,node,parent,when\n"
FAULTS = {
    "an unknown parent": (
        HEAD + "7,1,,0\n7,2,9,0\n8,9,,0\n7,3,9,0\n",
        (
            "row 2: cascade 7: parent 9 has no row in this cascade; add it, or leave the parent empty for a "
            "root (2 rows have such parents)"
        ),
    ),
    "an unknown parent of text": (
        HEAD + "a,x,,0\na,y,z,0\n",
        ("row 2: cascade 'a': parent 'z' has no row in this cascade; add it, or leave the parent empty for a root"),
    ),
    "a node twice": (
        HEAD + "7,1,,0\n7,2,1,0\n8,2,,0\n7,2,1,0\n",
        (
            "row 4: cascade 7: node 2 has a row already, row 2; keep one row for each member (who got it again "
            "joined the first time)"
        ),
    ),
    "its own parent": (
        HEAD + "7,1,,0\n7,2,2,0\n",
        "row 2: cascade 7: node 2 is its own parent; leave the parent empty (or -1) for a root",
    ),
    "a cycle": (
        HEAD + "7,1,,0\n7,2,3,0\n7,3,2,0\n",
        (
            "row 2: cascade 7: node 2 is its own ancestor: 2 from 3 from 2; one of them must be a root (parent "
            "empty or -1) or have another parent"
        ),
    ),
    "a long cycle": (
        HEAD + "7,1,6,0\n7,2,1,0\n7,3,2,0\n7,4,3,0\n7,5,4,0\n7,6,5,0\n",
        (
            "row 1: cascade 7: node 1 is its own ancestor: 1 from 6 from 5 from 4 from ...; one of them must be "
            "a root (parent empty or -1) or have another parent"
        ),
    ),
    "no cascade": (HEAD + "7,1,,0\n,2,1,0\n", "row 2: cascade is empty; name the cascade of each row"),
    "no node": (HEAD + "a,x,,0\na,,x,0\n", "row 2: node is empty; name the member of each row"),
    "a node called -1": (
        HEAD + "7,-1,,0\n",
        "row 1: node is -1, which stands for 'no parent'; rename it",
    ),
    "a time of text": (
        HEAD + "7,1,,0\n7,2,1,soon\n",
        (
            "row 2: column when: must be a finite number, got 'soon'; turn dates into numbers, such as hours "
            "since the first"
        ),
    ),
    "a date": (
        HEAD + "7,1,,2020-01-01\n",
        (
            "row 1: column when: must be a finite number, got '2020-01-01'; turn dates into numbers, such as "
            "hours since the first"
        ),
    ),
    "true and false": (
        HEAD + "7,1,,true\n",
        (
            "row 1: column when: must be a finite number, got 'true'; turn dates into numbers, such as hours "
            "since the first"
        ),
    ),
    "no time": (
        HEAD + "7,1,,0\n7,2,1,\n",
        "row 2: column when: must be a finite number, got nothing",
    ),
    "an infinite time": (
        HEAD + "7,1,,0\n7,2,1,inf\n",
        "row 2: column when: must be a finite number, got 'inf'",
    ),
    "a column that is missing": (
        "cascade,node,parents,when\n7,1,,0\n",
        "no column 'parent'; columns: 'cascade', 'node', 'parents', 'when'; did you mean 'parents'?",
    ),
    "nothing like the column": (
        "cascade,xyz,parent,when\n7,1,,0\n",
        "no column 'node'; columns: 'cascade', 'xyz', 'parent', 'when'; name it, as in node='cascade'",
    ),
    "other separators": (
        "cascade;node;parent;when\n7;1;;0\n",
        (
            "no column 'cascade'; columns: 'cascade;node;parent;when'; columns must stand between commas "
            "(between tabs in a .tsv)"
        ),
    ),
    "two columns of one name": (
        "cascade,node,node,parent,when\n7,1,2,,0\n",
        "2 columns are called 'node'; rename them",
    ),
    "no rows": (HEAD, "no rows: expected a row for each member of a cascade"),
    "an empty file": (
        "\n \n",
        "the file is empty: expected a header and a row for each member of a cascade",
    ),
}


def write(folder, text):
    path = folder / "posts.csv"
    path.write_text(text)
    return path


@pytest.fixture
def launch(tmp_path):
    return read_cascades(write(tmp_path, GOOD))


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_one_clear_line(tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, text)
    with pytest.raises(GraphError) as fault:
        read_cascades("posts.csv", time="when")
    assert str(fault.value) == f"posts.csv: {message}"


def test_rows_of_unequal_length(tmp_path):
    path = write(tmp_path, "cascade,node,parent\n7,1,\n7,2\n")
    with pytest.raises(GraphError, match=r"posts\.csv: cannot be read as a table: .*Expected 3 columns, got 2"):
        read_cascades(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("posts.csv", None, "cannot be read: No such file"),
        ("posts.parquet", None, "cannot be read: No such file"),
        ("posts.csv.gz", b"cascade,node,parent\n7,1,\n", "not gzip, or damaged: Not a gzipped file"),
        ("posts.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:40], "not gzip, or damaged: "),
        ("posts.parquet", b"cascade", "not a Parquet file, or damaged: "),
        ("posts.xlsx", b"x", "expected a .csv, .csv.gz, .tsv or .parquet file, got '.xlsx'"),
        ("posts", b"x", "expected a .csv, .csv.gz, .tsv or .parquet file, got a name without an ending"),
        ("posts.csv", b"cascade,node,parent\na,\xff,\n", "cannot be read as a table: In CSV column #1"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(GraphError) as fault:
        read_cascades(tmp_path / name)
    assert str(fault.value).startswith(f"{tmp_path / name}: {message}")
    assert "\n" not in str(fault.value)


def test_one_column_for_two_things(tmp_path):
    with pytest.raises(GraphError, match="node and time are both column 'x'; name each its own"):
        read_cascades(tmp_path / "posts.csv", node="x", time="x")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"node": [1]}, "arrays: cascade has 2 values, but node has 1; give one a row"),
        ({"time": [1.0]}, "arrays: time has 1 values, but node has 2; give one a row"),
        ({"attributes": {"age": [1, 2, 3]}}, "arrays: age has 3 values, but node has 2; give one a row"),
        ({"node": [1, "a"]}, "arrays: node: must be a sequence of whole numbers or text, not both"),
        ({"node": [[1], [2]]}, "arrays: column node: must hold whole numbers or UTF-8 text, got list"),
        ({"parent": [-1, 5]}, "arrays: row 2: cascade 1: parent 5 has no row in this cascade"),
        ({"cascade": [], "node": [], "parent": []}, "arrays: no rows: expected a row for each member of a cascade"),
    ],
)
def test_arrays_are_checked_too(columns, message):
    with pytest.raises(GraphError) as fault:
        Cascades.from_arrays(**({"cascade": [1, 1], "node": [1, 2], "parent": [-1, 1]} | columns))
    assert str(fault.value).startswith(message)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda c: c.generations(2), "no cascade number 2: there are 2, counted from 0"),
        (lambda c: c.curve(-1), "no cascade number -1: there are 2, counted from 0"),
        (lambda c: c.number_of("lunch"), "no cascade 'lunch'; names go from 'launch' to 'recall'"),
        (lambda c: c.by(["a"]), "labels: expected one for each of 2 cascades, got (1,)"),
        (lambda c: c.by({"launch": 1}), "labels: none for cascade 'recall' (1 of them have none)"),
        (lambda c: c.by(["a", None]), "labels: must be all text or all numbers; give missing ones a name"),
        (lambda c: c.by(["a", "b"], statistic="mode"), "statistic must be 'mean' or 'median', got 'mode'"),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(launch, ask, message):
    with pytest.raises(ResultError) as fault:
        ask(launch)
    assert str(fault.value) == message


def test_curves_need_times(tmp_path):
    cascades = read_cascades(write(tmp_path, GOOD))
    with pytest.raises(ResultError, match="times are not known; name their column when reading, as in time='minutes'"):
        cascades.curve(0)

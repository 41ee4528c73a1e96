"""Edge lists as text: layouts, and what is said when a row cannot be read."""

import codecs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import errors
from wom_sim.graph import text
from wom_sim.graph.assemble import assemble
from wom_sim.graph.labels import Labels
from wom_sim.graph.raw import FileBytes

ANY = (-np.inf, np.inf)


def read(content, name="net.csv", *, source=None, target=None, header=None, separator=None, ranges=None):
    content = content if isinstance(content, bytes) else content.encode()
    suffix = "." + name.rpartition(".")[2]
    file = FileBytes(name, suffix, content, "")
    return text.read_text(file, source=source, target=target, header=header, separator=separator, ranges=ranges or {})


def ties(rows):
    labels = rows.labels.to_pylist()
    return [(labels[u], labels[v]) for u, v in zip(rows.src, rows.dst, strict=True)]


def refusal(content, name="net.csv", **options):
    with pytest.raises(errors.GraphError) as caught:
        read(content, name, **options)
    return str(caught.value)


def slow_rows(lines, separator):
    """Read rows by the definition: split, trim, number people as they appear."""
    numbers, pairs = {}, []
    for line in lines:
        pair = [field.strip() for field in (line.split(separator) if separator else line.split())][:2]
        pairs.append([numbers.setdefault(label, len(numbers)) for label in pair])
    return list(numbers), pairs


label_text = st.one_of(
    st.integers(0, 30).map(str),
    st.integers(-(10**30), 10**30).map(str),
    st.integers(0, 9).map("0{}".format),
    st.text("abcÅé漢🙂_=<'-.", min_size=1, max_size=4),
)
whole = st.integers(0, 40).map(str)
layouts = st.sampled_from(
    [("net.csv", ",", ","), ("net.tsv", "\t", "\t"), ("net.txt", "\t", "\t"), ("net.txt", "  ", None),
     ("net.txt", " ", None), ("net.txt", ",", ","), ("net.csv", ";", ";")]
)  # fmt: skip


@pytest.mark.filterwarnings("error")
@given(
    st.one_of(st.lists(st.tuples(whole, whole), min_size=1), st.lists(st.tuples(label_text, label_text), min_size=1)),
    layouts,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_agrees_with_a_slow_reader(pairs, layout, end_of_line, ends_with_one, blank_lines):
    name, joint, separator = layout
    lines = [joint.join(pair) for pair in pairs]
    header = not name.endswith(".txt")
    body = [f"source{joint}target"] * header + ([line for row in lines for line in (row, "")] if blank_lines else lines)
    content = end_of_line.join(body) + end_of_line * ends_with_one
    rows = read(content, name, separator=separator or " ")
    labels, numbered = slow_rows(lines, separator)
    assert rows.labels.to_pylist() == labels
    assert np.column_stack([rows.src, rows.dst]).tolist() == numbered


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1))
def test_round_trip_by_first_appearance(pairs):
    rows = read("u,v\n" + "".join(f"{u},{v}\n" for u, v in pairs))
    seen = list(dict.fromkeys(person for pair in pairs for person in pair))
    graph = assemble(rows.src, rows.dst, Labels(rows.labels), directed=True)
    expected = assemble(
        np.array([seen.index(u) for u, _ in pairs], np.int32),
        np.array([seen.index(v) for _, v in pairs], np.int32),
        Labels(rows.labels),
        directed=True,
    )
    assert rows.labels.to_pylist() == [str(person) for person in seen]
    assert graph.hash == expected.hash


@given(st.binary(max_size=60))
def test_only_our_errors_come_out(content):
    try:
        rows = read(content, "net.txt")
    except errors.GraphError as error:
        assert str(error).startswith("net.txt")  # noqa: PT017
    else:
        assert len(rows.src) > 0


@given(st.text('ab01,;\t "#\r\n-.', max_size=40), st.sampled_from(["net.csv", "net.txt"]))
def test_odd_texts_are_read_or_refused(content, name):
    try:
        rows = read(content, name)
    except errors.GraphError as error:
        assert str(error).startswith(name)  # noqa: PT017
    else:
        assert all(u and v for u, v in ties(rows))


# Empty (25)


@pytest.mark.parametrize("content", ["", "\n\n", "  \n", codecs.BOM_UTF8])
def test_empty_file(content):
    assert refusal(content) == "net.csv: the file is empty: the graph has no nodes"


@pytest.mark.parametrize("content", ["source,target", "source,target\n", "source,target\n\n"])
def test_header_alone(content):
    assert refusal(content) == "net.csv: no rows: the graph has no nodes"


def test_comments_alone():
    assert refusal("# nothing\n", "net.txt") == "net.txt: the file is empty: the graph has no nodes"


# Layout (27, 28, 29)


@pytest.mark.parametrize("joint", [",", ";", "\t", " ", ", ", " ; ", "   ", " \t "])
@pytest.mark.parametrize("name", ["net.txt", "net.csv", "net.tsv"])
def test_separator_is_found_out(name, joint):
    rows = read(f"1{joint}2\n2{joint}3\n", name, header=False)
    assert ties(rows) == [("1", "2"), ("2", "3")]


def test_labels_with_spaces_between_tabs():
    assert ties(read("Ann Lee\tBob Ray\n", "net.txt")) == [("Ann Lee", "Bob Ray")]


def test_separator_as_given():
    assert ties(read("a;x,b\n", "net.txt", separator=",")) == [("a;x", "b")]
    assert ties(read("a|b\n", "net.txt", separator="|")) == [("a", "b")]


@pytest.mark.parametrize("separator", ["", "ab", "x", '"', "\n", "§"])
def test_separator_that_cannot_be_one(separator):
    if separator:
        said = f"net.csv: separator must be one character such as ',' or ';', got {separator!r}"
        assert refusal("a,b\n", separator=separator) == said


def test_first_row_of_whole_numbers():
    assert refusal("0,1\n1,2\n") == (
        "net.csv:1: the first row holds numbers (0, 1) where names of columns are expected; "
        "write `header = false` if the file has no header"
    )
    assert ties(read("0,1\n1,2\n", header=False)) == [("0", "1"), ("1", "2")]
    assert ties(read("0,1\n1,2\n", header=True)) == [("1", "2")]


def test_header_in_txt_only_when_said():
    rows = read("u v\n1 2\n", "net.txt")
    assert ties(rows) == [("u", "v"), ("1", "2")]
    assert rows.notes == ("line 1 (u, v) is read as a tie; write `header = true` if it names columns",)
    assert ties(read("u v\n1 2\n", "net.txt", header=True)) == [("1", "2")]


def test_comments_anywhere_in_txt_only():
    assert ties(read("# SNAP\n# 2\n1 2\n  # more\r\n2 3\n#\n", "net.txt")) == [("1", "2"), ("2", "3")]
    assert ties(read("u,v\n#a,b\n")) == [("#a", "b")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("c", "net.csv:4: expected 2 columns as in line 1, got 1"),
        ("1,2,3,4,5,6,7", "net.csv:4: expected 2 columns as in line 1, got 7"),
        (",b", "net.csv:4: a label is empty"),
        ("a,  ", "net.csv:4: a label is empty"),
        ('"",b', "net.csv:4: a label is empty"),
        ("a\x07,b", "net.csv:4: label 'a\\x07' has a control character"),
        ("a\x85,b", "net.csv:4: label 'a\\x85' has a control character"),
        ("a,b\x00", "net.csv:4: a NUL character; the file is no plain text, or UTF-16"),
    ],
)
@pytest.mark.parametrize("first", ["a,b", "0,1"])
def test_row_that_cannot_be_read(row, said, first):
    assert refusal(f"source,target\n{first}\n\n{row}\n{first}\n") == said


def test_row_of_another_width_in_txt():
    assert refusal("# note\n1  2\n1 2 3\n", "net.txt") == "net.txt:3: expected 2 columns as in line 2, got 3"


def test_unclosed_quote():
    assert refusal('u,v\na,b\n"c,d\ne,f\n') == "net.csv:3: expected 2 columns as in line 1, got 1"


def test_quoted_labels():
    assert ties(read('u,v\n"Lee, Ann","say ""hi"""\n')) == [("Lee, Ann", 'say "hi"')]
    assert ties(read('"u","v"\n1,2\n')) == [("1", "2")]


def test_columns_by_name():
    content = "p,to,from\n0.5,b,a\n"
    assert ties(read(content, source="from", target="to")) == [("a", "b")]
    assert refusal(content, source="form", target="to") == (
        "net.csv:1: no column 'form'; columns: 'p', 'to', 'from'; did you mean 'from'?"
    )
    assert refusal(content, source="to") == "net.csv:1: source and target are both column 'to'; name both"
    assert refusal("a,a,b\n1,2,3\n", source="b", target="a") == "net.csv:1: 2 columns are called 'a'"
    assert refusal("names\nAnn\n") == "net.csv:1: expected at least two columns, source and target, got 1"


def test_columns_by_number_without_a_header():
    assert ties(read("0.5 b a\n", "net.txt", source="3", target="2")) == [("a", "b")]
    assert refusal("a b\n", "net.txt", ranges={"p": ANY}) == (
        "net.txt:1: no column 'p'; columns: '1', '2'; they are numbers, for the file has no header "
        "(`header = true` says it has)"
    )


def test_column_of_row_numbers_is_nobody():
    assert refusal(",u,v\n0,a,b\n") == ("net.csv:1: column 1 has no name (row numbers?); name `source` and `target`")
    assert ties(read(",u,v\n0,a,b\n", source="u", target="v")) == [("a", "b")]


def test_fault_far_down_is_found():
    content = "u,v\n" + "".join(f"{i},{i + 1}\n" for i in range(50_000)) + "x\n"
    assert refusal(content) == "net.csv:50002: expected 2 columns as in line 1, got 1"


def test_many_blocks_number_people_as_one(monkeypatch):
    lines = [f"p{i * 7919 % 1009},p{i * 104729 % 1013}" for i in range(5000)]
    monkeypatch.setattr(text, "_BLOCK", 500)
    rows = read("u,v\n" + "\n".join(lines))
    labels, numbered = slow_rows(lines, ",")
    assert rows.labels.to_pylist() == labels
    assert np.column_stack([rows.src, rows.dst]).tolist() == numbered


@pytest.mark.parametrize("length", [1, 7, 8, 9, 30])
def test_short_and_long_labels(length):
    lines = [f"{'é' if i % 3 else 'x'}{i % 5:0{length}d},{i % 4}" for i in range(40)]
    rows = read("u,v\n" + "\n".join(lines))
    labels, numbered = slow_rows(lines, ",")
    assert rows.labels.to_pylist() == labels
    assert np.column_stack([rows.src, rows.dst]).tolist() == numbered

"""What edge lists as text may hold: labels, encodings, numbers."""

import codecs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import errors
from wom_sim.graph import text
from wom_sim.graph.raw import FileBytes

ANY = (-np.inf, np.inf)


def read(content, name="net.csv", *, source=None, target=None, ranges=None):
    content = content if isinstance(content, bytes) else content.encode()
    file = FileBytes(name, ".csv", content, "")
    return text.read_text(file, source=source, target=target, header=None, separator=None, ranges=ranges or {})


def ties(rows):
    labels = rows.labels.to_pylist()
    return [(labels[u], labels[v]) for u, v in zip(rows.src, rows.dst, strict=True)]


def refusal(content, name="net.csv", **options):
    with pytest.raises(errors.GraphError) as caught:
        read(content, name, **options)
    return str(caught.value)


# Labels (33, 34, 35)


def test_labels_are_text():
    labels = ["-5", "9223372036854775808", str(10**20), "01", "1", "x", "1.0", "+1", "-0", "0"]
    rows = read("u,v\n" + "".join(f"{label},hub\n" for label in labels))
    assert rows.labels.to_pylist() == ["-5", "hub", *labels[1:]]
    (note,) = rows.notes
    assert note == (
        "1 label differs from another only by leading zeros, such as '01' and '1': "
        "labels are text, so these are different people"
    )


@pytest.mark.parametrize("odd", ["01", "+1", "-0", " 1", "1.", "1_0", "\u0661"])
def test_whole_numbers_written_oddly_keep_their_text(odd):
    assert ties(read(f"u,v\n1,2\n{odd},3\n"))[1] == (odd.strip(), "3")


def test_labels_are_trimmed():
    assert ties(read("u,v\n a ,b\na, b \n")) == [("a", "b"), ("a", "b")]


def test_unicode_twins_are_noted():
    rows = read("u,v\ne\u0301,\u00e9\n")
    assert len(rows.labels) == 2
    (note,) = rows.notes
    assert note == (
        "1 label differs from another only by Unicode form (NFC, NFD), such as 'e\\u0301' and '\\xe9': "
        "these are different people"
    )


def test_formulas_and_markup_are_labels():
    assert ties(read("u,v\n=cmd(),<script>\n")) == [("=cmd()", "<script>")]


# Encoding (12, 18)


def test_byte_order_mark_and_line_ends():
    assert ties(read(codecs.BOM_UTF8 + b"u,v\r\na,b\r\n", source="u", target="v")) == [("a", "b")]
    assert ties(read(b"u,v\ra,b\r")) == [("a", "b")]


def test_not_utf8():
    said = "net.csv:3: not UTF-8: byte 0xe9 at offset 9; save it as UTF-8"
    assert refusal(b"u,v\na,b\n1\xe9,2\n") == said
    with_mark = "net.csv:3: not UTF-8: byte 0xe9 at offset 12; save it as UTF-8"
    assert refusal(codecs.BOM_UTF8 + b"u,v\na,b\n1\xe9,2\n") == with_mark


def test_utf16():
    assert refusal("u,v\na,b\n".encode("utf-16")) == "net.csv: UTF-16 text; save it as UTF-8"
    assert refusal("u,v\na,b\n".encode("utf-16-le")) == (
        "net.csv:1: a NUL character; the file is no plain text, or UTF-16"
    )


# Numbers (36)


@pytest.mark.parametrize(
    "value", ["1.4", "-0.1", "nan", "NaN", "inf", "-inf", "1e400", "", "x", "1_0", "٠", "１", "0x1", "true", "NA", "1e"]
)
def test_number_out_of_range(value):
    content = f"source,target,p\na,b,0.5\nb,c,{value}\n"
    said = f"people.csv:3: column p: must be a number in [0, 1], got {value!r}"
    assert refusal(content, "people.csv", ranges={"p": (0, 1)}) == said


def test_number_with_a_decimal_comma():
    assert refusal("u;v;p\na;b;0,5\n", ranges={"p": (0, 1)}) == (
        "net.csv:2: column p: must be a number in [0, 1], got '0,5'; use a decimal point"
    )


def test_ranges_without_an_end():
    content = "u,v,w\na,b,-3\na,c,inf\n"
    assert (
        refusal(content, ranges={"w": (0, np.inf)}) == "net.csv:2: column w: must be a number of at least 0, got '-3'"
    )
    assert refusal(content, ranges={"w": ANY}) == "net.csv:3: column w: must be a finite number, got 'inf'"


@given(st.lists(st.floats(0, 1), min_size=1))
def test_numbers_are_read_exactly(values):
    rows = read(
        "u,v,p\n" + "".join(f"{i},{i + 1}, {value!r}\n" for i, value in enumerate(values)), ranges={"p": (0, 1)}
    )
    assert rows.columns["p"].tolist() == values


def test_columns_not_asked_for_may_hold_anything():
    rows = read("u,v,p,why\na,b,0.5,nan\n", ranges={"p": (0, 1)})
    assert list(rows.columns) == ["p"]


def test_missing_column():
    assert refusal("u,v,prob\na,b,0.5\n", ranges={"probs": (0, 1)}) == (
        "net.csv:1: no column 'probs'; columns: 'u', 'v', 'prob'; did you mean 'prob'?"
    )


@pytest.mark.parametrize("odd", ["01", "+1", " 1"])
def test_whole_numbers_written_oddly_beside_other_columns(odd):
    rows = read(f"why,u,p,v\nmañana,1,0.5,2\n,{odd},1,3\n", source="u", target="v", ranges={"p": (0, 1)})
    assert ties(rows) == [("1", "2"), (odd.strip(), "3")]
    assert rows.columns["p"].tolist() == [0.5, 1]

"""A list of people as a file: what it may look like, what is made of it, and every fault said with its line."""

import numpy as np
import pytest

from wom_sim.errors import GraphError
from wom_sim.graph.people_file import open_people, read_people
from wom_sim.graph.raw import FileBytes


def read(text, *, segments=(), suffix=".csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return read_people(FileBytes(f"list{suffix}", suffix, content, "0" * 64), segments=segments)


def said(text, **options):
    with pytest.raises(GraphError) as caught:
        read(text, **options)
    return str(caught.value)


LAYOUTS = {
    "plain": b"id,segment,customer,stands_for,age,town\nanna,a,yes,2,30,Graz\nben,b,,,,Bern\n",
    "semicolons, BOM, CRLF": b"\xef\xbb\xbfid;segment;customer;stands_for;age;town\r\nanna;a;TRUE;2;30;Graz\r\n"
    b"ben;b;0;;;Bern\r\n",
    "tabs": b"id\tsegment\tcustomer\tstands_for\tage\ttown\nanna\ta\t1\t2.0\t3e1\tGraz\nben\tb\tNo\t1\t\tBern\n",
    "quotes, blank lines, blanks": b'"id", segment ,customer,stands_for,age,town\n\n"anna",a , yes ,2,30,"Graz"\n\n'
    b'ben,"b",false,1,,Bern',
    "empty columns of a spreadsheet": b"id;segment;customer;stands_for;age;town;;\nanna;a;yes;2;30;Graz;;\n"
    b"ben;b;;;;Bern;;\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_reads_the_same(layout):
    people = read(LAYOUTS[layout], segments=("a", "b"))

    assert people.ids.to_pylist() == ["anna", "ben"]
    assert people.segments.to_pylist() == ["a", "b"]
    assert people.customers.tolist() == [True, False]
    assert people.stands_for.tolist() == [2.0, 1.0]
    assert people.attributes["age"][0] == 30.0
    assert np.isnan(people.attributes["age"][1])
    assert people.attributes["town"].tolist() == ["Graz", "Bern"]
    assert list(people.attributes) == ["age", "town"]
    assert people.notes == ("list.csv: column 'age': 1 person has no number",)


def test_ids_alone_are_enough_even_with_spaces():
    people = read("id\nanna smith\nben jones\nc d\n")

    assert people.ids.to_pylist() == ["anna smith", "ben jones", "c d"]
    assert (people.segments, people.customers, people.stands_for, dict(people.attributes)) == (None, None, None, {})


@pytest.mark.parametrize("text", ["1.5", "-2", ".5", "5.", "1e3", "01"])
def test_a_column_of_numbers_is_numeric(text):
    assert read(f"id,x\na,{text}\n").attributes["x"].tolist() == [float(text)]


@pytest.mark.parametrize("text", ["1_0", "nan", "inf", "1,5", "0x1", "\u0661", "n/a"])
def test_what_is_no_plain_number_makes_a_column_text(text):
    assert read(f"id;x\na;1\nb;{text}\n").attributes["x"].tolist() == ["1", text]


def test_ids_that_look_alike_are_noted():
    assert read("id\n01\n1\n").notes[0].startswith("list.csv: 1 label differs from another only by leading zeros")


TRUTH = "must be true, false, yes, no, 1, 0 or empty (false)"
WEIGHT = "must be a number above 0, at most 2,147,483,647"
SHORT = "must have at most 100 characters"
FAULTS = {
    "": "list.csv: the file is empty; a list of people has a header with the column 'id'",
    "\n \n": "list.csv: the file is empty; a list of people has a header with the column 'id'",
    "id,segment\n": "list.csv:1: there is nobody below the header; write a row a person",
    "name,age\na,3\n": "list.csv:1: needs a column 'id', has 'name', 'age'; add it, or rename one",
    "ID,age\na,3\n": "list.csv:1: needs a column 'id', has 'ID', 'age'; rename 'ID'",
    "id,age,age\na,3,4\n": "list.csv:1: 2 columns are called 'age'; rename or remove all but one",
    "id,listed\na,3\n": "list.csv:1: the column 'listed' is made by the program; rename it",
    "id,,age\na,3,4\n": "list.csv:1: column 2 has no name; name it, or remove it",
    "id,age\na,3\nb,4,5\n": "list.csv:3: expected 2 columns as in line 1, got 3",
    "id,age\na,3\n\nb\n": "list.csv:4: expected 2 columns as in line 1, got 1",
    "id,age\na,3\n\n\nb,4\na,5\n": "list.csv:6: 'a' stands in line 2 already; keep one row a person",
    'id,note\na,"two\nlines"\na,x\n': "list.csv:4: 'a' stands in line 2 already; keep one row a person",
    "id,age\na,3\n  ,4\n": "list.csv:3: the column 'id' is empty; fill it in",
    "id,age\na,3\nb\x07,4\n": "list.csv:3: label 'b\\x07' has a control character",
    "id,segment\na,x\n\nb,\n": "list.csv:4: the column 'segment' is empty; fill it in",
    "id,customer\na,yes\nb,maybe\n": f"list.csv:3: column 'customer': {TRUTH}, got 'maybe'",
    "id,stands_for\na,1\nb,0\n": f"list.csv:3: column 'stands_for': {WEIGHT}, got '0'",
    "id,stands_for\na,-1\n": f"list.csv:2: column 'stands_for': {WEIGHT}, got '-1'",
    "id,stands_for\na,nan\n": f"list.csv:2: column 'stands_for': {WEIGHT}, got 'nan'",
    "id,stands_for\na,1e400\n": f"list.csv:2: column 'stands_for': {WEIGHT}, got '1e400'",
    "id;stands_for\na;2,5\n": f"list.csv:2: column 'stands_for': {WEIGHT}, got '2,5'; use a decimal point",
    "id,x\na,1\nb,1e400\n": "list.csv:3: column 'x': must be a finite number, got '1e400'",
    f"id,x\na,1\nb,{'x' * 5000}\n": f"list.csv:3: column 'x': {SHORT}, got 5,000; shorten it, or remove the column",
    b"id,x\na,\xff\n": "list.csv:2: not UTF-8: byte 0xff at offset 7; save it as UTF-8",
    b"id,x\na,\0\n": "list.csv:2: a NUL character; the file is no plain text, or UTF-16",
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: repr(text)[:40])
def test_a_fault_is_one_line_with_its_place(text):
    assert said(text) == FAULTS[text]


def test_segments_of_the_scenario_need_the_column_and_know_their_names():
    assert said("id,age\na,3\n", segments=("x",)) == (
        "list.csv:1: needs a column 'segment', has 'id', 'age'; add it, or rename one"
    )
    assert said("id,segment\na,x\n\nb,y\n", segments=("x", "z")) == (
        "list.csv:4: there is no segment 'y'; [[segments]] has 'x', 'z'"
    )


def test_a_field_too_long_for_the_slow_reader_is_still_refused():
    assert said(f"id,x\na,{'x' * 200_000}\n").startswith("list.csv:2: column 'x': must have at most 100 characters")


def test_only_tables_of_text_are_opened(tmp_path):
    (tmp_path / "a.csv").write_text("id\na\n")

    assert open_people(None, tmp_path) is None
    assert open_people("a.csv", tmp_path).shown == "a.csv"
    with pytest.raises(GraphError, match=r"a\.xlsx: a list of people is a \.csv or \.tsv file, each also with \.gz"):
        open_people("a.xlsx", tmp_path)
    with pytest.raises(GraphError, match=r"none\.csv: cannot be read: No such file or directory"):
        open_people("none.csv", tmp_path)

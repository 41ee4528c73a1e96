"""A first row that is no header must not be lost without a word; nor may merged rows lose numbers unsaid."""

import pytest

import wom_sim as wom


def test_two_people_in_the_first_row_are_no_header(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("anna,ben\nben,carl\ncarl,anna\n")
    with pytest.raises(wom.GraphError, match=r"people.csv:1: no header: 'anna' and 'ben' are people too; write"):
        wom.read_edges(path)
    assert wom.read_edges(path, header=False).n_ties == 3
    assert wom.read_edges(path, source="anna", target="ben").n_ties == 2


def test_one_person_in_the_first_row_is_noted(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("anna,ben\nanna,carl\n")
    (note,) = wom.read_edges(path).notes
    assert note == "column 'anna' bears the name of a person; if the file has no header, write `header = false`"


@pytest.mark.parametrize("how", ["first", "count"])
def test_values_lost_in_merging_are_counted(how):
    graph = wom.Graph.from_edges([0, 0, 0, 1], [1, 1, 1, 2], tie_columns={"p": [0.2, 0.5, 0.2, 0.9]}, parallel_ties=how)
    assert graph.notes[-1] == "column 'p': 1 repeated tie had another value than the first, which is kept"
    assert graph.tie_columns["p"].tolist() == [0.2, 0.9]


def test_nothing_is_said_where_nothing_is_lost():
    graph = wom.Graph.from_edges([0, 0], [1, 1], tie_columns={"p": [0.2, 0.2]})
    assert graph.notes == ("1 repeated tie merged",)

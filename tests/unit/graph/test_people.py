"""A list of people beside a network's file."""

from dataclasses import replace

import numpy as np
import pytest

from wom_sim import GraphError, ScenarioError, read_edges
from wom_sim.engine.plan import plan_scenario
from wom_sim.graph.people import with_people
from wom_sim.graph.raw import read_file
from wom_sim.scenario.load import scenario_from

TIES = "source,target\nu,v\nv,w\n"


def listed(tmp_path, text, segments=()):
    (tmp_path / "ties.csv").write_text(TIES, encoding="utf-8")
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    file = read_file(tmp_path / "people.csv", shown="people.csv")
    return with_people(read_edges(tmp_path / "ties.csv"), file, segments=segments)


def test_segments_follow_the_labels_in_any_order(tmp_path):
    graph = listed(tmp_path, "segment,id\nb,w\na,u\na,v\n")

    assert graph.people_columns["segment"].tolist() == ["a", "a", "b"]


def test_people_without_ties_are_added_and_noted(tmp_path):
    graph = listed(tmp_path, "id,segment\nu,a\nz,b\nv,a\nw,a\n")

    assert graph.labels.take(range(4)) == ["u", "v", "w", "z"]
    assert graph.out_degree.tolist() == [1, 1, 0, 0]
    assert graph.people_columns["segment"].tolist() == ["a", "a", "a", "b"]
    assert graph.notes[-1] == "people.csv: 1 person has no ties"


def test_other_columns_are_attributes_in_the_order_of_the_labels(tmp_path):
    graph = listed(tmp_path, "id,age,segment,town\nw,5,a,Graz\nv,,a,\nu,3.5,a,Bern\n")

    assert graph.people_columns["age"].dtype == np.float64
    assert graph.people_columns["age"].tolist()[::2] == [3.5, 5.0]
    assert np.isnan(graph.people_columns["age"][1])
    assert graph.people_columns["town"].tolist() == ["Bern", "", "Graz"]
    assert graph.notes == ("people.csv: column 'age': 1 person has no number",)


def test_without_a_column_of_segments_there_are_none(tmp_path):
    assert dict(listed(tmp_path, "id\nu\nv\nw\n").people_columns) == {}


def test_customers_are_kept_with_who_is_listed(tmp_path):
    graph = listed(tmp_path, "id,customer,stands_for\nu,Yes,1\nv,,1.0\nw,no,\n")

    assert graph.people_columns["customer"].tolist() == [True, False, False]
    assert graph.people_columns["listed"].tolist() == [True, True, True]
    assert "stands_for" not in graph.people_columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,segment\nu,a\nv,c\nw,a\n", "people.csv:3: there is no segment 'c'; [[segments]] has 'a', 'b'"),
        ("id,segment\nu,a\nv,a\n", "people.csv: lacks 1 people of the network, such as 'w'; add them"),
        (
            "id,segment,stands_for\nu,a,1\nv,a,2\nw,a,1\n",
            (
                "people.csv:3: column 'stands_for': must be 1 in a network from a file, where a row is one person, "
                "got 2; use [network] generate, or remove the column"
            ),
        ),
        (
            "id,group\nu,a\n",
            "people.csv:1: needs a column 'segment', has 'id', 'group'; add it, or rename one",
        ),
    ],
)
def test_a_wrong_list_is_one_line_with_its_row(tmp_path, text, message):
    with pytest.raises(GraphError) as caught:
        listed(tmp_path, text, segments=("a", "b"))

    assert str(caught.value) == message


def test_a_column_that_the_network_has_already_is_refused(tmp_path):
    listed(tmp_path, "id,age\nu,1\nv,2\nw,3\n")
    network = replace(read_edges(tmp_path / "ties.csv"), people_columns={"age": np.zeros(3)})

    with pytest.raises(GraphError, match=r"people\.csv:1: the network has a column 'age' of its own; rename this one"):
        with_people(network, read_file(tmp_path / "people.csv", shown="people.csv"))


def scenario(network, segments):
    content = {"name": "x", "channel": "shared"}
    model = {"kind": "campaign", "content": [content]}
    run = {"horizon": "5d", "n_replicas": 1, "rng_seed": 1}
    values = {"format": 1, "name": "s", "network": network, "segments": segments, "model": model, "run": run}
    return scenario_from(values, folder=network.pop("folder", None))


def test_a_scenario_takes_segments_from_its_list_of_people(tmp_path):
    listed(tmp_path, "id,segment\nu,a\nv,b\nw,a\n")
    network = {"file": "ties.csv", "people": "people.csv", "folder": tmp_path}
    case = plan_scenario(scenario(network, [{"name": "a", "engage_factor": 2.0}, {"name": "b"}]))

    assert case.process.world.segment.tolist() == [0, 1, 0]
    assert case.process.world.engage_factor.tolist() == [[2.0, 1.0]]


@pytest.mark.parametrize(
    ("network", "segments", "message"),
    [
        (
            {"file": "ties.csv"},
            [{"name": "a"}],
            "name a list of people with the columns id and segment: [network] people",
        ),
        (
            {"file": "ties.csv", "people": "people.csv"},
            [{"name": "a", "fraction": 1.0}],
            "segments.a.fraction: only for generated networks; people in files have it",
        ),
        ({"generate": "everyone", "n_people": 5}, [{"name": "a"}], "segments.a.fraction: is missing"),
        ({"file": "ties.csv", "people": "people.xlsx"}, [], "people.xlsx: a list of people is a .csv or .tsv file"),
    ],
)
def test_segments_that_do_not_fit_the_network_are_refused(tmp_path, network, segments, message):
    (tmp_path / "ties.csv").write_text(TIES, encoding="utf-8")
    with pytest.raises((ScenarioError, GraphError), match=message.replace("[", r"\[").replace(".", r"\.")):
        plan_scenario(scenario({**network, "folder": tmp_path}, segments))

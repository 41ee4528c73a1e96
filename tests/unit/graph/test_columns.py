"""Columns of people that keys name: numbers for everybody, in range, or one line that says what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from wom_sim.errors import ScenarioError
from wom_sim.graph.columns import PeopleColumn, check_people_columns, people_values
from wom_sim.graph.csr import complete_graph

KEY = "seeding.cost"


def graph(**columns):
    return replace(complete_graph(3), people_columns={name: np.array(values) for name, values in columns.items()})


def said(network, name="x", *bounds, **options):
    with pytest.raises(ScenarioError) as caught:
        people_values(network, name, *bounds, key=KEY, **options)
    return str(caught.value)


@pytest.mark.parametrize("values", [[1, 2, 3], [1.0, 2.0, 3.0], [True, False, True]])
def test_numbers_come_as_float64(values):
    found = people_values(graph(x=values), "x", 0, 3, key=KEY)

    assert found.dtype == np.float64
    assert found.tolist() == [float(value) for value in values]


def test_what_is_wrong_is_said_with_key_column_and_person():
    x = "seeding.cost: column 'x'"
    nan = np.nan
    assert said(graph(a=[1, 2, 3], b=list("xyz"))) == (
        "seeding.cost: there is no column 'x' of people; columns: 'a', 'b'"
    )
    assert said(graph()) == (
        "seeding.cost: there is no column 'x' of people; write it in a list of people, [network] people"
    )
    assert said(graph(x=["1", "n/a", "3"])) == f"{x}: must hold numbers, got 'n/a' for 1"
    assert said(graph(x=[1.0, nan, nan])) == (
        f"{x}: must hold a number for everybody, got none for 2 people, such as 1; fill it in"
    )
    assert said(graph(x=[1.0, nan, nan], listed=[True, False, False])) == (
        f"{x}: must hold a number for everybody, got none for the 2 people who are not in the list; give it in "
        "[network] unlisted, or list everybody (n_people, stands_for)"
    )
    assert said(graph(x=[nan, 1.0, nan], listed=[True, True, False])) == (
        f"{x}: must hold a number for everybody, got none for 2 people, such as 0; fill it in"
    )
    assert said(graph(x=[0.5, 1.5, 0.5]), "x", 0, 1) == f"{x}: must be a number in [0, 1], got 1.5 for 1"
    assert said(graph(x=[0.5, -1.5, 0.5]), "x", 0) == f"{x}: must be a number of at least 0, got -1.5 for 1"
    assert said(graph(x=[1.0, 2.0, 2.5]), "x", 1, whole=True) == f"{x}: must be a whole number, got 2.5 for 2"


def test_all_columns_are_checked_at_once():
    named = {
        "model.a": PeopleColumn("x", 0.0, 1.0),
        "model.b": PeopleColumn("x", 0.0, 9.0),
        "seeding.c": PeopleColumn("y"),
    }
    with pytest.raises(ScenarioError) as caught:
        check_people_columns(graph(x=[0.0, 2.0, 1.0]), named)

    assert list(caught.value.problems) == [
        "model.a: column 'x': must be a number in [0, 1], got 2 for 1",
        "seeding.c: there is no column 'y' of people; columns: 'x'",
    ]
    check_people_columns(graph(x=[0.0, 1.0, 1.0]), {"model.a": PeopleColumn("x", 0.0, 1.0, whole=True)})

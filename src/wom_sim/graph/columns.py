"""Columns of people that keys of a scenario name in place of one number for all: found, checked, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from .csr import Graph
from .people_file import LISTED
from .rows import first_outside, range_fault


class PeopleColumn(NamedTuple):
    """A column of people that a key names, and what its numbers must be: in [low, high], perhaps whole."""

    name: str
    low: float = -np.inf
    high: float = np.inf
    whole: bool = False


def people_values(
    graph: Graph, name: str, low: float = -np.inf, high: float = np.inf, *, key: str, whole: bool = False
) -> NDArray[np.float64]:
    """Return a column of people as float64 (n,): a number for everybody, each in range.

    Parameters
    ----------
    low, high : bounds, included
    key : the key of the scenario that names the column, with its section; messages start with it
    whole : only whole numbers

    Raises
    ------
    ScenarioError
        When there is no such column (those there are, are listed), or somebody has no number, or one out of range.
    """
    if name not in graph.people_columns:
        known = ", ".join(repr(known) for known in graph.people_columns)
        raise ScenarioError(
            f"{key}: there is no column {name!r} of people; "
            + (f"columns: {known}" if known else "write it in a list of people, [network] people")
        )
    column = graph.people_columns[name]
    where = f"{key}: column {name!r}"
    if column.dtype.kind not in "biuf":
        raise ScenarioError(f"{where}: must hold numbers, got {_first_text(graph, column)}")
    values = column.astype(np.float64)
    if n_without := int(np.isnan(values).sum()):
        raise ScenarioError(
            f"{where}: must hold a number for everybody, got none for {_lacking(graph, n_without, values)}"
        )
    wrong = first_outside(values, (low, high))
    if wrong is None and whole and (values != np.floor(values)).any():
        wrong = int(np.argmax(values != np.floor(values)))
        raise ScenarioError(f"{where}: must be a whole number, got {values[wrong]:g} for {graph.labels[wrong]!r}")
    if wrong is not None:
        got = int(values[wrong]) if values[wrong] == np.floor(values[wrong]) else float(values[wrong])
        raise ScenarioError(f"{where}: {range_fault(got, (low, high))} for {graph.labels[wrong]!r}")
    return values


def values_of(graph: Graph, column: PeopleColumn, *, key: str) -> NDArray[np.float64]:
    """Return the column of people that a key names; see `people_values`."""
    return people_values(graph, column.name, column.low, column.high, key=key, whole=column.whole)


def check_people_columns(graph: Graph, named: Mapping[str, PeopleColumn]) -> None:
    """Refuse columns that people lack or whose numbers do not fit, all at once.

    Parameters
    ----------
    named : what each key names; keys with their section

    Raises
    ------
    ScenarioError
        One line a key; see `people_values`.
    """
    problems: list[str] = []
    for key, column in named.items():
        try:
            values_of(graph, column, key=key)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def _first_text(graph: Graph, column: NDArray[np.str_]) -> str:
    for person, text in enumerate(column.tolist()):
        try:
            float(text)
        except ValueError:
            return f"{text!r} for {graph.labels[person]!r}"
    return f"{column[0]!s} as text"


def _lacking(graph: Graph, n: int, values: NDArray[np.float64]) -> str:
    listed = graph.people_columns.get(LISTED)
    if listed is not None and listed.dtype == np.bool_ and not (np.isnan(values) & listed).any():
        return (
            f"the {n:,} people who are not in the list; give it in [network] unlisted, or list everybody "
            "(n_people, stands_for)"
        )
    person = graph.labels[int(np.argmax(np.isnan(values)))]
    return f"{n:,} {'person' if n == 1 else 'people'}, such as {person!r}; fill it in"

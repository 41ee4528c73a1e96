"""The people of a campaign: their segments, and who among them is drawn for what, once a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import GraphError
from ...graph.csr import Graph
from ...graph.people_file import CUSTOMER, LISTED
from ...kernels.rng import by_lot
from ..base import Setting

EVERYBODY = "everybody"
"""Name of the one segment where the network has none."""


@dataclass(frozen=True)
class Population:
    """People and their segments.

    n : int
    names : tuple of str             the segments, one at least
    segment : int16 (n,)             each person's, a place in `names`
    engage_factor, buy_factor : float64 (segments,)
    notes : what to tell the user
    """

    n: int
    names: tuple[str, ...]
    segment: NDArray[np.int16]
    engage_factor: NDArray[np.float64]
    buy_factor: NDArray[np.float64]
    notes: tuple[str, ...]

    def in_segments(self, names: Sequence[str]) -> NDArray[np.int32]:
        """Return the people of the segments named, in the order of their numbers; everybody where none is named."""
        if not names:
            return np.arange(self.n, dtype=np.int32)
        wanted = [self.names.index(name) for name in names if name in self.names]
        return np.flatnonzero(np.isin(self.segment, wanted)).astype(np.int32)


def people_of(graph: Graph, setting: Setting) -> Population:
    """Return the people of a network with their segments: those of the scenario, or of the network's own column."""
    n = graph.n_people
    column = graph.people_columns.get("segment")
    names: tuple[str, ...]
    if column is None:
        names, segment = (EVERYBODY,), np.zeros(n, np.int16)
    elif setting.segments:
        names = tuple(s.name for s in setting.segments)
        unknown = np.flatnonzero(~np.isin(column, names))
        if len(unknown):
            raise GraphError(
                f"{graph.labels[unknown[0]]!r} is in the segment {str(column[unknown[0]])!r}; [[segments]] has "
                f"{', '.join(map(repr, names))}"
            )
        order = np.argsort(names)
        segment = order[np.searchsorted(np.array(names), column, sorter=order)].astype(np.int16)
    else:
        found, places = np.unique(column, return_inverse=True)
        names, segment = tuple(str(name) for name in found), places.astype(np.int16)
    known = {s.name: s for s in setting.segments}
    counts = np.bincount(segment, minlength=len(names))
    return Population(
        n=n,
        names=names,
        segment=segment,
        engage_factor=np.array([known[name].engage_factor if name in known else 1.0 for name in names]),
        buy_factor=np.array([known[name].buy_factor if name in known else 1.0 for name in names]),
        notes=tuple(f"segments: nobody is in {name!r}" for name, m in zip(names, counts, strict=True) if m == 0),
    )


def first_customers(graph: Graph, fraction: float, key: np.uint64) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return the customers of day 0 and what to tell the user about them.

    Where a list of people says who in it is a customer, the fraction is of the people who are not in it; otherwise of
    everybody. They are the first of a shuffle of everybody, so that a larger fraction only adds people.

    Returns
    -------
    int32 (k,), tuple of str
        In the order of their numbers; notes.
    """
    others, known = people_to_draw(graph)
    among_others = drawn(others, round(fraction * len(others)), key)
    notes: tuple[str, ...] = ()
    if fraction > 0 and len(others) == 0 < graph.n_people:
        notes = ("model.brand.customers_fraction: has no effect, as the list of people says of everybody",)
    return np.sort(np.concatenate((known, among_others))), notes


def people_to_draw(graph: Graph) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the people among whom customers of day 0 are drawn, and those a list of people says are customers.

    Where no list says who is a customer, everybody and nobody: int32, in the order of their numbers.
    """
    customer, listed = (graph.people_columns.get(name) for name in (CUSTOMER, LISTED))
    if customer is None or listed is None or not (customer.dtype == listed.dtype == np.bool_):
        return np.arange(graph.n_people, dtype=np.int32), np.zeros(0, np.int32)
    return np.flatnonzero(~listed).astype(np.int32), np.flatnonzero(listed & customer).astype(np.int32)


def drawn(eligible: NDArray[np.int32], n: int, key: np.uint64) -> NDArray[np.int32]:
    """Return the first `n` of the eligible people in a shuffle of everybody, in the order of their numbers: int32."""
    return np.sort(by_lot(eligible, key)[:n]) if n else eligible[:0]


def first_people(fraction: float, n: int, key: np.uint64) -> NDArray[np.int32]:
    """Return the first ``round(fraction * n)`` people of a shuffle, in the order of their numbers: int32."""
    return drawn(np.arange(n, dtype=np.int32), round(fraction * n), key)

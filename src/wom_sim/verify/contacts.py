"""Cascades over contacts: formulas, all states of few people in order of time, cascades whose ties come in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from ..api import simulate
from ..durations import Duration
from ..graph.csr import Graph
from ..graph.layers import Layer
from ..models.cascades import IndependentCascade
from ..models.contact_cascade import ContactCascade
from ..result import Result
from .cases import Budget, Case, Outcome, curve_against, equal, heights_at, mean_against

_KIND = "contact_cascade"
_DAYS = np.array([2, 4, 7, 10])


def cases() -> Iterator[Case]:
    """Yield the cases."""
    yield Case("contacts, a chain of repeated ones", _KIND, "1 + q + q^2 + ..., q = 1 - (1 - p)^k", _chain)
    yield Case("contacts, equal ones counted", _KIND, "1 + q, q = 1 - (1 - p)^k", _counted)
    yield Case("contacts, an attention of 5 days", _KIND, "1 + q, q = 1 - (1 - p)^6", _attention)
    yield Case("contacts, a start after 10 days", _KIND, "1 + q, q = 1 - (1 - p)^20", _late_start)
    yield Case("contacts, one on a weaker platform", _KIND, "2 - (1 - p)(1 - p / 2)", _platforms)
    for attention in (None, "3d"):
        said = "without end" if attention is None else f"for {attention}"
        yield Case(
            f"contacts of six people, attention {said}: reached by day",
            _KIND,
            "enumeration of all states in order of time",
            partial(_six, attention),
        )
    yield Case("contacts in the order of their ties are IC, replica by replica", _KIND, "IC on the same luck", _as_ties)
    yield Case("contacts of the same time make no chain", _KIND, "the definition", _at_once)
    yield Case("contacts, what is late misses the next one", _KIND, "the definition", _late)
    yield Case("contacts, all pass: who can be reached", _KIND, "search in order of time", _reachable)


def _run(graph: Graph, model: ContactCascade, n_replicas: int, budget: Budget, *, starter: int = 0) -> Result:
    return simulate(graph, model, seed_nodes=[starter], n_replicas=n_replicas, rng_seed=budget.rng_seed)


# Formulas.


def _chain(budget: Budget) -> Outcome:
    p, k, n = 0.2, 3, 6
    pair = np.repeat(np.arange(n - 1), k)
    graph = Graph.from_edges(pair, pair + 1, times=np.arange(len(pair)))
    q = 1.0 - (1.0 - p) ** k
    reach = _run(graph, ContactCascade(share_prob=p), budget.replicas(50_000), budget).reach
    return mean_against(reach, sum(q**i for i in range(n)))


def _daily(n_days: int) -> Graph:
    """Return two people who meet daily, from day 0."""
    return Graph.from_edges(np.zeros(n_days, int), np.ones(n_days, int), times=np.arange(n_days))


def _counted(budget: Budget) -> Outcome:
    graph = Graph.from_edges([0] * 4, [1] * 4, times=[1] * 4, parallel_ties="count")
    reach = _run(graph, ContactCascade(share_prob=0.2), budget.replicas(50_000), budget).reach
    return mean_against(reach, 2.0 - 0.8**4)


def _attention(budget: Budget) -> Outcome:
    model = ContactCascade(share_prob=0.1, attention=Duration("5d"))
    return mean_against(_run(_daily(30), model, budget.replicas(50_000), budget).reach, 2.0 - 0.9**6)


def _late_start(budget: Budget) -> Outcome:
    model = ContactCascade(share_prob=0.05, start_at=Duration("10d"))
    return mean_against(_run(_daily(30), model, budget.replicas(50_000), budget).reach, 2.0 - 0.95**20)


def _platforms(budget: Budget) -> Outcome:
    graph = Graph.from_edges([0, 0], [1, 1], times=[0, 1], layers=["chat", "mail"])
    graph = graph.with_layers([Layer(name="mail", strength=0.5)])
    reach = _run(graph, ContactCascade(share_prob=0.4), budget.replicas(50_000), budget).reach
    return mean_against(reach, 2.0 - 0.6 * 0.8)


# All states of few people.


class _Contact(NamedTuple):
    day: int
    u: int
    v: int


def _contacts(n_people: int, n_contacts: int, n_days: int) -> list[_Contact]:
    """Draw contacts at random, in order of time, none twice."""
    rng = default_rng(4)
    found: set[_Contact] = set()
    while len(found) < n_contacts:
        u, v = (int(x) for x in rng.choice(n_people, 2, replace=False))
        found.add(_Contact(int(rng.integers(n_days)), u, v))
    return sorted(found)


def _network(contacts: list[_Contact], n_people: int) -> Graph:
    day, u, v = np.array(contacts).T
    return Graph.from_edges(u, v, times=day - day.min(), n_people=n_people)


def _six(attention: str | None, budget: Budget) -> Outcome:
    contacts = _contacts(6, 30, 11)
    model = ContactCascade(share_prob=0.4, attention=None if attention is None else Duration(attention))
    result = _run(_network(contacts, 6), model, budget.replicas(30_000), budget)
    expected = _means(contacts, 6, 0.4, np.inf if attention is None else float(Duration(attention)))
    return curve_against(heights_at(result, _DAYS), expected[_DAYS], _DAYS, label="day")


def _means(contacts: list[_Contact], n_people: int, chance: float, attention: float) -> NDArray[np.float64]:
    """Return how many are reached by each day: over all states, in which each person was reached on a day or not yet.

    Contacts of a day see the state before it; who starts may pass it on at once.
    """
    first, last = contacts[0].day, contacts[-1].day
    law: dict[tuple[float, ...], float] = {(-0.5, *[np.inf] * (n_people - 1)): 1.0}
    curve = np.zeros(last - first + 1)
    for day in range(last - first + 1):
        today = [contact for contact in contacts if contact.day - first == day]
        after: dict[tuple[float, ...], float] = {}
        for since, weight in law.items():
            for then, share in _one_day(since, today, day, chance, attention):
                after[then] = after.get(then, 0.0) + weight * share
        law = after
        curve[day] = sum(weight * sum(x < np.inf for x in since) for since, weight in law.items())
    return curve


def _one_day(
    since: tuple[float, ...], today: list[_Contact], day: int, chance: float, attention: float
) -> list[tuple[tuple[float, ...], float]]:
    found = [(since, 1.0)]
    for v, before in enumerate(since):
        if before < np.inf:
            continue
        # Day 0 of who starts is -.5 here, so that contacts of that day count.
        told = sum(w == v and since[u] < day <= max(since[u], 0.0) + attention for _, u, w in today)
        missed = (1.0 - chance) ** told
        found = [
            (then, p * q)
            for now, p in found
            for then, q in ((now, missed), ((*now[:v], float(day), *now[v + 1 :]), 1.0 - missed))
            if q > 0.0
        ]
    return found


# Exactly.


def _as_ties(budget: Budget) -> Outcome:
    """Compare where ties lead from smaller to larger numbers and come in the order of who speaks."""
    rng = default_rng(7)
    u, v = np.triu_indices(40, 1)
    kept = rng.random(len(u)) < 0.15
    u, v = u[kept], v[kept]
    n = budget.replicas(2_000)
    cascade = simulate(
        Graph.from_edges(u, v, n_people=40),
        IndependentCascade(share_prob=0.5),
        seed_nodes=[0],
        n_replicas=n,
        rng_seed=budget.rng_seed,
    )
    found = _run(Graph.from_edges(u, v, times=u, n_people=40), ContactCascade(share_prob=0.5), n, budget)
    return equal(cascade.reach, found.reach)


def _at_once(budget: Budget) -> Outcome:
    graph = Graph.from_edges([0, 1, 2], [1, 2, 3], times=[5, 5, 6])
    return equal([2], _run(graph, ContactCascade(share_prob=1.0), 1, budget).reach)


def _late(budget: Budget) -> Outcome:
    """Mail of day 0 is read on day 3; the contact of day 2 comes too early, that of day 4 does not."""
    graph = Graph.from_edges([0, 1, 1], [1, 2, 3], times=[0, 2, 4], layers=["mail", "chat", "chat"])
    graph = graph.with_layers([Layer(name="mail", delay=Duration("3d"))])
    result = _run(graph, ContactCascade(share_prob=1.0), 1, budget)
    return equal([1, 1, 1, 2, 3], result.curve[0])


def _reachable(budget: Budget) -> Outcome:
    contacts = _contacts(200, 900, 60)
    graph = _network(contacts, 200)
    starters = range(0, 200, 20)
    found = [_run(graph, ContactCascade(share_prob=1.0), 1, budget, starter=s).reach[0] for s in starters]
    return equal([len(_reached(contacts, s)) for s in starters], found)


def _reached(contacts: list[_Contact], starter: int) -> set[int]:
    """Return whom contacts that follow each other in time lead to."""
    reached = {starter}
    for _, today in groupby(contacts, key=lambda contact: contact.day):
        reached |= {v for _, u, v in list(today) if u in reached}
    return reached

"""Start with people spread over the communities of the network."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.rng import derive_key
from ..kernels.seeding_scores import Labelling, propagate_labels
from .base import CountedStrategy
from .pool import Pool, Purse
from .spread import Spread
from .ties import both_ways

_LABELS = 6
"""Number of the stream, under a strategy's key, that draws orders and breaks ties of label propagation."""

_MOST_ROUNDS = 100


class Community(CountedStrategy):
    """The best connected of each community, communities in turn, in proportion to their size.

    Communities are found by label propagation: everybody begins with a label of her own; round by round everybody, in
    an order by lot, takes the label that most of those tied to her have (either way; each tie counts), keeping her own
    where it is one of the most frequent, and by lot otherwise. It ends when nobody changes, or after 100 rounds. In a
    network without communities all may end up in one, and this is `degree`.

    Places go to communities by the method of Sainte-Lague: of a community of S people, the j-th who starts (j = 0, 1,
    ...) has the claim S / (2 j + 1), and the largest claim comes first; of equals the larger community, then the one
    with the person who appears first. In a community the person with most listeners comes first, of equals who appears
    first. People who start already have taken places of their communities; who is too dear for what is left of a budget
    takes none.

    Source: Raghavan, Albert & Kumara (2007), Physical Review E 76, 036106, section III; that
    people keep their label where they can, so that it ends, is ours, and so are the shares.
    """

    strategy: Literal["community"] = "community"

    def order(self, graph: Graph, pool: Pool, *, key: np.uint64, spread: Spread | None) -> NDArray[np.int64]:
        """Order by claims; the draws decide the communities."""
        del spread
        if graph.complete:
            return np.arange(graph.n_people)
        return by_claims(communities(graph, derive_key(key, _LABELS)), graph.n_listeners, pool)


def communities(graph: Graph, key: np.uint64) -> NDArray[np.int32]:
    """Return the community of each person, named by its first person: int32 (n,). Not for complete mixing."""
    n = graph.n_people
    label = np.arange(n, dtype=np.int32)
    listeners, sources = both_ways(graph)
    memory = Labelling(np.arange(n, dtype=np.int32), np.zeros(n, np.int32))
    for i in range(_MOST_ROUNDS):
        if propagate_labels(listeners, sources, derive_key(key, i), memory, label) == 0:
            break
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    return first[number].astype(np.int32)


def by_claims(community: NDArray[np.int32], n_listeners: NDArray[np.int64], pool: Pool) -> NDArray[np.int64]:
    """Return those who may be chosen, and paid, in order of their claims: int64 (e,).

    Parameters
    ----------
    community : int32 (n,)   named by its first person
    """
    size = np.bincount(community, minlength=len(community))
    taken = np.bincount(community[pool.already], minlength=len(community))
    people = np.flatnonzero(pool.eligible)
    people = people[np.lexsort((people, -n_listeners[people], community[people]))]
    own = community[people]
    begins = np.flatnonzero(np.concatenate((np.ones(min(1, len(own)), np.bool_), own[1:] != own[:-1])))
    if pool.wanted is None:
        queues = {int(own[i]): iter(queue) for i, queue in zip(begins, np.split(people, begins[1:]), strict=True)}
        return _paid(queues, size, taken, Purse(pool))
    rank = np.arange(len(own)) - np.repeat(begins, np.diff(np.append(begins, len(own))))
    claim = size[own] / (2 * (rank + taken[own]) + 1)
    return people[np.lexsort((own, -size[own], -claim))]


def _paid(
    queues: dict[int, Iterator[Any]], size: NDArray[np.int64], taken: NDArray[np.int64], purse: Purse
) -> NDArray[np.int64]:
    """Return people of communities, each in its order, by claims, leaving out who cannot be paid: int64 (k,)."""
    claims = [(-size[c] / (2 * taken[c] + 1), -size[c], c, int(taken[c])) for c in queues]
    heapq.heapify(claims)
    chosen: list[int] = []
    while claims and not purse.is_spent:
        _, minus_size, c, rank = heapq.heappop(claims)
        person = next((person for person in queues[c] if purse.pays(person)), None)
        if person is not None:
            chosen.append(person)
            heapq.heappush(claims, (minus_size / (2 * rank + 3), minus_size, c, rank + 1))
    return np.array(chosen, np.int64)

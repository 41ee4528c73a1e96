"""Chances of ties in the form cascades read them: the chances that occur, and a short number a tie that says which."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernels.live_edge import CODE_ROOM
from .base import coin_threshold

_SHORT = 1 << 16
"""So many different chances have numbers of two bytes."""


class CoinTable(NamedTuple):
    """Thresholds of coins, without loss in a quarter of the space: chances repeat, as those of 1 / indegree do.

    threshold : uint64 (t,)    floor(p * 2^64) of each chance that occurs; see `base.coin_threshold`
    code : uint16 or uint32 (m + 7,)    which of them each tie has; (8,) where one chance serves all ties
    per_tie : bool             `code` has an entry a tie
    """

    threshold: NDArray[np.uint64]
    code: NDArray[np.uint16] | NDArray[np.uint32]
    per_tie: bool


def coin_table(prob: NDArray[np.float64], n_ties: int) -> CoinTable:
    """Return the table of chances in [0, 1]: float64 (1,) for all ties together, or (n_ties,).

    Cost: O(m log t) for t different chances; with some 32,768 of them or more every tie has an entry of its own.
    """
    if len(prob) != n_ties or n_ties == 0:
        return CoinTable(coin_threshold(np.append(prob, 0.0)[:1]), np.zeros(CODE_ROOM + 1, np.uint16), False)
    different = np.unique(prob[:_SHORT])
    while len(different) <= (_SHORT if n_ties <= _SHORT else _SHORT // 2):
        code = np.minimum(np.searchsorted(different, prob), len(different) - 1)
        others = prob[different[code] != prob]
        if not len(others):
            return CoinTable(coin_threshold(different), _with_room(code, len(different)), True)
        different = np.union1d(different, others[:_SHORT])
    return CoinTable(coin_threshold(prob), _with_room(np.arange(len(prob)), len(prob)), True)


def coin_table_by_listener(prob: NDArray[np.float64], indices: NDArray[np.int32]) -> CoinTable:
    """Return the table of ties whose chance is that of their listener.

    Parameters
    ----------
    prob : float64 (n,)   chance of each person to be reached by one of their ties     indices : int32 (m,)   listeners
    """
    different, of_person = np.unique(prob, return_inverse=True)
    short = of_person.astype(np.uint16 if len(different) <= _SHORT else np.uint32)
    return CoinTable(coin_threshold(different), _with_room(short[indices], len(different)), True)


def _with_room(code: NDArray[Any], n_different: int) -> NDArray[Any]:
    wider: NDArray[Any] = np.zeros(len(code) + CODE_ROOM, np.uint16 if n_different <= _SHORT else np.uint32)
    wider[: len(code)] = code
    return wider

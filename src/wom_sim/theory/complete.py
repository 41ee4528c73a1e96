"""Exact cascades on the complete network, where everybody can reach everybody."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import NamedTuple, SupportsIndex

import numpy as np

from . import ranges
from .ranges import Floats


class CompleteCascade(NamedTuple):
    """Expectations without sampling error.

    spread : float   expected number of people reached, seed nodes included
    size_prob : float64 (n_people + 1,)   chance that exactly k people are reached
    """

    spread: float
    size_prob: Floats


def complete_cascade_exact(
    n_people: SupportsIndex, *, share_prob: float | Fraction, n_seeds: SupportsIndex = 1
) -> CompleteCascade:
    """Work out the independent cascade, or Reed-Frost epidemic, on a complete network.

    With q = 1 - share_prob and s seed nodes: C_k, the chance that k people, seed nodes among them, are all reached
    when there is nobody else, is ``1 - sum over j < k of binom(k - s, j - s) C_j q^(j (k - j))``; exactly k are reached
    with ``binom(n - s, k - s) C_k q^(k (n - k))``. In float64 the sum cancels catastrophically (n = 100 and p = .01
    give 19.41 for 7.3851), so this works in whole numbers: C_k times the power of q's denominator that makes it one.

    Parameters
    ----------
    n_people : int >= 1   100 take half a second when share_prob has two digits, and longer with more
    share_prob : float or Fraction   chance that a tie passes, in [0, 1]; a float stands for the decimal it prints as
    n_seeds : int   from 1 to n_people

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Gilbert (1959), "Random graphs", from one seed node; Lefevre & Picard (1990), "A non-standard
    family of polynomials and the final size distribution of Reed-Frost epidemic processes", from several.
    """
    n = ranges.count("n_people", n_people, 1)
    s = ranges.count("n_seeds", n_seeds, 1, n)
    ranges.prob("share_prob", float(share_prob))
    q = 1 - (share_prob if isinstance(share_prob, Fraction) else Fraction(str(float(share_prob))))
    above, below = q.numerator, q.denominator
    # scaled[k - s] is C_k * below^pairs(k); of its pairs, j (k - j) lead out of a part of j, (k - j) (k - j - 1) / 2
    # lie among the others.
    scaled: list[int] = []
    for k in range(s, n + 1):
        apart = (
            comb(k - s, j - s) * scaled[j - s] * above ** (j * (k - j)) * below ** ((k - j) * (k - j - 1) // 2)
            for j in range(s, k)
        )
        scaled.append(below ** _pairs(s, k) - sum(apart))
    sizes = [
        Fraction(comb(n - s, k - s) * scaled[k - s] * above ** (k * (n - k)), below ** (_pairs(s, k) + k * (n - k)))
        for k in range(s, n + 1)
    ]
    spread = sum(k * chance for k, chance in enumerate(sizes, start=s))
    return CompleteCascade(float(spread), np.array([0.0] * s + [float(chance) for chance in sizes]))


def _pairs(n_seeds: int, n_people: int) -> int:
    """Count the pairs of people that are not both seed nodes."""
    return (n_people * (n_people - 1) - n_seeds * (n_seeds - 1)) // 2

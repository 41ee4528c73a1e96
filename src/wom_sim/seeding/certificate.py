"""How good chosen people are at least, against the best there could be: bounds from reverse-reachable sets."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    """What is known for sure, but for a small chance, of a choice.

    estimate : reach of the people chosen, from sets that did not choose them
    at_least : lower bound of their reach
    best_at_most : upper bound of what the best possible choice reaches
    confidence : chance that both bounds hold, below 1
    goal : the ratio of bounds at which sampling was to stop      n_sets : sets that chose and sets that judged
    says : of what and among which choices
    """

    estimate: float
    at_least: float
    best_at_most: float
    confidence: float
    goal: float
    n_sets: tuple[int, int]
    says: str

    @property
    def ratio(self) -> float:
        """At least this part of the best possible is reached; 1 where nobody can be reached at all."""
        return min(1.0, self.at_least / self.best_at_most) if self.best_at_most > 0.0 else 1.0

    def sentence(self) -> str:
        """Return the certificate in words."""
        part = f"at least {math.floor(self.ratio * 100):d} % of the best possible {self.says}"
        sure = math.floor(self.confidence * 1e8 * (1.0 + 1e-12)) / 1e6
        return f"{part}, with {min(sure, 99.999999):.8g} % confidence"


def lower_bound(n_hit: int, n_sets: int, failure: float) -> float:
    """Return what a chance is at least, by the times it was seen: exact for any number of trials.

    Parameters
    ----------
    n_hit : trials in which it happened, of `n_sets` independent ones, a number fixed before
    failure : chance that the bound does not hold, in (0, 1)

    Source: Clopper & Pearson (1934), Biometrika 26. OPIM (Tang, Tang, Xiao & Yuan 2018, equation 5) takes Chernoff's
    inequality here, which allows for more than can happen.
    """
    from scipy.special import betaincinv

    return 0.0 if n_hit <= 0 else float(betaincinv(n_hit, n_sets - n_hit + 1, failure))


def upper_bound(n_hit: float, n_sets: int, failure: float) -> float:
    """Return what a chance is at most, by the times it was seen; see `lower_bound`.

    Parameters
    ----------
    n_hit : trials in which it happened, or more: a number that bounds them may be no whole one
    """
    from scipy.special import betaincinv

    most = math.ceil(n_hit)
    return 1.0 if most >= n_sets else float(betaincinv(most + 1, n_sets - most, 1.0 - failure))

"""Step-by-step maps of consumers who all mix: being told, telling of disappointment, and choosing of two offers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats


class Choice(NamedTuple):
    """Chances of a person to whom two sides may appeal at once: for the first, for the second, for neither."""

    first: float
    second: float
    neither: float


class OpinionCurves(NamedTuple):
    """Fractions of the people by step, float64 (n_steps + 1,) each: satisfied, dissatisfied, and who never will buy."""

    satisfied: Floats
    dissatisfied: Floats
    rejecters: Floats


def informed_by_step(
    n_steps: int, *, n_strong: int, n_weak: int, advertising: float, strong_prob: float, weak_prob: float
) -> Floats:
    """Return the fraction informed at steps 0, 1, ... when ties are drawn anew in each step.

    x' = x + (1 - x)(1 - (1 - alpha)(1 - beta_w x)^w (1 - beta_s x)^s), exact in an endless crowd.

    Parameters
    ----------
    n_steps : int         at least 0; nobody is informed at step 0
    n_strong : int        s, strong ties of a person, at least 0
    n_weak : int          w, people met by chance in a step, at least 0
    advertising : float   alpha, chance to be informed by advertising in a step, in [0, 1]
    strong_prob : float   beta_s, chance that an informed strong tie informs in a step, in [0, 1]
    weak_prob : float     beta_w, the same for a weak tie, in [0, 1]

    Returns
    -------
    float64 (n_steps + 1,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Goldenberg, Libai & Muller (2001), the chance of a person, averaged over ties.
    """
    strong, weak = ranges.count("n_strong", n_strong), ranges.count("n_weak", n_weak)
    alpha = ranges.prob("advertising", advertising)
    by_strong, by_weak = ranges.prob("strong_prob", strong_prob), ranges.prob("weak_prob", weak_prob)
    informed = np.zeros(ranges.count("n_steps", n_steps) + 1)
    for k in range(n_steps):
        x = informed[k]
        informed[k + 1] = x + (1 - x) * (1 - (1 - alpha) * (1 - by_weak * x) ** weak * (1 - by_strong * x) ** strong)
    return informed


def first_step_at(fractions: ArrayLike, level: float) -> int:
    """Return the first step at which a fraction is at least `level`, or -1 for never.

    Parameters
    ----------
    fractions : float64 (n_steps + 1,)   by step, from step 0
    level : float                        in [0, 1]; .16 and .95 are usual

    Returns
    -------
    int

    Raises
    ------
    ValueError   level is out of its range

    Source: Goldenberg, Libai & Muller (2001): periods until 16 % and 95 % are informed.
    """
    there = np.asarray(fractions) >= ranges.prob("level", level)
    return int(np.argmax(there)) if there.any() else -1


def choice(first_prob: float, second_prob: float) -> Choice:
    """Return which of two sides wins a person when each would with its own chance, both in one step.

    If both succeed, the sides share in proportion to their chances: a = P1 / (P1 + P2),
    Pr(first) = P1 (1 - P2) + a P1 P2. Sides are two brands, or praise and bad news.

    Parameters
    ----------
    first_prob : float    P1, in [0, 1]
    second_prob : float   P2, in [0, 1]

    Returns
    -------
    Choice

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Goldenberg et al. (2007), adoption and rejection; Libai, Muller & Peres (2013), two brands.
    """
    one, two = ranges.prob("first_prob", first_prob), ranges.prob("second_prob", second_prob)
    both = one * two
    share = one / (one + two) if both else 0.0
    return Choice(one - both + share * both, two - both + (1 - share) * both, (1 - one) * (1 - two))


def brand_prob(n_adopters: int, *, advertising: float, wom_prob: float) -> float:
    """Return the chance that a brand alone would win a person in a step: 1 - (1 - delta)(1 - q)^N.

    Parameters
    ----------
    n_adopters : int      N, contacts who have the brand, at least 0
    advertising : float   delta, chance by advertising, in [0, 1]
    wom_prob : float      q, chance by one contact, in [0, 1]

    Returns
    -------
    float in [0, 1]

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Libai, Muller & Peres (2013), the chance of adoption.
    """
    by_contact = ranges.prob("wom_prob", wom_prob)
    told = ranges.count("n_adopters", n_adopters)
    return 1 - (1 - ranges.prob("advertising", advertising)) * (1 - by_contact) ** told


def opinions_by_step(
    n_steps: int, *, advertising: float, intensity: float, dissatisfied_fraction: float, negative_power: float
) -> OpinionCurves:
    """Return satisfied, dissatisfied and rejecters at steps 0, 1, ... in an endless crowd where all meet all.

    Praise succeeds with chance P+ = 1 - (1 - p) e^(-A S), bad news with P- = 1 - e^(-m A (D + X)); `choice` decides.
    Whom praise wins adopts, and is dissatisfied with chance d; whom bad news wins never adopts and passes it on.

    Parameters
    ----------
    n_steps : int                   at least 0; nobody has decided at step 0
    advertising : float             p, chance to adopt by advertising in a step, in [0, 1]
    intensity : float               A, expected successes a step if all praise, at least 0
    dissatisfied_fraction : float   d, in [0, 1]
    negative_power : float          m, successes of bad news for one of praise, at least 0

    Returns
    -------
    OpinionCurves

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Goldenberg, Libai, Moldovan & Muller (2007), adoption and rejection, with ties to everybody.
    """
    by_ads, unhappy = (
        ranges.prob("advertising", advertising),
        ranges.prob("dissatisfied_fraction", dissatisfied_fraction),
    )
    praise = ranges.at_least("intensity", intensity, 0)
    blame = praise * ranges.at_least("negative_power", negative_power, 0)
    state = np.zeros((ranges.count("n_steps", n_steps) + 1, 3))
    for k in range(n_steps):
        satisfied, dissatisfied, rejecters = state[k]
        won = choice(
            1 - (1 - by_ads) * float(np.exp(-praise * satisfied)), -float(np.expm1(-blame * (dissatisfied + rejecters)))
        )
        undecided = max(0.0, 1 - state[k].sum())
        state[k + 1] = state[k] + undecided * np.array([won.first * (1 - unhappy), won.first * unhappy, won.second])
    return OpinionCurves(*state.T)


def net_present_value(adopted: ArrayLike, *, discount_rate: float, margin: float = 1.0) -> float:
    """Return what those who adopt are worth at step 0: sum over steps t of margin * new adopters(t) / (1 + i)^t.

    Parameters
    ----------
    adopted : float64 (n_steps + 1,)   adopters by step, number or fraction; `satisfied` counts the satisfied alone
    discount_rate : float              i per step, at least 0; 10 % a year by months is .1 / 12
    margin : float                     earned once per adopter, any sign

    Returns
    -------
    float   in the unit of margin, per person if `adopted` is a fraction; the adopters of step 0 count undiscounted

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Goldenberg, Libai, Moldovan & Muller (2007), the measure of NPV.
    """
    by_step = np.asarray(adopted, np.float64)
    if by_step.ndim != 1:
        raise ValueError(f"adopted: must have one entry per step, got shape {by_step.shape}")
    rate = ranges.at_least("discount_rate", discount_rate, 0)
    return float(margin * (np.diff(by_step, prepend=0.0) @ (1 + rate) ** -np.arange(len(by_step), dtype=float)))

"""Chances, delays and coins of docs/campaign.md (sections 1, 5, 8 and 9), in plain Python integers and floats."""

from math import exp, floor, inf, lgamma, log, log1p

from oracles.live_edge import LANES, threshold, tie_number, word
from wom_sim.engine.streams import purpose_key
from wom_sim.kernels import rng
from wom_sim.kernels.campaign import draws

THETA = 0.2314843


def uniform_at(key: int, index: int) -> float:
    return (word(key, index) >> 11) * 2.0**-53


def below(key: int, index: int, bound: int) -> int:
    return int(uniform_at(key, index) * bound)


class Luck:
    """All draws of one replica. NAME c, v of the document is ``uniform(draws.NAME, c, v)``."""

    def __init__(self, rng_seed, replica):
        self.key = word(int(purpose_key(rng_seed, rng.CAMPAIGN)), replica)
        self.chooser = word(int(purpose_key(rng_seed, rng.LIVE_TIE)), replica)
        self.block = word(int(purpose_key(rng_seed, rng.TIE_COIN)), replica // LANES)
        self.lane = replica % LANES
        self.numbers = {}

    def key_of(self, *path):
        key = self.key
        for number in path:
            key = word(key, number)
        return key

    def uniform(self, *path):
        return uniform_at(self.key_of(*path[:-1]), path[-1])

    def below(self, *path, bound):
        return below(self.key_of(*path[:-1]), path[-1], bound)

    def exponential(self, mean, *path):
        return exponential(mean, self.uniform(*path))

    def item_coin(self, c, e):
        """A function: is the coin of tie e for item c below a chance? Item 0: the independent cascade's coin."""
        return self._coin(self.block if c == 0 else word(self.block, draws.ITEM_COIN + c), e)

    def claim_coin(self, c, e):
        return self._coin(word(self.block, draws.CLAIM_COIN + c), e)

    def answer_coin(self, a, e):
        return self._coin(word(self.block, draws.ANSWER_COIN + a), e)

    def _coin(self, key, e):
        if (key, e) not in self.numbers:
            self.numbers[key, e] = tie_number(key, self.lane, e)
        return lambda chance: self.numbers[key, e] < threshold(chance)


def exponential(mean: float, u: float) -> float:
    return -mean * log1p(-u)


def power_law(scale: float, u: float) -> float:
    """Section 9: density c up to s0, c (s / s0)^-(1 + theta) beyond; c = theta / (s0 (1 + theta)) makes it sum to 1."""
    if u < THETA / (1 + THETA):
        return u * scale * (1 + THETA) / THETA
    return scale * ((1 - u) * (1 + THETA)) ** (-1 / THETA)


def rate_per_step(chance: float, step_in_periods: float) -> float:
    """The rate in steps of an event that comes with `chance` within a period, a step being so many periods long."""
    return inf if chance >= 1 else -log1p(-chance) * step_in_periods


def first_success(chance: float, u: float) -> float:
    """The number 1, 2, ... of the first success of repeated chances: 1 + floor(log1p(-u) / log1p(-p))."""
    if chance >= 1:
        return 1
    if chance <= 0:
        return inf
    return 1 + floor(log1p(-u) / log1p(-chance))


def number_of_tells(distribution: str, mean: float, u: float) -> int:
    """Section 5: the quantile u of the number of tellings."""
    if distribution == "poisson":
        return _poisson(mean, u)
    if distribution == "fixed":
        return floor(mean) + (u < mean - floor(mean))
    if distribution == "geometric":
        return floor(log1p(-u) / log(mean / (1 + mean))) if mean > 0 else 0
    raise AssertionError(distribution)


def _poisson(mean: float, u: float) -> int:
    if mean == 0:
        return 0
    k, total = 0, exp(-mean)
    while total <= u and k < 10 * mean + 1000:  # rounding may leave the sum a hair below 1 for ever
        k += 1
        total += exp(k * log(mean) - mean - lgamma(k + 1))
    return k

"""Competing brands from their definition: first one replica by its draws, then exact means without any draw.

Coins of ties as in `live_edge`. Under a replica's own key: purpose 1 draws lots of brands, by person * brands + brand;
purpose 2 draws turns, by tie. The smallest word goes first.
"""

from fractions import Fraction
from itertools import product
from math import prod
from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number, word
from .negative_opinion import own_key

LOT, TURN = 1, 2


class Outcome(NamedTuple):
    """`waves`: of each step, whom each person followed who adopted in it; `brand_of`: what everybody adopted."""

    waves: list[dict[int, int]]
    brand_of: dict[int, int]
    contested: int
    unfinished: int


def deal(n_seeds, shares, split):
    """The brand of each seed node: to the brand with the smallest (its number + 1/2) / share, the first of equals."""
    dealt = []
    for _ in range(n_seeds):
        lag = {b: (dealt.count(b) + Fraction(1, 2)) / Fraction(share) for b, share in enumerate(shares) if share}
        dealt.append(min(lag, key=lag.get))
    return dealt if split == "in_turn" else sorted(dealt)


def competitive_cascade(n, ties, chances, tie_rule, seeds, rng_key, replica, max_steps):
    """`chances`: of each brand, one for each tie; `seeds`: the brand of each seed node, a dict."""
    coins, lane, own = block_key(rng_key, replica), replica % LANES, own_key(rng_key, replica)
    waves, brand_of, contested = [dict.fromkeys(seeds, -1)], dict(seeds), 0
    while waves[-1] and len(waves) <= max_steps:
        told = {}
        for v in range(n):
            if v in brand_of:
                continue
            successes = [
                (word(word(own, TURN), e), u)
                for e, (u, listener) in enumerate(ties)
                if listener == v and u in waves[-1] and tie_number(coins, lane, e) < threshold(chances[brand_of[u]][e])
            ]
            brands = {brand_of[u] for _, u in successes}
            contested += len(brands) > 1
            if not brands:
                continue
            if tie_rule == "first_brand":
                brands = {min(brands)}
            elif tie_rule == "random_brand":
                brands = {min(brands, key=lambda b: word(word(own, LOT), v * len(chances) + b))}
            told[v] = min(turn for turn in successes if brand_of[turn[1]] in brands)[1]
        brand_of |= {v: brand_of[u] for v, u in told.items()}
        waves.append(told)
    unfinished = int(len(waves[-1]) > 0)
    if len(waves) > 1 and not waves[-1]:
        waves.pop()
    return Outcome(waves, brand_of, contested, unfinished)


# Exact means.


def mean_adopters(ties, chances, tie_rule, seeds):
    """Return the mean number of adopters of each brand, as Fractions: every course of events with its chance."""
    n_brands = len(chances)
    ways = [{tie: Fraction(p) for tie, p in zip(ties, its, strict=True)} for its in chances]

    def tried(v, wave, brand_of):
        """The chance that v adopts each brand in this step; None: no brand."""
        tellers = [u for u in wave if (u, v) in ways[0]]
        found = {b: Fraction(0) for b in (*range(n_brands), None)}
        for outcome in product((True, False), repeat=len(tellers)):
            chance = Fraction(1)
            for u, success in zip(tellers, outcome, strict=True):
                p = ways[brand_of[u]][u, v]
                chance *= p if success else 1 - p
            winners = [brand_of[u] for u, success in zip(tellers, outcome, strict=True) if success]
            if not winners:
                found[None] += chance
            elif tie_rule == "first_brand":
                found[min(winners)] += chance
            else:
                running = winners if tie_rule == "random_neighbour" else sorted(set(winners))
                for b in running:
                    found[b] += chance / len(running)
        return found

    def follow(brand_of, wave):
        listeners = sorted({v for u, v in ties if u in wave and v not in brand_of})
        if not listeners:
            return [Fraction(list(brand_of.values()).count(b)) for b in range(n_brands)]
        found = [tried(v, wave, brand_of) for v in listeners]
        total = [Fraction(0)] * n_brands
        for course in product((*range(n_brands), None), repeat=len(listeners)):
            chance = prod((its[b] for its, b in zip(found, course, strict=True)), start=Fraction(1))
            if chance:
                new = {v: b for v, b in zip(listeners, course, strict=True) if b is not None}
                means = follow(brand_of | new, sorted(new))
                total = [so_far + chance * mean for so_far, mean in zip(total, means, strict=True)]
        return total

    return follow(dict(seeds), list(seeds))

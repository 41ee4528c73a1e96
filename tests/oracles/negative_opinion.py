"""Negative opinions from their definition: first one replica by its draws, then exact means without any draw.

Coins of ties as in `live_edge`. Under a replica's own key: purpose 1 draws whether a person likes it, by person;
purpose 2 draws turns, by tie, the smallest word first.
"""

from fractions import Fraction
from itertools import permutations, product
from math import factorial, prod
from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number, word

DIFFUSION, LIKES, TURN = 7, 1, 2


class Outcome(NamedTuple):
    """`waves`: of each step, whom each person reached in it followed; `likes`: who is positive."""

    waves: list[dict[int, int]]
    likes: set[int]
    unfinished: int


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def own_key(rng_key, replica):
    return word(word(rng_key, DIFFUSION), replica)


def uniform(key, index):
    return Fraction(word(key, index) >> 11, 2**53)


def negative_opinion(n, ties, share_prob, quality, seed_nodes, rng_key, replica, max_steps):
    """`ties`: (u, v) in order of their numbers; `share_prob`: a chance for each tie."""
    coins, lane, own = block_key(rng_key, replica), replica % LANES, own_key(rng_key, replica)
    waves = [dict.fromkeys(seed_nodes, -1)]
    likes = {v for v in seed_nodes if uniform(word(own, LIKES), v) < quality}
    while waves[-1] and len(waves) <= max_steps:
        told = {}
        for v in range(n):
            if any(v in wave for wave in waves):
                continue
            turns = [
                (word(word(own, TURN), e), u)
                for e, (u, listener) in enumerate(ties)
                if listener == v and u in waves[-1] and tie_number(coins, lane, e) < threshold(share_prob[e])
            ]
            if turns:
                told[v] = min(turns)[1]
        likes |= {v for v, u in told.items() if u in likes and uniform(word(own, LIKES), v) < quality}
        waves.append(told)
    unfinished = int(len(waves[-1]) > 0)
    if len(waves) > 1 and not waves[-1]:
        waves.pop()
    return Outcome(waves, likes, unfinished)


# Exact means.


def mean_opinions(ties, share_prob, quality, seed_nodes, *, order="random"):
    """Return the mean numbers of positive and negative people, as Fractions: every course of events with its chance.

    `order`: those who try at one person go through every permutation ("random"), or negative ones go first.
    """
    quality = Fraction(quality)
    ways = {tie: Fraction(p) for tie, p in zip(ties, share_prob, strict=True)}

    def tried(v, wave, opinions):
        """The chance of each opinion of v, None for not reached, after this wave has tried."""
        found = {True: Fraction(0), False: Fraction(0), None: Fraction(0)}
        tellers = [u for u in wave if (u, v) in ways]
        orders = list(permutations(tellers)) if order == "random" else [sorted(tellers, key=opinions.get)]
        for turns in orders:
            nobody = Fraction(1, factorial(len(tellers)) if order == "random" else 1)
            for u in turns:
                success = nobody * ways[u, v]
                found[True] += success * quality * opinions[u]
                found[False] += success * (1 - quality * opinions[u])
                nobody -= success
            found[None] += nobody
        return found

    def follow(opinions, wave):
        listeners = sorted({v for u, v in ties if u in wave and v not in opinions})
        if not listeners:
            positive = sum(opinions.values())
            return Fraction(positive), Fraction(len(opinions) - positive)
        chances = [tried(v, wave, opinions) for v in listeners]
        total = [Fraction(0), Fraction(0)]
        for course in product((True, False, None), repeat=len(listeners)):
            chance = prod((found[said] for found, said in zip(chances, course, strict=True)), start=Fraction(1))
            if chance:
                new = {v: said for v, said in zip(listeners, course, strict=True) if said is not None}
                means = follow(opinions | new, sorted(new))
                total = [so_far + chance * mean for so_far, mean in zip(total, means, strict=True)]
        return tuple(total)

    starts = [Fraction(0), Fraction(0)]
    for course in product((True, False), repeat=len(seed_nodes)):
        chance = prod((quality if likes else 1 - quality for likes in course), start=Fraction(1))
        means = follow(dict(zip(seed_nodes, course, strict=True)), seed_nodes)
        starts = [so_far + chance * mean for so_far, mean in zip(starts, means, strict=True)]
    return tuple(starts)

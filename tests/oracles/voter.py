"""The voter model from its definition: opinions in a list, everything looked up anew for each update."""

import math
from itertools import pairwise
from typing import NamedTuple

from .live_edge import word
from .steps import step_by

STARTS, COMES, FINDS, CONTACT, IS_NOISE, NOISE_GIVES, MOVES = range(1, 8)


class Rules(NamedTuple):
    """Keys of the model; `often`: update_rate or update_prob."""

    rule: str = "node"
    often: float = 1.0
    initial_share: float = 0.0
    stubborn_seeds: bool = False
    noise_prob: float = 0.0


class Outcome(NamedTuple):
    """What a replica comes to; `supporters`: at the end of each step."""

    supporters: list[int]
    consensus_time: float
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) / 2**53


def starting(n, rules, seed_nodes, key):
    by_chance = [uniform(word(key, STARTS), v) < rules.initial_share for v in range(n)]
    return [int(v in seed_nodes or by_chance[v]) for v in range(n)]


def is_over(n, ties, rules, unmoved, opinion):
    """Nothing can change any more."""
    if rules.noise_prob == 0:
        return not any(opinion[u] != opinion[v] and v not in unmoved for u, v in ties)
    found = set(range(n)) if rules.rule == "node" else {v for _, v in ties}
    return found <= unmoved


def pick(n, ties, rule, draw):
    """Speaker and listener of an update; None for nobody."""
    if rule == "link":
        return ties[int(draw(FINDS) * len(ties))]
    one = int(draw(FINDS) * n)
    if rule == "node":
        near = sorted(u for u, v in ties if v == one)
        return (near[int(draw(CONTACT) * len(near))] if near else None), one
    near = [v for u, v in ties if u == one]
    return (one, near[int(draw(CONTACT) * len(near))]) if near else (one, None)


def voter_by_events(n, ties, rules, seed_nodes, key, *, per_step, max_steps):
    """`ties`: (u, v) in order of their numbers; `key`: of the replica."""
    opinion = starting(n, rules, seed_nodes, key)
    unmoved = set(seed_nodes) if rules.stubborn_seeds else set()
    history, time, i, agreed, unfinished = [(0, sum(opinion))], 0.0, 0, first_agreement(opinion, 0.0, math.nan), 0
    while not is_over(n, ties, rules, unmoved, opinion):

        def draw(purpose, i=i):
            return uniform(word(key, purpose), i)

        time += -math.log1p(-draw(COMES)) / (n * rules.often)
        if step_by(time, per_step) > max_steps:
            unfinished = 1
            break
        u, v = pick(n, ties, rules.rule, draw)
        i += 1
        if v is None or v in unmoved:
            continue
        before = opinion[v]
        if draw(IS_NOISE) < rules.noise_prob:
            opinion[v] = int(draw(NOISE_GIVES) < 0.5)
        elif u is not None:
            opinion[v] = opinion[u]
        if opinion[v] != before:
            history.append((step_by(time, per_step), sum(opinion)))
        agreed = first_agreement(opinion, time, agreed)
    last_step = max_steps if unfinished else history[-1][0]
    ends = [*history, (last_step + 1, None)]
    supporters = [number for (step, number), (until, _) in pairwise(ends) for _ in range(step, until)]
    return Outcome(supporters, agreed, last_step, unfinished)


def voter_by_steps(n, ties, rules, seed_nodes, key, *, max_steps):
    opinion = starting(n, rules, seed_nodes, key)
    unmoved = set(seed_nodes) if rules.stubborn_seeds else set()
    supporters, agreed = [sum(opinion)], first_agreement(opinion, 0.0, math.nan)
    while not is_over(n, ties, rules, unmoved, opinion) and len(supporters) <= max_steps:
        step, held = len(supporters), list(opinion)
        for v in range(n):

            def draw(purpose, v=v, step=step):
                return uniform(word(word(key, purpose), step), v)

            if v in unmoved or draw(MOVES) >= rules.often:
                continue
            near = sorted(u for u, w in ties if w == v)
            if draw(IS_NOISE) < rules.noise_prob:
                opinion[v] = int(draw(NOISE_GIVES) < 0.5)
            elif near:
                opinion[v] = held[near[int(draw(CONTACT) * len(near))]]
        supporters.append(sum(opinion))
        agreed = first_agreement(opinion, float(step), agreed)
    unfinished = int(not is_over(n, ties, rules, unmoved, opinion))
    return Outcome(supporters, agreed, len(supporters) - 1, unfinished)


def first_agreement(opinion, time, before):
    return time if math.isnan(before) and len(set(opinion)) == 1 else before

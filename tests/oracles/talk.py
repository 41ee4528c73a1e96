"""Talk of the network and bad news from their definitions: contact after contact, chances multiplied."""

from collections import Counter
from math import prod
from typing import NamedTuple

from .live_edge import word

DIFFUSION = 7
PATIENCE, ACQUAINTANCE, MEETING, CHOICE, SATISFACTION = 0, 1, 2, 3, 4


class Chances(NamedTuple):
    """`strong_ties`: None for the ties of the network. `ties`: (u, v), as often as counted."""

    n: int
    ties: list[tuple[int, int]]
    advertise: float
    weak: float
    strong: float
    weak_ties: int
    fixed: bool
    strong_ties: int | None
    unhappy: float = 0.0
    power: float = 0.0


class Outcome(NamedTuple):
    """`states`: of all people, after each period. `left_at`: when each stopped to be undecided."""

    states: list[str]
    left_at: dict[int, int]
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) * 2.0**-53


def own_key(rng_key, replica):
    return word(word(rng_key, DIFFUSION), replica)


def acquaintances(c, key, v):
    others = [o for o in range(c.n) if o != v]
    return [others[int(uniform(word(word(key, ACQUAINTANCE), v), i) * len(others))] for i in range(c.weak_ties)]


def talk(c, seed_nodes, rng_key, replica, max_steps):
    """Who is informed when: v as soon as u < 1 - Q."""
    key = own_key(rng_key, replica)
    informed_at, uninformed = dict.fromkeys(seed_nodes, 0), [1.0] * c.n
    step = last = 0
    while True:
        informed = set(informed_at)
        share = len(informed) / max(c.n - 1, 1)
        factor = {}
        for v in set(range(c.n)) - informed:
            heard = sum(u in informed for u, w in c.ties if w == v)
            factor[v] = (1 - c.advertise) * (1 - c.strong) ** heard
            if c.strong_ties is not None:
                factor[v] = (1 - c.advertise) * (1 - c.strong * share) ** c.strong_ties
            if c.fixed and c.n > 1:
                factor[v] *= prod(1 - c.weak for o in acquaintances(c, key, v) if o in informed)
            elif c.n > 1:
                factor[v] *= (1 - c.weak * share) ** c.weak_ties
        if all(f == 1 for f in factor.values()):
            return Outcome([], informed_at, last, 0)
        if step == max_steps:
            return Outcome([], informed_at, step, 1)
        step += 1
        for v, f in factor.items():
            uninformed[v] *= f
            if uniform(word(key, PATIENCE), v) < 1 - uninformed[v]:
                informed_at[v] = last = step


def bad_news(c, seed_nodes, rng_key, replica, max_steps):
    """Who becomes what when. A contact is (chance to act, its voice or what else it may have been)."""
    key = own_key(rng_key, replica)
    state, left_at, unmoved = ["undecided"] * c.n, {}, [1.0] * c.n
    for v in seed_nodes:
        state[v], left_at[v] = satisfaction(c, key, v), 0
    step = last = 0
    while True:
        talkers = Counter(state)
        good = talkers["satisfied"] / max(c.n - 1, 1)
        bad = (talkers["dissatisfied"] + talkers["rejecter"]) / max(c.n - 1, 1)
        known, met = {}, {}
        for v in (v for v in range(c.n) if state[v] == "undecided"):
            voices = [] if c.strong_ties is not None else [(state[u], c.strong) for u, w in c.ties if w == v]
            if c.fixed and c.n > 1:
                voices += [(state[o], c.weak) for o in acquaintances(c, key, v)]
            known[v] = [(said, q) for said, q in voices if said != "undecided"]
            met[v] = [c.strong] * (c.strong_ties or 0) + [c.weak] * (0 if c.fixed or c.n == 1 else c.weak_ties)
        chance = {v: [c.advertise, *(power(c, said, q) for said, q in known[v])] for v in known}
        meeting = {v: [q * good + blame(c, q) * bad for q in met[v]] for v in known}
        if not any(p > 0 for v in known for p in chance[v] + meeting[v]):
            return Outcome(state, left_at, last, 0)
        if step == max_steps:
            return Outcome(state, left_at, step, 1)
        step += 1
        new = {}
        for v, heard in known.items():
            place = None
            for i, p in enumerate(chance[v] + meeting[v]):
                unmoved[v] *= 1 - p
                if place is None and uniform(word(key, PATIENCE), v) < 1 - unmoved[v]:
                    place = i
            if place is not None:
                at = place - len(chance[v])
                voices = heard + [(who_is_met(c, key, v, i, at, good, bad, q), q) for i, q in enumerate(met[v])]
                new[v] = decide(c, key, v, voices)
        for v, what in new.items():
            state[v], left_at[v], last = what, step, step


def blame(c, q):
    return min(1.0, c.power * q)


def power(c, said, q):
    return q if said == "satisfied" else blame(c, q)


def who_is_met(c, key, v, i, at, good, bad, q):
    """Whom v meets as number i, given that meetings before number `at` moved nobody and `at` did (negative: none)."""
    if i < at:
        weights = good * (1 - q), bad * (1 - blame(c, q)), 1 - good - bad
    elif i == at:
        weights = good * q, bad * blame(c, q), 0
    else:
        weights = good, bad, 1 - good - bad
    if at < 0:
        weights = good, bad, 1 - good - bad
    x = uniform(word(word(key, MEETING), v), i) * sum(weights)
    return "satisfied" if x < weights[0] else "rejecter" if x < weights[0] + weights[1] else "undecided"


def decide(c, key, v, voices):
    praise = 1 - (1 - c.advertise) * prod(1 - q for said, q in voices if said == "satisfied")
    against = 1 - prod(1 - blame(c, q) for said, q in voices if said in ("dissatisfied", "rejecter"))
    share = praise / (praise + against)
    adopt = praise * (1 - against) + share * praise * against
    reject = against * (1 - praise) + (1 - share) * praise * against
    if uniform(word(key, CHOICE), v) * (adopt + reject) < adopt:
        return satisfaction(c, key, v)
    return "rejecter"


def satisfaction(c, key, v):
    return "dissatisfied" if uniform(word(key, SATISFACTION), v) < c.unhappy else "satisfied"

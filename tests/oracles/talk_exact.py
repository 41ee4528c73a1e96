"""Exact distribution of talk of the network and bad news in tiny networks: every meeting enumerated, no draws."""

from collections import defaultdict
from itertools import product
from math import prod

UNDECIDED, SATISFIED, DISSATISFIED, REJECTER = "USDX"


def distribution(n, ties, keys, seed_nodes, n_periods):
    """Return {states of all people: probability} after some periods; `ties`: (u, v); `strong_ties` left out: `ties`."""
    now = {UNDECIDED * n: 1.0}
    for v in seed_nodes:
        now = move(now, v, lambda _: adopt(keys, 1.0, 0.0))
    for _ in range(n_periods):
        then = defaultdict(float)
        for before, chance in now.items():
            after = {before: chance}
            for v in (v for v in range(n) if before[v] == UNDECIDED):
                outcomes = person(n, ties, keys, before, v)
                after = move(after, v, lambda _, outcomes=outcomes: outcomes)
            for states, p in after.items():
                then[states] += p
        now = then
    return dict(now)


def move(states, v, outcomes):
    moved = defaultdict(float)
    for state, chance in states.items():
        for what, p in outcomes(state).items():
            moved[state[:v] + what + state[v + 1 :]] += chance * p
    return moved


def person(n, ties, keys, states, v):
    """The outcomes of one person: the equations, averaged over all whom the person may meet, one by one."""
    others = [states[u] for u in range(n) if u != v]
    n_weak, n_strong = keys["weak_ties"] if others else 0, keys.get("strong_ties")
    own = [] if n_strong is not None else [states[u] for u, w in ties if w == v]
    n_met = n_weak + (n_strong or 0)
    total = defaultdict(float)
    for met in product(others, repeat=n_met):
        voices = [(s, keys["strong_prob"]) for s in [*own, *met[n_weak:]]] + [
            (s, keys["weak_prob"]) for s in met[:n_weak]
        ]
        power = keys.get("negative_power", 0.0)
        praise = 1 - (1 - keys["advertise_prob"]) * prod(1 - q for s, q in voices if s == SATISFIED)
        blame = 1 - prod(1 - min(1.0, power * q) for s, q in voices if s in (DISSATISFIED, REJECTER))
        for what, p in adopt(keys, praise, blame).items():
            total[what] += p / len(others) ** n_met
    return total


def adopt(keys, praise, blame):
    share = praise / (praise + blame) if praise else 0.0
    adopts = praise * (1 - blame) + share * praise * blame
    unhappy = keys.get("dissatisfied_prob", 0.0)
    return {
        UNDECIDED: (1 - praise) * (1 - blame),
        SATISFIED: adopts * (1 - unhappy),
        DISSATISFIED: adopts * unhappy,
        REJECTER: blame * (1 - praise) + (1 - share) * praise * blame,
    }

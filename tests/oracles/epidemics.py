"""Epidemics from their definition: lists of who is in which state, looked through at every step or event.

Draws as the kernels have them: u is infectious for a number of steps (or a time) that belongs to u, a tie first passes
at a trial (or after a time) that belongs to the tie. Where people can be infected again, or all meet all, draws belong
to a step, or to the number of a person's infection and contact.
"""

import math
from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number, word
from .steps import step_by

DIFFUSION, RECOVERY, ONSET, PASSING, SOURCE = 7, 1, 2, 3, 4
NEVER = math.inf


class Rules(NamedTuple):
    """Chances or rates of ties by number; how long u is infectious and exposed: functions of a uniform number."""

    passing: list
    infectious: object
    latent: object = None
    again: bool = False
    complete: bool = False
    coins: bool = False


class Outcome(NamedTuple):
    counts: dict
    curves: dict
    joined: list
    last_step: int
    unfinished: int
    duration: float
    peak_at: float


def uniform(key, index):
    return (word(key, index) >> 11) * 2.0**-53


def trials(u, p):
    """The first trial that succeeds, given a uniform number."""
    return NEVER if p == 0 else 1 if p == 1 else 1 + int(math.log1p(-u) / math.log1p(-p))


def waiting(u, rate):
    return NEVER if rate == 0 else -math.log1p(-u) / rate


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def replica_key(root, replica):
    return word(word(root, DIFFUSION), replica)


def in_steps(n, ties, rules, seed_nodes, root, replica, max_steps):
    """SI, SIR, SEIR on a network: at each step, everybody in order of infection, everybody's ties in order."""
    own = replica_key(root, replica)
    keys = {purpose: word(own, purpose) for purpose in (RECOVERY, ONSET, PASSING)}
    coin_key, lane = block_key(root, replica), replica % LANES
    joined, at, onset, end = [], {}, {}, {}

    def infect(v, by, step):
        joined.append((v, by))
        at[v] = step
        onset[v] = step if rules.latent is None else step + rules.latent(uniform(keys[ONSET], v))
        end[v] = onset[v] + rules.infectious(uniform(keys[RECOVERY], v))

    def passes(u, e, step):
        if not onset[u] < step <= end[u]:
            return False
        if rules.coins:
            return tie_number(coin_key, lane, e) < threshold(rules.passing[e])
        return onset[u] + trials(uniform(keys[PASSING], e), rules.passing[e]) == step

    for v in seed_nodes:
        infect(v, -1, 0)
    step = 0
    while step < min(max_steps, 400):
        step += 1
        for u, _ in joined:
            for e, (speaker, v) in enumerate(ties):
                if speaker == u and v not in at and passes(u, e, step):
                    infect(v, u, step)
    waits = max_steps < 400 and any(
        v not in at and any(passes(u, e, s) for s in range(max_steps + 1, 400))
        for u in at
        for e, (speaker, v) in enumerate(ties)
        if speaker == u
    )
    return _told(n, joined, [(at[v], onset[v], end[v]) for v, _ in joined], max_steps, waits, None)


def in_time(n, ties, rules, seed_nodes, root, replica, max_steps, per_step):
    """SI, SIR, SEIR on a network in continuous time: always the earliest infection among all that could be next."""
    own = replica_key(root, replica)
    keys = {purpose: word(own, purpose) for purpose in (RECOVERY, ONSET, PASSING)}
    joined, at, onset, end = [], {}, {}, {}

    def infect(v, by, time):
        joined.append((v, by))
        at[v] = time
        onset[v] = time if rules.latent is None else time + rules.latent(uniform(keys[ONSET], v))
        end[v] = onset[v] + rules.infectious(uniform(keys[RECOVERY], v))

    for v in seed_nodes:
        infect(v, -1, 0.0)
    waits = False
    while True:
        possible = []
        for place, (u, _) in enumerate(joined):
            for e, (speaker, v) in enumerate(ties):
                wait = waiting(uniform(keys[PASSING], e), rules.passing[e])
                if speaker == u and v not in at and wait < NEVER and wait <= end[u] - onset[u]:
                    possible.append((onset[u] + wait, v, place, u))
        if not possible:
            break
        time, v, _, u = min(possible)
        if step_by(time, per_step) > max_steps:
            waits = True
            break
        infect(v, u, time)
    return _told(n, joined, [(at[v], onset[v], end[v]) for v, _ in joined], max_steps, waits, per_step)


def _told(n, joined, times, max_steps, waits, per_step):
    """Counts and curves of people who are infected, fall ill and recover at these times."""

    def step_of(time):
        return time if per_step is None or time == NEVER else step_by(time, per_step)

    unfinished = waits or any(max_steps < step_of(t) < NEVER for when in times for t in when)
    moves = [(step_of(t), kind, t) for when in times for kind, t in enumerate(when) if step_of(t) <= max_steps]
    last = max_steps if unfinished else max((step for step, _, _ in moves), default=0)
    curve = [[0] * (last + 1) for _ in range(3)]
    for step, kind, _ in moves:
        curve[kind][step] += 1
    new, ill, well = curve
    now, peak, peak_at = 0, -1, 0
    for step in range(min(last, 1000) + 1):
        now += ill[step] - well[step]
        if now > peak:
            peak, peak_at = now, step
    curves = {
        "reach": new,
        "susceptible": [n * (step == 0) - k for step, k in enumerate(new)],
        "infectious": [a - b for a, b in zip(ill, well, strict=True)],
        "recovered": well,
        "exposed": [a - b for a, b in zip(new, ill, strict=True)],
    }
    counts = {name: sum(curve) for name, curve in curves.items()} | {"peak_infectious": peak}
    duration = math.nan if unfinished else max((t for _, _, t in moves), default=0)
    return Outcome(counts, curves, joined, last, int(unfinished), duration, peak_at * (per_step or 1))

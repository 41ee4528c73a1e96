"""Epidemics followed state by state, where people can be infected again or all meet all; see `epidemics`."""

import math

from .epidemics import NEVER, ONSET, PASSING, RECOVERY, SOURCE, Outcome, replica_key, uniform, waiting
from .live_edge import word
from .steps import step_by


def state_by_state(n, ties, rules, seed_nodes, root, replica, max_steps):
    """SIS, or any epidemic where all meet all, in steps."""
    own = replica_key(root, replica)
    state, onset, end = ["susceptible"] * n, {}, {}
    active, joined, story = [], [], [(0, None, "susceptible")] * n
    infections = 0

    def infect(v, by, step):
        nonlocal infections
        infections += 1
        if v not in dict(joined):
            joined.append((v, by))
        onset[v] = step
        if rules.latent is not None:
            onset[v] += rules.latent(uniform(word(word(own, ONSET), step), v))
        end[v] = onset[v] + rules.infectious(uniform(word(word(own, RECOVERY), step), v))
        active.append(v)
        become(v, "infectious" if rules.latent is None else "exposed", step)

    def become(v, new, step):
        story.append((step, state[v], new))
        state[v] = new

    for v in seed_nodes:
        infect(v, -1, 0)
    step, unfinished, peaks = 0, 0, [state.count("infectious")]
    while True:
        changes_to_come = any(end[v] < NEVER or (state[v] == "exposed" and onset[v] < NEVER) for v in active)
        can_pass = any(p > 0 for p in rules.passing) and "infectious" in state and "susceptible" in state
        if not changes_to_come and not can_pass:
            break
        if step == max_steps:
            unfinished = 1
            break
        step += 1
        before = list(active)
        acting = [v for v in before if state[v] == "infectious"]
        key = word(word(own, PASSING), step)
        if rules.complete:
            chance = -math.expm1(len(acting) * math.log1p(-rules.passing[0])) if rules.passing[0] < 1 else 1.0
            for v in range(n):
                if acting and state[v] == "susceptible" and uniform(key, v) < chance:
                    lot = uniform(word(word(own, SOURCE), step), v)
                    infect(v, acting[int(lot * len(acting))], step)
        else:
            for u in acting:
                for e, (speaker, v) in enumerate(ties):
                    if speaker == u and state[v] == "susceptible" and uniform(key, e) < rules.passing[e]:
                        infect(v, u, step)
        for v in before:
            if state[v] == "exposed" and onset[v] == step:
                become(v, "infectious", step)
            elif end[v] == step:
                become(v, "susceptible" if rules.again else "recovered", step)
                active.remove(v)
        peaks.append(state.count("infectious"))
    return _narrated(joined, story, step, unfinished, peaks, infections, None)


def contact_by_contact(n, listeners, rules, seed_nodes, root, replica, max_steps, per_step):
    """SIS, or any epidemic where all meet all, in continuous time; `listeners` of u: (v, rate)."""
    own = replica_key(root, replica)
    state, end, next_event, joined, story = ["susceptible"] * n, {}, {}, [], [(0.0, None, "susceptible")] * n
    times, met = [0] * n, [0] * n

    def become(v, new, time):
        story.append((time, state[v], new))
        state[v] = new

    def infect(v, by, time):
        if times[v] == 0:
            joined.append((v, by))
        onset = time
        if rules.latent is not None:
            onset += rules.latent(uniform(word(word(own, ONSET), v), times[v]))
        end[v] = onset + rules.infectious(uniform(word(word(own, RECOVERY), v), times[v]))
        times[v] += 1
        met[v] = 0
        become(v, "infectious" if rules.latent is None else "exposed", time)
        next_event[v] = onset
        if rules.latent is None:
            look_ahead(v, time)

    def look_ahead(u, time):
        key, rate = word(word(word(own, PASSING), u), times[u]), sum(r for _, r in listeners[u])
        next_event[u] = min(time + waiting(uniform(key, 2 * met[u]), rate), end[u])

    for v in seed_nodes:
        infect(v, -1, 0.0)
    unfinished = 0
    while True:
        waiting_now = [(t, v) for v, t in next_event.items() if t < NEVER]
        nobody_left = "susceptible" not in state
        if not waiting_now or (
            nobody_left and not any(state[v] == "exposed" or end[v] < NEVER for _, v in waiting_now)
        ):
            break
        time, u = min(waiting_now)
        if step_by(time, per_step) > max_steps:
            unfinished = 1
            break
        del next_event[u]
        if state[u] == "exposed":
            become(u, "infectious", time)
            look_ahead(u, time)
        elif time >= end[u]:
            become(u, "susceptible" if rules.again else "recovered", time)
        else:
            lot = uniform(word(word(word(own, PASSING), u), times[u]), 2 * met[u] + 1)
            met[u] += 1
            v = _by_lot(listeners[u], lot)
            if state[v] == "susceptible":
                infect(v, u, time)
            look_ahead(u, time)
    last = max_steps if unfinished else max((step_by(t, per_step) for t, _, _ in story), default=0)
    ill, peaks = 0, []
    for step in range(last + 1):
        for t, before, after in story:
            if step_by(t, per_step) == step:
                ill += (after == "infectious") - (before == "infectious")
        peaks.append(ill)
    return _narrated(joined, story, last, unfinished, peaks, sum(times), per_step)


def _by_lot(listeners, lot):
    total, so_far = sum(r for _, r in listeners), 0.0
    for v, rate in listeners:
        so_far += rate
        if lot * total < so_far:
            return v
    return listeners[-1][0]


def _narrated(joined, story, step, unfinished, peaks, infections, per_step):
    """Counts and curves of a story: (when, state before, state after)."""

    def step_of(time):
        return time if per_step is None else step_by(time, per_step)

    happened = [t for t, before, _ in story if before is not None]
    last = step if unfinished else max(map(step_of, happened), default=0)
    names = ("susceptible", "infectious", "recovered", "exposed")
    curves = {name: [0] * (last + 1) for name in ("reach", *names)}
    for t, before, after in story:
        if before is not None:
            curves[before][step_of(t)] -= 1
        curves[after][step_of(t)] += 1
    counts = {name: sum(curves[name]) for name in names}
    counts |= {"reach": len(joined), "peak_infectious": max(peaks), "infections": infections}
    duration = math.nan if unfinished else max(happened, default=0)
    return Outcome(counts, curves, joined, last, unfinished, duration, peaks.index(max(peaks)) * (per_step or 1))

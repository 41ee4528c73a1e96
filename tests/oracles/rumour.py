"""Rumours from their definition, a list of people and what they know, all searched anew for each event or step."""

import math
from itertools import pairwise
from typing import NamedTuple

from .live_edge import word
from .steps import step_by

COMES, FINDS, COMES_OF_IT, CALLED, MEETS, FORGETS = range(1, 7)


class Rules(NamedTuple):
    """Keys of the model; `contact` and `forget` are rates a day or chances in a step."""

    rule: str = "maki_thompson"
    contacts: str = "one_at_a_time"
    contact: float = 1.0
    spread_prob: float = 1.0
    stifle_prob: float = 1.0
    failures: int = 1
    forget: float = 0.0


class Outcome(NamedTuple):
    """What a replica comes to; `curves` holds numbers of people, or of contacts so far, at the end of each step."""

    joined: list[tuple[int, int]]
    curves: dict[str, list[int]]
    peak: int
    duration: float
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) / 2**53


class Rumour:
    """Who knows, who spreads, who failed how often. `ties`: (u, v) in order of their numbers."""

    def __init__(self, n, ties, rules, seed_nodes, key):
        self.n, self.ties, self.rules, self.key = n, ties, rules, key
        self.joined = [(v, -1) for v in seed_nodes]
        self.silent, self.failed, self.contacts = set(), dict.fromkeys(range(n), 0), 0

    def informed(self):
        return {v for v, _ in self.joined}

    def spreaders(self):
        """In the order in which they heard."""
        return [v for v, _ in self.joined if v not in self.silent]

    def ties_from(self, u):
        return [e for e, (speaker, _) in enumerate(self.ties) if speaker == u]

    def now(self):
        reach, silent = len(self.joined), len(self.silent)
        people = {"reach": reach, "spreaders": reach - silent, "stiflers": silent, "ignorants": self.n - reach}
        return people | {"contacts": self.contacts}

    def makes_contacts(self, u):
        listeners = [self.ties[e][1] for e in self.ties_from(u)]
        if self.rules.contact == 0 or not listeners:
            return False
        if self.rules.spread_prob > 0:
            return True
        return self.rules.stifle_prob > 0 and any(v in self.informed() for v in listeners)

    def is_over(self):
        if self.rules.contact > 0 and self.rules.spread_prob > 0 and self.rules.stifle_prob == self.rules.forget == 0:
            within = self.informed()
            return not any(u in within and v not in within for u, v in self.ties)
        return not any(self.makes_contacts(u) or self.rules.forget > 0 for u in self.spreaders())

    def meets(self, u, v, spreading, draw):
        """Whether a call takes place."""
        if self.rules.rule == "daley_kendall" and v in spreading and (v, u) in self.ties:
            return draw(MEETS) >= 0.5
        return True

    def fail(self, u, v, spreading, draw):
        """Count the failures of a call from u to v, who knows."""
        if draw(COMES_OF_IT) < self.rules.stifle_prob:
            self.failed[u] += 1
        if self.rules.rule == "daley_kendall" and v in spreading and draw(CALLED) < self.rules.stifle_prob:
            self.failed[v] += 1

    def silence_those_who_failed(self):
        self.silent |= {u for u in self.spreaders() if self.failed[u] >= self.rules.failures}


def rumour_by_events(n, ties, rules, seed_nodes, key, *, per_step, max_steps):
    """`key`: of the replica. Every spreader's next contact and forgetting are known; the earliest event happens."""
    state, made, calls_at, forgets_at = Rumour(n, ties, rules, seed_nodes, key), {}, {}, {}
    peak = len(seed_nodes)

    def gap(u):
        rate = rules.contact * (len(state.ties_from(u)) if rules.contacts == "every_tie" else 1)
        return -math.log1p(-uniform(word(word(key, COMES), u), made[u])) / rate

    def begin(u, time):
        made[u], calls_at[u], forgets_at[u] = 0, math.inf, math.inf
        if rules.forget > 0:
            forgets_at[u] = time - math.log1p(-uniform(word(key, FORGETS), u)) / rules.forget
        if state.makes_contacts(u):
            calls_at[u] = time + gap(u)

    for u in seed_nodes:
        begin(u, 0.0)
    history, duration, unfinished = [(0, state.now())], 0.0, 0
    while not state.is_over():
        time, u = min((min(calls_at[u], forgets_at[u]), u) for u in state.spreaders())
        step = step_by(time, per_step)
        if step > max_steps:
            unfinished = 1
            break
        if time == forgets_at[u]:
            state.silent.add(u)
            duration = time
        else:
            j, spreading = made[u], set(state.spreaders())
            ends = state.ties_from(u)
            v = ties[ends[int(uniform(word(word(key, FINDS), u), j) * len(ends))]][1]

            def draw(purpose, u=u, j=j):
                return uniform(word(word(key, purpose), u), j)

            made[u] += 1
            calls_at[u] = time + gap(u)
            if state.meets(u, v, spreading, draw):
                state.contacts += 1
                duration = time
                if v in state.informed():
                    state.fail(u, v, spreading, draw)
                elif draw(COMES_OF_IT) < rules.spread_prob:
                    state.joined.append((v, u))
                    begin(v, time)
            state.silence_those_who_failed()
        peak = max(peak, len(state.spreaders()))
        if duration == time:
            history.append((step, state.now()))
    last_step = max_steps if unfinished else history[-1][0]
    return Outcome(state.joined, _on_grid(history, last_step), peak, duration, last_step, unfinished)


def rumour_by_steps(n, ties, rules, seed_nodes, key, *, max_steps):
    """`key`: of the replica. Contacts of a step are drawn first, then carried out on what was known at its start."""
    state, step = Rumour(n, ties, rules, seed_nodes, key), 0
    history = [(0, state.now())]
    while not state.is_over() and step < max_steps:
        step += 1
        spreading, informed = state.spreaders(), state.informed()

        def draw(purpose, index, step=step):
            return uniform(word(word(key, purpose), step), index)

        calls = []
        for u in filter(state.makes_contacts, spreading):
            ends = state.ties_from(u)
            if rules.contacts == "every_tie":
                calls += [(u, ties[e][1], e) for e in ends if draw(COMES, e) < rules.contact]
            elif draw(COMES, u) < rules.contact:
                calls.append((u, ties[ends[int(draw(FINDS, u) * len(ends))]][1], u))
        for u, v, index in calls:

            def own(purpose, index=index):
                return draw(purpose, index)

            if not state.meets(u, v, spreading, own):
                continue
            state.contacts += 1
            if v in informed:
                state.fail(u, v, spreading, own)
            elif v not in state.informed() and own(COMES_OF_IT) < rules.spread_prob:
                state.joined.append((v, u))
        state.silence_those_who_failed()
        state.silent |= {u for u in spreading if draw(FORGETS, u) < rules.forget}
        history.append((step, state.now()))
    peak = max(now["spreaders"] for _, now in history)
    return Outcome(state.joined, _on_grid(history, step), peak, float(step), step, int(not state.is_over()))


def _on_grid(history, last_step):
    """What held at the end of each step."""
    ends = [*history, (last_step + 1, None)]
    return {
        name: [now[name] for (step, now), (until, _) in pairwise(ends) for _ in range(step, until)]
        for name in history[0][1]
    }

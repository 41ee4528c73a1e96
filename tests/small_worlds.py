"""Models on networks so small that the reach of every set of people can be worked out."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
from hypothesis import strategies as st

import wom_sim as wom
from kernel_runner import pairs
from wom_sim.engine.plan import prepare_direct
from wom_sim.graph.csr import complete_graph
from wom_sim.models import reverse
from wom_sim.models.base import Model
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.theory import cascade_exact, linear_threshold_exact


@dataclass(frozen=True)
class World:
    """A model on a small network, and how many each set of people reaches, of whom each takes part with a chance."""

    graph: wom.Graph
    model: Model
    max_steps: int | None = None
    horizon: float | None = None
    takes_part: float = 1.0
    n_kinds: int = 64

    def reach(self, people):
        people = tuple(sorted(people))
        if self.takes_part < 1.0:
            return sum(
                prod(self.takes_part if v in some else 1 - self.takes_part for v in people) * self.reach_of(some)
                for some in subsets(people)
            )
        return self.reach_of(people)

    def reach_of(self, people):
        people = tuple(people)
        if people not in self._known:
            self._known[people] = self._exact(people) if people else 0.0
        return self._known[people]

    @cached_property
    def _known(self):
        return {}

    def _exact(self, people):
        n, ties, model = self.graph.n_people, pairs(self.graph), self.model
        into = np.array([max(sum(w == v for _, w in ties), 1) for _, v in ties])
        if isinstance(model, wom.LinearThreshold):
            return linear_threshold_exact(n, ties, weights=1 / into, seed_nodes=people).spread
        chances = 1 / into
        if not isinstance(model, wom.WeightedCascade):
            named = isinstance(model.share_prob, str)
            chances = self.graph.tie_columns[model.share_prob] if named else model.share_prob
        rounds = self.max_steps if self.horizon is None else int(self.horizon)
        return cascade_exact(n, ties, chances=chances, seed_nodes=people, max_steps=rounds).spread

    def prepared(self):
        with groups_for(self.n_kinds):
            made = prepare_direct(
                self.graph, self.model, rng_seed=5, max_steps=self.max_steps, horizon=self.horizon, threads=1
            )
            sets = made.reverse()
        if self.takes_part == 1.0:
            return made
        part = np.full(self.graph.n_people, np.uint64(self.takes_part * 2.0**63))
        return Asking(replace(sets, takes_part=part))


@dataclass(frozen=True)
class Asking:
    """A spread of which only the sets are asked for."""

    sets: object

    def reverse(self):
        return self.sets


def subsets(people, most=None):
    sizes = range(len(people) + 1) if most is None else range(min(most, len(people)) + 1)
    return [some for size in sizes for some in combinations(people, size)]


@contextmanager
def groups_for(n_kinds):
    """So many different chances have groups of their own."""
    before, reverse._FEW = reverse._FEW, n_kinds
    try:
        yield
    finally:
        reverse._FEW = before


KINDS = ("one chance", "few chances", "many chances", "weighted", "threshold", "deadline", "rounds")


@st.composite
def worlds(draw, most=12, most_ties=10, kinds=KINDS):
    n = draw(st.integers(1, most))
    kind = draw(st.sampled_from(kinds))
    if n <= 4 and draw(st.integers(0, 3)) == 0 and kind not in ("few chances", "many chances"):
        graph = complete_graph(n)
    else:
        directed, person = draw(st.booleans()), st.integers(0, n - 1)
        ties = draw(st.lists(st.tuples(person, person), max_size=most_ties if directed else most_ties // 2))
        src, dst = zip(*ties, strict=True) if ties else ((), ())
        drawn = st.sampled_from([0.1, 0.4, 1.0]) if kind == "few chances" else st.floats(0.0, 1.0)
        p = draw(st.lists(drawn, min_size=len(ties), max_size=len(ties)))
        graph = wom.Graph.from_edges(src, dst, directed=directed, n_people=n, tie_columns={"p": p})
    p = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    model = {
        "few chances": wom.IndependentCascade(share_prob="p"),
        "many chances": wom.IndependentCascade(share_prob="p"),
        "weighted": wom.WeightedCascade(),
        "threshold": wom.LinearThreshold(),
        "deadline": TimedCascade(share_prob=p, delay={"kind": "fixed", "length": "1d"}),
    }.get(kind, wom.IndependentCascade(share_prob=p))
    return World(
        graph,
        model,
        max_steps=draw(st.integers(0, 2)) if kind == "rounds" else None,
        horizon=float(draw(st.integers(1, 3))) if kind == "deadline" else None,
        n_kinds=0 if kind == "many chances" else 64,
    )

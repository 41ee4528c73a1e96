"""Ties and how well they persuade: section 2 of docs/campaign.md, and the limits of section 9 that concern them."""

from math import ceil

from oracles.campaign_draws import uniform_at
from oracles.live_edge import intervals, word
from wom_sim.kernels.campaign import draws


class Ties:
    """A part of the world: who hears whom, and with which chance a telling persuades."""

    # Ties.

    def set_ties(self):
        """contacts[u]: (tie's number, person) of those who hear u; hears[v]: the same of those v hears."""
        n, graph = self.n, self.graph
        if graph.complete:
            pairs = [(u, x) for u in range(n) for x in range(n) if u != x]
        else:
            pairs = [(u, int(x)) for u in range(n) for x in graph.indices[graph.indptr[u] : graph.indptr[u + 1]]]
        self.pairs = pairs
        self.contacts = [[] for _ in range(n)]
        self.hears = [[] for _ in range(n)]
        for e, (u, x) in enumerate(pairs):
            self.contacts[u].append((e, x))
            self.hears[x].append((e, u))

    def strong(self, e):
        """Section 2: the same in both directions and in every replica."""
        if self.graph.complete:
            return False
        u, v = self.pairs[e]
        key = word(word(self.population, draws.STRONG), min(u, v))
        return uniform_at(key, max(u, v)) < self.campaign.word_of_mouth.strong_tie_fraction

    def weight(self, e):
        return self.campaign.word_of_mouth.strong_tie_power if self.strong(e) else 1.0

    def set_persuasion(self, side):
        """Section 2: the mean over listeners drawn in proportion to strength is `persuasion_prob`."""
        p = side.talk.persuasion_prob
        f, w = self.campaign.word_of_mouth.strong_tie_fraction, self.campaign.word_of_mouth.strong_tie_power
        if self.graph.complete:
            if self.campaign.limits.persuasion == "one_over_contacts":
                p = 1.0 / max(self.graph.n_people - 1, 1)
            side.weak, side.strongly = p, p
            return
        side.weak = p * (f * w + 1 - f) / (f * w**2 + 1 - f)
        side.strongly = w * side.weak
        if f == 1:
            side.strongly = p
        elif side.strongly > 1:
            side.strongly = 1.0
            side.weak = (p * (f * w + 1 - f) - f * w) / (1 - f)
        elif side.weak > 1:
            side.weak = 1.0
            side.strongly = (p * (f * w + 1 - f) - (1 - f)) / (f * w)

    def persuasion(self, side, e):
        if self.campaign.limits.persuasion == "one_over_contacts":
            listener = self.pairs[e][1]
            return 1.0 / sum(v == listener for _, v in self.pairs)
        return side.strongly if self.strong(e) else side.weak

    def persuasion_of(self, telling):
        side = self.sides[telling.side]
        return side.weak if self.graph.complete else self.persuasion(side, telling.tie)

    def chosen_ties(self):
        """Section 7, `weight`: the tie each person chose, by the linear threshold model's interval."""
        column = getattr(self.campaign.decision, "weight", None)
        weights = None if column is None else self.graph.tie_column(column).tolist()
        borders = intervals(self.pairs, weights)
        return {
            e for e, (_, v) in enumerate(self.pairs) if borders[e][0] <= word(self.luck.chooser, v) >> 1 < borders[e][1]
        }

    def need(self, v):
        decision = self.campaign.decision
        if decision.rule == "count":
            return decision.need
        return max(1, ceil(decision.fraction * len(self.hears[v]) - 1e-9))

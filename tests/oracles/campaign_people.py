"""People, ties, beginnings and events of docs/campaign.md (sections 1, 2 and 8), as plain objects."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, floor, inf, log, prod

import numpy as np

from oracles.campaign_draws import Luck, uniform_at
from oracles.live_edge import intervals, word
from wom_sim.engine.streams import purpose_key
from wom_sim.kernels import rng
from wom_sim.kernels.campaign import draws
from wom_sim.seeding.random import shuffled_people

UNDECIDED, SATISFIED, DISSATISFIED, REJECTER, LOST = range(5)
ROLE_SATISFIED, ROLE_DISSATISFIED, ROLE_REJECTER = range(3)
AD, POST, SHARE, GOOD, BAD_CUSTOMER, BAD_REJECTER, CLAIM, ANSWER, BACKGROUND, DUE, RELAPSE = range(11)
NOT_HEARD, NOT_BELIEVING, BELIEVER, INOCULATED, CORRECTED = 0, 1, 2, 3, 8


@dataclass
class Person:
    number: int
    segment: int = 0
    status: int = UNDECIDED
    aware: bool = False
    reached: bool = False
    heard: bool = False
    first_audience: bool = False
    starter: bool = False
    paid: bool = False
    customer_of_day_0: bool = False
    bought: bool = False
    did_it: bool = False
    last_exposure: float = 0.0
    views: dict = field(default_factory=lambda: defaultdict(int))
    engaged: set = field(default_factory=set)
    started_with: set = field(default_factory=set)
    belief: list = field(default_factory=list)
    answers_seen: set = field(default_factory=set)
    corrections: dict = field(default_factory=dict)
    root: tuple = ("none", None)
    adopted_in: int = -1


@dataclass
class Event:
    """Something that happens to `person`; `below(p)` says whether the uniform that decides about it is below p.

    reach : chance to be shown a post; draw : indices of a telling's draws; given : (chance, won) of a telling that was
    decided before; adoption : the step of the adoption that ends
    """

    time: float
    kind: int
    person: int
    item: int = 0
    place: int = 0
    source: int = -1
    root: tuple = ("none", None)
    exposure: str = "earned"
    below: Callable = lambda chance: False
    reach: float = 1.0
    draw: tuple = ()
    given: tuple | None = None
    adoption: int = -1

    def order(self):
        return (self.time, self.kind, self.item, self.place, self.source)


@dataclass
class GoodOrBad:
    """A chance met: its size, whether it was won, and where it came from."""

    chance: float
    won: bool
    event: Event


class Counter(dict):
    """Numbers by name and by segment or item; a name never counted is all zeros."""

    def __init__(self, n_groups):
        self.n_groups = n_groups

    def __missing__(self, name):
        self[name] = [0] * self.n_groups
        return self[name]

    def add(self, name, group, number=1):
        self[name][group] += number


class World:
    """One replica: parameters, people, ties, what is to come and what was counted."""

    def __init__(self, campaign, starting, segments, graph, starters, *, rng_seed, replica, start, horizon_days):
        self.campaign, self.starting, self.starters = campaign, starting, sorted(starters)
        self.graph, self.n = graph, graph.n_people
        self.start, self.step_days = start, campaign.step
        self.n_steps = round(horizon_days / campaign.step)
        self.luck = Luck(rng_seed, replica)
        self.population = int(purpose_key(rng_seed, rng.POPULATION))
        self.habit = campaign.outcome == "habit"
        self.segments = list(segments)
        self.people = [Person(v, self.segment_of(v)) for v in range(self.n)]
        for person in self.people:
            person.belief = [NOT_HEARD] * len(campaign.crises)
        self.to_come = defaultdict(list)
        self.counts = Counter(max(1, len(self.segments)))
        self.items = Counter(len(campaign.content))
        self.background = 0.0
        self.mixes = graph.complete and campaign.limits.talk in ("persistent", "recover")
        self.talkers = []
        self.shown_ads = defaultdict(int)
        self.doing_before, self.doing_now = set(), set()
        self.now = 0
        self.set_ties()
        self.set_persuasion()

    # Time.

    def steps(self, days):
        return days / self.step_days

    def nearest_step(self, days):
        return round(days / self.step_days)

    def day_of(self, date):
        return (date - self.start).days

    def flight(self, item):
        """Start and length of an item in steps; its last day is included."""
        first = self.nearest_step(self.day_of(item.start))
        if item.end is None:
            return first, self.n_steps - first
        return first, self.nearest_step(self.day_of(item.end) + 1) - first

    def happens_later(self, event):
        """Section 1: an event caused in this step is handled in the next one at the earliest."""
        if event.time < self.n_steps:
            self.to_come[max(self.now + 1, floor(event.time))].append(event)

    def happens_in_its_step(self, event):
        if event.time < self.n_steps:
            self.to_come[max(self.now, floor(event.time))].append(event)

    # People.

    def segment_of(self, v):
        if not self.segments or "segment" not in self.graph.people_columns:
            return 0
        return [segment.name for segment in self.segments].index(str(self.graph.people_columns["segment"][v]))

    def factor(self, person, name):
        return getattr(self.segments[person.segment], name) if self.segments else 1.0

    def appeal(self, person, item):
        return item.appeal.get(self.segments[person.segment].name, 1.0) if self.segments and item.appeal else 1.0

    def belongs(self, v, names):
        """Say whether a person is of one of these segments; no names: everybody is."""
        return not names or self.segments[self.people[v].segment].name in names

    def shuffle(self, *path):
        key = self.population
        for number in path:
            key = word(key, number)
        return shuffled_people(self.n, np.uint64(key)).tolist()

    def customers_of_day_0(self):
        return self.shuffle(draws.CUSTOMERS)[: round(self.campaign.brand.customers_fraction * self.n)]

    def followers(self):
        return self.shuffle(draws.FOLLOWERS)[: round(self.campaign.brand.followers_fraction * self.n)]

    def audience(self, account, creator):
        order = [v for v in self.shuffle(draws.AUDIENCE, account) if self.belongs(v, creator.segments)]
        return order[: creator.followers]

    def targets(self, names):
        return [v for v in range(self.n) if self.belongs(v, names)]

    def does_it(self, person):
        return person.status == SATISFIED or (person.status == DISSATISFIED and not self.habit)

    def damage(self, person):
        """Section 4, last paragraph."""
        left = []
        for c, crisis in enumerate(self.campaign.crises):
            belief = person.belief[c]
            if belief == BELIEVER:
                left.append(1 - crisis.purchase_damage)
            elif belief >= CORRECTED:
                answer = self.campaign.responses[belief - CORRECTED]
                left.append(1 - crisis.purchase_damage * answer.residual_damage)
        return 1 - prod(left)

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

    def set_persuasion(self):
        """Section 2: the mean over listeners drawn in proportion to strength is `persuasion_prob`."""
        talk = self.campaign.word_of_mouth
        p, f, w = talk.persuasion_prob, talk.strong_tie_fraction, talk.strong_tie_power
        if self.graph.complete:
            if self.campaign.limits.persuasion == "one_over_contacts":
                p = 1.0 / max(self.graph.n_people - 1, 1)
            self.weak, self.strongly = p, p
            return
        self.weak = p * (f * w + 1 - f) / (f * w**2 + 1 - f)
        self.strongly = w * self.weak
        if f == 1:
            self.strongly = p
        elif self.strongly > 1:
            self.strongly = 1.0
            self.weak = (p * (f * w + 1 - f) - f * w) / (1 - f)
        elif self.weak > 1:
            self.weak = 1.0
            self.strongly = (p * (f * w + 1 - f) - (1 - f)) / (f * w)

    def persuasion(self, e):
        if self.campaign.limits.persuasion == "one_over_contacts":
            listener = self.pairs[e][1]
            return 1.0 / sum(v == listener for _, v in self.pairs)
        return self.strongly if self.strong(e) else self.weak

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


def becomes_aware(person, time):
    person.aware = True
    person.last_exposure = max(person.last_exposure, time)


def half_life_mean(steps):
    """The mean of an exponential delay with this half-life."""
    return steps / log(2)


def mean_of(rate):
    return inf if rate == 0 else 1 / rate

"""People, ties, beginnings and events of docs/campaign.md (sections 1, 2 and 8), as plain objects."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import floor, inf, log, prod

import numpy as np

from oracles.campaign_draws import Luck
from oracles.campaign_sides import all_sides
from oracles.campaign_ties import Ties
from oracles.live_edge import word
from wom_sim.engine.streams import purpose_key
from wom_sim.kernels import rng
from wom_sim.kernels.campaign import draws
from wom_sim.seeding.random import shuffled_people

UNDECIDED, SATISFIED, DISSATISFIED, REJECTER, LOST = range(5)
ROLE_SATISFIED, ROLE_DISSATISFIED, ROLE_REJECTER = range(3)
AD, POST, SHARE, GOOD, BAD_CUSTOMER, BAD_REJECTER, CLAIM, ANSWER, BACKGROUND, DUE, RELAPSE = range(11)
REPEAT, CHURN, ANSWERED = range(11, 14)
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
    next_purchase: int = 0
    next_repeat: float = inf
    spell: int = 0
    engaged_at: float = -inf
    loyal: bool = False
    referred: bool = False
    helped: bool = False
    lapsed: int = -1
    rival: int = 0
    shuns: set = field(default_factory=set)


@dataclass
class Event:
    """Something that happens to `person`; `below(p)` says whether the uniform that decides about it is below p.

    reach : chance to be shown a post; tie : number of the tie a telling comes over; draw : indices of its draws;
    given : (chance, won) of a telling that was decided before; adoption : the step of the adoption that ends;
    side : the brand's number; role : of the one who tells, whose talk number is `item`; matter : what is answered
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
    tie: int = -1
    draw: tuple = ()
    given: tuple | None = None
    adoption: int = -1
    side: int = 0
    role: int = -1
    matter: object = None

    def order(self):
        return (self.time, self.kind, self.item, self.place, self.source)


@dataclass
class GoodOrBad:
    """A chance met: its size, whether it was won, and where it came from."""

    chance: float
    won: bool
    event: Event


class Counter(dict):
    """Numbers by name and by segment, item or brand; a name never counted is all zeros."""

    def __init__(self, groups):
        self.groups = list(range(groups)) if isinstance(groups, int) else groups

    def __missing__(self, name):
        self[name] = [0] * len(self.groups)
        return self[name]

    def add(self, name, group, number=1):
        self[name][self.groups.index(group)] += number


class World(Ties):
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
        self.sides = all_sides(campaign)
        self.content = {c: item for side in self.sides for c, item in side.content.items()}
        self.claims = {c: claim for side in self.sides for c, claim in side.claims.items()}
        self.side_of_item = {c: side.number for side in self.sides for c in side.content}
        self.side_of_claim = {c: side.number for side in self.sides for c in side.claims}
        for person in self.people:
            person.belief = dict.fromkeys(self.claims, NOT_HEARD)
        self.to_come = defaultdict(list)
        self.lapses = {}
        self.counts = Counter(max(1, len(self.segments)))
        self.amounts = Counter(max(1, len(self.segments)))
        self.items = Counter(list(self.content))
        self.by_side = Counter(len(self.sides))
        self.arisen, self.places_taken, self.last_day = [], defaultdict(int), 0
        self.mixes = graph.complete and campaign.limits.talk in ("persistent", "recover")
        self.talkers = []
        self.shown_ads = defaultdict(int)
        self.doing_before, self.doing_now = set(), set()
        self.roots_at_end = []
        self.now = 0
        self.set_ties()
        for side in self.sides:
            self.set_persuasion(side)

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

    # Counting.

    def count(self, name, person, b=0, number=1):
        """What concerns a rival is not among the counts by segment."""
        if b == 0:
            self.counts.add(name, person.segment, number)

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

    def followers(self, b=0):
        of_rival = (b,) if b else ()
        return self.shuffle(draws.FOLLOWERS, *of_rival)[: round(self.sides[b].followers_fraction * self.n)]

    def audience(self, account, creator):
        order = [v for v in self.shuffle(draws.AUDIENCE, account) if self.belongs(v, creator.segments)]
        return order[: creator.followers]

    def targets(self, names):
        return [v for v in range(self.n) if self.belongs(v, names)]

    def does_it(self, person):
        return person.status == SATISFIED or (person.status == DISSATISFIED and not self.habit)

    def damage(self, person, b=0):
        """Section 4, last paragraph."""
        left = []
        for c, crisis in self.sides[b].claims.items():
            belief = person.belief[c]
            if belief == BELIEVER:
                left.append(1 - crisis.purchase_damage)
            elif belief >= CORRECTED:
                answer = self.campaign.responses[belief - CORRECTED]
                left.append(1 - crisis.purchase_damage * answer.residual_damage)
        return 1 - prod(left)


def becomes_aware(person, time):
    person.aware = True
    person.last_exposure = max(person.last_exposure, time)


def half_life_mean(steps):
    """The mean of an exponential delay with this half-life."""
    return steps / log(2)


def mean_of(rate):
    return inf if rate == 0 else 1 / rate

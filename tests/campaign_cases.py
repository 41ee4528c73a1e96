"""Small campaigns drawn at random, with everything mixed and most chances high, for kernel and oracle alike."""

import datetime
from random import Random

import numpy as np

from campaign_case import START, Case
from wom_sim.durations import Duration
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.graph.segments import Segment
from wom_sim.models.campaign import (
    Brand,
    Campaign,
    Creator,
    Crisis,
    Decision,
    Item,
    Limits,
    Response,
    Starting,
    Trust,
    WordOfMouth,
)


def draw_case(r: Random) -> Case:
    """Draw a case; `r` may be hypothesis's. Talk by contacts has cases of its own."""
    return Drawing(r).case()


def draw_contact_case(r: Random) -> Case:
    """Draw a case where people talk by one contact after another."""
    return Drawing(r, "contacts").case()


class Drawing:
    """The draws of a case, each with its own method; campaign_business_cases adds more."""

    def __init__(self, r: Random, talk: str | None = None) -> None:
        self.r = r
        self.n = r.randint(2, 12)
        self.complete = self.sometimes(0.2)
        self.habit = talk is None and self.sometimes(0.3)
        if talk is None:
            talk = "listeners" if self.habit else self.one_of("listeners", "listeners", "one_shot", *_ENDLESS)
        self.talk = talk
        self.endless = self.talk in _ENDLESS
        self.step, self.days = self.one_of(("1d", 20), ("1d", 20), ("12h", 8), ("1h", 2))
        self.segments: tuple[Segment, ...] = ()
        if not self.endless and self.sometimes(0.5):
            buys = {} if self.habit else {"buy_factor": self.factor()}
            self.segments = (
                Segment(name="a", fraction=0.5, engage_factor=self.factor()),
                Segment(name="b", fraction=0.5, engage_factor=self.factor(), **buys),
            )
        self.column = [self.one_of("a", "b") for _ in range(self.n)]
        self.items: list[Item] = []
        if self.talk == "contacts":
            self.clock = self.one_of("gillespie", "sync")
            self.persuasion = self.one_of("persuasion_prob", "persuasion_prob", "one_over_contacts")

    def case(self) -> Case:
        graph = self.network()
        outcome = "habit" if self.habit else "purchase"
        campaign = Campaign(
            outcome=outcome, step=Duration(self.step), recall_half_life=self.length(6), **self.sections()
        )
        return Case(
            campaign=campaign,
            graph=graph,
            segments=self.segments,
            starting=self.starting(),
            starters=sorted(self.r.sample(range(self.n), self.r.randint(0, min(3, self.n)))),
            days=self.days,
            rng_seed=self.r.randrange(2**53),
            replicas=self.one_of(range(3), range(510, 514), range(1023, 1025)),
        )

    # Draws.

    def sometimes(self, chance):
        return self.r.random() < chance

    def one_of(self, *choices):
        return self.r.choice(choices)

    def chance(self):
        return self.one_of(0.0, 0.3, 0.5, 0.7, 0.9, 1.0, 1.0)

    def factor(self):
        return self.one_of(0.0, 0.5, 1.0, 1.0, 1.0, 1.6)

    def length(self, most):
        """So many steps."""
        return Duration(self.r.randint(1, most) * Duration(self.step))

    def day(self, first=0):
        return START + datetime.timedelta(days=self.r.randint(first, max(first, self.days // 2)))

    def some_segments(self):
        """Names of segments that have people in them, or none for everybody."""
        return {"segments": [self.one_of(*self.column)]} if self.segments and self.sometimes(0.4) else {}

    # Sections.

    def network(self):
        if self.complete:
            graph = complete_graph(self.n)
        else:
            pairs = [(u, v) for u in range(self.n) for v in range(self.n) if u != v]
            ties = self.r.sample(pairs, min(len(pairs), self.r.randint(1, 4 * self.n)))
            # So few ties into a person that the weights sum to less than 1, whichever they are.
            weights = [self.one_of(0.0, 1 / 16, 1 / 16) for _ in ties]
            src, dst = np.array(ties).T
            graph = Graph.from_edges(
                src, dst, directed=self.sometimes(0.5), n_people=self.n, tie_columns={"weight": weights}
            )
        if self.segments:
            graph.people_columns["segment"] = np.array(self.column)
        return graph

    def sections(self):
        sections = {"brand": self.brand(), "trust": self.trust()}
        if not self.habit:
            sections |= {"word_of_mouth": self.word_of_mouth(), "limits": self.limits()}
            if self.sometimes(0.3):
                sections["buy_delay"] = self.length(4)
        if self.endless:
            return sections
        self.items = [self.item(f"item {c}") for c in range(self.r.randint(0, 3))]
        sections["content"] = tuple(self.items)
        if self.items:
            sections["creators"] = tuple(self.creator(f"creator {c}") for c in range(self.r.randint(0, 2)))
        if self.complete:
            return sections
        crises = [self.crisis(f"crisis {c}") for c in range(self.one_of(0, 1, 1, 2))]
        sections["crises"] = tuple(crises)
        if crises:
            sections["responses"] = tuple(self.response(crises) for _ in range(self.r.randint(0, 3)))
        if self.sometimes(0.7 if self.habit else 0.3):
            sections["decision"] = self.decision()
        return sections

    def brand(self):
        talks = {} if self.habit else {"customers_talk": self.sometimes(0.5)}
        return Brand(
            customers_fraction=self.one_of(0.0, 0.1, 0.3),
            followers_fraction=self.one_of(0.3, 0.7, 1.0),
            baseline_sales_per_day=self.one_of(0.0, 0.0, 0.2, 0.8, 30.0),
            **talks,
        )

    def trust(self):
        names = ("friend_engages", "creator_engages", "owned_engages")
        names += () if self.habit else ("friend_buys", "creator_buys", "owned_buys")
        return Trust(**{name: self.factor() for name in names})

    def word_of_mouth(self):
        keys = {
            "satisfied_talk_prob": self.chance(),
            "dissatisfied_talk_prob": self.chance(),
            "rejecter_talk_prob": self.chance(),
            "dissatisfied_fraction": self.one_of(0.0, 0.3, 0.5, 1.0),
            "persuasion_prob": self.one_of(0.1, 0.1, 0.3, 0.6, 1.0),
            "negative_power": self.one_of(0.0, 0.5, 1.0, 2.0),
            "customer_negative_factor": self.one_of(0.0, 0.3, 1.0, 2.0),
        }
        if self.talk == "contacts":
            return self.word_by_contacts(keys)
        if not self.complete and self.sometimes(0.5):
            keys |= {"strong_tie_fraction": self.one_of(0.2, 0.5, 0.9), "strong_tie_power": self.one_of(0.5, 2.0, 5.0)}
        if not self.endless:
            tells = ("satisfied_tells", "dissatisfied_tells", "rejecter_tells")
            told = {name: self.one_of(0.0, 0.4, 1.0, 2.5, 4.0, 20.0) for name in tells}
            told["tells_distribution"] = self.one_of("poisson", "fixed", "geometric")
            told["telling_delay"] = self.length(3)
            keys |= told if self.talk == "listeners" else {}
        return WordOfMouth(**keys)

    def word_by_contacts(self, keys):
        if self.persuasion == "one_over_contacts":
            del keys["persuasion_prob"]
        steps = self.one_of(0.5 if self.clock == "gillespie" else 1.0, 1.5, 4.0, 10.0)
        return WordOfMouth(**keys, telling_delay=Duration(steps * Duration(self.step)))

    def limits(self):
        keys = {"conflict": self.one_of("proportional", "uniform_success", "negative_dominates"), "talk": self.talk}
        if self.talk == "recover":
            keys["stop_prob"] = self.one_of(0.1, 0.5, 1.0)
        if self.talk == "contacts":
            keys |= {"clock": self.clock, "persuasion": self.persuasion, "stifle_prob": self.one_of(0.0, 0.5, 1.0)}
        elif not self.endless:
            delays = {"telling_delay_distribution": self.one_of("exponential", "power_law")}
            keys |= delays if self.talk == "listeners" else {}
        return Limits(**keys)

    def item(self, name):
        keys = {
            "seen_prob": self.chance(),
            "engage_prob": self.chance(),
            "wear_out": self.one_of(0.0, 0.5, 1.0),
            "contact_reach": self.chance(),
            "half_life": self.length(3),
        }
        keys |= (
            {"adopt_prob": self.chance()} if self.habit else {"click_prob": self.chance(), "buy_prob": self.chance()}
        )
        if not self.complete:
            keys["share_prob"] = self.chance()
        if self.segments:
            keys["appeal"] = {"b": self.factor()}
        channel = self.one_of("paid", "paid", "owned", "owned", "shared")
        start = self.day()
        if channel == "paid":
            length = datetime.timedelta(days=self.one_of(0, 3, 13))
            keys |= {
                "start": start,
                "end": start + length,
                "cost_per_mille": 1.0,
                "spend": self.r.randint(1, 40) / 1000,
            }
            keys |= self.some_segments()
            if self.sometimes(0.5):
                keys["frequency_cap"] = self.r.randint(1, 2)
        elif channel == "owned":
            keys |= {"start": start, "follower_reach": self.chance()}
            if self.sometimes(0.6):
                keys |= {"end": start + datetime.timedelta(days=self.r.randint(0, 5)), "every": self.length(4)}
        return Item(name=name, channel=channel, **keys)

    def creator(self, name):
        chosen = self.some_segments()
        eligible = sum(who in chosen["segments"] for who in self.column) if chosen else self.n
        return Creator(
            name=name,
            n=self.r.randint(1, 2),
            followers=self.r.randint(0, eligible),
            item=self.one_of(*self.items).name,
            dates=[self.day() for _ in range(self.r.randint(1, 2))],
            reach=self.chance(),
            participation_prob=self.one_of(0.5, 1.0),
            **chosen,
        )

    def crisis(self, name):
        return Crisis(
            name=name,
            start=self.day(),
            starts_with=self.r.randint(1, min(3, self.n)),
            seen_prob=self.chance(),
            believe_prob=self.chance(),
            share_prob=self.chance(),
            half_life=self.length(3),
            purchase_damage=self.one_of(0.2, 0.6, 1.0),
            customer_loss_prob=self.chance(),
        )

    def response(self, crises):
        through = self.r.sample(("owned", "paid", "press"), self.r.randint(1, 3))
        keys = {"owned": {"follower_reach": self.chance()}}
        keys["paid"] = {"spend": self.r.randint(0, 20) / 1000, "cost_per_mille": 1.0, "seen_prob": self.chance()}
        keys["press"] = {"press_reach_per_day": self.one_of(0.0, 0.2, 0.8)}
        given = {key: value for way in through for key, value in keys[way].items()}
        return Response(
            to=self.one_of(*crises).name,
            through=through,
            delay=Duration(self.r.randint(0, 2) * Duration(self.step)),
            **({} if through == ["owned"] else {"lasts": self.length(5)}),
            efficacy=self.chance(),
            residual_damage=self.chance(),
            inoculation_prob=self.one_of(0.0, 0.3, 1.0),
            alerts_prob=self.one_of(0.0, 0.5, 1.0),
            shared_by_corrected_prob=self.chance(),
            **given,
        )

    def decision(self):
        rule = self.one_of("count", "fraction", "weight")
        keys = {
            "count": {"need": self.r.randint(1, 2)},
            "fraction": {"fraction": self.one_of(0.0, 0.3, 0.6)},
            "weight": {"weight": self.one_of(None, "weight")},
        }
        relapse = {"relapse_per_month": self.one_of(0.0, 0.5, 0.99, 1.0 - 1e-12)} if self.habit else {}
        return Decision(rule=rule, **keys[rule], **relapse)

    def starting(self):
        roles = [None, "adopter"] if self.habit else [None, "customer", "satisfied", "dissatisfied"]
        sharers = self.items and not self.complete
        role = self.one_of(*roles, "aware", *(["sharer", "sharer"] if sharers else []))
        item = {"item": self.one_of(*self.items).name} if role == "sharer" else {}
        return Starting(
            start_as=role, participation_prob=self.one_of(0.6, 1.0), paid_credibility=self.one_of(0.4, 1.0, 1.0), **item
        )


_ENDLESS = ("persistent", "recover")

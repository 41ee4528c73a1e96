"""Small campaigns drawn at random with customers who buy again, a brand that answers, and rivals."""

import datetime
from random import Random

from campaign_case import Case
from campaign_cases import Drawing
from wom_sim.durations import Duration
from wom_sim.models.campaign import Brand, Competitor, Dialogue, RivalTalk, Value, WordOfMouth


def written(spec):
    """The keys that were given."""
    return {key: getattr(spec, key) for key in type(spec).model_fields if key in spec.model_fields_set}


def draw_customer_case(r: Random) -> Case:
    """Draw a case with `[model.value]` and mostly `[model.dialogue]`, whatever the talk."""
    talk = r.choice(["listeners"] * 6 + ["one_shot", "persistent", "recover", "contacts"])
    return _Customers(r, talk).case()


def draw_rival_case(r: Random) -> Case:
    """Draw a case with rivals, where people talk to listeners or in a crowd."""
    return _Rivals(r, r.choice(["listeners"] * 6 + ["persistent", "recover"])).case()


def draw_business_case(r: Random) -> Case:
    """Draw a case with customers, dialogue and rivals."""
    return _Business(r, r.choice(["listeners"] * 6 + ["persistent", "recover"])).case()


class _Customers(Drawing):
    def __init__(self, r, talk):
        super().__init__(r, talk)
        self.annual = self.sometimes(0.25)
        if self.annual or self.sometimes(0.2):
            self.step, self.days = "30d", 900

    @property
    def step_days(self):
        return Duration(self.step) / Duration("1d")

    def sections(self):
        sections = super().sections() | {"value": self.value()}
        if self.sometimes(0.7):
            sections["dialogue"] = self.dialogue()
        return sections

    def brand(self):
        return super().brand().model_copy(update={"customers_fraction": self.one_of(0.0, 0.3, 0.6, 1.0)})

    def word_of_mouth(self):
        talk = super().word_of_mouth()
        if self.talk != "listeners":
            return talk
        return WordOfMouth(**written(talk), tells_per_repeat=self.one_of(0.0, 0.1, 0.5, 1.0, 3.0))

    def item(self, name):
        """Ads last whole steps."""
        item = super().item(name)
        if item.channel == "paid" and self.step_days > 1:
            days = self.r.randint(1, 4) * round(self.step_days) - 1
            item = item.model_copy(update={"end": item.start + datetime.timedelta(days=days)})
        return item

    def value(self):
        per_step = self.one_of(0.0, 0.1, 0.5, 2.0)
        keys = {} if self.annual else {"purchases_per_year": min(10_000.0, per_step * 365.25 / self.step_days)}
        if self.sometimes(0.7):
            keys |= {"price": 20.0, "margin": 8.0}
        return Value(
            purchases="annual" if self.annual else "rate",
            churn_per_year=self.one_of(0.0, 0.3, 0.99, 1 - 1e-6, 1 - 1e-12),
            churn_factor_dissatisfied=self.one_of(0.0, 0.5, 3.0),
            retain_factor=self.one_of(0.0, 0.4, 1.0),
            relationship_half_life=self.length(8),
            discount_rate=self.one_of(0.0, 0.1, 2.0),
            value_horizon=Duration(self.days + self.one_of(0.0, 7.0, 800.0)),
            **keys,
        )

    def dialogue(self):
        a_step = self.one_of(None, 0.3, 0.5, 1.0, 3.0)
        limit = {} if a_step is None else {"answers_per_day": a_step / self.step_days}
        return Dialogue(
            complain_prob=self.chance(),
            question_prob=self.chance(),
            crisis_question_prob=self.chance(),
            answered_fraction=self.one_of(0.38, 0.8, 1.0),
            answer_time=self.one_of(Duration("0d"), Duration(Duration(self.step) / 4), self.length(3)),
            recovery_prob=self.chance(),
            answered_buys=self.one_of(0.0, 0.5, 1.34, 4.0),
            patience=self.length(5),
            **limit,
        )


class _Rivals(Drawing):
    def __init__(self, r, talk):
        super().__init__(r, talk)
        if self.endless:
            self.complete = True

    def sections(self):
        sections = super().sections()
        left = 1.0 - sections["brand"].customers_fraction
        rivals = []
        for b in range(self.one_of(0, 1, 1, 2, 3)):
            fraction = min(left, self.one_of(0.0, 0.1, 0.3))
            left -= fraction
            rivals.append(self.rival(f"rival {b}", fraction))
        return sections | {"competitors": tuple(rivals)}

    def brand(self):
        return Brand(**written(super().brand()), switch_prob=self.one_of(0.0, 0.5, 1.0))

    def rival(self, name, customers):
        keys = {}
        if not self.endless:
            keys["content"] = tuple(self.rival_item(f"{name} {c}") for c in range(self.r.randint(0, 2)))
            if not self.complete:
                keys["crises"] = tuple(self.crisis(f"{name} {c}") for c in range(self.one_of(0, 0, 1, 2)))
        return Competitor(
            name=name,
            customers_fraction=customers,
            followers_fraction=self.one_of(0.3, 0.7, 1.0),
            baseline_sales_per_day=self.one_of(0.0, 0.0, 0.2, 0.8, 30.0),
            switch_prob=self.one_of(0.0, 0.5, 1.0),
            word_of_mouth=self.rival_talk(),
            **keys,
        )

    def rival_item(self, name):
        """Content that nobody shares for a start would never be seen."""
        item = self.item(name)
        while item.channel == "shared":
            item = self.item(name)
        return item

    def rival_talk(self):
        drawn = written(self.word_of_mouth())
        return RivalTalk(**{key: drawn[key] for key in RivalTalk.model_fields if key in drawn and self.sometimes(0.6)})


class _Business(_Rivals, _Customers):
    """Both: the sections of either, one after the other."""

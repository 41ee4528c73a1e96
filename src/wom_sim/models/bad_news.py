"""The NPV of bad news: dissatisfied adopters and rejecters warn others (Goldenberg et al. 2007)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..durations import Duration, PositiveDuration
from ..graph.csr import Graph
from ..kernels.bad_news import BadNewsScratch, BadNewsWorld, bad_news_chunk
from ..spec import ASSUMPTION, Money, Probability
from .base import DiffusionModel, Promises, Setting, TheoryLine
from .talk_of_the_network import StrongAndWeakTies

_STATES = ("reach", "satisfied", "dissatisfied", "rejecters", "undecided")
_DAYS_PER_YEAR = 365.25
_MANY, _SMALL = 100, 0.02
"""So many contacts, with so small a chance each, act like the stream of successes that theory has."""


class BadNews(StrongAndWeakTies):
    """People adopt by advertising and praise, or are turned against the product by those who are unhappy with it.

    Everybody is undecided, satisfied, dissatisfied or a rejecter. The satisfied speak for the product, dissatisfied
    adopters and rejecters against it; all who have decided stay as they are and go on talking. In each period, for an
    undecided person with s+ positive and s- negative talkers among the strong ties and w+ and w- among the weak ones
    when the period began,

        P+ = 1 - (1 - p) (1 - q_w)^(w+) (1 - q_s)^(s+),     P- = 1 - (1 - m q_w)^(w-) (1 - m q_s)^(s-),
        Pr(adopt) = P+ (1 - P-) + a P+ P-,     Pr(reject) = P- (1 - P+) + (1 - a) P+ P-,     a = P+ / (P+ + P-),

    p = `advertise_prob`, q_w = `weak_prob`, q_s = `strong_prob`, m = `negative_power`; m q counts as at most 1. One who
    adopts is dissatisfied with chance `dissatisfied_prob`, seed nodes too, who adopt in period 0. All people are
    updated at once. Contacts are those of `talk_of_the_network`, which this is, person by person, where nobody is
    dissatisfied.

    A person stays undecided with chance (1 - P+)(1 - P-), in which every contact is a factor of its own. So each has a
    number u in [0, 1) and decides as soon as u < 1 - Q, Q being the product of all factors met so far: those of
    advertising, of strong ties, of fixed weak ones, and of meetings, in this order, which stand for themselves by their
    mean 1 - q x+ - m q x- (x+, x-: fractions of the talkers among all others). The factor at which Q fell far enough
    names the contact that moved the person. Whom a person met is drawn only then, meeting by meeting: those before
    that contact given that they did not move the person, that one given that it did, the others as they come. The
    choice between adopting and rejecting follows from P+ and P- of these contacts.

    The net present value is the margin of each satisfied adopter, discounted from the period in which they adopted.
    """

    source: ClassVar[str] = "Goldenberg, Libai, Moldovan & Muller (2007), IJRM 24, the cellular automaton"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "reach": ("people", "people who adopted, satisfied or not, seed nodes included"),
        "satisfied": ("people", "adopters who speak for the product"),
        "dissatisfied": ("people", "adopters who speak against the product"),
        "rejecters": ("people", "people who were turned against the product without adopting, and speak against it"),
        "undecided": ("people", "people who neither adopted nor rejected"),
        "npv": ("money", "margin of each satisfied adopter, discounted to period 0"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"advertise_prob": 0.0, "weak_prob": 0.0, "strong_prob": 0.0},
        always={"advertise_prob": 0.0, "weak_prob": 0.0, "strong_prob": 1.0, "dissatisfied_prob": 0.0},
        adds_up=("satisfied", "dissatisfied", "rejecters", "undecided"),
        rises=("reach", "satisfied", "dissatisfied", "rejecters"),
    )

    kind: Literal["bad_news"] = "bad_news"
    dissatisfied_prob: Probability = Field(default=0.05, json_schema_extra=ASSUMPTION)
    """Chance that one who adopts is dissatisfied, in [0, 1]. Published case: 0.02."""
    negative_power: float = Field(default=2.0, ge=0.0, le=1000.0, json_schema_extra=ASSUMPTION)
    """A negative contact acts with this times the chance of a positive one, at most with chance 1; at least 0."""
    margin: Money = 1.0
    """Margin of a satisfied adopter; the dissatisfied bring none, as if they gave the product back."""
    discount_rate: float = Field(default=0.10, ge=0.0, le=10.0)
    """A year later money is worth 1 / (1 + this); at least 0."""
    period: PositiveDuration = Field(default=Duration("30.4375d"), json_schema_extra=ASSUMPTION)
    """Length of a period, such as "1w"; the default is a month, a twelfth of a year. Matters for money alone."""

    def unused(self) -> frozenset[str]:
        """Return also the power of bad news where nobody has any, and the discount where nothing is earned."""
        without_bad_news = frozenset() if self.dissatisfied_prob else frozenset({"negative_power"})
        return super().unused() | without_bad_news | (frozenset() if self.margin else frozenset({"discount_rate"}))

    def step_length(self) -> float:
        """Return the length of a period in days."""
        return float(self.period)

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the map of an endless crowd with many contacts that do little each; see `Model.theory_line`."""
        from ..theory import opinions_by_step

        n_strong = self.drawn_anew(graph)
        if n_strong is None or len(seed_nodes):
            return None
        contacts = ((self.weak_ties, self.weak_prob), (n_strong, self.strong_prob))
        acting = [(number, prob) for number, prob in contacts if number * prob > 0.0]
        if any(number < _MANY or max(self.negative_power, 1.0) * prob > _SMALL for number, prob in acting):
            return None
        found = opinions_by_step(
            n_steps,
            advertising=self.advertise_prob,
            intensity=sum(number * prob for number, prob in acting),
            dissatisfied_fraction=self.dissatisfied_prob,
            negative_power=self.negative_power,
        )
        adopted = found.satisfied + found.dissatisfied
        return TheoryLine(adopted * graph.n_people, "theory: many contacts, endless crowd")

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Take over network, chances and money; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, fields = graph.n_people, self.contact_fields(graph)

        def new_scratch(halt: NDArray[np.uint8]) -> BadNewsScratch:
            return BadNewsScratch(
                left=np.zeros(n),
                praise=np.zeros(n, np.int64),
                blame=np.zeros(n, np.int64),
                waiting=np.zeros(n, np.int32),
                decided=np.zeros(n, np.int32),
                state=np.zeros(n, np.uint8),
                tally=np.zeros(4, np.int64),
                halt=halt,
            )

        return DiffusionModel(
            kernel=bad_news_chunk,
            world=BadNewsWorld(
                **fields,
                negative_power=float(self.negative_power),
                dissatisfied_prob=float(self.dissatisfied_prob),
                margin=float(self.margin),
                discount=math.log1p(self.discount_rate) * self.period / _DAYS_PER_YEAR,
            ),
            expects=self.expects(fields["tie_weight"], graph),
            new_scratch=new_scratch,
            counts=_STATES,
            amounts=("npv",),
            curves=_STATES,
            ends="nobody_left",
            days_per_step=self.step_length(),
            ties_examined=self.examined(graph),
        )

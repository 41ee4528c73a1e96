"""Customers who complain and people who ask, and a brand that answers as fast as it can."""

from __future__ import annotations

from pydantic import Field

from ...durations import Duration, PositiveDuration
from ...spec import ASSUMPTION, Money, Probability, Spec
from .fields import Factor


class Dialogue(Spec):
    """Complaints, questions and their answers: `[model.dialogue]`. Only where the outcome is a purchase.

    docs/business.md, 2: a queue, first come, first served.
    """

    complain_prob: Probability = Field(default=0.2, json_schema_extra=ASSUMPTION)
    """Chance that a purchase that dissatisfies makes the customer complain to the brand, in [0, 1]."""
    question_prob: Probability = Field(default=0.05, json_schema_extra=ASSUMPTION)
    """Chance that one who engages with an item of the brand asks the brand something, in [0, 1]."""
    crisis_question_prob: Probability = Field(default=0.2, json_schema_extra=ASSUMPTION)
    """Chance that one who comes to believe a claim about the brand asks the brand about it, in [0, 1]."""
    answered_fraction: Probability = 0.38
    """Part of all complaints and questions that are ever answered, in [0, 1]. Default: Socialbakers (2013)."""
    answer_time: Duration = Duration("6.5h")
    """Mean time from taking a matter up to its answer. Default: Socialbakers (2013)."""
    answers_per_day: float | None = Field(default=None, gt=0.0, le=1e9)
    """Most matters that are taken up in a day, others wait; above 0; left out: no limit."""
    cost_per_answer: Money = 0.0
    """Money for one answer."""
    recovery_prob: Probability = Field(default=0.6, json_schema_extra=ASSUMPTION)
    """Chance that a complaint answered at once makes the customer content again, in [0, 1]."""
    answered_buys: Factor = 1.34
    """An answered question multiplies the chance to buy by this; at least 0. Default: a timely reply makes 34 % more
    likely to buy (MODELS.md, 14)."""
    patience: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """An answer that comes this much later works half as often."""

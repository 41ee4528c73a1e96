"""A customer's life and the dialogue as the kernel reads them, and what customers are worth after the run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...kernels.campaign import codes
from ...kernels.campaign.life import Life
from .clock import Clock
from .dialogue import Dialogue
from .worth import future_purchases, renewals

if TYPE_CHECKING:
    from .model import Campaign

YEAR = 365.25
"""Days."""


def life_of(campaign: Campaign, clock: Clock) -> Life:
    """Return what happens to customers after their first purchase."""
    value, year = campaign.value, clock.length(YEAR)
    annual = value.purchases == "annual"
    again = codes.AGAIN_RATE if value.buys_again else codes.AGAIN_NEVER
    talk = campaign.dialogue or Dialogue()
    asked = campaign.dialogue is not None
    return Life(
        again=codes.AGAIN_ANNUAL if annual else again,
        year=year,
        repeat_mean=year / value.purchases_per_year if value.purchases_per_year > 0.0 else math.inf,
        churn=value.churn_per_year,
        churn_dissatisfied=value.churn_dissatisfied,
        churn_mean=math.inf if annual else _mean_to_leaving(value.churn_per_year, year),
        churn_mean_dissatisfied=math.inf if annual else _mean_to_leaving(value.churn_dissatisfied, year),
        retain=value.retain_factor,
        retain_half_life=clock.length(value.relationship_half_life),
        tells_again=campaign.word_of_mouth.tells_per_repeat,
        discount=math.log1p(value.discount_rate) / year,
        value_end=clock.length(value.value_horizon),
        dialogue=asked,
        complain=talk.complain_prob if asked else 0.0,
        question=talk.question_prob if asked else 0.0,
        claim_question=talk.crisis_question_prob if asked else 0.0,
        answered=talk.answered_fraction,
        answer_mean=clock.length(talk.answer_time),
        answers_per_day=math.inf if talk.answers_per_day is None else talk.answers_per_day,
        recovery=talk.recovery_prob,
        answered_buys=talk.answered_buys,
        patience=clock.length(talk.patience),
    )


def worth_of(campaign: Campaign, clock: Clock) -> NDArray[np.float64]:
    """Return what a satisfied and a dissatisfied customer will buy from the end of the run on: float64 (2, any).

    With the rate: one column. With annual purchases, column n: worth at a renewal of n renewals, this one included.
    """
    value, unhappy = campaign.value, campaign.word_of_mouth.dissatisfied_fraction
    years = max(0.0, (value.value_horizon - clock.n_steps * clock.step) / YEAR)
    if value.purchases == "annual":
        table = [renewals(value, unhappy, n) for n in range(math.ceil(years) + 1)]
    else:
        table = [future_purchases(value, unhappy, years)]
    return np.array(table, np.float64).T.copy()


def _mean_to_leaving(part: float, year: float) -> float:
    return -year / math.log1p(-part) if part > 0.0 else math.inf

"""The numbers of a customer's life and of the dialogue, as the kernel reads them; docs/business.md, 1 and 2."""

from __future__ import annotations

from typing import NamedTuple


class Life(NamedTuple):
    """What happens to customers after their first purchase; times in steps.

    again : AGAIN_NEVER, AGAIN_RATE or AGAIN_ANNUAL         year : steps in a year
    repeat_mean : mean time between purchases
    churn, churn_dissatisfied : chance to leave at a renewal, of the satisfied and of the dissatisfied
    churn_mean, churn_mean_dissatisfied : mean time to leaving where that is a clock; inf: none
    retain, retain_half_life : what is left of the chance to leave just after engaging, and how that fades
    tells_again : part of the role's tellings after a purchase again
    discount : of the worth of money, a step                value_end : when purchases stop to count for customers
    dialogue : whether there are complaints and questions   complain, question, claim_question, answered : chances
    answer_mean : mean time of an answer                    answers_per_day : taken up at most; inf: all
    recovery : chance that an answer without delay recovers a customer
    answered_buys : factor of the chances to buy of one whose question was answered  patience : half-life of it
    """

    again: int
    year: float
    repeat_mean: float
    churn: float
    churn_dissatisfied: float
    churn_mean: float
    churn_mean_dissatisfied: float
    retain: float
    retain_half_life: float
    tells_again: float
    discount: float
    value_end: float
    dialogue: bool
    complain: float
    question: float
    claim_question: float
    answered: float
    answer_mean: float
    answers_per_day: float
    recovery: float
    answered_buys: float
    patience: float

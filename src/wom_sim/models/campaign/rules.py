"""The numbers of a campaign that belong to no item, claim or answer, as the kernel reads them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ...kernels.campaign import codes
from ...kernels.campaign.tables import Rules
from ..base import Setting
from .clock import Clock
from .starting import Starting

if TYPE_CHECKING:
    from .model import Campaign
    from .talk import WordOfMouth

_MONTH = 30.4375
_TALK = {
    "listeners": codes.TALK_LISTENERS,
    "one_shot": codes.TALK_ONE_SHOT,
    "persistent": codes.TALK_PERSISTENT,
    "recover": codes.TALK_RECOVER,
    "contacts": codes.TALK_CONTACTS,
}
_CONFLICT = {
    "proportional": codes.CONFLICT_PROPORTIONAL,
    "uniform_success": codes.CONFLICT_UNIFORM,
    "negative_dominates": codes.CONFLICT_NEGATIVE,
}
_TELLS = {"poisson": codes.TELLS_POISSON, "fixed": codes.TELLS_FIXED, "geometric": codes.TELLS_GEOMETRIC}
_START_AS = {
    "customer": codes.AS_CUSTOMER,
    "satisfied": codes.AS_SATISFIED,
    "dissatisfied": codes.AS_DISSATISFIED,
    "sharer": codes.AS_SHARER,
    "aware": codes.AS_AWARE,
    "adopter": codes.AS_ADOPTER,
}


def rules_of(
    campaign: Campaign, setting: Setting, clock: Clock, company: int, strong_key: np.uint64, n_people: int | None
) -> Rules:
    """Return the numbers of the whole model.

    Parameters
    ----------
    company : the kernel's rule of deciding by company
    n_people : people in complete mixing, None where there are ties
    """
    talk, trust, limits, decision = campaign.word_of_mouth, campaign.trust, campaign.limits, campaign.decision
    starting = setting.starting or Starting()
    weak, strong = brand_persuasion(campaign, talk, n_people)
    relapse = decision.relapse_per_month if decision is not None else 0.0
    names = [item.name for item in campaign.content]
    return Rules(
        habit=campaign.outcome == "habit",
        talk=_TALK[limits.talk],
        conflict=_CONFLICT[limits.conflict],
        tells_distribution=_TELLS[talk.tells_distribution],
        mean_telling_delay=clock.length(talk.telling_delay),
        power_law_delay=limits.telling_delay_distribution == "power_law",
        persuade_weak=weak,
        persuade_strong=strong,
        negative_power=float(talk.negative_power),
        strong_fraction=float(talk.strong_tie_fraction),
        strong_power=float(talk.strong_tie_power),
        strong_key=strong_key,
        stop_prob=float(limits.stop_prob),
        stifle_prob=float(limits.stifle_prob),
        sync_clock=limits.clock == "sync",
        contact_prob=clock.step / float(talk.telling_delay),
        dissatisfied=float(talk.dissatisfied_fraction),
        customer_negative=float(talk.customer_negative_factor),
        mean_buy_delay=clock.length(campaign.buy_delay),
        baseline_per_day=float(campaign.brand.baseline_sales_per_day),
        step_days=clock.step,
        customers_talk=campaign.brand.customers_talk,
        owned_engages=float(trust.owned_engages),
        creator_engages=float(trust.creator_engages),
        friend_engages=float(trust.friend_engages),
        owned_buys=float(trust.owned_buys),
        creator_buys=float(trust.creator_buys),
        friend_buys=float(trust.friend_buys),
        paid_credibility=float(starting.paid_credibility),
        start_as=_START_AS[starting.role(campaign.outcome)],
        start_item=names.index(starting.item) if starting.item is not None else 0,
        seeds_take_part=float(starting.participation_prob),
        recall_half_life=clock.length(campaign.recall_half_life),
        company=company,
        relapse_mean=clock.length(-_MONTH / math.log1p(-relapse)) if relapse > 0.0 else math.inf,
    )


def brand_persuasion(campaign: Campaign, talk: WordOfMouth, n_people: int | None) -> tuple[float, float]:
    """Return the chance that a weak and that a strong tie persuades, of a brand with this word of mouth.

    Parameters
    ----------
    n_people : people in complete mixing, None where there are ties
    """
    if campaign.limits.persuasion == "one_over_contacts" and n_people is not None:  # everybody hears all others
        chance = 1.0 / max(n_people - 1, 1)
        return chance, chance
    own = campaign.word_of_mouth
    return persuasion(talk.persuasion_prob, own.strong_tie_fraction, own.strong_tie_power)


def persuasion(mean: float, strong_fraction: float, power: float) -> tuple[float, float]:
    """Return the chance that a weak and that a strong tie persuades, so that the mean over listeners is as given.

    Listeners are drawn in proportion to strength, so that q = f w / (f w + 1 - f) of them are strong. A strong tie
    persuades with w times the chance of a weak one, unless one of them would persuade with more than 1.
    """
    f, w = strong_fraction, power
    if f in (0.0, 1.0):
        return mean, mean
    strong = f * w / (f * w + 1.0 - f)
    weak = mean / (strong * w + 1.0 - strong)
    if strong == 1.0:
        return min(1.0, weak), mean
    if weak > 1.0:
        return 1.0, min(1.0, (mean - (1.0 - strong)) / strong)
    if w * weak > 1.0:
        return max(0.0, (mean - strong) / (1.0 - strong)), 1.0
    return weak, w * weak

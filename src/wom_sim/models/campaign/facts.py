"""What the metrics of a campaign need beside its counts: prices, money spent, who is aimed at, which sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .starting import Starting
from .tracking import changed

if TYPE_CHECKING:
    from .compile import CampaignModel
    from .model import Campaign


def facts_of(compiled: CampaignModel, seed_nodes: NDArray[np.int32], *, starters_cost: bool = False) -> dict[str, Any]:
    """Return the facts of a campaign, ready for JSON.

    Parameters
    ----------
    seed_nodes : int32 (k,)   distinct people who start
    starters_cost : whether some of them cost money

    Returns
    -------
    dict
        outcome, start (ISO date or None), step (days), n_steps
        content, crises : bool    whether there are such sections
        items : name, channel, spend (money within the run), like_fraction, comment_fraction of each
        creator_fees : fee per post of each line of creators
        claims : name, start (step), n_starters (0 where it starts after the run) of each
        answer_starts : step of each answer     answers_spend : money for claims' answers within the run
        spends_on : what has a price: ads, content, creators, seeding, answers (to claims), dialogue
        price, margin : of a purchase, or None     value_horizon : as written, such as "5y"
        referred_margin_factor     cost_per_answer : in the dialogue
        dialogue, buys_again, churns : bool     whether people complain and ask, buy again, leave by themselves
        goal : metric, uplift, against, within (text), to_the_end (whether the run ends with its time); None: no goal
        segments, segment_people : names, and how many people are in each
        targeted_segments : names that ads and creators aim at; None where one aims at everybody, or there are none
        n_seed_nodes, start_as : of the starters
        n_customers, n_talking : customers of day 0, and those of them who talk
    """
    campaign, world = compiled.campaign, compiled.world
    starting = compiled.setting.starting
    role = (starting or Starting()).role(campaign.outcome)
    # Who starts as a customer talks as one; all other customers of day 0 talk as what they are.
    customers = world.customers
    if role in ("satisfied", "dissatisfied", "customer"):
        customers = np.setdiff1d(customers, seed_nodes)
    answers_spend = _answers_spend(compiled)
    return {
        "outcome": campaign.outcome,
        "start": None if compiled.setting.start is None else compiled.setting.start.isoformat(),
        "step": float(campaign.step),
        "n_steps": compiled.n_steps,
        "content": bool(campaign.content),
        "crises": bool(campaign.crises),
        "items": _items(compiled),
        "creator_fees": [float(creator.fee_per_post) for creator in campaign.creators],
        "claims": [
            {
                "name": crisis.name,
                "start": float(row["start"]),
                "n_starters": int(row["n_starters"]) if row["start"] < compiled.n_steps else 0,
            }
            for crisis, row in zip(campaign.crises, world.claims, strict=False)
        ],
        "answer_starts": [float(row["start"]) for row in world.answers],
        "answers_spend": answers_spend,
        "spends_on": _spends_on(campaign, starters_cost=starters_cost),
        "price": campaign.value.price,
        "margin": campaign.value.margin,
        "value_horizon": str(campaign.value.value_horizon),
        "referred_margin_factor": float(campaign.value.referred_margin_factor),
        "cost_per_answer": float(campaign.dialogue.cost_per_answer) if campaign.dialogue else 0.0,
        "dialogue": campaign.dialogue is not None,
        "buys_again": campaign.value.buys_again,
        "churns": campaign.value.churn_per_year > 0.0,
        "goal": _goal(compiled),
        "segments": list(compiled.segment_names),
        "segment_people": np.bincount(world.segment, minlength=len(compiled.segment_names)).tolist(),
        "targeted_segments": _targeted(compiled),
        "n_seed_nodes": len(seed_nodes),
        "start_as": role,
        "n_customers": len(world.customers),
        "n_talking": len(customers) if campaign.brand.customers_talk else 0,
    }


def _goal(compiled: CampaignModel) -> dict[str, Any] | None:
    goal = compiled.setting.goal
    if goal is None:
        return None
    told = {**goal.model_dump(mode="json"), "within": str(goal.within)}
    return {**told, "to_the_end": goal.within == compiled.setting.horizon}


def due_before(end: int, *, start: float, length: float, n: int) -> int:
    """Return how many of `n` impressions, evenly over [start, start + length), come before the step `end`.

    Impression j comes at start + (j + 1/2) / n * length; docs/campaign.md, section 3.
    """
    if n == 0 or length <= 0.0:
        return 0
    return min(n, max(0, math.ceil((end - start) * n / length - 0.5)))


def _items(compiled: CampaignModel) -> list[dict[str, Any]]:
    facts = []
    for item, row in zip(compiled.campaign.content, compiled.world.items, strict=False):
        spend = float(item.spend or 0.0)
        if item.channel == "paid":
            n = int(row["n_impressions"])
            due = due_before(compiled.n_steps, start=float(row["start"]), length=float(row["length"]), n=n)
            spend *= due / n if n else 0.0
        facts.append(
            {
                "name": item.name,
                "channel": item.channel,
                "spend": spend,
                "like_fraction": float(item.like_fraction),
                "comment_fraction": float(item.comment_fraction),
            }
        )
    return facts


def _answers_spend(compiled: CampaignModel) -> float:
    """Return the money for answers within the run: of impressions those due, all else on the day of the answer."""
    spend = 0.0
    for response, row in zip(compiled.campaign.responses, compiled.world.answers, strict=True):
        start, n = float(row["start"]), int(row["n_impressions"])
        if n and compiled.world.claims[int(row["claim"])]["start"] < compiled.n_steps:
            due = due_before(compiled.n_steps, start=start, length=float(row["end"]) - start, n=n)
            spend += float(response.spend or 0.0) * due / n
        if start < compiled.n_steps:
            spend += float(response.cost)
    return spend


def _spends_on(campaign: Campaign, *, starters_cost: bool) -> list[str]:
    after_a_rule = [changed(campaign, rule.change) for rule in campaign.rules]  # content that had none may get money
    costs = {item.name for variant in (campaign, *after_a_rule) for item in variant.content if item.spend}
    priced = {
        "ads": any(item.name in costs for item in campaign.content if item.channel == "paid"),
        "content": any(item.name in costs for item in campaign.content if item.channel != "paid"),
        "creators": any(creator.fee_per_post for creator in campaign.creators),
        "seeding": starters_cost,
        "answers": any(response.spend or response.cost for response in campaign.responses),
        "dialogue": campaign.dialogue is not None and campaign.dialogue.cost_per_answer > 0.0,
    }
    return [part for part, costs in priced.items() if costs]


def _targeted(compiled: CampaignModel) -> list[str] | None:
    campaign = compiled.campaign
    aims = [item.segments for item in campaign.content if item.channel == "paid"]
    aims += [creator.segments for creator in campaign.creators]
    if not aims or not all(aims):
        return None
    named = {name for aim in aims for name in aim}
    return [name for name in compiled.segment_names if name in named]

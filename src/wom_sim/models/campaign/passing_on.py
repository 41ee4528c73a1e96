"""A campaign as an independent cascade: what its starters begin, handed on from contact to contact."""

from __future__ import annotations

import numpy as np

from ...graph.csr import Graph
from ..base import PassingOn, Setting
from .model import Campaign
from .starting import Starting


def passing_on(campaign: Campaign, graph: Graph, setting: Setting) -> PassingOn:
    """Return the chance that one who does as the starters do makes a contact do so too.

    A share: the contact is shown it, sees it, engages and shares it in turn. A telling: one of the mean number of
    listeners, who is persuaded, and tells in turn. Else nothing is known but who is tied to whom: 1 / indegree. What
    other content, rivals, doubts and time do is left out.
    """
    starting = setting.starting or Starting()
    role = starting.role(campaign.outcome)
    talk = campaign.word_of_mouth
    if role == "sharer":
        item = next(item for item in campaign.content if item.name == starting.item)
        engages = min(1.0, item.engages() * campaign.trust.friend_engages)
        chance = item.contact_reach * item.seen() * engages * item.share_prob
        return PassingOn(np.array([chance]), f"shares of {item.name!r}", False)
    if role in ("satisfied", "dissatisfied", "customer") and campaign.outcome == "purchase":
        dissatisfied = {"satisfied": 0.0, "dissatisfied": 1.0, "customer": talk.dissatisfied_fraction}[role]
        good, bad = (
            talk.satisfied_tells * talk.satisfied_talk_prob,
            talk.dissatisfied_tells * talk.dissatisfied_talk_prob,
        )
        tells = (1.0 - dissatisfied) * good + dissatisfied * bad
        if graph.complete:
            return PassingOn(np.array([_told(tells, graph.n_people - 1) * talk.persuasion_prob]), "tellings", False)
        told = np.minimum(1.0, tells / np.maximum(graph.out_degree, 1))
        return PassingOn(np.repeat(told * talk.persuasion_prob, graph.out_degree), "tellings", False)
    in_degree = np.maximum(graph.in_degree, 1)
    prob = np.array([1.0 / in_degree[0]]) if graph.complete else 1.0 / in_degree[graph.indices]
    return PassingOn(prob, "what one of a person's contacts passes on", False)


def _told(tells: float, n_contacts: int) -> float:
    return min(1.0, tells / max(n_contacts, 1))

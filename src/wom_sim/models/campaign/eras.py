"""A campaign that went another way until some date: one world for each part of the run, all of one shape.

The kernel hands events from one part to the next by the rows they are about, so that the tables of every part have the
rows of the last one's: an answer that is added later stands in the first part already, where nothing begins it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...graph.csr import Graph
from ...kernels.campaign.brands import RIVAL_POSTS, RIVAL_ROOT
from ...kernels.campaign.tables import World
from ..base import Setting
from .compile import CampaignModel, compile_campaign
from .goal import Goal

if TYPE_CHECKING:
    from .model import Campaign


class Era(NamedTuple):
    """A part of a run: the campaign as it stood, the goal that its rules looked at, and the step at which it ends."""

    campaign: Campaign
    goal: Goal | None
    until: int


def compile_eras(campaign: Campaign, graph: Graph, setting: Setting) -> CampaignModel:
    """Turn a campaign into the kernel's tables, together with the campaigns that went before; see `compile_campaign`.

    Raises
    ------
    ScenarioError, GraphError
        As `compile_campaign`.
    """
    past: tuple[CampaignModel, ...] = ()
    for era in setting.past:
        earlier = replace(setting, goal=era.goal, past=setting.past[: len(past)])
        past = (*past, _after(past, compile_campaign(era.campaign, graph, earlier)))
    return _after(past, compile_campaign(campaign, graph, setting))


def _after(past: tuple[CampaignModel, ...], made: CampaignModel) -> CampaignModel:
    """Return a campaign as it goes on after others: posts that are out stay as they were."""
    world = made.world
    if past:
        posts = _posts_after(past[-1], world, made.setting.past[-1].until)
        world = world._replace(posts=posts, post_order=np.argsort(posts["time"], kind="stable"))
    return replace(made, world=world, past=past)


def fit(made: World, frame: World) -> World:
    """Return a world in the shape of a later one, whose rows it has: what only the later one has begins later.

    Parameters
    ----------
    made : tables of a campaign of an earlier part, or of the last part after rules
    frame : of the last part; its answers, posts, accounts and appeals are those of all parts, as what has begun of
        them cannot change
    """
    items = _rows(made.items, frame.items)
    for key in ("first_target", "n_targets"):
        items[key] = frame.items[key]
    kept = ("answers", "posts", "post_order", "audiences", "targets", "takes_part", "engage_factor")
    same = {key: getattr(frame, key) for key in kept}
    return made._replace(items=items, claims=_rows(made.claims, frame.claims), **same)


def _rows(made: NDArray[np.void], frame: NDArray[np.void]) -> NDArray[np.void]:
    """Return the rows of `made` in their places in `frame`: the own brand's from the front, rivals' from the end."""
    own, places = (int(np.count_nonzero(table["brand"] == 0)) for table in (made, frame))
    rows = frame.copy()
    rows[: min(own, places)] = made[: min(own, places)]
    rows[places:] = made[own:]
    return rows


def _posts_after(before: CampaignModel, world: World, until: int) -> NDArray[np.void]:
    """Return the posts of both: those before a step as they were, the others as they are to be, in order of numbers.

    A post that both have keeps its number, by which its draws go; new ones are numbered behind all others.
    """
    old, new = before.world.posts.copy(), world.posts
    old["item"] += np.where(old["root"] >= RIVAL_ROOT, _n_own(world) - _n_own(before.world), 0)
    out, ahead = old[old["time"] < until], new[new["time"] >= until]
    places = {_audience_of(row): (row["first"], row["count"]) for row in new}
    for row in out:
        row["first"], row["count"] = places[_audience_of(row)]
    numbers: dict[tuple[float, ...], list[int]] = {}
    for row in old[::-1]:
        numbers.setdefault((*_audience_of(row), row["time"]), []).append(int(row["number"]))
    rival = ahead["root"] >= RIVAL_ROOT
    following = [_next_number(old, rivals=False), _next_number(old, rivals=True)]
    for row, of_rival in zip(ahead, rival, strict=True):
        known = numbers.get((*_audience_of(row), row["time"]), [])
        if known:
            row["number"] = known.pop()
        else:
            row["number"] = following[int(of_rival)]
            following[int(of_rival)] += 1
    posts = np.concatenate([out, ahead])
    return posts[np.argsort(posts["number"], kind="stable")]


def _audience_of(row: np.void) -> tuple[int, int, int]:
    return int(row["root"]), int(row["item"]), int(row["account"])


def _n_own(world: World) -> int:
    return int(np.count_nonzero(world.items["brand"] == 0))


def _next_number(posts: NDArray[np.void], *, rivals: bool) -> int:
    first = RIVAL_POSTS if rivals else 0
    numbers = posts["number"][(posts["root"] >= RIVAL_ROOT) == rivals]
    return max(first, int(numbers.max(initial=first - 1)) + 1)

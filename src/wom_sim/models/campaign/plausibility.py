"""What a campaign's numbers amount to, from its equations alone, beside what is published about such numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph.csr import Graph
from .views import engaged_of_reached, views_of_ad, views_of_posts

if TYPE_CHECKING:
    from .compile import CampaignModel
    from .crisis import Crisis
    from .item import Creator, Item

OFF_BY = 3.0
"""A number that is off by more than this many times from what is published is marked."""


@dataclass(frozen=True)
class Published:
    """A range that is published: low and high, equal where there is one figure, and by whom."""

    low: float
    high: float
    source: str


ENGAGED = Published(0.0140, 0.0335, "engagement by reach, Facebook and Instagram")
CLICKED = Published(0.0046, 0.0089, "clicks on ads, display and Facebook")
BOUGHT = Published(0.0258, 0.0258, "sales a visit, e-commerce 2019")
SHOWN = Published(0.0860, 0.1351, "organic reach, Facebook and Instagram 2022")
FALSE_NEWS = Published(1.7, 1.7, "false against true news, Vosoughi et al. 2018")
PERSUADED = Published(0.125, 0.125, "one recommendation in eight sells, Keller & Fay 2014")
POWER = Published(0.55, 3.0, "East et al. 2008, Goldenberg et al. 2007")
UNHAPPY = Published(0.02, 0.045, "Goldenberg et al. 2007; tells of 1 and 7 with three good for each bad one")
GOOD_TO_BAD = Published(3.0, 3.0, "15 studies, East et al. 2007")


@dataclass(frozen=True)
class Finding:
    """One number that a campaign amounts to.

    where : key of the scenario it is about
    what : what the number says, in words
    value : None where there is no such number: talk that does not die out by itself has no mean
    benchmark : the published range, lowest and highest; None where nothing is published
    source : of the benchmark
    marked : the value is off by more than `OFF_BY` times (`negative_power`: outside of the range)
    as_percent : how to write value and benchmark
    says : what follows from it, in words; may be empty
    """

    where: str
    what: str
    value: float | None
    benchmark: tuple[float, float] | None = None
    source: str = ""
    marked: bool = False
    as_percent: bool = False
    says: str = ""


def findings(compiled: CampaignModel, graph: Graph) -> tuple[Finding, ...]:
    """Return what a campaign amounts to: its items, creators, claims and word of mouth, in the order of the file."""
    campaign = compiled.campaign
    found: list[Finding] = []
    for i, item in enumerate(campaign.content):
        found += _item(compiled, graph, i, item)
    for creator in campaign.creators:
        found += _creator(compiled, creator)
    for crisis in campaign.crises:
        found += _crisis(crisis, graph)
    if campaign.outcome == "purchase" and campaign.limits.talk == "listeners":
        found += _word_of_mouth(compiled)
    return tuple(found)


def excess_contacts(graph: Graph) -> float:
    """Return how many contacts are left to one who was reached by a contact, on average over ties.

    ``<k^2 - k> / <k>`` where ties are mutual (the way back is not counted), and ``<k_in k_out> / <k_in>`` where they
    are directed. Clustering is left out: where contacts know each other some are reached twice, so that the
    reproduction numbers made of this are upper bounds on clustered networks.

    Source: Newman (2002), Physical Review E 66, 016128, sections II and V.
    """
    heard, told = graph.in_degree.astype(np.float64), graph.out_degree.astype(np.float64)
    ties = float(heard.sum())
    if ties == 0.0:
        return 0.0
    return float((heard * (told if graph.directed else told - 1.0)).sum() / ties)


def item_reproduction(compiled: CampaignModel, graph: Graph, item: int) -> float:
    """Return how many new sharers one who shares an item makes: 0 in complete mixing, where nobody has contacts.

    Contacts left * contact_reach * seen_prob * the chance that a friend's share engages at the first view *
    share_prob. The chance is a mean over listeners, in proportion to the ties that lead to them; homophily is left out.
    """
    world = compiled.world
    if world.complete:
        return 0.0
    row = world.items[item]
    ties_into = np.bincount(world.segment, weights=graph.in_degree, minlength=len(world.buy_factor))
    engages = _mean(_engages(compiled, item, world.rules.friend_engages), ties_into)
    return float(excess_contacts(graph) * row["contact_reach"] * row["seen"] * engages * row["share"])


def crisis_reproduction(crisis: Crisis, graph: Graph) -> float:
    """Return how many new people who pass a claim on one of them makes, before any answer.

    Contacts left * seen_prob * believe_prob * min(1, share_prob * claim_spread_factor).
    """
    if graph.complete:
        return 0.0
    return excess_contacts(graph) * crisis.seen_prob * crisis.believe_prob * crisis.pass_on_prob


def viral(reproduction: float) -> str:
    """Say in words what a reproduction number means."""
    if reproduction < 1e-9:
        return "is not passed on from friend to friend"
    return "goes viral" if reproduction > 1.0 else f"needs x {_short(1.0 / reproduction)} to go viral"


def _item(compiled: CampaignModel, graph: Graph, i: int, item: Item) -> Iterator[Finding]:
    where, world, row = f"model.content.{item.name}", compiled.world, compiled.world.items[i]
    if item.channel == "paid":
        yield from _ad(compiled, i, where)
    elif item.channel == "owned":
        yield from _posts(compiled, i, where)
    if row["share"] > 0.0 and not world.complete:
        again = item_reproduction(compiled, graph, i)
        yield Finding(where, "new sharers per sharer", again, says=viral(again))


def _ad(compiled: CampaignModel, i: int, where: str) -> Iterator[Finding]:
    world, row = compiled.world, compiled.world.items[i]
    # A flight shorter than a step is shown at once.
    within = min(1.0, (compiled.n_steps - row["start"]) / row["length"]) if row["length"] > 0.0 else 1.0
    n_shown, n_people = float(row["n_impressions"]) * within, int(row["n_targets"])
    yield Finding(where, "impressions per person targeted", n_shown / n_people if n_people else 0.0)
    if n_shown == 0.0:
        return
    n_weeks = float(row["length"] * within / row["week"])
    views = views_of_ad(n_shown / n_people, float(row["seen"]), cap=int(row["cap"]), n_weeks=n_weeks)
    first = int(row["first_target"])
    targets = slice(None) if first < 0 else world.targets[first : first + n_people]
    by_segment = _by_segment(compiled, targets)
    reach = views.reached * n_people
    says = f"{100 * views.reached:.0f} % of those targeted, {views.mean / max(views.reached, 1e-300):.1f} views each"
    yield Finding(where, "people reached by the ad", reach, says=says if reach else "nobody sees it")
    if reach > 0.0:
        engaged = engaged_of_reached(views, _engages(compiled, i, 1.0), by_segment, wear_out=float(row["wear_out"]))
        yield _held(where, "engaged of those reached", engaged, ENGAGED)
        if not world.rules.habit:
            clicks = float(engaged * reach * row["click"] / (views.shown * n_people))
            yield _held(where, "clicks per impression", clicks, CLICKED)
            yield _sells(compiled, i, where, by_segment, 1.0)


def _posts(compiled: CampaignModel, i: int, where: str) -> Iterator[Finding]:
    world, row = compiled.world, compiled.world.items[i]
    posts = world.posts[(world.posts["item"] == i) & (world.posts["account"] < 0)]
    n_posts = int((posts["time"] < compiled.n_steps).sum())
    reach = float(posts["reach"][0])
    yield _held(where, "followers who are shown a post", reach, SHOWN)
    views = views_of_posts(n_posts, reach * float(row["seen"]))
    by_segment = _by_segment(compiled, world.followers)
    if views.reached == 0.0 or not by_segment.any():
        return
    people = views.reached * by_segment.sum()
    yield Finding(where, "followers reached by posts", float(people), says=f"{100 * views.reached:.0f} % of them")
    engages = _engages(compiled, i, world.rules.owned_engages)
    engaged = engaged_of_reached(views, engages, by_segment, wear_out=float(row["wear_out"]))
    yield _held(where, "engaged of those reached", engaged, ENGAGED)
    if not world.rules.habit:
        yield _sells(compiled, i, where, by_segment, world.rules.owned_buys)


def _creator(compiled: CampaignModel, creator: Creator) -> Iterator[Finding]:
    where = f"model.creators.{creator.name}"
    yield _held(where, "followers who are shown a post", float(creator.reach), SHOWN)
    item = [item.name for item in compiled.campaign.content].index(creator.item)
    world = compiled.world
    by_segment = _by_segment(compiled, slice(None))
    if creator.segments:
        named = [name in creator.segments for name in compiled.segment_names]
        by_segment = np.where(named, by_segment, 0)
    engages = _mean(_engages(compiled, item, world.rules.creator_engages), by_segment)
    yield _held(where, "engaged at the first view", engages, ENGAGED)


def _crisis(crisis: Crisis, graph: Graph) -> Iterator[Finding]:
    where = f"model.crises.{crisis.name}"
    again = crisis_reproduction(crisis, graph)
    true = again / crisis.pass_on_prob * crisis.share_prob if crisis.pass_on_prob else 0.0
    says = f"{viral(again)}; if it were true: {_short(true)}"
    yield Finding(where, "new people passing it on per one who does", again, says=says)
    yield _held(where, "times as readily as true news", float(crisis.claim_spread_factor), FALSE_NEWS)


def _word_of_mouth(compiled: CampaignModel) -> Iterator[Finding]:
    """Yield what talk amounts to, as two-type branching in an endless population says: MODELS, section 18.5, L11."""
    talk, world, where = compiled.campaign.word_of_mouth, compiled.world, "model.word_of_mouth"
    people = _by_segment(compiled, slice(None))
    good = _mean(np.minimum(1.0, talk.persuasion_prob * world.buy_factor), people)
    bad = min(1.0, talk.persuasion_prob * talk.negative_power)
    told_well = talk.satisfied_tells * talk.satisfied_talk_prob
    told_badly = talk.dissatisfied_tells * talk.dissatisfied_talk_prob
    unhappy = talk.dissatisfied_fraction
    grows = told_well * good * (1.0 - unhappy)
    spreads = talk.rejecter_tells * talk.rejecter_talk_prob * bad
    yield Finding(where, "new satisfied customers per satisfied one", grows, says=viral(grows))
    yield Finding(where, "new rejecters per rejecter", spreads, says=viral(spreads))
    won = told_well * good / (1.0 - grows) if grows < 1.0 else None
    lost = told_badly * bad / (1.0 - spreads) if spreads < 1.0 else None
    endless = "no end to it, until people run out"
    yield Finding(
        where, "a satisfied customer wins", won, says="further buyers, in all" if won is not None else endless
    )
    yield Finding(
        where,
        "a dissatisfied customer turns away",
        lost,
        says="people, in all, few of whom would have bought" if lost is not None else endless,
    )
    if unhappy * told_badly > 0.0:
        ratio = (1.0 - unhappy) * told_well / (unhappy * told_badly)
        yield _held(where, "good tellings per bad one, by customers", ratio, GOOD_TO_BAD, as_percent=False)
    yield _held(where, "listeners whom a good telling wins", good, PERSUADED)
    power = float(talk.negative_power)
    yield _held(where, "power of a bad telling against a good one", power, POWER, as_percent=False, off_by=1.0)
    yield _held(where, "dissatisfied of those who buy", float(unhappy), UNHAPPY)


def _sells(compiled: CampaignModel, item: int, where: str, people: NDArray[np.int64], trust: float) -> Finding:
    world = compiled.world
    bought = _mean(np.minimum(1.0, world.items[item]["buy"] * world.buy_factor * trust), people)
    return _held(where, "purchases per visit", bought, BOUGHT)


def _by_segment(compiled: CampaignModel, people: NDArray[np.int32] | slice) -> NDArray[np.int64]:
    """Count people by segment: int64 (segments,)."""
    return np.bincount(compiled.world.segment[people], minlength=len(compiled.world.buy_factor))


def _engages(compiled: CampaignModel, item: int, trust: float) -> NDArray[np.float64]:
    """Return the chance to engage at the first view, by segment: float64 (segments,)."""
    world = compiled.world
    engage = float(world.items[item]["engage"])
    chance: NDArray[np.float64] = np.minimum(1.0, engage * world.engage_factor[item] * trust)
    return chance


def _mean(values: NDArray[np.float64], weights: NDArray[np.int64]) -> float:
    return float(np.average(values, weights=weights)) if weights.any() else float(values.mean())


def _held(
    where: str, what: str, value: float, published: Published, *, as_percent: bool | None = None, off_by: float = OFF_BY
) -> Finding:
    """Hold a number against what is published."""
    # A rounding error beyond the limit is not off by more than it.
    marked = not published.low / off_by * (1 - 1e-9) <= value <= published.high * off_by * (1 + 1e-9)
    percent = published.high < 1.0 if as_percent is None else as_percent
    ends = (published.low, published.high)
    return Finding(where, what, value, ends, published.source, marked=marked, as_percent=percent)


def _short(number: float) -> str:
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"

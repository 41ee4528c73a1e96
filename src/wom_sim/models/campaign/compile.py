"""From a campaign's specification to the kernel's tables; all times become steps since the start of the run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ScenarioError
from ...graph.columns import values_of
from ...graph.csr import MAX_PEOPLE, Graph
from ...kernels.campaign import codes, draws
from ...kernels.campaign.records import ANSWER, CLAIM, ITEM, POST, ROLE
from ...kernels.campaign.tables import World
from ...kernels.rng import POPULATION, derive_key
from ..base import CompiledModel, Setting
from .brands import BrandTables, brands_of, joined
from .clock import Clock, post_dates
from .lives import life_of, worth_of
from .population import Population, drawn, first_customers, first_people, people_of
from .rules import rules_of

if TYPE_CHECKING:
    from .model import Campaign


@dataclass(frozen=True)
class CampaignModel(CompiledModel):
    """A campaign on a network, ready for its kernel.

    campaign : Campaign          what it was made from
    setting : Setting            dates, horizon, segments, starters
    graph : Graph                the network
    world : World                the kernel's tables, without the people who start
    n_steps : int                steps of the run
    segment_names : tuple of str, one at least
    past : campaigns that went before, until the steps that `setting.past` says; see `eras`
    """

    campaign: Campaign
    setting: Setting
    graph: Graph
    world: World
    n_steps: int
    segment_names: tuple[str, ...]
    past: tuple[CampaignModel, ...] = ()


def compile_campaign(campaign: Campaign, graph: Graph, setting: Setting) -> CampaignModel:
    """Turn a campaign into the kernel's tables.

    Raises
    ------
    ScenarioError
        When the people of the network are too few for what is asked: an audience, those who post a claim; when they
        lack the column of the decision's thresholds.
    GraphError
        When the network lacks the column of the decision's weights.
    """
    clock = Clock(campaign.step, setting)
    people = people_of(graph, setting)
    key = setting.key(POPULATION)
    brand = campaign.brand
    followers = first_people(brand.followers_fraction, people.n, derive_key(key, draws.FOLLOWERS))
    customers, said = first_customers(graph, brand.customers_fraction, derive_key(key, draws.CUSTOMERS))
    brands, rival_customers = brands_of(campaign, graph, derive_key(key, draws.CUSTOMERS))
    of_rivals = [_of_rival(campaign, b, clock, people, key) for b in range(1, len(campaign.competitors) + 1)]
    tables = joined(_tables(campaign, clock, people, followers, key), of_rivals)
    need, low, width, rule = _company(campaign, graph)
    world = World(
        indptr=graph.indptr,
        indices=graph.indices,
        n_people=graph.n_people,
        complete=graph.complete,
        segment=people.segment,
        customers=customers,
        followers=followers,
        starters=np.zeros(0, np.int32),
        audiences=tables.audiences,
        targets=tables.targets,
        takes_part=np.array([c.participation_prob for c in campaign.creators for _ in range(c.n)], np.float64),
        items=tables.items,
        posts=tables.posts,
        post_order=np.argsort(tables.posts["time"], kind="stable"),
        claims=tables.claims,
        answers=_answers(campaign, clock),
        roles=tables.roles,
        engage_factor=tables.engage_factor,
        buy_factor=people.buy_factor,
        hears=_hears(campaign, graph),
        need=need,
        low=low,
        width=width,
        brands=brands,
        rival_customers=rival_customers,
        rules=rules_of(
            campaign, setting, clock, rule, derive_key(key, draws.STRONG), people.n if graph.complete else None
        ),
        life=life_of(campaign, clock),
        worth=worth_of(campaign, clock),
    )
    return CampaignModel(campaign, setting, graph, world, clock.n_steps, people.names, notes=people.notes + said)


def _tables(
    campaign: Campaign,
    clock: Clock,
    people: Population,
    followers: NDArray[np.int32],
    key: np.uint64,
    where: str = "model",
) -> BrandTables:
    items, targets = _items(campaign, clock, people, where)
    posts, audiences = _posts(campaign, clock, people, followers, key)
    claims, roles = _claims(campaign, clock, people.n, where), _roles(campaign)
    return BrandTables(items, targets, posts, audiences, claims, roles, _engage_factors(campaign, people))


def _of_rival(campaign: Campaign, brand: int, clock: Clock, people: Population, key: np.uint64) -> BrandTables:
    """Return a rival's tables, as though it were a campaign of its own."""
    rival = campaign.competitors[brand - 1]
    shuffle = derive_key(derive_key(key, draws.FOLLOWERS), brand)
    followers = first_people(rival.followers_fraction, people.n, shuffle)
    return _tables(rival.alone(campaign), clock, people, followers, key, where=f"model.competitors.{rival.name}")


def _items(
    campaign: Campaign, clock: Clock, people: Population, where: str
) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    table = np.zeros(len(campaign.content), ITEM)
    targets = [np.zeros(0, np.int32)]
    first = 0
    for i, item in enumerate(campaign.content):
        row = table[i]
        row["first_target"], row["n_targets"] = -1, people.n
        if item.channel == "paid":
            assert item.start is not None
            assert item.end is not None
            row["start"] = row["flight_start"] = clock.at(item.start)
            assert clock.start is not None
            row["length"] = clock.fixed((item.end - clock.start).days + 1) - row["start"]
            row["n_impressions"] = item.n_impressions
            if item.segments:
                chosen = people.in_segments(item.segments)
                if len(chosen) == 0 and item.n_impressions:
                    raise ScenarioError(
                        f"{where}.content.{item.name}.segments: nobody is in {', '.join(map(repr, item.segments))}"
                    )
                targets.append(chosen)
                row["first_target"], row["n_targets"] = first, len(chosen)
                first += len(chosen)
        row["cap"], row["week"] = item.frequency_cap or 0, clock.length(7.0)
        row["seen"], row["engage"], row["wear_out"] = item.seen(), item.engages(), item.wear_out
        if campaign.outcome == "habit":
            row["adopt"] = item.adopts()
        else:
            row["click"], row["buy"] = item.clicks(), item.buys()
        row["share"], row["contact_reach"] = item.share_prob, item.contact_reach
        row["mean_delay"] = clock.delay(item.half_life)
    return table, np.concatenate(targets)


def _posts(
    campaign: Campaign, clock: Clock, people: Population, followers: NDArray[np.int32], key: np.uint64
) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    rows, audiences = [], [followers]
    numbers = {item.name: i for i, item in enumerate(campaign.content)}
    for i, item in enumerate(campaign.content):
        if item.channel == "owned":
            root = codes.ROOT_OWNED * codes.ROOT_WIDTH + i
            days = post_dates(item, clock.start)
            rows += [(clock.fixed(day), item.follower_reach, 0, len(followers), i, -1, root, 0) for day in days]
    account, first = 0, len(followers)
    for c, creator in enumerate(campaign.creators):
        eligible = people.in_segments(creator.segments)
        if creator.followers > len(eligible):
            where = f"in {', '.join(map(repr, creator.segments))}" if creator.segments else "in the network"
            raise ScenarioError(
                f"model.creators.{creator.name}.followers: must be at most the {len(eligible):,} people {where}, "
                f"got {creator.followers:,}"
            )
        for _ in range(creator.n):
            lots = derive_key(derive_key(key, draws.AUDIENCE), account)
            audiences.append(drawn(eligible, creator.followers, lots))
            root = codes.ROOT_CREATORS * codes.ROOT_WIDTH + c
            for date in creator.dates:
                item_number = numbers[creator.item]
                rows.append((clock.at(date), creator.reach, first, creator.followers, item_number, account, root, 0))
            account, first = account + 1, first + creator.followers
    posts = np.array(rows, POST)
    return posts, np.concatenate(audiences)


def _claims(campaign: Campaign, clock: Clock, n_people: int, where: str) -> NDArray[np.void]:
    table = np.zeros(len(campaign.crises), CLAIM)
    for row, crisis in zip(table, campaign.crises, strict=True):
        if crisis.starts_with > n_people:
            raise ScenarioError(
                f"{where}.crises.{crisis.name}.starts_with: must be at most the {n_people:,} people of the network, "
                f"got {crisis.starts_with:,}"
            )
        row["start"], row["n_starters"] = clock.at(crisis.start), crisis.starts_with
        row["seen"], row["believe"], row["pass_on"] = crisis.seen_prob, crisis.believe_prob, crisis.pass_on_prob
        row["loss"], row["damage"] = crisis.customer_loss_prob, crisis.purchase_damage
        row["mean_delay"] = clock.delay(crisis.half_life)
    return table


def _answers(campaign: Campaign, clock: Clock) -> NDArray[np.void]:
    table = np.zeros(len(campaign.responses), ANSWER)
    numbers = {crisis.name: i for i, crisis in enumerate(campaign.crises)}
    for row, response in zip(table, campaign.responses, strict=True):
        claim = numbers[response.to]
        row["claim"] = claim
        row["start"] = clock.at(campaign.crises[claim].start) + clock.fixed(response.delay)
        row["end"] = row["start"] + clock.fixed(response.lasts)
        row["press_mean"] = math.inf
        if "owned" in response.through:
            row["follower_reach"] = response.follower_reach
        if "paid" in response.through:
            row["n_impressions"], row["seen"] = response.n_impressions, response.seen_prob
        if "press" in response.through and response.press_reach_per_day:
            row["press_mean"] = clock.length(-1.0 / math.log1p(-response.press_reach_per_day))
        row["effect"], row["residual"] = response.efficacy_then, response.residual_damage
        row["inoculate"], row["alert"] = response.inoculation_prob, response.alerts_prob
        row["shared"] = response.shared_by_corrected_prob
    return table


def _roles(campaign: Campaign) -> NDArray[np.void]:
    talk = campaign.word_of_mouth
    return np.array(
        [
            (talk.satisfied_talk_prob, talk.satisfied_tells),
            (talk.dissatisfied_talk_prob, talk.dissatisfied_tells),
            (talk.rejecter_talk_prob, talk.rejecter_tells),
        ],
        ROLE,
    )


def _engage_factors(campaign: Campaign, people: Population) -> NDArray[np.float64]:
    factors = np.tile(people.engage_factor, (len(campaign.content), 1))
    for i, item in enumerate(campaign.content):
        factors[i] *= [item.appeal.get(name, 1.0) for name in people.names]
    return factors


def _hears(campaign: Campaign, graph: Graph) -> NDArray[np.int32]:
    if campaign.limits.persuasion == "persuasion_prob" or graph.complete:
        return np.zeros(0, np.int32)
    return np.asarray(graph.in_degree, np.int32)


def _company(campaign: Campaign, graph: Graph) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint64], int]:
    none = np.zeros(0, np.uint64)
    decision = campaign.decision
    if decision is None:
        return np.zeros(0, np.int32), none, none, codes.RULE_NONE
    if decision.rule == "weight":
        from ..linear_threshold import LinearThreshold

        return np.zeros(0, np.int32), *LinearThreshold(weight=decision.weight).shares(graph), codes.RULE_CHOICE
    threshold: NDArray[Any] = np.array([decision.need if decision.rule == "count" else decision.fraction])
    for named, column in decision.people_columns().items():
        threshold = values_of(graph, column, key=f"model.{named}")
    if decision.rule == "count":
        need = np.minimum(threshold, MAX_PEOPLE).astype(np.int32)
    else:
        # Less than a whole person by rounding alone is not a person more: 0.2 of 5 contacts is 1.
        need = np.maximum(1, np.ceil(threshold * graph.in_degree - 1e-9)).astype(np.int32)
    return need, none, none, codes.RULE_NEED

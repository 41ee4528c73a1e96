"""What each person of a campaign is worth, by what she and those whom she won buy; docs/business.md, 5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..kernels.campaign import codes, draws
from ..kernels.campaign.tables import World
from .campaign import CampaignProcess
from .campaign_partakers import takes_part_of, uniforms_of
from .story import Log, read_replica
from .streams import campaign_keys

_STARTS_SATISFIED = {codes.AS_SATISFIED: True, codes.AS_DISSATISFIED: False}


@dataclass(frozen=True)
class PeopleValues:
    """Each person's means over the first replicas: float64 (n,) each.

    own : her part of the customer equity; these add up to it
    brought : own value of everybody below her in the tree of who won whom. One person's brought value is another's own
        and a third one's brought value: these do not add up
    customer : part of the replicas in which she is a customer at the end
    purchases : within the run     referred : part of the replicas in which another person won her
    won : people whom she won herself
    n_replicas : int
    """

    own: NDArray[np.float64]
    brought: NDArray[np.float64]
    customer: NDArray[np.float64]
    purchases: NDArray[np.float64]
    referred: NDArray[np.float64]
    won: NDArray[np.float64]
    n_replicas: int


def people_values(process: CampaignProcess, n_replicas: int) -> PeopleValues:
    """Run the first replicas again, one by one, and return what each person is worth on average.

    Raises
    ------
    ScenarioError
        When purchases have no margin, or a replica is too long to be kept.
    """
    if process.campaign.outcome == "habit" or process.campaign.value.margin is None:
        raise ScenarioError("model.value.margin: is missing; what a person is worth is counted in margins")
    found = np.zeros((6, process.world.n_people))
    for replica in range(n_replicas):
        log = read_replica(process, replica)
        if not log.complete:
            raise ScenarioError(f"replica {replica:,} is too long to be kept; give fewer people or a shorter horizon")
        found += _of_replica(process, log, replica)
    own, brought, customer, purchases, referred, won = found / max(n_replicas, 1)
    return PeopleValues(own, brought, customer, purchases, referred, won, n_replicas)


def _of_replica(process: CampaignProcess, log: Log, replica: int) -> NDArray[np.float64]:
    lines, world, value = log.lines, process.world, process.campaign.value
    if log.fired:
        world = process.trackers[""].world_after(log.fired)
    person, what, item = lines["person"], lines["what"], lines["item"]
    status, renewal = _at_the_start(process, log, replica)
    first, again = what == codes.LOG_BOUGHT, what == codes.LOG_BOUGHT_AGAIN
    earned = first & (item % codes.DISSATISFIED_IN_LOG == codes.BY_EARNED)
    referred = np.zeros(world.n_people, np.bool_)
    referred[person[earned]] = True

    now = np.full(len(lines), -1, np.int64)
    now[first] = np.where(item[first] >= codes.DISSATISFIED_IN_LOG, codes.DISSATISFIED, codes.SATISFIED)
    now[again] = np.where(item[again] == 1, codes.DISSATISFIED, codes.SATISFIED)
    now[(what == codes.LOG_ANSWERED) & (item == 1) & (lines["root"] >= codes.COMPLAINT)] = codes.SATISFIED
    now[(what == codes.LOG_LEFT) | (what == codes.LOG_LEFT_FOR_GOOD)] = codes.LOST
    status[person[now >= 0]] = now[now >= 0]  # of several lines about a person the last one stays
    renewal[person[first]] = lines["time"][first] + world.life.year

    worth = np.zeros(world.n_people)
    np.add.at(worth, person[first | again], np.exp(-world.life.discount * lines["time"][first | again]))
    worth += _still_to_come(world, status, renewal, process.n_steps)
    own = float(value.margin or 0.0) * np.where(referred, value.referred_margin_factor, 1.0) * worth

    won_by = np.full(world.n_people, -1, np.int64)
    won_by[person[earned]] = lines["source"][earned]  # -1 in complete mixing, where nobody in particular is met
    bought = np.bincount(person[first | again], minlength=world.n_people)
    won = np.bincount(won_by[won_by >= 0], minlength=world.n_people)
    return np.array([own, _brought(own, won_by), _are_customers(status), bought, referred, won], np.float64)


def _at_the_start(process: CampaignProcess, log: Log, replica: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return everybody's status when the run begins, and when customers are to renew."""
    world = process.world
    if "" in process.trackers:
        world = process.trackers[""].world_at_the_start(log.fired)
    rules = world.rules
    (own,) = campaign_keys(process.rng_seed, replica, replica + 1).own
    status = np.zeros(world.n_people, np.int64)

    def become_customers(people: NDArray[np.int32], satisfied: bool | None) -> None:
        unhappy = uniforms_of(own, draws.SATISFIED, people) < rules.dissatisfied
        if satisfied is not None:
            unhappy[:] = not satisfied
        status[people] = np.where(unhappy, codes.DISSATISFIED, codes.SATISFIED)

    become_customers(world.customers, None)
    if rules.start_as in (codes.AS_CUSTOMER, *_STARTS_SATISFIED):
        become_customers(world.starters[takes_part_of(world, own)], _STARTS_SATISFIED.get(rules.start_as))
    renewal = np.zeros(world.n_people)
    if world.life.again == codes.AGAIN_ANNUAL:
        renewal = uniforms_of(own, draws.RENEWAL, np.arange(world.n_people)) * world.life.year
    return status, renewal


def _still_to_come(
    world: World, status: NDArray[np.int64], renewal: NDArray[np.float64], n_steps: int
) -> NDArray[np.float64]:
    """Return what everybody will still buy after the run, as worth on day 0; see `kernels.campaign.customers`."""
    life = world.life
    if life.again == codes.AGAIN_NEVER:
        return np.zeros(world.n_people)
    begins, left = np.full(world.n_people, float(n_steps)), np.zeros(world.n_people, np.int64)
    if life.again == codes.AGAIN_ANNUAL:
        begins = renewal.copy()
        while (begins < n_steps).any():
            begins[begins < n_steps] += life.year
        left = np.maximum(0.0, np.ceil((life.value_end - begins) / life.year)).astype(np.int64)
    row = (status == codes.DISSATISFIED).astype(np.int64)
    worth = world.worth[row, np.minimum(left, world.worth.shape[1] - 1)]
    return np.where(_are_customers(status), worth * np.exp(-life.discount * begins), 0.0)


def _are_customers(status: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.isin(status, (codes.SATISFIED, codes.DISSATISFIED))


def _brought(own: NDArray[np.float64], won_by: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the own value of all below each person.

    One who shares without buying can win a friend who later wins her: each is then below the other, and neither below
    herself.
    """
    brought = np.zeros(len(own))
    for person in np.flatnonzero(won_by >= 0).tolist():
        above, seen = int(won_by[person]), {person}
        while above >= 0 and above not in seen:
            brought[above] += own[person]
            seen.add(above)
            above = int(won_by[above])
    return brought

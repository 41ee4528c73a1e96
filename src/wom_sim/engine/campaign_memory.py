"""The memory a campaign's kernel works in, and running replicas in it with room enough for their events."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes, draws, records, run
from ..kernels.campaign.brands import BRAND_COUNTS
from ..kernels.campaign.tables import CampaignOut, Keys, State, World
from . import limits

FIRST_POOL = 1 << 14
"""Events a thread has room for at first; a replica that needs more is run again with room for four times as many."""

_OWN_COUNTS = {
    "tells": ("positive_tells", "negative_tells"),
    "customers": ("satisfied", "dissatisfied"),
    "believers_ever": ("believers_ever",),
}


@dataclass
class Scratch:
    """Memory of one thread; the pool of events in `state` is replaced when it was too small."""

    state: State

    def enlarge(self) -> None:
        """Make room for four times as many events.

        Raises
        ------
        ResourceError
            When they would not fit in memory.
        """
        n_events = 4 * len(self.state.events)
        limits.check_memory(
            n_events * records.EVENT.itemsize, f"{n_events:,} events at once", advice="use fewer threads or people"
        )
        self.state = self.state._replace(events=np.zeros(n_events, records.EVENT))


def scratch_bytes(world: World, *, n_steps: int, most_told: int) -> int:
    """Estimate the memory of one thread: what `new_scratch` makes, and an event for every second person at once.

    Customers of day 0 who come to buy again or leave have one event more for each.
    """
    one = np.zeros(1, np.uint8)
    few, more = (
        sum(array.nbytes for array in new_scratch(small, one, n_steps=n_steps, most_told=most_told).state)
        for small in (world._replace(n_people=1), world._replace(n_people=2))
    )
    again, leaves = world.life.again != codes.AGAIN_NEVER, world.life.churn_mean < math.inf
    n_events = world.n_people // 2 + len(world.customers) * (int(again) + int(leaves))
    return few + (more - few) * world.n_people + records.EVENT.itemsize * n_events


def roomiest(world: World, others: Sequence[World]) -> World:
    """Return a world that needs all the memory that any part of a run needs.

    Parameters
    ----------
    world : of the last part, which has all rows, and whose dialogue and caps are those of the others at least
    others : of those before
    """
    lives = [world.life, *(other.life for other in others)]
    retain, churn = min(life.retain for life in lives), max(life.churn for life in lives)
    return world._replace(life=world.life._replace(retain=retain, churn=churn))


def new_scratch(
    world: World, halt: NDArray[np.uint8], *, n_steps: int, most_told: int, pool: int = FIRST_POOL
) -> Scratch:
    """Return memory for one thread.

    Parameters
    ----------
    world : the largest of the worlds that will be run in it
    halt : uint8 (1,)   shared by those to be halted together
    most_told : listeners of one person, at most
    """
    n, n_items, n_claims, n_answers = world.n_people, len(world.items), len(world.claims), len(world.answers)
    capped = n if (world.items["cap"] > 0).any() else 0
    waiting = 2 * n if world.rules.talk == codes.TALK_CONTACTS else 0
    company = n if world.rules.company != codes.RULE_NONE else 0
    life = world.life
    retained = n if life.retain < 1.0 and life.churn > 0.0 else 0
    n_brands, with_rivals = max(1, len(world.brands)), n if len(world.brands) else 0
    return Scratch(
        State(
            people=np.zeros(n, records.PERSON),
            touched=np.zeros(n, np.int32),
            step_people=np.zeros(n, np.int32),
            views=np.zeros((n, n_items), np.uint8),
            capped=np.zeros((capped, n_items), np.uint8),
            capped_week=np.zeros((capped, n_items), np.uint8),
            belief=np.zeros((n, n_claims), np.uint8),
            answered=np.zeros((n, n_answers), np.uint8),
            events=np.zeros(pool, records.EVENT),
            bucket=np.zeros(n_steps, np.int32),
            cursor=np.zeros(n_items, np.int64),
            answer_cursor=np.zeros(n_answers, np.int64),
            changed=np.zeros(2 * company, np.int32),
            rose=np.zeros(company, np.int32),
            first_source=np.zeros(company, np.int32),
            parent=np.zeros(n, np.int32),
            members=np.zeros(n, np.int32),
            below=np.zeros(n, np.int32),
            talkers=np.zeros((n_steps + 1, 2 * n_brands), np.int64),
            waiting=np.zeros(waiting, np.int32),
            background=np.zeros(n_brands),
            taken=np.zeros(len(world.takes_part), np.uint8),
            keys=np.zeros(draws.N_DRAWS + 1, np.uint64),
            coins=np.zeros((1 + n_items + n_claims + n_answers, 64), np.uint64),
            lane=np.zeros(1, np.int64),
            best=np.zeros(most_told),
            chosen=np.zeros(most_told, np.int64),
            numbers=np.zeros(codes.N_NUMBERS, np.int64),
            rival=np.zeros(with_rivals, np.uint8),
            shuns=np.zeros(with_rivals, np.uint8),
            met=np.zeros(n_brands, records.MET),
            halt=halt,
            recovered=np.zeros(n if life.dialogue else 0, np.uint16),
            engaged_at=np.zeros(retained),
            renewal=np.zeros(n if life.again == codes.AGAIN_ANNUAL else 0),
        )
    )


def new_out(world: World, n_replicas: int, n_steps: int, *, log: int = 0) -> CampaignOut:
    """Return room for what a number of replicas give, and for so many lines of a log."""
    return CampaignOut(
        counts=np.zeros((n_replicas, len(world.buy_factor), len(codes.COUNTS)), np.int64),
        items=np.zeros((n_replicas, int((world.items["brand"] == 0).sum()), len(codes.ITEM_COUNTS)), np.int64),
        series=np.zeros((n_replicas, n_steps, len(codes.COUNTS)), np.int64),
        stop=np.zeros(n_replicas, np.uint8),
        trees=np.zeros((n_replicas, 2), np.int64),
        creators=np.zeros((n_replicas, _n_creators(world), len(codes.CREATOR_COUNTS)), np.int64),
        brands=np.zeros((n_replicas, len(world.brands), len(BRAND_COUNTS)), np.int64),
        log=np.zeros(log, records.LOG),
        log_n=np.zeros(1, np.int64),
        amounts=np.zeros((n_replicas, len(world.buy_factor), len(codes.AMOUNTS))),
        ties=np.zeros(n_replicas, np.int64),
    )


def run_world(world: World, keys: Keys, scratch: Scratch) -> CampaignOut:
    """Run all replicas of the keys, with a larger pool of events where one was too small; that changes nothing."""
    n = len(keys.own)
    out = new_out(world, n, len(scratch.state.bucket))
    begin = 0
    while begin < n and not scratch.state.halt[0]:
        part = CampaignOut(
            out.counts[begin:],
            out.items[begin:],
            out.series[begin:],
            out.stop[begin:],
            out.trees[begin:],
            out.creators[begin:],
            out.brands[begin:],
            out.log,
            out.log_n,
            out.amounts[begin:],
            out.ties[begin:],
        )
        left = Keys(keys.own[begin:], keys.choice[begin:], keys.block[begin:], keys.lane[begin:])
        run.run_chunk(world, left, scratch.state, part)
        full = np.flatnonzero(part.stop == codes.POOL_FULL)
        if len(full) == 0:
            break
        begin += int(full[0])
        for array in by_replica(part):
            array[int(full[0]) :] = 0
        scratch.enlarge()
    close_brands(out)
    return out


def close_brands(out: CampaignOut) -> None:
    """Fill in what the kernel counts of the own brand anyway, where there are rivals."""
    if out.brands.shape[1]:
        totals, own = out.counts.sum(axis=1), out.brands[:, 0]
        for name, parts in _OWN_COUNTS.items():
            own[:, BRAND_COUNTS.index(name)] = totals[:, [codes.COUNTS.index(part) for part in parts]].sum(axis=1)


def by_replica(out: CampaignOut) -> tuple[NDArray[np.generic], ...]:
    """Return what has one row a replica."""
    return (out.counts, out.items, out.series, out.stop, out.trees, out.creators, out.brands, out.amounts, out.ties)


def _n_creators(world: World) -> int:
    """Return how many lines of creators post anything."""
    roots = world.posts["root"][world.posts["account"] >= 0]
    return (
        int(roots.max(initial=codes.ROOT_CREATORS * codes.ROOT_WIDTH - 1)) % codes.ROOT_WIDTH + 1 if len(roots) else 0
    )

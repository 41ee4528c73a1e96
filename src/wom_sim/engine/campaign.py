"""Campaigns as a process: checks and runs the campaign kernel, with and without the campaign, with and without answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..kernels._jit import is_cached
from ..kernels.campaign import codes, draws, run, tables
from ..kernels.campaign.tables import CampaignOut, Keys, State, World
from ..kernels.rng import derive_key, set_uniforms_at
from ..models.campaign.compile import CampaignModel
from ..results.results import Results
from . import limits
from .campaign_checks import check_world
from .gateway import check_seed_nodes
from .process import Chunk
from .streams import campaign_keys

FIRST_POOL = 1 << 14
"""Events a thread has room for at first; a replica that needs more is run again with room for four times as many."""

CURVES = ("reached", "conversions", "satisfied", "dissatisfied", "rejecters", "positive_tells", "negative_tells")
CONTENT_CURVES = ("reach", "impressions", "views", "engagements", "shares", "visits")
CRISIS_CURVES = ("believers", "believers_ever", "corrected")
HABIT_CURVES = ("aware", "adopters", "doing")
SUMS = {
    "conversions": tuple(name for name in codes.COUNTS if name.startswith("conversions_")),
    "visits": tuple(name for name in codes.COUNTS if name.startswith("visits_")),
}
"""Counts that are sums of what the kernel counts."""

ARM_COUNTS = ("conversions", "purchases", "satisfied", "dissatisfied", "rejecters", "lost", "adopters", "doing")
CLAIM_COUNTS = ("believers_ever", "believers")


@dataclass
class Scratch:
    """Memory of one thread; the pool of events in `state` is replaced when it was too small."""

    state: State


class CampaignProcess:
    """A campaign with its starters; see `engine.process.Process`.

    compiled : CampaignModel
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    """

    family: ClassVar[str] = "campaign"
    stop_reasons: ClassVar[tuple[str, ...]] = ("horizon",)

    def __init__(self, compiled: CampaignModel, seed_nodes: NDArray[np.int32], *, rng_seed: int) -> None:
        self.compiled, self.seed_nodes, self.rng_seed = compiled, seed_nodes, rng_seed
        self.campaign = compiled.campaign
        self.n_steps = compiled.n_steps
        self.world = compiled.world._replace(starters=seed_nodes)
        self.days_per_step = float(self.campaign.step)
        self._pool = FIRST_POOL

    @cached_property
    def arms(self) -> Mapping[str, World]:
        """The runs that stand beside the main one on the same luck: without the campaign, without an answer."""
        arms = {}
        if len(self.world.items) or len(self.seed_nodes):
            arms["no_campaign"] = without_campaign(self.world)
        if len(self.world.answers):
            arms["no_answer"] = self.world._replace(answers=self.world.answers[:0])
        return arms

    @cached_property
    def arm_counts(self) -> tuple[str, ...]:
        """What is counted in the arms beside the main one."""
        return ARM_COUNTS + (CLAIM_COUNTS if len(self.world.claims) else ())

    @cached_property
    def count_names(self) -> tuple[str, ...]:
        """See `Process.count_names`; the arms' counts end in the arm's name."""
        beside = tuple(f"{name}_{arm}" for arm in self.arms for name in self.arm_counts)
        return (*codes.COUNTS, *SUMS, *beside)

    @cached_property
    def curve_names(self) -> tuple[str, ...]:
        """See `Process.curve_names`: those that the campaign's sections can move."""
        habit = self.campaign.outcome == "habit"
        names = (HABIT_CURVES if habit else CURVES) + (CONTENT_CURVES if len(self.world.items) else ())
        if len(self.world.claims):
            names += CRISIS_CURVES
            if "no_answer" in self.arms:
                names += ("believers_no_answer",)
        if "no_campaign" in self.arms:
            names += ("doing_no_campaign" if habit else "conversions_no_campaign",)
        return names

    @cached_property
    def group_names(self) -> Mapping[str, tuple[str, ...]]:
        """See `Process.group_names`."""
        kinds = {"segment": self.compiled.segment_names} if len(self.compiled.segment_names) > 1 else {}
        if self.campaign.content:
            kinds["item"] = tuple(item.name for item in self.campaign.content)
        if self.campaign.creators:
            kinds["creator"] = tuple(creator.name for creator in self.campaign.creators)
        return kinds

    @property
    def group_counts(self) -> Mapping[str, tuple[str, ...]]:
        """See `Process.group_counts`."""
        return {"segment": (*codes.COUNTS, *SUMS), "item": codes.ITEM_COUNTS, "creator": ("posts",)}

    def check(self) -> None:
        """Check every table; see `Process.check`."""
        check_seed_nodes(self.seed_nodes, self.world.n_people)
        check_world(self.world)

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(run.run_chunk)

    def compile(self) -> None:
        """See `Process.compile`."""
        world = self.world
        tiny = self._new_state(world._replace(n_people=1), 1, np.zeros(1, np.uint8), n_steps=1, most_told=1)
        run.run_chunk(world, campaign_keys(self.rng_seed, 0, 0), tiny, self._new_out(world, 0))

    def new_scratch(self, halt: NDArray[np.uint8]) -> Scratch:
        """See `Process.new_scratch`."""
        return Scratch(self._new_state(self.world, self._pool, halt, self.n_steps, self._most_told()))

    def _most_told(self) -> int:
        if self.world.complete:
            talk = self.campaign.word_of_mouth
            # The geometric distribution has the longest tail: 40 means are beyond the last of 2^53 quantiles.
            return int(40 * max(talk.satisfied_tells, talk.dissatisfied_tells, talk.rejecter_tells)) + 200
        return int(np.diff(self.world.indptr).max(initial=1))

    @staticmethod
    def _new_state(world: World, pool: int, halt: NDArray[np.uint8], n_steps: int, most_told: int) -> State:
        n, n_items, n_claims, n_answers = world.n_people, len(world.items), len(world.claims), len(world.answers)
        capped = n if (world.items["cap"] > 0).any() else 0
        company = n if world.rules.company != codes.RULE_NONE else 0
        return State(
            people=np.zeros(n, tables.PERSON),
            touched=np.zeros(n, np.int32),
            step_people=np.zeros(n, np.int32),
            views=np.zeros((n, n_items), np.uint8),
            capped=np.zeros((capped, n_items), np.uint8),
            capped_week=np.zeros((capped, n_items), np.uint8),
            belief=np.zeros((n, n_claims), np.uint8),
            answered=np.zeros((n, n_answers), np.uint8),
            events=np.zeros(pool, tables.EVENT),
            bucket=np.zeros(n_steps, np.int32),
            cursor=np.zeros(n_items, np.int64),
            answer_cursor=np.zeros(n_answers, np.int64),
            changed=np.zeros(2 * company, np.int32),
            rose=np.zeros(company, np.int32),
            first_source=np.zeros(company, np.int32),
            talkers=np.zeros((n_steps + 1, 2), np.int64),
            background=np.zeros(1),
            taken=np.zeros(len(world.takes_part), np.uint8),
            keys=np.zeros(draws.N_DRAWS + 1, np.uint64),
            coins=np.zeros((1 + n_items + n_claims + n_answers, 64), np.uint64),
            lane=np.zeros(1, np.int64),
            best=np.zeros(most_told),
            chosen=np.zeros(most_told, np.int64),
            numbers=np.zeros(codes.N_NUMBERS, np.int64),
            halt=halt,
        )

    def _new_out(self, world: World, n: int, log: int = 0) -> CampaignOut:
        return CampaignOut(
            counts=np.zeros((n, len(world.buy_factor), len(codes.COUNTS)), np.int64),
            items=np.zeros((n, len(world.items), len(codes.ITEM_COUNTS)), np.int64),
            series=np.zeros((n, self.n_steps, len(codes.COUNTS)), np.int32),
            stop=np.zeros(n, np.uint8),
            log=np.zeros(log, tables.LOG),
            log_n=np.zeros(1, np.int64),
        )

    def run_chunk(self, first: int, last: int, scratch: Scratch, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1, then again in each arm; see `Process.run_chunk`."""
        keys = campaign_keys(self.rng_seed, first, last)
        out = self._run(self.world, keys, scratch)
        counts = named_counts(out)
        newly = {name: _column(out.series, name).ravel() for name in self.curve_names} if curves else {}
        groups: dict[str, dict[str, NDArray[np.int64]]] = {}
        if "segment" in self.group_names:
            groups["segment"] = {name: _column(out.counts, name) for name in self.group_counts["segment"]}
        if "item" in self.group_names:
            groups["item"] = {name: out.items[:, :, i] for i, name in enumerate(codes.ITEM_COUNTS)}
        if "creator" in self.group_names:
            groups["creator"] = {"posts": self._creator_posts(keys)}
        for arm, world in self.arms.items():
            beside = self._run(world, keys, scratch)
            totals = named_counts(beside)
            counts |= {f"{name}_{arm}": totals[name] for name in self.arm_counts}
            for name in newly:
                if name.endswith(f"_{arm}"):
                    newly[name] = _column(beside.series, name.removesuffix(f"_{arm}")).ravel()
        last_step = np.full(last - first, self.n_steps - 1, np.int64)
        return Chunk(last_step=last_step, stop=out.stop, counts=counts, newly=newly, groups=groups)

    def _run(self, world: World, keys: Keys, scratch: Scratch) -> CampaignOut:
        """Run all replicas of the keys, with a larger pool of events where one was too small."""
        n = len(keys.own)
        out = self._new_out(world, n)
        begin = 0
        while begin < n and not scratch.state.halt[0]:
            part = CampaignOut(*(array[begin:] for array in out[:4]), log=out.log, log_n=out.log_n)
            run.run_chunk(world, Keys(*(array[begin:] for array in keys)), scratch.state, part)
            full = np.flatnonzero(part.stop == codes.POOL_FULL)
            if len(full) == 0:
                break
            begin += int(full[0])
            for array in out[:4]:
                array[begin:] = 0
            self._pool = max(self._pool, 4 * len(scratch.state.events))
            scratch.state = scratch.state._replace(events=np.zeros(self._pool, tables.EVENT))
        return out

    def _creator_posts(self, keys: Keys) -> NDArray[np.int64]:
        """Return how many posts each line of creators made before the end: int64 (R, creators)."""
        posts = np.zeros((len(keys.own), len(self.campaign.creators)), np.int64)
        n_accounts = len(self.world.takes_part)
        by_account = np.bincount(self.world.posts["account"][self.world.posts["account"] >= 0], minlength=n_accounts)
        line = np.repeat(np.arange(len(self.campaign.creators)), [c.n for c in self.campaign.creators])
        lots = np.empty(n_accounts)
        for r, own in enumerate(keys.own):
            set_uniforms_at(derive_key(own, draws.TAKES_PART), np.arange(n_accounts), lots)
            made = np.where(lots < self.world.takes_part, by_account, 0)
            posts[r] = np.bincount(line, weights=made, minlength=posts.shape[1])
        return posts

    def max_chunk(self) -> int:
        """See `Process.max_chunk`."""
        return max(1, limits.CHUNK_BYTES // (4 * self.n_steps * len(codes.COUNTS)))

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate tables, each thread's people and events, and the results; see `Process.memory_bytes`."""
        world, n = self.world, self.world.n_people
        a_person = tables.PERSON.itemsize + 8 + len(world.items) + len(world.claims) + len(world.answers)
        a_person += 16 * (world.rules.company != codes.RULE_NONE) + 2 * len(world.items) * bool(
            world.items["cap"].any()
        )
        events = tables.EVENT.itemsize * max(self._pool, n // 2)
        state = threads * (a_person * n + events + 8 * self._most_told() + 3 * limits.CHUNK_BYTES)
        columns = len(self.count_names) + sum(
            len(names) * len(self.group_counts[kind]) for kind, names in self.group_names.items()
        )
        steps = self.n_steps * len(self.curve_names) if curves else 0
        return state + 2 * n + limits.results_bytes(n_replicas, steps / 2 + columns)

    def disk_bytes(self, n_replicas: int) -> int:
        """See `Process.disk_bytes`."""
        return limits.folder_bytes(n_replicas, self.n_steps * len(self.curve_names))

    def seconds_at_most(self, n_replicas: int, threads: int) -> float | None:
        """Nothing is known before the run: work grows with what happens."""
        del n_replicas, threads
        return None

    def stops_of(self, last_step: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.uint8]:
        """See `Process.stops_of`: every replica ends at the horizon."""
        del counts
        return np.zeros(len(last_step), np.uint8)

    def warnings(self, results: Results) -> tuple[str, ...]:
        """See `Process.warnings`."""
        counts, lines = results.counts, []
        wanted, planned = counts["tells_wanted"].sum(), counts["tells_planned"].sum()
        if planned < 0.95 * wanted:
            lines.append(
                f"word of mouth is {1 - planned / wanted:.0%} below the tells asked for: "
                "people have fewer contacts than they would tell"
            )
        capped, shown = counts["impressions_capped"].sum(), counts["impressions"].sum()
        if capped > 0.05 * (capped + shown):
            share = capped / self.world.items["n_impressions"].sum() / max(results.n_replicas, 1)
            lines.append(f"{share:.0%} of the impressions bought were not shown: frequency_cap was reached")
        return tuple(lines)


def named_counts(out: CampaignOut) -> dict[str, NDArray[np.int64]]:
    """Return the totals over segments: name -> int64 (R,)."""
    totals = out.counts.sum(axis=1)
    return {name: _column(totals, name) for name in (*codes.COUNTS, *SUMS)}


def _column(table: NDArray[np.int64] | NDArray[np.int32], name: str) -> NDArray[np.int64]:
    if name in SUMS:
        return sum(table[..., codes.COUNTS.index(part)] for part in SUMS[name])
    if name not in codes.COUNTS:  # an arm's: filled in when the arm has run
        return np.zeros(table.shape[:-1], table.dtype)
    return np.ascontiguousarray(table[..., codes.COUNTS.index(name)])


def without_campaign(world: World) -> World:
    """Return the same people without content, creators or starters."""
    return world._replace(
        starters=world.starters[:0],
        takes_part=world.takes_part[:0],
        items=world.items[:0],
        posts=world.posts[:0],
        engage_factor=world.engage_factor[:0],
    )

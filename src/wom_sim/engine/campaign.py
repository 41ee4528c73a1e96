"""Campaigns as a process: the kernel run with the campaign and without it, with an answer to a crisis and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..kernels._jit import is_cached
from ..kernels.campaign import codes, run
from ..kernels.campaign.brands import BRAND_COUNTS
from ..kernels.campaign.tables import World
from ..models.campaign.compile import CampaignModel
from ..models.campaign.facts import facts_of
from ..models.campaign.rival import OWN
from ..results.results import Results
from . import limits
from .campaign_arms import NO_ANSWER, NO_CAMPAIGN, in_arm, without_answers, without_campaign
from .campaign_checks import check_world
from .campaign_columns import TREES, changes_of, column_of, named_amounts, named_counts
from .campaign_memory import Scratch, new_out, new_scratch, roomiest, scratch_bytes
from .campaign_partakers import SEEDING_COST, STARTERS, starters_who_take_part
from .flights import FLIGHT, shown_by
from .gateway import check_seed_nodes
from .goals import goal_steps, goal_value, once
from .process import Chunk, numbers_a_replica
from .streams import campaign_keys
from .tracking import FIRED, SPENT_MORE, SPENT_MORE_ITEM, Tracker, most_tells, rule_names, run_tracked

CURVES = ("reached", "conversions", "satisfied", "dissatisfied", "rejecters", "positive_tells", "negative_tells")
HABIT_CURVES = ("adopters", "doing", "aware")
CONTENT_CURVES = ("reach", "reach_beyond_audience", "engagements", "shares")
CRISIS_CURVES = ("believers_ever", "believers")
"""Curves by section, the main one first: at most 16 in all, as each takes 4 bytes a replica and step."""

ARM_COUNTS = (
    *("conversions", "purchases", "purchases_referred", "answered"),
    *("satisfied", "dissatisfied", "rejecters", "lost", "adopters", "doing"),
    *codes.AMOUNTS,
)
CLAIM_COUNTS = ("believers_ever", "believers")


class CampaignProcess:
    """A campaign with its starters; see `engine.process.Process`.

    compiled : CampaignModel
    seed_nodes : int32 (k,)   distinct people who start
    rng_seed : int
    seed_costs : float64 (k,)   money for each of them who takes part; None: nobody costs anything
    """

    family: ClassVar[str] = "campaign"
    stop_reasons: ClassVar[tuple[str, ...]] = ("horizon",)

    def __init__(
        self,
        compiled: CampaignModel,
        seed_nodes: NDArray[np.int32],
        *,
        rng_seed: int,
        seed_costs: NDArray[np.float64] | None = None,
    ) -> None:
        self.compiled, self.seed_nodes, self.rng_seed, self.seed_costs = compiled, seed_nodes, rng_seed, seed_costs
        self.campaign, self.n_steps = compiled.campaign, compiled.n_steps
        self._goal_starters = seed_nodes
        self.world = compiled.world._replace(starters=seed_nodes)
        self.days_per_step = float(self.campaign.step)

    @cached_property
    def arms(self) -> Mapping[str, World]:
        """The runs that stand beside the main one on the same luck: without the campaign, without an answer."""
        arms = {NO_CAMPAIGN: self._before_all} if self._before_all is not self.world else {}
        if len(self.world.answers):
            arms[NO_ANSWER] = without_answers(self.world)
        return arms

    @cached_property
    def _before_all(self) -> World:
        """The people without the campaign; the run itself where there is none."""
        return without_campaign(self.world) if self.campaign.content or len(self.seed_nodes) else self.world

    def lean(self, *, alone: bool, goal_starters: NDArray[np.int32] | None) -> CampaignProcess:
        """Return the run without those beside it, or with the goal's path of others who start; see `objective`."""
        found = CampaignProcess(self.compiled, self.seed_nodes, rng_seed=self.rng_seed, seed_costs=self.seed_costs)
        found.arms = {} if alone else self.arms
        found._goal_starters = self.seed_nodes if goal_starters is None else goal_starters
        return found

    @cached_property
    def trackers(self) -> Mapping[str, Tracker]:
        """The changes of the world at work, in the run itself ("") and in its arms; empty where there are none."""
        arms = ("", *self.arms)
        if not self.compiled.past:
            arms = tuple(arm for arm in arms if arm != NO_CAMPAIGN) if self.campaign.rules else ()
        parts = (*self.compiled.past, self.compiled)
        whose = [CampaignProcess(part, self._goal_starters, rng_seed=self.rng_seed) for part in parts]
        goals = [once(part.goal_value) for part in whose]
        made = {arm: partial(in_arm, arm=arm, starters=self.seed_nodes) for arm in arms}
        return {arm: Tracker(self.compiled, made[arm], goals, with_rules=arm != NO_CAMPAIGN) for arm in arms}

    def goal_value(self, halt: NDArray[np.uint8]) -> float:
        """Return what the goal's metric is to reach by the end of its time; see `goals.goal_value`."""
        n_steps = goal_steps(self.compiled)
        scratch = new_scratch(self._roomiest, halt, n_steps=n_steps, most_told=self._most_told())
        ahead, at_once = replace(self.compiled, n_steps=n_steps), min(self.max_chunk(), 16)
        arm = partial(in_arm, arm=NO_CAMPAIGN, starters=self.seed_nodes)
        tracker = Tracker(ahead, arm, (), with_rules=False) if ahead.past else None
        return goal_value(self.compiled, self._before_all, tracker, self.rng_seed, scratch, at_once=at_once)

    @cached_property
    def arm_counts(self) -> tuple[str, ...]:
        """What is counted in the arms beside the main one."""
        return ARM_COUNTS + (CLAIM_COUNTS if self.campaign.crises else ())

    @cached_property
    def count_names(self) -> tuple[str, ...]:
        """See `Process.count_names`; the arms' counts end in the arm's name."""
        beside = tuple(f"{name}_{arm}" for arm in self.arms for name in self.arm_counts)
        costs = () if self.seed_costs is None else (SEEDING_COST,)
        more = SPENT_MORE if self.campaign.rules else ()
        return (*codes.COUNTS, *codes.SUMS, *codes.AMOUNTS, *TREES, STARTERS, *costs, *more, *beside)

    @cached_property
    def curve_names(self) -> tuple[str, ...]:
        """See `Process.curve_names`: those that the campaign's sections can move."""
        habit, crisis = self.campaign.outcome == "habit", len(self.campaign.crises) > 0
        names: tuple[str, ...] = HABIT_CURVES if habit else CURVES
        if self.campaign.content:
            names += CONTENT_CURVES if habit else (*CONTENT_CURVES, "visits")
        if crisis:
            alone = not habit and len(self.campaign.content) == len(self.seed_nodes) == 0
            names = CRISIS_CURVES + names if alone else names + CRISIS_CURVES
        if "no_answer" in self.arms:
            names += ("believers_no_answer",)
        if "no_campaign" in self.arms:
            names += ("doing_no_campaign" if habit else "conversions_no_campaign",)
        return (*names, *(name for name in dict.fromkeys(self.compiled.setting.curves) if name not in names))

    @cached_property
    def group_names(self) -> Mapping[str, tuple[str, ...]]:
        """See `Process.group_names`."""
        kinds = {"segment": self.compiled.segment_names} if len(self.compiled.segment_names) > 1 else {}
        if self.campaign.content:
            kinds["item"] = tuple(item.name for item in self.campaign.content)
        if self.campaign.creators:
            kinds["creator"] = tuple(creator.name for creator in self.campaign.creators)
        if self.campaign.competitors:
            kinds["brand"] = (OWN, *(rival.name for rival in self.campaign.competitors))
        if self.campaign.rules:
            kinds["rule"] = tuple(rule_names(self.campaign.rules))
        return kinds

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """See `Process.facts` and `models.campaign.facts.facts_of`."""
        facts = facts_of(self.compiled, self.seed_nodes, starters_cost=self.seed_costs is not None)
        if self.compiled.past:
            self._spend_as_shown(facts["items"])
        return {**facts, "main_curve": self.curve_names[0]}

    def _spend_as_shown(self, facts: list[dict[str, Any]]) -> None:
        """Put down what the ads cost whose flights changed with the future: what is shown of them."""
        flown = self.trackers[""].world_after(()).items
        planned = self.compiled.world.items
        for fact, row, plan, item in zip(facts, flown, planned, self.campaign.content, strict=False):
            if item.channel == "paid" and any(row[key] != plan[key] for key in FLIGHT):
                fact["spend"] = shown_by(row, self.n_steps) * float(item.cost_per_mille or 0.0) / 1000.0

    @property
    def group_counts(self) -> Mapping[str, tuple[str, ...]]:
        """See `Process.group_counts`."""
        return {
            "segment": (*codes.COUNTS, *codes.SUMS, *codes.AMOUNTS),
            "item": (*codes.ITEM_COUNTS, *((SPENT_MORE_ITEM,) if self.campaign.rules else ())),
            "creator": codes.CREATOR_COUNTS,
            "brand": BRAND_COUNTS,
            "rule": (FIRED,),
        }

    @property
    def has_bad_talk(self) -> bool:
        """Say whether anybody can warn others."""
        rules, bad = self.world.rules, self.world.roles[codes.ROLE_BAD]
        starts = len(self.seed_nodes) > 0 and rules.start_as == codes.AS_DISSATISFIED
        return not rules.habit and (rules.dissatisfied > 0 or starts) and bool(bad["talk"] > 0)

    def check(self) -> None:
        """Check every table; see `Process.check`."""
        check_seed_nodes(self.seed_nodes, self.world.n_people)
        check_world(self.world)
        for tracker in self.trackers.values():
            tracker.check()

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return is_cached(run.run_part)

    def compile(self) -> None:
        """See `Process.compile`."""
        tiny = new_scratch(self.world._replace(n_people=1), np.zeros(1, np.uint8), n_steps=1, most_told=1, pool=1)
        run.run_chunk(self.world, campaign_keys(self.rng_seed, 0, 0), tiny.state, new_out(self.world, 0, 1))

    def new_scratch(self, halt: NDArray[np.uint8]) -> Scratch:
        """See `Process.new_scratch`."""
        return new_scratch(self._roomiest, halt, n_steps=self.n_steps, most_told=self._most_told())

    @cached_property
    def _roomiest(self) -> World:
        return roomiest(self.world, [part.world for part in self.compiled.past])

    def _most_told(self) -> int:
        if self.world.complete:
            # The geometric distribution has the longest tail: 40 means are beyond the last of 2^53 quantiles.
            return int(40 * most_tells(self.compiled)) + 200
        return int(np.diff(self.world.indptr).max(initial=1))

    def run_chunk(self, first: int, last: int, scratch: Scratch, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1, then again in each arm; see `Process.run_chunk`."""
        keys = campaign_keys(self.rng_seed, first, last)
        out, fired = run_tracked(self.trackers.get(""), self.world, keys, scratch)
        beside = {arm: run_tracked(self.trackers.get(arm), w, keys, scratch)[0] for arm, w in self.arms.items()}
        counts = named_counts(out) | named_amounts(out) | starters_who_take_part(self.world, keys, self.seed_costs)
        ruled = fired is not None and len(self.campaign.rules) > 0
        if fired is not None and ruled:
            more, more_by_item = self.trackers[""].spent_more(fired)
            counts |= more
        for arm, other in beside.items():
            totals = named_counts(other) | named_amounts(other)
            counts |= {f"{name}_{arm}": totals[name] for name in self.arm_counts}
        series = {"": out.series} | {f"_{arm}": other.series for arm, other in beside.items()}
        newly = {name: changes_of(series, name) for name in self.curve_names} if curves else {}
        groups: dict[str, dict[str, NDArray[Any]]] = {}
        if "segment" in self.group_names:
            groups["segment"] = {name: column_of(out.counts, name) for name in (*codes.COUNTS, *codes.SUMS)}
            groups["segment"] |= {name: out.amounts[:, :, i] for i, name in enumerate(codes.AMOUNTS)}
        if "item" in self.group_names:
            groups["item"] = {name: out.items[:, :, i] for i, name in enumerate(codes.ITEM_COUNTS)}
        if "creator" in self.group_names:
            groups["creator"] = {name: out.creators[:, :, i] for i, name in enumerate(codes.CREATOR_COUNTS)}
        if "brand" in self.group_names:
            groups["brand"] = {name: out.brands[:, :, i] for i, name in enumerate(BRAND_COUNTS)}
        if fired is not None and ruled:
            groups["rule"] = {FIRED: fired.astype(np.int64)}
            if "item" in groups:
                groups["item"][SPENT_MORE_ITEM] = more_by_item
        last_step = np.full(last - first, self.n_steps - 1, np.int64)
        ties = sum(int(each.ties.sum()) for each in (out, *beside.values()))
        return Chunk(last_step=last_step, stop=out.stop, counts=counts, newly=newly, groups=groups, ties=ties)

    def max_chunk(self) -> int:
        """See `Process.max_chunk`."""
        return max(1, limits.CHUNK_BYTES // (8 * self.n_steps * len(codes.COUNTS)))

    def settle(self, threads: int) -> int:
        """See `Process.settle`."""
        del threads
        return 1

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """Estimate tables, each thread's people and events, and the results; see `Process.memory_bytes`."""
        each = scratch_bytes(self._roomiest, n_steps=self.n_steps, most_told=self._most_told()) + 3 * limits.CHUNK_BYTES
        steps, n_counts = self.n_steps if curves else 0, numbers_a_replica(self)
        kept = limits.results_bytes(n_replicas, steps, n_curves=len(self.curve_names), n_counts=n_counts)
        return threads * each + 2 * self.world.n_people + kept

    def disk_bytes(self, n_replicas: int) -> int:
        """See `Process.disk_bytes`."""
        n_counts = numbers_a_replica(self)
        return limits.folder_bytes(n_replicas, self.n_steps, n_curves=len(self.curve_names), n_counts=n_counts)

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
            bought = self.world.items["n_impressions"][self.world.items["brand"] == 0].sum() * results.n_replicas
            said = f"{capped / results.n_replicas:,.0f} a replica" if self.campaign.rules else f"{capped / bought:.0%}"
            lines.append(f"{said} of the impressions bought were not shown: frequency_cap was reached")
        return tuple(lines)

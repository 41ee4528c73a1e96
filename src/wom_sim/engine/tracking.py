"""Rules of a campaign at work: judged in each replica at their dates, on what it has counted so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes, run
from ..kernels.campaign.tables import CampaignOut, Keys, World
from ..models.campaign.compile import CampaignModel, compile_campaign
from ..models.campaign.facts import due_before
from ..models.campaign.model import Campaign
from ..models.campaign.tracking import Rule, after_rules, in_order
from ..spec import show
from .campaign_checks import check_world
from .campaign_memory import Scratch, by_replica, close_brands, new_out, run_world
from .streams import campaign_keys

FIRED = "fired"
SPENT_MORE_ITEM = "spent_more"
SPENT_MORE = ("spent_more_ads", "spent_more_content")
"""Money that went out because of rules, beyond what the file says."""

PILOT_REPLICAS = 100
"""Runs without the campaign whose mean the goal's path is drawn from, whatever number is run."""


class Tracker:
    """The rules of one campaign in one of its runs.

    compiled : CampaignModel    what the campaign was made into before any rule
    world : World               the same with its starters, or without answers
    goal_value : gives what the goal's metric is to reach at the end of its time; may be halted by what it is given
    """

    def __init__(self, compiled: CampaignModel, world: World, goal_value: Callable[[NDArray[np.uint8]], float]) -> None:
        self._compiled, self._goal_value, self._lock = compiled, goal_value, Lock()
        self._rules = compiled.campaign.rules
        self._comparisons = [rule.comparisons for rule in self._rules]
        start, step = compiled.setting.start, float(compiled.campaign.step)
        assert start is not None  # a rule has a date
        self._steps = [round((rule.at - start).days / step) for rule in self._rules]
        self.order = in_order(self._rules)
        self._worlds: dict[tuple[int, ...], World] = {(): world}

    def check(self) -> None:
        """Make and check the world after each single rule, and after all of them: what fails, fails before the run."""
        for rule in self.order:
            self.world_after((rule,))
        self.world_after(tuple(self.order))

    def run(self, keys: Keys, scratch: Scratch, out: CampaignOut) -> NDArray[np.bool_]:
        """Run every replica of the keys, stopping at each rule's date; a replica that needs more events is run again.

        Returns
        -------
        bool (R, rules)
            Which rules fired.
        """
        n = len(keys.own)
        fired = np.zeros((n, len(self._rules)), np.bool_)
        for r in range(n):
            n_lines = int(out.log_n[0])
            while not scratch.state.halt[0]:
                fired[r, list(self._run_once(keys, r, scratch, out))] = True
                if out.stop[r] != codes.POOL_FULL:
                    break
                for array in by_replica(out):
                    array[r] = 0
                out.log_n[0] = n_lines
                fired[r] = False
                scratch.enlarge()
            if scratch.state.halt[0]:
                out.stop[r:] = codes.HALTED
                break
        close_brands(out)
        return fired

    def _run_once(self, keys: Keys, r: int, scratch: Scratch, out: CampaignOut) -> tuple[int, ...]:
        n_steps = self._compiled.n_steps
        fired: tuple[int, ...] = ()
        begun = 0
        for rule in self.order:
            at = self._steps[rule]
            if at > begun:
                run.run_part(self._worlds[fired], keys, r, r + 1, begun, at, scratch.state, out)
                begun = at
                if out.stop[r] != codes.AT_HORIZON:
                    return fired
            if self._holds(rule, out.counts[r], scratch.state.halt):
                world = self.world_after((*fired, rule))
                _turn_cursors(scratch.state.cursor, self._worlds[fired], world)
                fired = (*fired, rule)
        run.run_part(self._worlds[fired], keys, r, r + 1, begun, n_steps, scratch.state, out)
        return fired

    def _holds(self, rule: int, counts: NDArray[np.int64], halt: NDArray[np.uint8]) -> bool:
        totals = counts.sum(axis=0)
        so_far = {name: totals[i : i + 1] for i, name in enumerate(codes.COUNTS)}
        so_far |= {name: np.asarray(sum(so_far[part] for part in parts)) for name, parts in codes.SUMS.items()}
        comparisons = self._comparisons[rule]
        target = self._target(rule, halt) if any(one.of_target for one in comparisons) else np.nan
        return all(bool(one.holds(so_far, target)[0]) for one in comparisons)

    def _target(self, rule: int, halt: NDArray[np.uint8]) -> float:
        """Return the goal's path at the date of a rule."""
        goal = self._compiled.setting.goal
        assert goal is not None  # checked with the scenario
        part = self._steps[rule] * float(self._compiled.campaign.step) / float(goal.within)
        return self._goal_value(halt) * part

    def world_after(self, fired: tuple[int, ...]) -> World:
        """Return the world after these rules fired, in this order."""
        with self._lock:
            for k in range(1, len(fired) + 1):
                if fired[:k] not in self._worlds:
                    self._worlds[fired[:k]] = self._changed(fired[:k])
            return self._worlds[fired]

    def world_at_the_start(self, fired: tuple[int, ...]) -> World:
        """Return the world in which the run began: after those of these rules that were judged before step 0."""
        return self.world_after(tuple(rule for rule in fired if self._steps[rule] == 0))

    def _changed(self, fired: tuple[int, ...]) -> World:
        before = self._worlds[fired[:-1]]
        campaign = after_rules(self._compiled.campaign, [self._rules[rule] for rule in fired])
        made = compile_campaign(campaign, self._compiled.graph, self._compiled.setting).world
        after = made._replace(starters=before.starters, answers=made.answers[: len(before.answers)])
        after = after._replace(items=go_on(before.items, made.items, self._steps[fired[-1]]))
        check_world(after)
        return after

    def spent_more(self, fired: NDArray[np.bool_]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
        """Return how much more money went out because of the rules: by `SPENT_MORE` (R,), and by item (R, items).

        Parameters
        ----------
        fired : bool (R, rules)
        """
        more = np.zeros((len(fired), len(self._compiled.campaign.content)))
        for pattern in np.unique(fired, axis=0):
            rows = (fired == pattern).all(axis=1)
            which = tuple(rule for rule in self.order if pattern[rule])
            more[rows] = self._spent_more(which)
        is_ad = np.array([item.channel == "paid" for item in self._compiled.campaign.content], np.bool_)
        parts = (more[:, is_ad].sum(axis=1), more[:, ~is_ad].sum(axis=1))
        return dict(zip(SPENT_MORE, parts, strict=True)), more

    def _spent_more(self, fired: tuple[int, ...]) -> list[float]:
        before, n_steps = self._compiled.campaign, self._compiled.n_steps
        campaign = after_rules(before, [self._rules[rule] for rule in fired])
        more = []
        first, last = self.world_after(()).items, self.world_after(fired).items
        for c, (old, new) in enumerate(zip(before.content, campaign.content, strict=True)):
            if new.channel == "paid":
                shown = shown_by(last[c], n_steps) - shown_by(first[c], n_steps)
                more.append(shown * float(new.cost_per_mille or 0.0) / 1000.0)
            else:
                more.append(float(new.spend or 0.0) - float(old.spend or 0.0))
        return more


def shown_by(row: np.void, step: int) -> int:
    """Return how many impressions of an item come before a step, those of an earlier part of its flight included."""
    start, length, n = float(row["start"]), float(row["length"]), int(row["n_impressions"])
    return int(row["first_impression"]) + due_before(step, start=start, length=length, n=n)


def go_on(before: NDArray[np.void], after: NDArray[np.void], step: int) -> NDArray[np.void]:
    """Return the items as they go on from a step: a flight whose money changed spends what is left of it evenly.

    Parameters
    ----------
    before : the items so far     after : with their new numbers, flights as though from the beginning
    """
    items = after.copy()
    for row, old in zip(items, before, strict=True):
        flight = ("start", "length", "n_impressions", "first_impression")
        bought = int(old["first_impression"]) + int(old["n_impressions"])
        if row["n_impressions"] == bought or old["start"] + old["length"] <= step:
            for key in flight:
                row[key] = old[key]
        elif old["start"] < step or old["start"] != row["start"]:  # has begun, perhaps anew in this very step
            shown, end = shown_by(old, step), float(old["start"] + old["length"])
            row["first_impression"], row["start"], row["length"] = shown, float(step), end - step
            row["n_impressions"] = max(0, int(row["n_impressions"]) - shown)
    return items


def _turn_cursors(cursor: NDArray[np.int64], before: World, after: World) -> None:
    """Let flights that began anew count from their own first impression."""
    anew = before.items["first_impression"] != after.items["first_impression"]
    cursor[: len(anew)][anew] = 0


def run_tracked(
    tracker: Tracker | None, world: World, keys: Keys, scratch: Scratch
) -> tuple[CampaignOut, NDArray[np.bool_] | None]:
    """Run all replicas of the keys, under rules where there are any; return also which fired: bool (R, rules)."""
    if tracker is None:
        return run_world(world, keys, scratch), None
    out = new_out(world, len(keys.own), len(scratch.state.bucket))
    return out, tracker.run(keys, scratch, out)


def trackers_of(
    compiled: CampaignModel, worlds: Mapping[str, World], goal_value: Callable[[NDArray[np.uint8]], float]
) -> dict[str, Tracker]:
    """Return the rules at work in each of the worlds, by its name; empty where there are no rules."""
    if not compiled.campaign.rules:
        return {}
    lock, known = Lock(), dict[str, float]()

    def once(halt: NDArray[np.uint8]) -> float:
        with lock:
            if "value" not in known:
                value = goal_value(halt)
                if halt[0]:  # what was not finished is worth nothing, and nobody will look at it
                    return value
                known["value"] = value
            return known["value"]

    return {arm: Tracker(compiled, world, once) for arm, world in worlds.items()}


def goal_value(compiled: CampaignModel, world: World, rng_seed: int, scratch: Scratch, *, at_once: int) -> float:
    """Return what the goal's metric is to reach by the end of its time.

    That is its mean over `PILOT_REPLICAS` replicas without the campaign, or the goal's number, and the uplift on it.

    Parameters
    ----------
    world : the people without the campaign     at_once : replicas whose curves are in memory together
    """
    goal = compiled.setting.goal
    assert goal is not None  # checked with the scenario
    if goal.against != "no_campaign":
        return (1.0 + goal.uplift) * float(goal.against)
    columns = [codes.COUNTS.index(name) for name in codes.SUMS.get(goal.metric, (goal.metric,))]
    n_steps, total = round(goal.within / compiled.campaign.step), 0
    for first in range(0, PILOT_REPLICAS, at_once):
        keys = campaign_keys(rng_seed, first, min(first + at_once, PILOT_REPLICAS))
        total += int(run_world(world, keys, scratch).series[:, :n_steps, columns].sum(dtype=np.int64))
    return (1.0 + goal.uplift) * total / PILOT_REPLICAS


def most_tells(campaign: Campaign, world: World) -> float:
    """Return the largest mean number of tellings that any role may have, whatever rules fire."""
    most = float(world.roles["tells"].max())
    if not any(key.endswith("_tells") for rule in campaign.rules for key in rule.change):
        return most
    rules = [campaign.rules[i] for i in in_order(campaign.rules)]
    for n in range(1, len(rules) + 1):
        for fired in combinations(rules, n):
            talk = after_rules(campaign, fired).word_of_mouth
            most = max(most, talk.satisfied_tells, talk.dissatisfied_tells, talk.rejecter_tells)
    return most


def rule_names(rules: Sequence[Rule]) -> list[str]:
    """Return what each rule says, for tables: its date, its condition, what it changes; unique."""
    names: list[str] = []
    for rule in rules:
        changes = ", ".join(
            f"{key} {show(value) if not isinstance(value, str) else value}" for key, value in rule.change.items()
        )
        name = f"{rule.at}, {rule.when}: {changes}"
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names

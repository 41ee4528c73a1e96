"""Worlds that change in the middle of a run: by rules, judged in each replica at their dates, or by another future."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes, run
from ..kernels.campaign.tables import CampaignOut, Keys, World
from ..models.campaign.compile import CampaignModel, compile_campaign
from ..models.campaign.eras import fit
from ..models.campaign.model import Campaign
from ..models.campaign.tracking import Rule, after_rules, in_order, what_stays
from ..spec import show
from .campaign_checks import check_world
from .campaign_memory import Scratch, by_replica, close_brands, new_out, run_world
from .flights import go_on, shown_by, turn_cursors

FIRED = "fired"
SPENT_MORE_ITEM = "spent_more"
SPENT_MORE = ("spent_more_ads", "spent_more_content")
"""Money that went out because of rules, beyond what the file says."""

_NEXT = -1
"""Stands for the next part of the run where a turn is no rule."""

_Path = tuple[int, tuple[int, ...]]
"""How a replica came to its world: the number of the run's part it is in, and the rules that fired, in order."""


class Tracker:
    """One run of a campaign whose world changes at dates: by its rules, and where it goes on from another past.

    compiled : CampaignModel    what the campaign was made into before any rule, with those that went before it
    arm : makes of a campaign's tables what is run: with its starters, or without answers, without content
    goal_values : for each part of the run, gives what the goal's metric is to reach at the end of its time; may be
        halted by what it is given
    with_rules : whether rules act
    """

    def __init__(
        self,
        compiled: CampaignModel,
        arm: Callable[[World], World],
        goal_values: Sequence[Callable[[NDArray[np.uint8]], float]],
        *,
        with_rules: bool = True,
    ) -> None:
        self._compiled, self._arm, self._goal_values, self._lock = compiled, arm, goal_values, Lock()
        self._parts = (*compiled.past, compiled)
        self._rules = compiled.campaign.rules
        self._comparisons = [rule.comparisons for rule in self._rules]
        start, step = compiled.setting.start, float(compiled.campaign.step)
        self._steps = [round((rule.at - start).days / step) for rule in self._rules if start is not None]
        self.order = in_order(self._rules) if with_rules else []
        ends = [(era.until, _NEXT) for era in compiled.setting.past]
        # A rule of the day on which a past ends belongs to what comes after it.
        turns = ends + [(self._steps[rule], rule) for rule in self.order]
        self._turns = sorted((turn for turn in turns if turn[0] < compiled.n_steps), key=lambda turn: turn[0])
        self._ends = [until for until, _ in ends]
        self._worlds: dict[_Path, World] = {(0, ()): arm(self._fit(self._parts[0].world))}

    def check(self) -> None:
        """Make and check the world after each single rule, and after all of them: what fails, fails before the run."""
        for rule in self.order:
            self.world_after((rule,))
        self.world_after(tuple(self.order))

    def run(self, keys: Keys, scratch: Scratch, out: CampaignOut) -> NDArray[np.bool_]:
        """Run every replica of the keys, stopping at each turn's date; a replica that needs more events is run again.

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
        path: _Path = (0, ())
        begun = 0
        for at, what in self._turns:
            if at > begun:
                run.run_part(self._worlds[path], keys, r, r + 1, begun, at, scratch.state, out)
                begun = at
                if out.stop[r] != codes.AT_HORIZON:
                    return path[1]
            if what == _NEXT or self._holds(what, out.series[r, :at], scratch.state.halt):
                after = _turned(path, what)
                turn_cursors(scratch.state.cursor, self._worlds[path], self._world(path, after, at))
                path = after
        run.run_part(self._worlds[path], keys, r, r + 1, begun, self._compiled.n_steps, scratch.state, out)
        return path[1]

    def _holds(self, rule: int, series: NDArray[np.int64], halt: NDArray[np.uint8]) -> bool:
        # Not the counts, in which impressions stand that are still to come.
        totals = series.sum(axis=0)
        so_far = {name: totals[i : i + 1] for i, name in enumerate(codes.COUNTS)}
        so_far |= {name: np.asarray(sum(so_far[part] for part in parts)) for name, parts in codes.SUMS.items()}
        comparisons = self._comparisons[rule]
        target = self._target(rule, halt) if any(one.of_target for one in comparisons) else np.nan
        return all(bool(one.holds(so_far, target)[0]) for one in comparisons)

    def _target(self, rule: int, halt: NDArray[np.uint8]) -> float:
        """Return the goal's path at the date of a rule."""
        part = sum(until <= self._steps[rule] for until in self._ends)
        goal = self._parts[part].setting.goal
        assert goal is not None  # checked with the scenario
        gone_by = self._steps[rule] * float(self._compiled.campaign.step) / float(goal.within)
        return self._goal_values[part](halt) * gone_by

    def world_after(self, fired: tuple[int, ...]) -> World:
        """Return the world of the last part after these rules fired, in this order."""
        return self._world_by(fired, self._compiled.n_steps)

    def world_at_the_start(self, fired: tuple[int, ...]) -> World:
        """Return the world in which the run began: after those of these rules that were judged before step 0."""
        return self._world_by(fired, 1)

    def _world_by(self, fired: tuple[int, ...], step: int) -> World:
        path: _Path = (0, ())
        for at, what in self._turns:
            if at < step and (what == _NEXT or what in fired):
                after = _turned(path, what)
                self._world(path, after, at)
                path = after
        return self._worlds[path]

    def _world(self, before: _Path, after: _Path, step: int) -> World:
        """Return the world of a path, made of the one before it at a step where it is not known yet."""
        with self._lock:
            if after not in self._worlds:
                self._worlds[after] = self._changed(self._worlds[before], after, step)
            return self._worlds[after]

    def _changed(self, before: World, path: _Path, step: int) -> World:
        part, (n_past, fired) = self._parts[path[0]], path
        made = part.world
        if fired:
            made = compile_campaign(self._campaign(n_past, fired), part.graph, part.setting).world
        after = self._arm(self._fit(made))
        after = after._replace(items=go_on(before.items, after.items, step))
        check_world(after)
        return after

    def _fit(self, made: World) -> World:
        frame = self._compiled.world
        return made if made is frame else fit(made, frame)

    def _campaign(self, part: int, fired: tuple[int, ...]) -> Campaign:
        """Return the campaign of a part after rules; what a part says anew holds, whatever rules before it said."""
        campaign = self._parts[part].campaign
        rules = []
        for rule in fired:
            of_part = sum(until <= self._steps[rule] for until in self._ends)
            since = [earlier.campaign for earlier in self._parts[of_part : part + 1]]
            rules.append(what_stays(self._rules[rule], since))
        return after_rules(campaign, [rule for rule in rules if rule is not None])

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
        campaign = self._campaign(len(self._ends), fired)
        more = []
        first, last = self.world_after(()).items, self.world_after(fired).items
        for c, (old, new) in enumerate(zip(before.content, campaign.content, strict=True)):
            if new.channel == "paid":
                shown = shown_by(last[c], n_steps) - shown_by(first[c], n_steps)
                more.append(shown * float(new.cost_per_mille or 0.0) / 1000.0)
            else:
                more.append(float(new.spend or 0.0) - float(old.spend or 0.0))
        return more


def _turned(path: _Path, what: int) -> _Path:
    """Return a path after a turn: the next part of the run, or a rule that fired."""
    part, fired = path
    return (part + 1, fired) if what == _NEXT else (part, (*fired, what))


def run_tracked(
    tracker: Tracker | None, world: World, keys: Keys, scratch: Scratch
) -> tuple[CampaignOut, NDArray[np.bool_] | None]:
    """Run all replicas of the keys, under rules where there are any; return also which fired: bool (R, rules)."""
    if tracker is None:
        return run_world(world, keys, scratch), None
    out = new_out(world, len(keys.own), len(scratch.state.bucket))
    return out, tracker.run(keys, scratch, out)


def most_tells(compiled: CampaignModel) -> float:
    """Return the largest mean number of tellings that any role may have in any part of the run, whatever rules fire."""
    return max(_most_tells(part.campaign, part.world) for part in (*compiled.past, compiled))


def _most_tells(campaign: Campaign, world: World) -> float:
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

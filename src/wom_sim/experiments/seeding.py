"""Strategies of seeding against each other: chosen once, judged on replicas that had no part in choosing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..engine.objective import run_objective
from ..engine.prepared import Prepared
from ..errors import ResourceError, ScenarioError
from ..metrics.objective import parts_of
from ..metrics.table import Summary, summarise
from ..seeding.base import CountedStrategy, SeedChoice, Strategy
from ..seeding.catalogue import STRATEGIES

_POINTS = 8


@dataclass(frozen=True)
class Off:
    """What comes of it if people are chosen with chances that are wrong by a factor.

    shared : part of the people who are chosen all the same
    change : of the objective, as a part of it, on the same luck; None where it is 0
    """

    factor: float
    shared: float
    change: float | None


@dataclass(frozen=True)
class Trial:
    """A strategy, whom it chose and what came of that.

    seconds : that choosing took
    values : float64 (R,)   the objective in replicas that had no part in choosing
    off : what wrong chances do; nothing of strategies that do not look at the model, or that simulate it
    """

    name: str
    strategy: Strategy
    choice: SeedChoice
    seconds: float
    values: NDArray[np.float64]
    off: tuple[Off, ...] = field(default=())

    @property
    def cost(self) -> float:
        """Money for all who were chosen, if all take part."""
        return 0.0 if self.choice.costs is None else float(self.choice.costs.sum())

    def summary(self) -> Summary:
        """Return mean and interval of the objective."""
        return summarise(self.values)

    def ahead_of(self, other: Trial) -> Summary:
        """Return by how much this one is ahead of another, replica by replica on the same luck."""
        return summarise(self.values - other.values)

    def shares_with(self, other: Trial) -> float:
        """Return the part of its people whom another strategy chose too."""
        return shared_part(self.choice, other.choice)


@dataclass(frozen=True)
class Point:
    """The objective with the first people of a choice alone.

    n_people : so many of them     cost : what they cost
    """

    n_people: int
    cost: float
    values: NDArray[np.float64]


class Trials:
    """Runs strategies on a prepared model."""

    def __init__(
        self,
        prepared: Prepared,
        *,
        objective: str,
        progress: Callable[[str, int, int], None],
    ) -> None:
        """Begin.

        Parameters
        ----------
        objective : a metric, or one less another; see `metrics.objective`
        progress : called with what is being done, how many replicas are finished and how many there are

        Raises
        ------
        ScenarioError
            When the objective is no metric's name.
        """
        parts_of(objective, key="objective")
        self.prepared, self.objective, self.progress = prepared, objective, progress

    def run(self, name: str, strategy: Strategy, *, factors: Sequence[float]) -> Trial:
        """Choose by a strategy and judge the choice.

        Parameters
        ----------
        factors : by which the chances may be off

        Raises
        ------
        ScenarioError
            When the strategy does not fit the model or the network.
        """
        began = time.monotonic()
        choice = self.prepared.choose(strategy)
        seconds = time.monotonic() - began
        trial = Trial(name, strategy, choice, seconds, self.values(name, choice))
        if not strategy.looks_at_model or strategy.simulates:  # to choose again would take too long
            return trial
        return replace(trial, off=tuple(self._off(trial, factors)))

    def values(self, name: str, choice: SeedChoice) -> NDArray[np.float64]:
        """Return the objective on the case's own replicas, on which nobody chose: float64 (R,)."""
        return run_objective(
            self.prepared.case(choice),
            self.objective,
            threads=self.prepared.threads,
            key="objective",
            progress=lambda done, total: self.progress(name, done, total),
        )

    def _off(self, trial: Trial, factors: Sequence[float]) -> Iterator[Off]:
        for factor in factors:
            wrong = self.prepared.off_by(factor)
            if wrong is None:
                continue
            try:
                choice = wrong.choose(trial.strategy)
            except (ScenarioError, ResourceError):
                continue
            same = shared_part(trial.choice, choice)
            unchanged = set(trial.choice.nodes.tolist()) == set(choice.nodes.tolist())
            change = 0.0 if unchanged else self._change(f"{trial.name}, chances off", trial, choice)
            yield Off(factor, same, change)

    def _change(self, name: str, trial: Trial, choice: SeedChoice) -> float | None:
        mean = trial.summary().mean
        other = summarise(self.values(name, choice)).mean
        return None if not mean or other is None else (other - mean) / abs(mean)

    def curve(self, trial: Trial) -> tuple[Point, ...]:
        """Return the objective with the first people of a choice, from none of them to all."""
        already, n = trial.choice.n_already, len(trial.choice.nodes) - trial.choice.n_already
        sizes = np.unique(np.round(np.linspace(0, n, min(n, _POINTS) + 1)).astype(int)).tolist()
        points = []
        for size in sizes:
            costs = trial.choice.costs
            some = SeedChoice(
                trial.choice.nodes[: already + size], costs=None if costs is None else costs[: already + size]
            )
            try:
                values = trial.values if size == n else self.values(f"{trial.name}, {size} people", some)
            except ScenarioError:
                continue  # a campaign without starters may lack what the objective is made of
            points.append(Point(size, 0.0 if some.costs is None else float(some.costs.sum()), values))
        return tuple(points)


def shared_part(one: SeedChoice, other: SeedChoice) -> float:
    """Return the part of one choice's people who are in the other too, without those who start already."""
    mine = one.nodes[one.n_already :]
    return float(np.isin(mine, other.nodes).mean()) if len(mine) else 1.0


def strategies_of(
    given: Strategy, names: Sequence[str], *, n_seed_nodes: int | None, budget: float | None, objective: str
) -> dict[str, Strategy]:
    """Return strategies by name, each with what a scenario's `[seeding]` says of number, money and who may be chosen.

    Parameters
    ----------
    given : the scenario's own strategy; its keys go to the others as far as they have them
    names : of the catalogue     n_seed_nodes, budget : in place of what is given

    Raises
    ------
    ScenarioError
        When there is no such strategy, or number and budget do not fit.
    """
    own = {key: getattr(given, key) for key in given.model_fields_set if key != "strategy"}
    asked = {"n_seed_nodes": n_seed_nodes, "budget": budget}
    if n_seed_nodes is not None or budget is not None:
        own = {key: value for key, value in own.items() if key not in asked}
        own |= {key: value for key, value in asked.items() if value is not None}
    found: dict[str, Strategy] = {}
    for name in names:
        if name == "nodes":
            found[name] = given
            continue
        fields = STRATEGIES[name].model_fields
        keys = own if name == given.strategy else {k: v for k, v in own.items() if k in CountedStrategy.model_fields}
        if "objective" in fields:
            keys = keys | {"objective": objective}
        found[name] = STRATEGIES[name](**keys)
    return found

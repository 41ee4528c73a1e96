"""A model on its network, before it is known who starts: what strategies ask of it, and cases with those chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels import rng
from ..kernels.reverse_arrivals import ReverseArrivals
from ..models.base import CompiledModel, LiveEdgeModel, Model, Setting, compile_on
from ..models.off_by import off_by
from ..models.reverse import reverse_of, stand_in
from ..seeding.base import SeedChoice, Strategy
from ..seeding.spread import Forward, Reverse
from . import limits
from .case import Case, last_step_allowed, make_case
from .objective import run_objective
from .streams import purpose_key

_LUCK = 9
"""Number of the stream, under the key of seeding, from which the luck of simulated choosing comes."""

_HALF = 2.0**63


@dataclass(frozen=True)
class Prepared:
    """A compiled model on its network; a `seeding.spread.Spread`.

    name : of the scenario     compiled, setting : the model on the network
    rng_seed : fixes all luck     max_steps : as asked     n_replicas : of a case
    said : what to tell the user     resolved : sections with every default; None: objects in memory
    threads : that choosing may use; nothing depends on it
    progress : called with (simulations run, simulations at most) while people are chosen by simulation
    """

    name: str
    graph: Graph
    model: Model
    compiled: CompiledModel
    setting: Setting
    rng_seed: int
    max_steps: int | None
    n_replicas: int
    said: tuple[str, ...] = ()
    resolved: dict[str, Any] | None = None
    threads: int = 1
    progress: Callable[[int, int], None] | None = None

    def choose(self, strategy: Strategy) -> SeedChoice:
        """Return the people a strategy chooses, with what each costs.

        Raises
        ------
        ScenarioError
            As `Strategy.choose` and `Strategy.costs`.
        """
        chosen = strategy.choose(self.graph, key=purpose_key(self.rng_seed, rng.SEEDING), spread=self)
        return strategy.priced(chosen, self.graph)

    def case(
        self,
        choice: SeedChoice,
        *,
        strategy: Strategy | None = None,
        n_replicas: int | None = None,
        luck: int | None = None,
    ) -> Case:
        """Return the case in which the people of a choice start.

        Parameters
        ----------
        strategy : how they were chosen; None: as people named one by one
        luck : number that the replicas' draws come from; None: `rng_seed`
        """
        named = {"strategy": "nodes", "nodes": [str(label) for label in self.graph.labels.take(choice.nodes)]}
        run = {"n_replicas": self.n_replicas, "rng_seed": self.rng_seed, "max_steps": self.max_steps}
        resolved = self.resolved or {"model": self.model.model_dump(mode="json"), "seeding": named, "run": run}
        return make_case(
            self.name,
            self.graph,
            self.model,
            self.compiled,
            choice,
            setting=self.setting,
            said=self.said,
            rng_seed=self.rng_seed,
            max_steps=self.max_steps,
            n_replicas=self.n_replicas if n_replicas is None else n_replicas,
            seeding=named if strategy is None or self.resolved is None else self.resolved["seeding"],
            resolved=resolved,
            luck=luck,
        )

    @property
    def nobody(self) -> NDArray[np.int32]:
        """No people at all."""
        return np.zeros(0, np.int32)

    def reverse(self) -> Reverse:
        """Return the model's ties by those who listen, or those of the cascade it comes down to or is close to."""
        return self._reverse

    @cached_property
    def _reverse(self) -> Reverse:
        endless = self.max_steps is None and self.setting.horizon is None
        last_step = last_step_allowed(self.max_steps, self.setting.horizon, self.model.step_length())
        world = reverse_of(self.compiled, self.graph, last_step=None if endless else last_step)
        says, exact, by_deadline = self.model.kind, True, isinstance(world, ReverseArrivals)
        if world is None:
            world, stands_in, exact = stand_in(self.model, self.graph, self.setting)
            says = says if exact else stands_in
        note = (
            f"seeding: people are chosen for the reach of {says}: {self.model.kind} is no reachability over live ties"
        )
        return Reverse(
            world=world,
            says=f"reach of {says}" if exact else f"reach of {says}, which stands in for {self.model.kind}",
            takes_part=self._takes_part(),
            max_depth=last_step if by_deadline else last_step_allowed(self.max_steps, None, None),
            notes=() if exact else (note,),
            stands_in="" if exact else says,
            threads=self.threads,
            max_bytes=limits.choosing_memory(),
        )

    def off_by(self, factor: float) -> Prepared | None:
        """Return this with chances of passing on that are wrong by a factor; None where no such are known."""
        changed = off_by(self.model, self.compiled, factor, lambda model: compile_on(self.graph, model, self.setting))
        return None if changed is None else replace(self, model=changed[0], compiled=changed[1])

    def _takes_part(self) -> NDArray[np.uint64] | None:
        starting = self.setting.starting
        if starting is None or starting.participation_prob == 1.0:
            return None
        return np.full(self.graph.n_people, np.uint64(starting.participation_prob * _HALF))

    def forward(self) -> Forward | None:
        """Return the cascade by coins that the model is, None where it is none; see `seeding.spread.Spread`."""
        steps_count = self.max_steps is not None and self.max_steps < self.graph.n_people
        if not isinstance(self.compiled, LiveEdgeModel) or self.graph.complete or steps_count:
            return None
        return Forward(
            ties=self.compiled.arrays,
            says=f"reach of {self.model.kind}",
            threads=self.threads,
            max_bytes=limits.choosing_memory(),
        )

    def tell(self, done: int, total: int) -> None:
        """Pass on how far a choice is; see `seeding.spread.Spread`."""
        if self.progress is not None:
            self.progress(done, total)

    def values(
        self,
        seed_nodes: NDArray[np.int32],
        first: int,
        last: int,
        *,
        objective: str,
        costs: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return an objective in replicas of a luck of their own; see `seeding.spread.Spread`."""
        luck = int(rng.derive_key(purpose_key(self.rng_seed, rng.SEEDING), _LUCK))
        case = self.case(SeedChoice(seed_nodes, costs=costs), n_replicas=last, luck=luck)
        return run_objective(
            case,
            objective,
            threads=self.threads,
            key="seeding.objective",
            first=first,
            goal_starters=self.nobody,
        )

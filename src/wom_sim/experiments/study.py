"""A study: what is asked of which cases, under a name that is the same for the same question."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..engine.networks import network_name
from ..engine.plan import build_network, network_of
from ..engine.streams import fresh_rng_seed
from ..errors import ScenarioError
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..kernels.rng import RNG_NAME
from ..results.provenance import package_version
from ..scenario.load import variant
from ..scenario.schema import Scenario
from ..scenario.sweep import Precision
from .points import Design
from .work import NETWORKS, Asked, Base, Work

MOST_CHECKED = 20_000
"""Cases that are all checked before the first one runs; of larger designs a part of so many, evenly spread."""

MOST_SAID = 5
"""Wrong cases that are named."""


@dataclass(frozen=True)
class Study:
    """What is asked of which cases.

    bases : scenarios that cases are changes of, each with its `rng_seed`; see `with_rng_seed`
    design : the cases
    n_replicas : of each case and set
    metrics : names, see `metrics.at_time`; none: all     metrics_key : where they were named, for messages
    curves : keep these too
    n_sets : independent sets of replicas     precision : run more until it is reached; None: `n_replicas` of each
    use_any_memory : skip memory checks
    """

    bases: tuple[Scenario, ...]
    design: Design
    n_replicas: int
    metrics: tuple[str, ...] = ()
    curves: bool = False
    n_sets: int = 1
    precision: Precision | None = None
    use_any_memory: bool = False
    metrics_key: str = "--metric"

    @cached_property
    def study_id(self) -> str:
        """First 12 hex digits of the SHA-256 of `document`."""
        return id_of(self.document)

    @cached_property
    def document(self) -> dict[str, Any]:
        """Everything that decides the numbers of each replica, ready for JSON.

        Not how many there are, but where that decides which cases go on.
        """
        precision = self.precision
        return {
            "rng": RNG_NAME,
            "version": ".".join(package_version().split(".")[:2]),
            "bases": [_deciding(base) for base in self.bases],
            "networks": [graph.hash for graph in self.networks.values()],
            "design": self.design.document(),
            "metrics": list(self.metrics),
            "curves": self.curves,
            "n_sets": self.n_sets,
            "precision": None if precision is None else precision.model_dump() | {"n_replicas": self.n_replicas},
            **({"files": self._files} if self._files else {}),
        }

    @cached_property
    def _files(self) -> dict[str, str | None]:
        """SHA-256 of each file that the cases, not the bases, take their networks from; None: cannot be read."""
        found: dict[str, str | None] = {}
        if not any(_changed_files(self.design[0].changes)):
            return found
        for case in range(len(self.design)):
            point = self.design[case]
            for path in _changed_files(point.changes):
                if path not in found:
                    found[path] = _hash_of(self.bases[point.base].folder / path)
        return found

    @cached_property
    def networks(self) -> dict[str, Graph]:
        """Networks of the bases that are read from files, by name: what travels to workers elsewhere.

        They are read anew; what an earlier study of this process read is forgotten.

        Raises
        ------
        GraphError, ScenarioError, ResourceError
            As `engine.plan.build_network`.
        """
        found = {}
        NETWORKS.clear()
        for base in self.bases:
            if isinstance(base.network, FileNetwork):
                rng_seed = base.run.rng_seed or 0
                name = network_name(base.network, **network_of(base, rng_seed))
                if name not in found:
                    found[name] = build_network(base, rng_seed=rng_seed, use_any_memory=self.use_any_memory)
                    NETWORKS.put(name, found[name])  # whatever becomes of the file, all cases have this one
        return found

    @cached_property
    def travelling(self) -> tuple[Base, ...]:
        """The bases as they travel: their folder is found from any other."""
        return tuple(Base(base.values, base.origin, str(base.folder.absolute())) for base in self.bases)

    @cached_property
    def asked(self) -> Asked:
        """What is asked of every case."""
        return Asked(self.study_id, self.metrics, self.curves, self.n_sets, self.use_any_memory)

    def work(self, case: int) -> Work:
        """Return one case as it travels."""
        point = self.design[case]
        return Work(case, point.base, point.changes, point.first)

    def scenario(self, case: int) -> Scenario:
        """Return the scenario of a case.

        Raises
        ------
        ScenarioError
            When its values do not fit together.
        """
        point = self.design[case]
        return variant(self.bases[point.base], point.changes)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """A line for each of the first cases that are wrong, of all or of `MOST_CHECKED` evenly spread ones."""
        found: list[str] = []
        n = len(self.design)
        for case in range(0, n, max(1, -(-n // MOST_CHECKED))):
            try:
                self.scenario(case)
            except ScenarioError as error:
                found.append(f"case {case} ({self.said(case)}): {error.problems[0]}")
            if len(found) == MOST_SAID:
                break
        return tuple(found)

    def said(self, case: int) -> str:
        """Return the keys of a case with their values, for messages."""
        point = self.design[case]
        return ", ".join(f"{key} = {value}" for key, value in zip(self.design.keys, point.shown, strict=True))


class Stopped(Exception):  # noqa: N818 - it is no error
    """A study was stopped before its end; what is finished is kept."""


def id_of(document: dict[str, Any]) -> str:
    """Return the first 12 hex digits of the SHA-256 of a document as canonical JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def with_rng_seed(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Return scenarios that all have an `rng_seed`; those without get the first that is given, or a new one."""
    given = [scenario.run.rng_seed for scenario in scenarios if scenario.run.rng_seed is not None]
    shared = given[0] if given else fresh_rng_seed()
    return tuple(s if s.run.rng_seed is not None else _seeded(s, shared) for s in scenarios)


def _seeded(scenario: Scenario, rng_seed: int) -> Scenario:
    kept = {name: getattr(scenario, name) for name in ("sweep", "uncertain", "plans", "plan")}
    return variant(scenario, {"run.rng_seed": rng_seed}).model_copy(update=kept)


def _changed_files(changes: Mapping[str, Any]) -> Iterator[str]:
    for key, value in changes.items():
        if key == "network" and isinstance(value, Mapping):
            yield from (value[name] for name in ("file", "people") if isinstance(value.get(name), str))
        elif key in ("network.file", "network.people") and isinstance(value, str):
            yield value


def _hash_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None  # the reader says what is wrong with it


def _deciding(base: Scenario) -> dict[str, Any]:
    """Return what a base says, but for what changes no replica's numbers."""
    values = {key: value for key, value in base.values.items() if key not in ("name", "format")}
    run = {key: value for key, value in values.get("run", {}).items() if key != "n_replicas"}
    plain: dict[str, Any] = json.loads(json.dumps({**values, "run": run}, default=_plain, sort_keys=True))
    return plain


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)

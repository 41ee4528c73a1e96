"""What a worker does: runs some replicas of some cases and gives back the bytes of a table; nothing else leaves it."""

from __future__ import annotations

import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.case import Case
from ..engine.networks import Networks
from ..engine.plan import prepare_scenario
from ..engine.prepared import Prepared
from ..engine.run import check_fits, run_case
from ..engine.streams import purpose_key
from ..errors import WomSimError
from ..graph.csr import Graph
from ..kernels import rng
from ..metrics.at_time import metrics_named, needs_curves
from ..results import store
from ..results.provenance import package_version
from ..results.results import Results
from ..scenario.load import scenario_from, variant
from ..scenario.schema import Scenario
from ..seeding.base import SeedChoice
from .rows import SomeRows

NETWORKS = Networks()
"""Networks of this process; workers of one machine that are threads share them."""

MADE_WITH = f"wom-sim {package_version()}, {rng.RNG_NAME}"

_MOST_CHOICES = 64

_choices: OrderedDict[tuple[Any, ...], SeedChoice] = OrderedDict()
_choices_lock = Lock()


class Base(NamedTuple):
    """A scenario as it travels: checked values, where it came from, the folder its paths start from."""

    values: Mapping[str, Any]
    origin: str
    folder: str

    def scenario(self) -> Scenario:
        """Return the scenario, checked."""
        return scenario_from(self.values, origin=self.origin, folder=Path(self.folder))


class Asked(NamedTuple):
    """What is asked of every case.

    study : name of the experiment, under which choices are kept
    metrics : names, see `metrics.at_time`; none: all     curves : give back the curves too
    n_sets : independent sets of replicas     use_any_memory : skip the memory check
    """

    study: str
    metrics: tuple[str, ...] = ()
    curves: bool = False
    n_sets: int = 1
    use_any_memory: bool = False


class Work(NamedTuple):
    """A case: number, which base, changed keys, number of its first replica."""

    case: int
    base: int
    changes: Mapping[str, Any]
    first: int = 0


@dataclass(frozen=True)
class Part:
    """Replicas `first` .. `last` - 1, of each set, of some cases."""

    asked: Asked
    bases: tuple[Base, ...]
    cases: tuple[Work, ...]
    first: int
    last: int

    def __len__(self) -> int:
        return len(self.cases) * (self.last - self.first) * self.asked.n_sets


@dataclass(frozen=True)
class PartDone:
    """What a part gave.

    table : Parquet: case, set, replica, then the metrics; rows in this order
    curves : Parquet: case, set, replica, step, time, then the curves; None: not asked for
    facts : what is known of each case beside numbers, ready for JSON
    failures : of cases that could not be run: case, error, message, where it happened
    names : first case with these columns, and the columns, for each set of columns that there is
    made_with : version of program and draws; numbers of another are not mixed with ours
    """

    table: bytes
    curves: bytes | None
    facts: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    names: list[tuple[int, list[str]]] = field(default_factory=list)
    made_with: str = MADE_WITH


def run_part(
    part: Part, networks: Mapping[str, Graph], stop: Event | None = None, flag: NDArray[np.uint8] | None = None
) -> PartDone | None:
    """Run a part on one thread; a case that fails is reported, and the others are run.

    Parameters
    ----------
    networks : by name, those that were read elsewhere; kept in this process
    stop : once set, None is returned soon     flag : set with it, for kernels
    """
    for name, graph in networks.items():
        if not NETWORKS.holds(name, graph):
            NETWORKS.put(name, graph)
    scenarios: dict[int, Scenario] = {}
    rows, curves, facts, failures = SomeRows(), SomeRows(), [], []
    for work in part.cases:
        if stop is not None and stop.is_set():
            return None
        try:
            if work.base not in scenarios:
                scenarios[work.base] = part.bases[work.base].scenario()
            for s, results, fact in run_one(part, work, scenarios[work.base], stop, flag):
                if stop is not None and stop.is_set():
                    return None
                if part.first == s == 0:
                    facts.append({"case": work.case, **fact})
                keys = {"case": np.int64(work.case), "set": np.int32(s)}
                named = metrics_named(results, part.asked.metrics)
                replica = np.arange(part.first, part.last, dtype=np.int32)
                rows.add(keys, {"replica": replica, **named})
                if part.asked.curves:
                    curves.add(keys, _curves(results, part.first))
        except Exception as error:  # a model may raise anything
            if stop is not None and stop.is_set():  # replicas that were abandoned may look like anything
                return None
            failures.append(_failure(work.case, error))
    return PartDone(
        table=rows.parquet(),
        curves=curves.parquet() if part.asked.curves else None,
        facts=facts,
        failures=failures,
        names=rows.names,
    )


def run_one(
    part: Part, work: Work, base: Scenario, stop: Event | None, flag: NDArray[np.uint8] | None
) -> Iterator[tuple[int, Results, dict[str, Any]]]:
    """Yield number of the set, results and facts, for each set of replicas of a case."""
    began = time.perf_counter()
    asked, halt = part.asked, np.zeros(1, np.uint8) if flag is None else flag
    ready = make_ready(asked, work, base)
    for s in range(asked.n_sets):
        case, curves = ready.case(work.first + part.last, s)
        if not asked.use_any_memory:
            check_fits(case, threads=1, curves=curves, first=work.first + part.first)
        results = run_case(case, threads=1, curves=curves, first=work.first + part.first, stop=stop, halt=halt)
        yield s, results, _facts(case, ready.prepared, results, time.perf_counter() - began)
        began = time.perf_counter()


class Ready(NamedTuple):
    """A case whose network is built and whose starters are chosen."""

    asked: Asked
    scenario: Scenario
    prepared: Prepared
    choice: SeedChoice

    def case(self, n_replicas: int, s: int) -> tuple[Case, bool]:
        """Return the case with the luck of a set of replicas, and whether curves are needed."""
        luck = luck_of_set(self.prepared.rng_seed, s)
        case = self.prepared.case(self.choice, strategy=self.scenario.seeding, n_replicas=n_replicas, luck=luck)
        counts = (*case.process.count_names, "reach")
        return case, self.asked.curves or needs_curves(self.asked.metrics, counts)


def make_ready(asked: Asked, work: Work, base: Scenario) -> Ready:
    """Build what a case needs and choose who starts."""
    scenario = variant(base, work.changes)
    prepared = prepare_scenario(scenario, use_any_memory=asked.use_any_memory, threads=1, networks=NETWORKS)
    return Ready(asked, scenario, prepared, _choose((asked.study, work.case), prepared, scenario))


def luck_of_set(rng_seed: int, s: int) -> int | None:
    """Return the number that a set's replicas draw from: of the first set the case's own, None."""
    return None if s == 0 else int(rng.derive_key(purpose_key(rng_seed, rng.REPLICA_SET), s))


def _choose(of_case: tuple[str, int], prepared: Prepared, scenario: Scenario) -> SeedChoice:
    """Return who starts, chosen once for all parts of a case; for all cases, where the model has no say in it."""
    strategy = scenario.seeding
    name: tuple[Any, ...] = of_case
    if not strategy.looks_at_model:
        name = (prepared.graph.hash, strategy.strategy, strategy.model_dump_json(), prepared.rng_seed)
    with _choices_lock:
        known = _choices.get(name)
    if known is not None:
        return known
    choice = prepared.choose(strategy)
    with _choices_lock:
        _choices[name] = choice
        while len(_choices) > _MOST_CHOICES:
            _choices.popitem(last=False)
    return choice


def _facts(case: Case, prepared: Prepared, results: Results, seconds: float) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "graph_hash": case.graph.hash,
        "n_people": case.graph.n_people,
        "n_ties": case.graph.n_ties,
        "rng_seed": prepared.rng_seed,
        "model": case.model,
        "n_seed_nodes": len(case.seed_nodes),
        "warnings": list(results.warnings),
        "seconds": seconds,
    }


def place_of(error: BaseException) -> str:
    """Return the file and line where an error was raised; empty for ours, which say where the fault lies."""
    frames = [] if isinstance(error, WomSimError) else traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""


def _failure(case: int, error: BaseException) -> dict[str, Any]:
    return {
        "case": case,
        "error": type(error).__name__,
        "message": str(error) or ("out of memory" if isinstance(error, MemoryError) else "no message"),
        "at": place_of(error),
    }


def _curves(results: Results, first: int) -> dict[str, NDArray[Any]]:
    table = store.curves_table(results)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    return {**columns, "replica": columns["replica"] + np.int32(first)}


def nothing_of(part: Part, failures: list[dict[str, Any]]) -> PartDone:
    """Return a part without rows."""
    none = SomeRows().parquet()
    return PartDone(none, none if part.asked.curves else None, [], failures)


def join_parts(parts: Sequence[PartDone]) -> PartDone:
    """Return several parts as one, in their order."""
    return PartDone(
        table=_joined([part.table for part in parts]),
        curves=None if parts[0].curves is None else _joined([part.curves or b"" for part in parts]),
        facts=[fact for part in parts for fact in part.facts],
        failures=[failure for part in parts for failure in part.failures],
        names=[names for part in parts for names in part.names],
    )


def _joined(tables: Sequence[bytes]) -> bytes:
    rows = SomeRows()
    for table in tables:
        read = store.read_parquet(table)
        if len(read):  # of a case that failed nothing is known, not even its columns
            rows.put({name: read[name].to_numpy() for name in read.column_names})
    return rows.parquet()

"""A sweep that was run, here or by several jobs: what its tables, pictures and documents are made of."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import FolderError
from ..results.experiment import BEGUN
from ..results.folder import ASKED, MANIFEST, PARTS, SWEEP
from ..scenario.sweep import Precision
from .conduct import MAIN, Outcome
from .parts import Parts
from .points import Design, Point
from .rows import join_columns
from .study import id_of
from .table import Columns, Rows, Table

_NO_SHARD = "is no shard of a sweep; wom sweep --shard I/N makes them"
_AGAIN = "run the same wom sweep --shard again"
_ROWS_AT_ONCE = 1 << 14
"""Rows of shards, whose cases take turns, that are put together before they are handed on: one by one costs time."""


class Source(Protocol):
    """Where the rows of a sweep come from; see `table.Table`."""

    def groups(self, *, curves: bool = False) -> Iterator[Rows]:
        """Yield the rows of some cases after others, in order."""

    def cases(self, *, curves: bool = False) -> Iterator[tuple[int, Rows]]:
        """Yield each case with its rows, in order."""

    def columns(self, *, curves: bool = False) -> Columns:
        """Return which columns there are."""

    def failures(self) -> Iterator[dict[str, Any]]:
        """Yield the cases that could not be run."""

    def facts(self, case: int) -> dict[str, Any]:
        """Return what is known of a case beside its numbers."""


@dataclass(frozen=True)
class Swept:
    """A sweep that was run.

    name, text : of the scenario     study_id, asked : of the study
    design : its cases     source : their rows     metrics : asked for; none: all
    complete : every replica of every case was run     n_done : replicas that were, or whose cases failed
    n_wanted : replicas in all; more than `n_done` where it was stopped
    """

    name: str
    text: str
    study_id: str
    asked: Mapping[str, Any]
    rng_seed: int
    n_replicas: int
    n_sets: int
    metrics: tuple[str, ...]
    curves: bool
    design: Design
    source: Source
    complete: bool
    n_done: int
    n_wanted: int

    @cached_property
    def failures(self) -> tuple[dict[str, Any], ...]:
        """Cases that could not be run."""
        return tuple(self.source.failures())


def swept_of(outcome: Outcome) -> Swept:
    """Return what was run here."""
    study, base = outcome.study, outcome.study.bases[0]
    return Swept(
        name=base.name,
        text=base.text,
        study_id=study.study_id,
        asked=study.document,
        rng_seed=base.run.rng_seed or 0,
        n_replicas=study.n_replicas,
        n_sets=study.n_sets,
        metrics=study.metrics,
        curves=study.curves,
        design=study.design,
        source=outcome.table,
        complete=outcome.complete,
        n_done=outcome.progress.done,
        n_wanted=outcome.progress.total + outcome.progress.cut_short,
    )


@dataclass(frozen=True)
class _Recorded:
    """A study as its folder tells it: enough to read its parts."""

    n_replicas: int
    n_sets: int
    precision: Precision | None


@dataclass(frozen=True)
class _RecordedDesign:
    """Cases as the records of parts tell them."""

    keys: tuple[str, ...]
    shown: Sequence[tuple[Any, ...]]
    told: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.shown)

    def __getitem__(self, case: int) -> Point:
        return Point(0, {}, self.shown[case])

    def document(self) -> dict[str, Any]:
        """See `points.Design`."""
        return dict(self.told)


class _Shard:
    """The folder of one job."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            raise FolderError(f"{folder}: there is no such folder")
        try:
            self.manifest = dict(json.loads((folder / MANIFEST).read_bytes()))
            self.asked = dict(json.loads((folder / ASKED).read_bytes()))
        except OSError:
            raise FolderError(f"{folder}: {_NO_SHARD}") from None
        except (ValueError, TypeError, RecursionError) as error:
            raise _damaged(folder, error) from None
        try:
            self._open(folder)
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(folder, error) from None

    def _open(self, folder: Path) -> None:
        design = self.asked.get("design")
        if self.manifest.get("holds") != SWEEP or not isinstance(design, dict) or "shard" not in design:
            raise FolderError(f"{folder}: {_NO_SHARD}")
        self.whole = {**self.asked, "design": design["whole"]}
        self.job, self.jobs = map(int, str(design["shard"]).split("/"))
        if self.manifest.get("status") == BEGUN or self.manifest["n_done"] < self.manifest["n_wanted"]:
            raise FolderError(f"{folder}: shard {self.job}/{self.jobs} is not finished; run it to its end first")
        parts = Parts(folder / PARTS / MAIN, str(self.manifest["case_id"]), here=False)
        layout = parts.layout()
        if layout is None:
            raise FolderError(f"{folder}: its parts are missing or damaged; {_AGAIN}")
        told = self.asked.get("precision")
        precision = None if told is None else Precision(**{k: v for k, v in told.items() if k != "n_replicas"})
        recorded: Any = _Recorded(int(self.manifest["n_replicas"]), int(self.asked["n_sets"]), precision)
        self.table, self.n_cases = Table(recorded, parts, layout), layout.groups[-1]
        if self.table.n_sound() != self.manifest["n_done"]:
            raise FolderError(f"{folder}: some of its parts are missing or damaged; {_AGAIN}")

    def shown(self) -> list[tuple[Any, ...]]:
        """Return the values of the keys, case by case."""
        found: dict[int, tuple[Any, ...]] = {}
        for record in self.table.records():
            for case, values in zip(record["cases"], record["shown"], strict=True):
                found.setdefault(int(case), tuple(values))
        return [found[case] for case in range(self.n_cases)]


def merge_shards(folders: Sequence[Path]) -> Swept:
    """Return the whole sweep of which these are all shards: the same as if one job had run it.

    Raises
    ------
    FolderError
        When one is no shard, is not finished, is of another sweep, or is missing.
    """
    shards = sorted((_Shard(folder) for folder in folders), key=lambda shard: shard.job)
    first = shards[0]
    for shard in shards:
        if shard.whole != first.whole:
            raise FolderError(f"{shard.folder}: is of another sweep than {first.folder}")
        if shard.jobs != first.jobs:
            raise FolderError(f"{shard.folder}: is one of {shard.jobs} shards, {first.folder} one of {first.jobs}")
        if shard.manifest["n_replicas"] != first.manifest["n_replicas"]:
            raise FolderError(
                f"{shard.folder}: has {shard.manifest['n_replicas']:,} replicas a case, {first.folder} "
                f"{first.manifest['n_replicas']:,}; run them alike"
            )
    jobs = [shard.job for shard in shards]
    twice = next((shard for i, shard in enumerate(shards) if shard.job in jobs[:i]), None)
    if twice is not None:
        raise FolderError(f"{twice.folder}: shard {twice.job}/{twice.jobs} is given twice")
    missing = [str(job) for job in range(1, first.jobs + 1) if job not in jobs]
    if missing:
        raise FolderError(f"shards {', '.join(missing[:10])} of {first.jobs} are missing; name the folders of all")
    by_shard = [shard.shown() for shard in shards]
    n_cases = sum(map(len, by_shard))
    shown = [by_shard[case % first.jobs][case // first.jobs] for case in range(n_cases)]
    keys = tuple(first.manifest["keys"])
    return Swept(
        name=str(first.manifest["name"]),
        text=(first.folder / "scenario.toml").read_text(encoding="utf-8"),
        study_id=id_of(first.whole),
        asked=first.whole,
        rng_seed=int(first.manifest["rng_seed"]),
        n_replicas=int(first.manifest["n_replicas"]),
        n_sets=int(first.asked["n_sets"]),
        metrics=tuple(first.asked["metrics"]),
        curves=bool(first.asked["curves"]),
        design=_RecordedDesign(keys, shown, first.whole["design"]),
        source=_Merged(shards),
        complete=all(shard.manifest["status"] == "complete" for shard in shards),
        n_done=sum(int(shard.manifest["n_done"]) for shard in shards),
        n_wanted=sum(int(shard.manifest["n_wanted"]) for shard in shards),
    )


class _Merged:
    """The rows of all shards, case by case in the order of the whole sweep."""

    def __init__(self, shards: Sequence[_Shard]) -> None:
        self._shards = shards

    def cases(self, *, curves: bool = False) -> Iterator[tuple[int, Rows]]:
        streams = [self._of_shard(i, curves=curves) for i in range(len(self._shards))]
        for case, rows in heapq.merge(*streams, key=lambda found: found[0]):
            yield case, {**rows, "case": np.full(len(rows["case"]), case)} if rows else rows

    def _of_shard(self, i: int, *, curves: bool) -> Iterator[tuple[int, Rows]]:
        for case, rows in self._shards[i].table.cases(curves=curves):
            yield case * len(self._shards) + i, rows

    def groups(self, *, curves: bool = False) -> Iterator[Rows]:
        waiting: list[tuple[int, Rows]] = []
        n_waiting = 0
        for _, rows in self.cases(curves=curves):
            if not rows or len(rows["case"]) == 0:
                continue
            waiting.append((len(rows["case"]), rows))
            n_waiting += len(rows["case"])
            if n_waiting >= _ROWS_AT_ONCE:
                yield join_columns(waiting)
                waiting, n_waiting = [], 0
        if waiting:
            yield join_columns(waiting)

    def columns(self, *, curves: bool = False) -> Columns:
        n = len(self._shards)
        names: list[tuple[int, list[str]]] = []
        types: dict[str, np.dtype[Any]] = {}
        tables = [shard.table.columns(curves=curves) for shard in self._shards]
        for i, columns in enumerate(tables):
            names += [(case * n + i, listed) for case, listed in columns.names]
            for name, dtype in columns.types.items():
                types[name] = np.result_type(types.get(name, dtype), dtype)
        lacking = [name for name in types if any(columns.names and name not in columns.types for columns in tables)]
        return Columns(names, {**types, **dict.fromkeys(lacking, np.dtype(float))})

    def failures(self) -> Iterator[dict[str, Any]]:
        n = len(self._shards)
        found = [
            {**failure, "case": int(failure["case"]) * n + i}
            for i, shard in enumerate(self._shards)
            for failure in shard.table.failures()
        ]
        return iter(sorted(found, key=lambda failure: int(failure["case"])))

    def facts(self, case: int) -> dict[str, Any]:
        n = len(self._shards)
        return self._shards[case % n].table.facts(case // n)


def _damaged(folder: Path, error: Exception) -> FolderError:
    return FolderError(f"{folder}: its documents are damaged ({_short(error)}); {_AGAIN}")


def _short(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error)).splitlines()[0][:100]

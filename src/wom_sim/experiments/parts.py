"""Finished parts of a study on disk: each whole or not there, committed by a record that is written last."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import FolderError
from ..results.files import remove_leftovers, write_together
from ..results.folder import mark_of
from ..results.store import read_parquet
from .points import plain
from .work import PartDone

FORMAT = 1
PLAN = "plan.json"
_NAME = re.compile(
    r"(?:plan|c[0-9]+-[0-9]+\.r[0-9]+-[0-9]+)\.json|c[0-9]+-[0-9]+\.r[0-9]+-[0-9]+(?:\.curves)?\.parquet"
)


@dataclass(frozen=True)
class Block:
    """A part's place in the study: cases `case` .. `end` - 1, replicas `first` .. `last` - 1 of each set.

    `only` : those of the cases that are run, where others need no more replicas; None: all
    """

    case: int
    end: int
    first: int
    last: int
    only: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"c{self.case}-{self.end}.r{self.first}-{self.last}"

    @property
    def cases(self) -> Sequence[int]:
        """Numbers of the cases that are run."""
        return range(self.case, self.end) if self.only is None else self.only


@dataclass(frozen=True)
class Layout:
    """How a study is cut up: fixed before the first part is run, as parts go by their place.

    groups : first case of each group, and the number of cases
    rounds : replicas that each case has after each round, all cases advancing together
    step : most replicas of a round beyond these, where more are asked for later; None: any number
    """

    groups: tuple[int, ...]
    rounds: tuple[int, ...]
    step: int | None = None

    @property
    def whole(self) -> bool:
        """Say whether each case is in one group, there is a round, and each is longer than the one before."""
        rising = all(low < high for ends in (self.groups, (0, *self.rounds)) for low, high in pairwise(ends))
        some = len(self.groups) > 1 and self.groups[0] == 0 and len(self.rounds) > 0
        return rising and some and (self.step is None or self.step > 0)

    def upto(self, n_replicas: int) -> tuple[int, ...]:
        """Return the rounds in which so many replicas are run: those there are, and what is left at the end."""
        there = tuple(done for done in self.rounds if done < n_replicas)
        more = () if len(there) < len(self.rounds) else self.cut(self.rounds[-1], n_replicas)
        return (*there, *(last for _, last in more[:-1]), n_replicas)

    def cut(self, first: int, last: int) -> tuple[tuple[int, int], ...]:
        """Return replicas `first` .. `last` - 1 in pieces that one part may hold: first and end of each."""
        step = self.step or max(last - first, 1)
        return tuple((begin, min(begin + step, last)) for begin in range(first, last, step))

    def blocks(self, n_replicas: int) -> Iterator[Block]:
        """Yield the blocks that give every case so many replicas, a round after another."""
        first = 0
        for last in self.upto(n_replicas):
            for group in range(len(self.groups) - 1):
                yield self.block(group, first, last)
            first = last

    def block(self, group: int, first: int, last: int, only: tuple[int, ...] | None = None) -> Block:
        """Return a block of a group."""
        return Block(self.groups[group], self.groups[group + 1], first, last, only)


class Parts:
    """The folder of a study's parts.

    folder : of nothing but parts     study_id : a part of another study is none of ours
    """

    def __init__(self, folder: Path, study_id: str, *, here: bool = True) -> None:
        """Open the folder.

        Parameters
        ----------
        here : run here: make it, and remove what a killed process left half-written; else it is only read

        Raises
        ------
        FolderError
            When it cannot be made.
        """
        self.folder, self.study_id = folder, study_id
        if not here:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(folder, lambda name: _NAME.fullmatch(name) is not None)
        except OSError as error:
            raise FolderError(f"{folder}: cannot be written: {error.strerror or error}") from None

    def layout(self) -> Layout | None:
        """Return how the study is cut up, None where that is not settled yet."""
        try:
            told = json.loads((self.folder / PLAN).read_bytes())
            if told["format"] != FORMAT or told["study_id"] != self.study_id:
                return None
            step = told.get("step")
            layout = Layout(
                tuple(map(int, told["groups"])), tuple(map(int, told["rounds"])), None if step is None else int(step)
            )
            return layout if layout.whole else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def settle(self, layout: Layout) -> None:
        """Write down how the study is cut up."""
        told = {
            "format": FORMAT,
            "study_id": self.study_id,
            "groups": list(layout.groups),
            "rounds": list(layout.rounds),
            "step": layout.step,
        }
        write_together(self.folder, {PLAN: (json.dumps(told) + "\n").encode()}, last=PLAN)

    def commit(self, block: Block, done: PartDone, shown: Sequence[Sequence[Any]]) -> None:
        """Keep a part: its tables, then the record that makes them count.

        Parameters
        ----------
        shown : values of the design's keys, of each of the block's cases

        Raises
        ------
        ResourceError, FolderError
            As `results.files.write_together`.
        """
        files = {f"{block.name}.parquet": done.table}
        if done.curves is not None:
            files[f"{block.name}.curves.parquet"] = done.curves
        record = {
            "format": FORMAT,
            "study_id": self.study_id,
            "only": None if block.only is None else list(block.only),
            "files": {name: mark_of(content) for name, content in files.items()},
            "cases": list(block.cases),
            "shown": [plain(values) for values in shown],
            "names": done.names,
            "facts": done.facts,
            "failures": done.failures,
        }
        name = f"{block.name}.json"
        write_together(self.folder, {**files, name: _as_bytes(record | {"sha256": _sum(record)})}, last=name)

    def record(self, block: Block, *, whole: bool = False) -> dict[str, Any] | None:
        """Return a part's record; None where there is none, or none of this study, or its tables are not as it says.

        Parameters
        ----------
        whole : read the tables and compare them with the record
        """
        try:
            record: dict[str, Any] = json.loads((self.folder / f"{block.name}.json").read_bytes())
            if record.pop("sha256") != _sum(record):
                return None
            only = None if block.only is None else list(block.only)
            if (record["format"], record["study_id"], record["only"]) != (FORMAT, self.study_id, only):
                return None
            if whole and any(
                mark_of((self.folder / name).read_bytes()) != mark
                for name, mark in record["files"].items()
                if _NAME.fullmatch(name)
            ):
                return None
            return record
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def found(self, block: Block) -> tuple[Block, dict[str, Any]] | None:
        """Return a block of some cases with its record, whichever cases those are; None where it is not kept."""
        try:
            only = tuple(map(int, json.loads((self.folder / f"{block.name}.json").read_bytes())["only"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        block = replace(block, only=only)
        record = self.record(block)
        return None if record is None else (block, record)

    def table(self, block: Block, *, curves: bool = False, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a part's rows.

        Parameters
        ----------
        columns : of these those that there are; None: all

        Raises
        ------
        FolderError
            When they cannot be read.
        """
        path = self.folder / f"{block.name}{'.curves' if curves else ''}.parquet"
        try:
            content = path.read_bytes()
            if columns is not None:
                there = pq.read_schema(io.BytesIO(content)).names
                columns = [name for name in columns if name in there]
            return read_parquet(content, columns)
        except (OSError, pa.ArrowException) as error:
            raise FolderError(f"{path}: cannot be read ({str(error).splitlines()[0][:120]})") from None

    def schema(self, block: Block, *, curves: bool = False) -> pa.Schema:
        """Return names and types of a part's columns."""
        return pq.read_schema(self.folder / f"{block.name}{'.curves' if curves else ''}.parquet")

    def clear(self) -> None:
        """Remove all parts."""
        for path in self.folder.iterdir():
            if _NAME.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    path.unlink()


def _as_bytes(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, allow_nan=False, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _sum(record: dict[str, Any]) -> str:
    """Return the SHA-256 of a record, the same before it is written and after it is read."""
    return hashlib.sha256(_as_bytes(record)).hexdigest()

"""A results folder of an experiment: held while it runs, never mixed with another, gone on with after a crash."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import FolderError
from .files import write_together
from .folder import ASKED, EXPERIMENTS, MANIFEST, MANIFEST_FORMAT, PARTS, ResultsFolder, hold_folder
from .provenance import environment, now

BEGUN = "running"
"""Status in the manifest of an experiment of which no table is written yet."""

_MOST_SAID = 3
_NO_VALUE = object()


@contextlib.contextmanager
def hold_experiment(
    path: Path, *, holds: str, case_id: str, asked: Mapping[str, Any], overwrite: bool
) -> Iterator[ResultsFolder]:
    """Hold the folder of an experiment; what an earlier try of the same left there is kept to go on from.

    Parameters
    ----------
    holds : one of `folder.EXPERIMENTS`     case_id : of the experiment
    asked : everything it was asked, ready for JSON
    overwrite : begin anew, in a folder that may hold something else of ours

    Raises
    ------
    FolderInUseError
        When another run holds it.
    FolderError
        When it holds something else, and `overwrite` was not asked for; the message says what is different.
    """
    with hold_folder(path) as folder:
        told = _content(path / ASKED)
        if not overwrite and told != _json(asked):
            folder.refuse_foreign_files()
        before = folder.holds()
        ours = before == {"holds": holds, "case_id": case_id}
        is_free = is_bare(path) or (before["holds"] is None and told == _json(asked))
        if folder.has_manifest() and not ours and not is_free and not overwrite:
            raise FolderError(
                f"{path}: holds {_other(path, before, holds, asked)}; choose another folder with --out, or --overwrite"
            )
        try:
            if overwrite or not ours:
                # First the manifest: from here on the folder is ours, even if this process is killed half-way.
                begun = {"format": MANIFEST_FORMAT, "holds": holds, "case_id": case_id, "status": BEGUN}
                write_together(path, {MANIFEST: _json(begun)}, last=MANIFEST)
            if told != _json(asked):
                write_together(path, {ASKED: _json(asked)}, last=ASKED)
            if overwrite:
                for plan in path.glob(f"{PARTS}/*/plan.json"):  # parts that no plan speaks of are done anew
                    plan.unlink()
            yield folder
        finally:
            if is_bare(path):
                _clear_bare(path)


def commit_experiment(
    folder: ResultsFolder,
    files: Mapping[str, bytes],
    *,
    holds: str,
    case_id: str,
    told: Mapping[str, Any],
    complete: bool = True,
    beside: Sequence[str] = (),
) -> None:
    """Write the files of an experiment and, last, its manifest; all or nothing.

    Parameters
    ----------
    holds : one of `folder.EXPERIMENTS`     case_id : of the experiment
    told : what else stands in the manifest     complete : all that was asked for was run
    beside : see `ResultsFolder.commit`

    Raises
    ------
    ResourceError, FolderError
        As `ResultsFolder.commit`.
    """
    manifest = {
        "format": MANIFEST_FORMAT,
        "holds": holds,
        "status": "complete" if complete else "partial",
        "case_id": case_id,
        **told,
        "finished_at": now(),
        "made_with": environment(),
    }
    folder.commit(files, manifest, beside=beside)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def is_bare(path: Path) -> bool:
    """Say whether an experiment was begun here of which nothing is kept: whatever it was asked, nothing is lost."""
    try:
        record = json.loads((path / MANIFEST).read_bytes())
        begun = record.get("holds") in EXPERIMENTS and record.get("status") == BEGUN
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    return begun and not any(path.glob(f"{PARTS}/*/*.parquet")) and not any(path.glob("*.parquet"))


def _clear_bare(path: Path) -> None:
    with contextlib.suppress(OSError):
        for plan in path.glob(f"{PARTS}/*/plan.json"):
            plan.unlink()
        for folder in (*path.glob(f"{PARTS}/*"), path / PARTS):
            if folder.is_dir():
                folder.rmdir()
    with contextlib.suppress(OSError):
        (path / ASKED).unlink()
        (path / MANIFEST).unlink()


def _other(path: Path, before: Mapping[str, Any], holds: str, asked: Mapping[str, Any]) -> str:
    """Say what a folder holds, and where it is the same experiment with other values, which."""
    if before["holds"] != holds:
        return EXPERIMENTS.get(before["holds"], "the results of a run")
    try:
        told = json.loads((path / ASKED).read_bytes())
        changed = list(differences(told, json.loads(_json(asked))))
    except (OSError, ValueError, RecursionError):
        changed = []
    if not changed:
        return f"{EXPERIMENTS[holds]} that was asked otherwise"
    more = f" and {len(changed) - _MOST_SAID} more" if len(changed) > _MOST_SAID else ""
    return f"{EXPERIMENTS[holds]} that was asked otherwise ({'; '.join(changed[:_MOST_SAID])}{more})"


def differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield one line for each value that is different: where, what it was, what it is."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            inside = f"{place}.{key}" if place else str(key)
            yield from differences(before.get(key, _NO_VALUE), now.get(key, _NO_VALUE), inside)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for i, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from differences(old, new, f"{place}.{i}")
    elif before != now:
        yield f"{place} was {_short(before)}, is {_short(now)}"


def _short(value: Any) -> str:
    if value is _NO_VALUE:
        return "left out"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )

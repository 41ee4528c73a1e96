"""A results folder: locked while in use, committed by its manifest, readable by anyone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import portalocker

from ..errors import FolderError, FolderInUseError
from .files import is_temporary, remove_leftovers, write_together
from .state import PAST, STATE

MANIFEST = "manifest.json"
MANIFEST_FORMAT = 1
TABLES = ("replicas.parquet", "curves.parquet")
"""What a later run goes on from, with the tables of groups where there are any; other files are made of these."""
LOCK = ".lock"
SEEDING, SWEEP, COMPARISON, GOAL, SENSITIVITY = "seeding", "sweep", "comparison", "goal", "sensitivity"
"""What a folder holds, in its manifest, where that is no run."""
EXPERIMENTS = {
    SEEDING: "a comparison of strategies",
    SWEEP: "a sweep",
    COMPARISON: "a comparison",
    GOAL: "the odds of a goal",
    SENSITIVITY: "a sensitivity analysis",
}
PARTS = "parts"
"""Folder of an experiment's finished parts."""
ASKED = "asked.json"
"""What an experiment was asked, to say later what is different."""
WORKBOOK = "tables.xlsx"
PICTURES = (
    "reach_curve",
    "states",
    "beyond_audience",
    "funnel",
    "conversions",
    "sentiment",
    "belief",
    "cost_and_return",
    "brands",
    "knowing_and_doing",
)
EXPERIMENT_PICTURES = (
    "strategies",
    "budget_curve",
    "chosen_people",
    "sweep",
    "sweep_lines",
    "comparison",
    "goal",
    "search",
    "sensitivity",
)
"""Names of the pictures of a run, of which each kernel family draws some; and of experiments."""
OURS = (
    "scenario.toml",
    "case.json",
    "summary.json",
    "curves.parquet",
    "replicas.parquet",
    STATE,
    PAST,
    *(f"{table}.csv" for table in ("curves", "replicas", "summary", "settings", "notes")),
    WORKBOOK,
    *(f"{experiment}.json" for experiment in EXPERIMENTS),
    *(
        f"{table}.csv"
        for table in (
            *("seed_nodes", "strategies", "budget_curve", "cases", "failures", "table", "sensitivity"),
            *("plans", "differences"),
        )
    ),
    "table.parquet",
    ASKED,
    PARTS,
    *(f"{picture}.{kind}" for picture in (*PICTURES, *EXPERIMENT_PICTURES) for kind in ("png", "svg")),
    MANIFEST,
    LOCK,
)
_TABLE_OF_GROUPS = r"by_[a-z_]+\.(parquet|csv)|means_by_[a-z_]+\.csv"

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))}


def is_ours(name: str) -> bool:
    """Say whether a file of this name in a results folder may be one that a run of ours wrote."""
    return name in OURS or re.fullmatch(_TABLE_OF_GROUPS, name) is not None


def default_folder(name: str, case_id: str) -> Path:
    """Return ``runs/<slug>-<case_id>``, a name that every system accepts, of at most 60 characters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: 60 - 1 - len(case_id)].strip("-") or "case"
    if slug in _RESERVED:
        slug = f"case-{slug}"
    return Path("runs") / f"{slug}-{case_id}"


class ResultsFolder:
    """A results folder held by this process; get one from `hold_folder`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_done = 0
        """Replicas of the case in hand that an earlier run left here."""
        self.environments: list[dict[str, Any]] = []
        """Versions and machines with which they were made, the last one last."""

    def manifest(self) -> dict[str, Any] | None:
        """Return the commit record, or None where there is none or it, or a table it names, is damaged.

        Raises
        ------
        FolderError
            When it was written by a newer version of the program, or the folder holds no run.
        """
        if (experiment := self.holds()["holds"]) in EXPERIMENTS:
            raise FolderError(f"{self.path}: holds {EXPERIMENTS[experiment]}; choose another folder with --out")
        try:
            manifest = dict(json.loads((self.path / MANIFEST).read_bytes()))
            version = int(manifest["format"])
            files = manifest["files"]
            tables = {*TABLES, *(name for name in files if is_ours(name) and name.endswith(".parquet"))}
            sound = all(mark_of((self.path / name).read_bytes()) == files[name] for name in tables)
            whole = sound and {"case_id", "n_done", "rng", "status"} <= manifest.keys()
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None
        if version > MANIFEST_FORMAT:
            raise FolderError(f"{self.path}: made by a newer wom_sim; choose another folder with --out")
        return manifest if whole else None

    def holds(self) -> dict[str, Any]:
        """Return what the commit record says the folder holds, and of which case; None for what it does not say."""
        try:
            record = json.loads((self.path / MANIFEST).read_bytes())
            return {"holds": record.get("holds"), "case_id": record.get("case_id")}
        except (OSError, ValueError, AttributeError, RecursionError):
            return {"holds": None, "case_id": None}

    def kept_files(self) -> dict[str, bytes]:
        """Return the files of the last commit that are as it left them: pictures and CSV that need not be made anew."""
        manifest, kept = self.manifest(), {}
        for name, mark in (manifest or {}).get("files", {}).items():
            with contextlib.suppress(OSError):
                content = (self.path / name).read_bytes()
                if is_ours(name) and mark_of(content) == mark:
                    kept[name] = content
        return kept

    def has_manifest(self) -> bool:
        """Say whether there is a commit record, sound or not."""
        return (self.path / MANIFEST).exists()

    def refuse_foreign_files(self) -> None:
        """Raise FolderError when there are files that no run of ours wrote.

        Without a manifest nothing but the lock is ours.
        """
        owned = self.has_manifest()
        names = [path.name for path in self.path.iterdir() if not is_temporary(path.name, is_ours)]
        if foreign := sorted(name for name in names if not (is_ours(name) if owned else name == LOCK)):
            raise FolderError(
                f"{self.path}: holds files that are not ours ({', '.join(foreign[:3])}); "
                "choose another folder with --out, or --overwrite to write beside them"
            )

    def commit(self, files: Mapping[str, bytes], manifest: Mapping[str, Any], *, beside: Sequence[str] = ()) -> None:
        """Write files and, last, a manifest with their hashes; all or nothing.

        Parameters
        ----------
        beside : files that are in the folder already and belong to it, such as a table too long to be held in memory

        Raises
        ------
        ResourceError, FolderError
            As `write_together`.
        """
        if not self.has_manifest():  # from here on the folder is ours, even if this process is killed half-way
            write_together(self.path, {MANIFEST: b'{"format": 1, "status": "being written"}\n'}, last=MANIFEST)
        marks = {name: mark_of(content) for name, content in files.items()}
        marks |= {name: _mark_of_file(self.path / name) for name in beside}
        record = {**manifest, "files": marks}
        text = json.dumps(record, indent=2, allow_nan=False) + "\n"
        write_together(self.path, {**files, MANIFEST: text.encode()}, last=MANIFEST)
        for path in self.path.iterdir():  # pictures and tables of an earlier state of the run
            if is_ours(path.name) and path.name not in {*files, *beside, MANIFEST, LOCK, PARTS}:
                with contextlib.suppress(OSError):
                    path.unlink()


@contextlib.contextmanager
def hold_folder(path: Path) -> Iterator[ResultsFolder]:
    """Create a results folder if need be, and keep others out of it until the block ends.

    The lock is the kernel's, free at once when this process ends in whatever way. Folders made here are removed
    again if nothing was written to them.

    Raises
    ------
    FolderInUseError
        When another run holds it.
    FolderError
        When it cannot be created or is a file.
    """
    made = [place for place in (path, *path.parents) if not place.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        locked_before = (path / LOCK).exists()
        lock = _open_lock(path / LOCK)
    except FileExistsError:
        raise FolderError(f"{path}: is a file, not a folder; choose another place with --out") from None
    except OSError as error:
        raise FolderError(f"{path}: cannot be written: {error.strerror or error}") from None
    try:
        try:
            portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.exceptions.AlreadyLocked:
            raise FolderInUseError(f"{path}: in use by {_holder(path / LOCK)}") from None
        except portalocker.exceptions.LockException:
            pass  # a file system without locks: two runs would write the same bytes, each file whole
        _sign(lock)
        remove_leftovers(path, is_ours)
        folder = ResultsFolder(path)
        try:
            yield folder
        finally:
            if not locked_before and not folder.has_manifest():
                _leave_no_trace(path, made=made)
    finally:
        lock.close()


def mark_of(content: bytes) -> dict[str, Any]:
    """Return what a manifest says of a file: SHA-256 and size."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _leave_no_trace(path: Path, *, made: Sequence[Path]) -> None:
    with contextlib.suppress(OSError):
        (path / LOCK).unlink()
        for place in made:
            place.rmdir()


def _open_lock(path: Path) -> Any:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.fdopen(os.open(path, flags, 0o666), "r+")


def _sign(lock: Any) -> None:
    with contextlib.suppress(OSError):  # only the message of others depends on it
        lock.seek(0)
        lock.truncate()
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        lock.write(f"pid {os.getpid()} on host {platform.node()} since {since}\n")
        lock.flush()


def _holder(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()[:200] or "another run"
    except OSError:
        return "another run"


def _mark_of_file(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}

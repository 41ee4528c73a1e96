"""A finished results folder, read and checked but never written: what a run was asked and what it left."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import FolderError
from .folder import EXPERIMENTS, MANIFEST, MANIFEST_FORMAT, TABLES, mark_of
from .provenance import OURS
from .state import PAST

SCENARIO = "scenario.toml"
CASE = "case.json"
SUMMARY = "summary.json"

_KINDS = {
    "case_id": str,
    "status": str,
    "rng": str,
    "rng_seed": int,
    "n_replicas": int,
    "n_done": int,
    "graph_hash": str,
    "files": dict,
    "made_with": dict,
}
"""What the manifest of every run says, and of which type."""


@dataclass(frozen=True)
class Asked:
    """What a run was asked beyond its scenario file, as the manifest keeps it.

    set : changes of the scenario in order, as ``--set`` takes them
    plan : name of the variant that was run; empty: the file itself
    folder : the scenario's folder, relative to the results folder; absolute where no such path exists
    until : date or length of time at which the run was cut short; empty: run to its horizon
    from_past : the run went on from the saved past that lies beside its results
    """

    set: tuple[str, ...]
    plan: str
    folder: str
    until: str = ""
    from_past: bool = False

    @classmethod
    def from_folder(
        cls, results: Path, *, set: Sequence[str], plan: str, folder: Path, until: str = "", from_past: bool = False
    ) -> Asked:
        """Return what to keep in a results folder of a scenario that lies in `folder`."""
        place = folder.resolve()
        with contextlib.suppress(ValueError):  # on another drive of Windows
            place = Path(os.path.relpath(place, results.resolve()))
        return cls(tuple(set), plan, place.as_posix(), until, from_past)

    def document(self) -> dict[str, Any]:
        """Return what the manifest says under ``asked``."""
        told = {"set": list(self.set), "plan": self.plan or None, "folder": self.folder}
        branching = {"until": self.until, "from_past": self.from_past}
        return told | {key: value for key, value in branching.items() if value}


@dataclass(frozen=True)
class Record:
    """A results folder as its manifest says it is.

    path : Path
    manifest : dict
    asked : Asked or None      None: written before runs kept what they were asked
    files : name -> bytes      scenario.toml, case.json, summary.json, the tables, and all files of a pack
    """

    path: Path
    manifest: Mapping[str, Any]
    asked: Asked | None
    files: Mapping[str, bytes] = field(repr=False)

    def document(self, name: str) -> dict[str, Any]:
        """Return what a file of JSON holds.

        Raises
        ------
        FolderError
            When it is none.
        """
        return _document(self.path / name, self.files[name])

    @property
    def version(self) -> str:
        """The version of this package that made the run; "unknown" where it was not installed."""
        packages = self.manifest["made_with"].get("packages")
        return str(packages.get(OURS, "unknown")) if isinstance(packages, dict) else "unknown"

    @property
    def tables(self) -> list[str]:
        """Names of the tables, without suffix: replicas, curves, by_..."""
        named = ("replicas", "curves")
        others = sorted(name.removesuffix(".parquet") for name in self.files if name.startswith("by_"))
        return [*named, *others]

    @property
    def pack(self) -> Mapping[str, Any] | None:
        """What the manifest of a pack says of it; None where the folder is no pack."""
        pack = self.manifest.get("pack")
        return pack if isinstance(pack, dict) else None


def read_record(path: Path) -> Record:
    """Read a results folder and hold its files against its manifest; nothing is locked or written.

    Raises
    ------
    FolderError
        One line: when there is no such folder, it holds no run, it was not written to its end, or a file that the run
        is repeated from or compared with is missing or is not as the run left it.
    """
    shown = str(path)[:200]
    try:
        if path.is_file():
            unpack = "; unpack it first, and name the folder" if path.suffix == ".zip" else ""
            raise FolderError(f"{shown}: is a file, not a results folder{unpack}")
        if not path.is_dir():
            raise FolderError(f"{shown}: there is no such folder")
    except ValueError:  # a NUL in the path
        raise FolderError(f"{shown!a}: is not a path") from None
    manifest = _manifest(path)
    files = {}
    for name, mark in manifest["files"].items():
        kept = name in (SCENARIO, CASE, SUMMARY, PAST) or name.endswith(".parquet") or "pack" in manifest
        if kept and name != "README.md":
            files[name] = _marked(path, name, mark)
    asked = _asked(path, manifest)
    past = (PAST,) if asked is not None and asked.from_past else ()
    for name in (SCENARIO, CASE, SUMMARY, *past, *TABLES):
        if name not in files:
            raise FolderError(
                f"{path / MANIFEST}: does not name {name}; the folder is damaged, or holds something else"
            )
    return Record(path, manifest, asked, files)


def _manifest(path: Path) -> dict[str, Any]:
    place = path / MANIFEST
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        inside = next((f"; name one inside it, such as {one}" for one in _folders_in(path)), "")
        raise FolderError(f"{path}: is not the results folder of a run: it has no {MANIFEST}{inside}") from None
    except OSError as error:
        raise FolderError(f"{place}: cannot be read: {error.strerror or error}") from None
    manifest = _document(place, content)
    if (held := manifest.get("holds")) in EXPERIMENTS:
        raise FolderError(f"{path}: holds {EXPERIMENTS[held]}, not a run; name a folder that `wom run` wrote")
    version = manifest.get("format")
    if isinstance(version, int) and version > MANIFEST_FORMAT:
        raise FolderError(f"{path}: made by a newer wom_sim; update to read it")
    if manifest.get("status") == "being written":
        raise FolderError(f"{path}: a run was stopped while it wrote its results; run it again first")
    for key, kind in _KINDS.items():
        if not isinstance(manifest.get(key), kind):
            raise FolderError(f"{place}: is damaged: {key!r} is missing or no {_WORDS[kind]}")
    return manifest


def _folders_in(path: Path) -> list[Path]:
    try:
        return sorted(place.parent for place in path.glob(f"*/{MANIFEST}"))
    except OSError:
        return []


_WORDS = {str: "text", int: "whole number", dict: "table"}


def _document(place: Path, content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise FolderError(f"{place}: is damaged: not the JSON that a run writes")
    return document


def _marked(path: Path, name: str, mark: Any) -> bytes:
    """Read a file and hold it against its mark in the manifest."""
    if Path(name).name != name or not isinstance(mark, dict):
        raise FolderError(f"{path / MANIFEST}: is damaged: {name!r:.80} is no name of a file in the folder")
    try:
        content = (path / name).read_bytes()
    except OSError as error:
        raise FolderError(f"{path / name}: cannot be read: {error.strerror or error}") from None
    if mark_of(content)["sha256"] != mark.get("sha256"):
        raise FolderError(f"{path / name}: is not as the run wrote it: its SHA-256 is not the one in {MANIFEST}")
    return content


def _asked(path: Path, manifest: Mapping[str, Any]) -> Asked | None:
    if "asked" not in manifest:
        return None
    asked = manifest["asked"]
    try:
        sets, plan, folder = asked["set"], asked["plan"] or "", asked["folder"]
        sound = all(isinstance(text, str) for text in (*sets, plan, folder)) and isinstance(sets, list)
    except (TypeError, KeyError):
        sound = False
    if not sound:
        raise FolderError(f"{path / MANIFEST}: is damaged: 'asked' is not what a run writes")
    return Asked(tuple(sets), plan, folder, str(asked.get("until", "")), bool(asked.get("from_past")))

"""A folder of CSV files outside of results folders: which files in it are ours, and replacing them together."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import FolderError
from .files import check_replaceable, remove_leftovers, write_together
from .folder import MANIFEST, is_ours

RECORD = "tables.json"
"""Says of which case the tables in a folder are and what they are called; written last."""
_FORMAT = 1


def check_csv_folder(path: Path, *, case_id: str, overwrite: bool = False) -> None:
    """Refuse a folder that CSV files cannot or must not be written to, before work is spent on them; changes nothing.

    Raises
    ------
    FolderError
        When it is a file, cannot be made or written, holds a run's results, tables of another case or files of the
        same names that are not ours; the last two may be overwritten.
    """
    try:
        obstacle = _obstacle(path, case_id, overwrite=overwrite)
    except (OSError, ValueError) as error:
        if isinstance(error, FolderError):
            raise
        obstacle = f"cannot be used: {getattr(error, 'strerror', None) or error}"
    if obstacle:
        raise FolderError(f"{str(path)[:200]}: {obstacle}")


def write_csv_folder(path: Path, files: Mapping[str, bytes], *, case_id: str) -> None:
    """Write CSV files into a folder, made if need be; tables of an earlier run that are no more there are removed.

    Raises
    ------
    ResourceError, FolderError
        As `write_together`; a folder made here is removed again.
    """
    made = not path.exists()
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise FolderError(f"{path}: cannot be written: {error.strerror or error}") from None
    before = _record(path)
    record = {"format": _FORMAT, "case_id": case_id, "files": sorted(files)}
    try:
        remove_leftovers(path, _is_written_here)
        write_together(path, {**files, RECORD: (json.dumps(record, indent=2) + "\n").encode()}, last=RECORD)
    finally:
        if made:
            with contextlib.suppress(OSError):  # it stays unless it is empty
                path.rmdir()
    for name in before.get("files", ()):
        if name not in files and is_ours(name):
            with contextlib.suppress(OSError):
                (path / name).unlink()


def _obstacle(path: Path, case_id: str, *, overwrite: bool) -> str:
    if not path.exists():
        check_replaceable(path)
        return ""
    if not path.is_dir():
        return "is a file, not a folder; name a folder for the CSV files"
    if (path / MANIFEST).exists():
        return "holds the results of a run; choose another folder for the CSV files"
    check_replaceable(path / RECORD)
    names = sorted(entry.name for entry in path.iterdir() if entry.name.endswith(".csv") and is_ours(entry.name))
    record = _record(path)
    foreign = [name for name in names if name not in record.get("files", ())]
    if foreign and not overwrite:
        return f"holds files that are not ours ({', '.join(foreign[:3])}); choose another folder, or --overwrite"
    if record and record["case_id"] != case_id and not overwrite:
        held = f"{record['case_id']}; this is {case_id}"
        return f"holds the tables of another case ({held}); choose another folder, or --overwrite"
    for name in names:
        check_replaceable(path / name)
    return ""


def _is_written_here(name: str) -> bool:
    return name == RECORD or (name.endswith(".csv") and is_ours(name))


def _record(path: Path) -> dict[str, Any]:
    """Return the record of a folder; nothing where there is none that is ours."""
    try:
        record = json.loads((path / RECORD).read_bytes())
        sound = isinstance(record["case_id"], str) and all(isinstance(name, str) for name in record["files"])
        return record if sound and record["format"] == _FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}

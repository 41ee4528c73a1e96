"""Saved states: what a run was until a date, as a JSON document that says of itself whether it is whole."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from ..errors import FolderError

STATE = "state.json"
PAST = "past.json"
"""The state that a run went on from, kept with its results so that it can be repeated."""
STATE_FORMAT = 1
HOLDS = "the past of a run"


def state_bytes(document: dict[str, Any]) -> bytes:
    """Return a state as the bytes of its file; equal states give equal bytes.

    Parameters
    ----------
    document : values ready for JSON, and dates
    """
    whole = {"format": STATE_FORMAT, "holds": HOLDS, **document}
    marked = {**whole, "sha256": _mark(json.loads(_text(whole)))}
    return (_text(marked, indent=1) + "\n").encode()


def state_content(path: str | Path) -> bytes:
    """Return the bytes of a state in its file, or in the results folder that it was saved in."""
    file = Path(path)
    return (file / STATE if file.is_dir() else file).read_bytes()


def read_state(path: str | Path) -> dict[str, Any]:
    """Read a state from its file, or from the results folder that it was saved in: what `state_bytes` was given.

    Raises
    ------
    FolderError
        In one line, when there is none, or it is damaged, of a newer version, or something else.
    """
    file = Path(path)
    try:
        folder = file.is_dir()
        file = file / STATE if folder else file
        content = None if folder and not file.exists() else file.read_bytes()
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise FolderError(f"{str(path)[:200]}: no saved state can be read there: {said}") from None
    if content is None:
        raise FolderError(f"{path}: holds no saved state; `wom run ... --save-state --out {path}` saves one")
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict) or plain.get("holds") != HOLDS:
        whose = "it is damaged" if HOLDS.encode() in content else "it is something else"
        raise FolderError(f"{file}: is no saved state: {whose}; save one with `wom run ... --save-state`")
    version, mark = plain.get("format"), plain.pop("sha256", None)
    if isinstance(version, int) and version > STATE_FORMAT:
        raise FolderError(f"{file}: made by a newer wom_sim (format {version}); update to go on from it")
    if version != STATE_FORMAT or mark != _mark(plain):
        raise FolderError(f"{file}: is damaged, or was changed by hand; save the state again with --save-state")
    document: dict[str, Any] = json.loads(content, object_hook=_with_dates)
    return {key: value for key, value in document.items() if key not in ("format", "holds", "sha256")}


def _text(document: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False, default=_written)


def _mark(document: Any) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _written(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    raise TypeError(f"{value!r} is no part of a state")


def _with_dates(table: dict[str, Any]) -> Any:
    if table.keys() == {"date"} and isinstance(table["date"], str):
        return datetime.date.fromisoformat(table["date"])
    return table

"""Where two campaigns differ: key by key, for checks and for readers."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...durations import Duration
from ...spec import show

if TYPE_CHECKING:
    from .model import Campaign


def differing(before: Any, after: Any, *, leave_out: Sequence[str] = ()) -> list[str]:
    """Return the keys of two specs of one kind whose values in use differ."""
    keys = [key for key in type(before).model_fields if key not in leave_out]
    return [key for key in keys if in_use(before, key) != in_use(after, key)]


def in_use(spec: Any, key: str) -> Any:
    """Return the value that a spec uses for a key, where that depends on others."""
    return spec.in_use(key) if hasattr(spec, "in_use") else getattr(spec, key)


def said(value: Any) -> str:
    """Write a value for a reader."""
    return str(value) if isinstance(value, Duration | datetime.date) else show(value)


def changes_of(past: Campaign, future: Campaign) -> Iterator[str]:
    """Yield ``key old -> new`` for each key of the model that the future gives another value."""
    before, after = past.model_dump(mode="json"), future.model_dump(mode="json")
    yield from _changes("model", before, after)


def _changes(where: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _changes(f"{where}.{key}", before.get(key), after.get(key))
    elif isinstance(before or after, dict):
        yield f"{where} {'new' if before is None else 'left out'}"
    elif isinstance(before, list) and isinstance(after, list) and all(isinstance(e, dict) for e in (*before, *after)):
        for i in range(max(len(before), len(after))):
            old, new = (entries[i] if i < len(entries) else None for entries in (before, after))
            name = (new or old or {}).get("name", i)
            yield from _changes(f"{where}.{name}", old, new)
    else:
        yield f"{where} {_plain(before)} -> {_plain(after)}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "left out" if value is None else value if isinstance(value, str) else show(value)

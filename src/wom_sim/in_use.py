"""Which settings of a spec play a part, with their values and where these come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .spec import Spec


class Used(NamedTuple):
    """A setting that plays a part.

    key : str      dotted, entries of lists by their name: ``model.content.video.spend``
    value : what is used     origin : "given"; "default", published or neutral; "assumption", a default of our choice
    """

    key: str
    value: Any
    origin: str


def settings_of(spec: Spec, section: str) -> Iterator[Used]:
    """Yield each setting of a section that plays a part, with its value and where that comes from.

    Entries of lists are called by their name, or else by their position.
    """
    yield from _settings(spec, section, "", frozenset())


def assumed(spec: Spec, section: str) -> list[str]:
    """Return ``section.key = value`` for each default in use that is our choice, not a published figure.

    Entries of lists are called by their name, or else by their position.
    """
    return [f"{used.key} = {used.value}" for used in settings_of(spec, section) if used.origin == "assumption"]


def _settings(spec: Spec, section: str, place: str, unused: frozenset[str]) -> Iterator[Used]:
    unused |= {place + key for key in spec.unused()}
    for key, field in type(spec).model_fields.items():
        if place + key in unused:
            continue
        value, here, inner = getattr(spec, key), f"{section}.{key}", f"{place}{key}."
        if isinstance(value, Spec):
            yield from _settings(value, here, inner, unused)
        elif isinstance(value, tuple) and value and isinstance(value[0], Spec):
            for position, entry in enumerate(value):
                yield from _settings(entry, f"{here}.{_step_to(entry, position)}", inner, unused)
        elif key in spec.model_fields_set:
            yield Used(here, value, "given")
        else:
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            origin = "assumption" if extra.get("assumption") else "default"
            yield Used(here, extra.get("when_left_out", spec.in_use(key)), origin)


def _step_to(entry: Spec, position: int) -> str:
    """Return the step of a dotted key that leads to an entry of a list: its name, unless that would lead elsewhere."""
    name = getattr(entry, "name", None)
    if not isinstance(name, str) or '"' in name or name.isdigit():
        return str(position)
    return f'"{name}"' if "." in name else name

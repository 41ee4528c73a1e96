"""Every setting in use with its value and where that comes from: the scenario, a default, or an assumption."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..spec import Spec
from .schema import Scenario

SECTIONS = ("network", "segments", "model", "seeding", "starting", "run", "output")


class Used(NamedTuple):
    """A setting in use.

    key : str      dotted, entries of lists by their name: ``model.content.video.spend``
    value : number, bool, date or text; lists and small tables as text
    origin : str   "given"; "default", published or neutral; "assumption", a default that is our choice
    """

    key: str
    value: Any
    origin: str


def settings_in_use(scenario: Scenario) -> list[Used]:
    """Return the settings of a scenario in order of its sections; what is left out and has no value is not there."""
    found = [Used("start", scenario.start, "given")] if scenario.start is not None else []
    for section in SECTIONS:
        # What people start as stands in [seeding] of a scenario file.
        found += _of_value(getattr(scenario, section), "seeding" if section == "starting" else section)
    return found


def settings_of(spec: Spec, section: str) -> list[Used]:
    """Return the settings of one section, such as a model made in Python."""
    return list(_of_spec(spec, section, "", frozenset()))


def _of_value(value: Any, section: str) -> list[Used]:
    if isinstance(value, Spec):
        return settings_of(value, section)
    entries = value if isinstance(value, tuple) else ()
    return [one for i, entry in enumerate(entries) for one in settings_of(entry, f"{section}.{_label(entry, i)}")]


def _of_spec(spec: Spec, section: str, place: str, unused: frozenset[str]) -> Iterator[Used]:
    unused |= {place + key for key in spec.unused()}
    for key, field in type(spec).model_fields.items():
        if place + key in unused:
            continue
        value, inner = getattr(spec, key), f"{place}{key}."
        if isinstance(value, Spec):
            yield from _of_spec(value, f"{section}.{key}", inner, unused)
        elif isinstance(value, tuple) and value and isinstance(value[0], Spec):
            for i, entry in enumerate(value):
                yield from _of_spec(entry, f"{section}.{key}.{_label(entry, i)}", inner, unused)
        else:
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            given = key in spec.model_fields_set
            shown = value if given else extra.get("when_left_out", spec.in_use(key))
            if shown is not None and shown not in ((), {}):
                origin = "given" if given else "assumption" if extra.get("assumption") else "default"
                yield Used(f"{section}.{key}", _plain(shown), origin)


def _label(entry: Any, position: int) -> str:
    return str(getattr(entry, "name", position))


def _plain(value: Any) -> Any:
    """Return a value that fits in a cell; a `Duration` is text, though it is a float."""
    if isinstance(value, bool | int | str | datetime.date):
        return value
    if type(value) is float:
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_plain(entry)}" for key, entry in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(str(_plain(entry)) for entry in value)
    return str(value)

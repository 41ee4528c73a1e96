"""Every setting in use with its value and where that comes from: the scenario, a default, or an assumption."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ..in_use import Used
from ..in_use import settings_of as spec_settings
from ..spec import Spec
from .schema import Scenario

SECTIONS = ("network", "segments", "model", "seeding", "starting", "run", "output")


def settings_in_use(scenario: Scenario) -> list[Used]:
    """Return the settings of a scenario in order of its sections; what is left out and has no value is not there."""
    found = [Used("start", scenario.start, "given")] if scenario.start is not None else []
    for section in SECTIONS:
        # What people start as stands in [seeding] of a scenario file.
        found += _of_value(getattr(scenario, section), "seeding" if section == "starting" else section)
    return found


def settings_of(spec: Spec, section: str) -> list[Used]:
    """Return the settings of one section, such as a model made in Python; lists and small tables as text."""
    found = (used for used in spec_settings(spec, section) if used.value is not None and used.value not in ((), {}))
    return [used._replace(value=_plain(used.value)) for used in found]


def _of_value(value: Any, section: str) -> list[Used]:
    if isinstance(value, Spec):
        return settings_of(value, section)
    entries = value if isinstance(value, tuple) else ()
    return [used for entry in entries for used in settings_of(entry, f"{section}.{entry.name}")]


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

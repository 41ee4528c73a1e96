"""Changes to a scenario before it is checked: dotted keys with TOML values."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from ..errors import ScenarioError

_STEP = r'(?:"[^"]*"|[^."\s][^."]*)'
_KEY = re.compile(rf"{_STEP}(?:\.{_STEP})*")


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split ``section.key=value`` from the command line; a value that is no TOML is taken as text.

    Raises
    ------
    ScenarioError
        When there is no ``=`` or no key.
    """
    key, equals, value = text.partition("=")
    if not equals or not _KEY.fullmatch(key.strip()):
        raise ScenarioError(f"--set {text!a}: write section.key=value")
    if not text.isprintable():
        raise ScenarioError(f"--set {text!a}: has characters that cannot be printed")
    try:
        return key.strip(), tomllib.loads(f"value = {value.strip()}")["value"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return key.strip(), value.strip()


def apply_overrides(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with dotted keys changed; entries of lists go by position or by their `name`.

    Raises
    ------
    ScenarioError
        When a step of a dotted key leads through a plain value or to a list entry that does not exist.
    """
    result: dict[str, Any] = copy.deepcopy(dict(values))
    for dotted, value in changes.items():
        dotted = str(dotted)
        steps = _steps(dotted)
        if not _KEY.fullmatch(dotted):
            raise ScenarioError(f"set {dotted!r}: write section.key")
        place: Any = result
        for depth, step in enumerate(steps):
            last = depth == len(steps) - 1
            where = ".".join(steps[: depth + 1])
            if isinstance(place, list):
                index = _entry(place, step, where)
                if last:
                    place[index] = value
                place = place[index]
            elif isinstance(place, dict):
                if last:
                    place[step] = value
                else:
                    place = place.setdefault(step, {})
            else:
                raise ScenarioError(f"set {dotted}: {'.'.join(steps[:depth])} holds a value, not a table")
    return result


def place_of(values: Mapping[str, Any], dotted: str) -> tuple[str, ...]:
    """Return where a dotted key leads: its steps, entries of lists by position, so that all spellings are equal."""
    return tuple(step for step, _ in _walk(values, dotted))


def value_at(values: Mapping[str, Any], dotted: str) -> Any:
    """Return what a dotted key holds; None where it is left out or leads nowhere."""
    return [value for _, value in _walk(values, dotted)][-1]


def overlaps(values: Mapping[str, Any], keys: Sequence[str], section: str) -> Iterator[str]:
    """Yield one line for each of a section's keys that is there twice, however it is spelt, or lies inside another."""
    places = [(place_of(values, key), key) for key in keys]
    for (first, above), (second, key) in combinations(places, 2):
        if first == second:
            also = "" if above == key else f", above as {above}"
            yield f"{section}.{key}: is varied twice{also}; remove one of them"
        elif first == second[: len(first)] or second == first[: len(second)]:
            inner, outer = (key, above) if len(second) > len(first) else (above, key)
            yield f"{section}.{inner}: lies inside {outer}, which is varied as well; remove one of them"


def first_problem(
    values: Mapping[str, Any], changes: Mapping[str, Any], check: Callable[[Mapping[str, Any]], object]
) -> str:
    """Return what is wrong first with a scenario whose keys are changed; empty where nothing is.

    Parameters
    ----------
    check : raises ScenarioError where a scenario is wrong
    """
    try:
        check(apply_overrides(values, changes))
    except ScenarioError as error:
        return error.problems[0]
    return ""


def problem_with(values: Mapping[str, Any], check: Callable[[Mapping[str, Any]], object], key: str, value: Any) -> str:
    """Return what is wrong first with a scenario in which one key has another value; empty where nothing is."""
    return first_problem(values, {key: value}, check)


def line_of(text: str, section: str, key: str) -> str:
    """Return `` (line n)`` where a key of a section stands in the file, or nothing where that is not found."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            current = header[1]
        elif current == section and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return f" (line {number})"
    return ""


def _walk(place: Any, dotted: str) -> Iterator[tuple[str, Any]]:
    """Yield the steps of a dotted key, entries of lists by position, each with what it leads to, None where nothing."""
    for step in _steps(dotted):
        try:
            step = str(_entry(place, step, dotted)) if isinstance(place, list) else step
            place = place[int(step)] if isinstance(place, list) else place[step]
        except (ScenarioError, LookupError, TypeError):
            place = None
        yield step, place


def _steps(dotted: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^."]+)', dotted)]


def _entry(entries: list[Any], step: str, where: str) -> int:
    if step.isascii() and step.isdigit() and int(step) < len(entries):
        return int(step)
    names = [str(entry.get("name", "")) if isinstance(entry, dict) else "" for entry in entries]
    if step in names:
        return names.index(step)
    known = ", ".join(repr(name) for name in names if name) or "none has a name"
    raise ScenarioError(f"set {where}: there is no entry {step!r} among {len(entries)}; names: {known}")

"""From a TOML file to a `Scenario`: read safely, check everything, report every error at once."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import GraphError, ScenarioError
from ..graph.catalogue import GENERATORS
from ..graph.files import FileNetwork
from ..graph.segments import Segment, check_segments
from ..models.catalogue import MODELS
from ..seeding.catalogue import STRATEGIES
from ..spec import Spec, explain, show, unknown_key
from .override import apply_overrides, line_of
from .schema import FORMAT, Run, Scenario

MAX_BYTES = 1 << 20
"""A scenario is a page of text; more than 1 MiB is some other file."""

MAX_DOTS = 200

SECTIONS = ("format", "name", "network", "segments", "model", "seeding", "run")


def read_scenario(path: str | os.PathLike[str], *, set: Mapping[str, Any] | None = None) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : file in TOML, UTF-8; paths inside are relative to it
    set : dotted keys to change before checking, such as ``{"run.n_replicas": 50}``

    Raises
    ------
    ScenarioError
        One line for each problem, naming file and key.
    """
    origin = os.fspath(path)
    text = _read_text(origin)
    values = _parse(text, origin)
    return scenario_from(values, origin=origin, folder=Path(origin).parent, text=text, set=set)


def scenario_from(
    values: Mapping[str, Any],
    *,
    origin: str = "scenario",
    folder: Path | None = None,
    text: str = "",
    set: Mapping[str, Any] | None = None,
) -> Scenario:
    """Check a scenario given as nested dicts; see `read_scenario`."""
    try:
        values = apply_overrides(values, set or {})
        return _check(values, origin, folder or Path(), text)
    except ScenarioError as error:
        raise ScenarioError([f"{origin}: {problem}" for problem in error.problems]) from None
    except RecursionError:
        raise ScenarioError(f"{origin}: is nested too deeply") from None


def _check(values: Mapping[str, Any], origin: str, folder: Path, text: str) -> Scenario:
    if not values:
        raise ScenarioError("empty scenario; `wom new` writes one to start from")
    problems = _check_format(values)
    if problems:
        raise ScenarioError(problems)
    problems += [unknown_key(key, SECTIONS, where="") for key in values if key not in SECTIONS]
    name = values.get("name", "")
    if "name" not in values:
        problems.append("name: is missing; say what the scenario is called")
    elif not isinstance(name, str) or not name.strip() or len(name) > 200 or not name.isprintable():
        problems.append(f"name: must be text of 1 to 200 printable characters, got {show(name)}")

    sections: dict[str, Any] = {}
    for section, choose in (("network", _network_spec), ("model", _model_spec), ("seeding", _seeding_spec)):
        given = values.get(section)
        if given is None:
            problems.append(f"[{section}]: is missing")
        elif not isinstance(given, Mapping):
            problems.append(f"{section}: must be a table, write [{section}], got {show(given)}")
        else:
            _collect(problems, sections, section, partial(choose, given, text), given)
    _collect(problems, sections, "run", lambda: Run, values.get("run", {}))
    try:
        sections["segments"] = _segments(values.get("segments", []))
    except ScenarioError as error:
        problems += error.problems
    except GraphError as error:
        problems.append(str(error))
    if not problems and sections["segments"] and isinstance(sections["network"], FileNetwork):
        problems.append("segments: only generated networks take segments; write [network] generate = ...")
    if problems:
        raise ScenarioError(problems)
    return Scenario.model_construct(format=1, name=name.strip(), **sections, folder=folder, origin=origin, text=text)


def _collect(
    problems: list[str], sections: dict[str, Any], section: str, choose: Callable[[], type[Spec]], given: Any
) -> None:
    try:
        spec = choose()
        sections[section] = spec.model_validate(given)
    except ValidationError as error:
        problems += explain(error, spec, given if isinstance(given, Mapping) else {}, section=section)
    except ScenarioError as error:
        problems += error.problems


def _check_format(values: Mapping[str, Any]) -> list[str]:
    version = values.get("format")
    if version is None:
        return [f"format: is missing; write `format = {FORMAT}` in the first line"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        return [f"format: must be {FORMAT}, got {show(version)}"]
    if version > FORMAT:
        return [f"format: must be {FORMAT}, got {version}: made by a newer wom_sim; update to read it"]
    return []


def _network_spec(given: Mapping[str, Any], text: str) -> type[Spec]:
    if "file" in given and "generate" in given:
        raise ScenarioError(
            f"network: give `file`{line_of(text, 'network', 'file')} or `generate`"
            f"{line_of(text, 'network', 'generate')}, not both"
        )
    if "file" in given:
        return FileNetwork
    if "generate" not in given:
        raise ScenarioError(f"network: needs `file` or `generate`; generators: {', '.join(GENERATORS)}")
    return _named(GENERATORS, given["generate"], "network.generate", "generator")


def _model_spec(given: Mapping[str, Any], text: str) -> type[Spec]:
    del text
    if "kind" not in given:
        raise ScenarioError(f"model.kind: is missing; models: {', '.join(MODELS)}")
    return _named(MODELS, given["kind"], "model.kind", "model")


def _seeding_spec(given: Mapping[str, Any], text: str) -> type[Spec]:
    if "nodes" in given and given.get("strategy", "nodes") != "nodes":
        raise ScenarioError(
            f"seeding: give `nodes`{line_of(text, 'seeding', 'nodes')} or `strategy`"
            f"{line_of(text, 'seeding', 'strategy')}, not both"
        )
    if "nodes" in given:
        return STRATEGIES["nodes"]
    if "strategy" not in given:
        raise ScenarioError(f"seeding: needs `nodes` or `strategy`; strategies: {', '.join(STRATEGIES)}")
    return _named(STRATEGIES, given["strategy"], "seeding.strategy", "strategy")


def _named(known: Mapping[str, type[Spec]], name: Any, key: str, thing: str) -> type[Spec]:
    if isinstance(name, str) and name in known:
        return known[name]
    hint = unknown_key(str(name), list(known), where="").partition("; ")[2]
    raise ScenarioError(f"{key}: there is no {thing} {show(name)}; {hint}")


def _segments(given: Any) -> tuple[Segment, ...]:
    if not isinstance(given, list):
        raise ScenarioError(f"segments: must be tables, write [[segments]], got {show(given)}")
    problems, segments = [], []
    for i, item in enumerate(given):
        try:
            segments.append(Segment.model_validate(item))
        except ValidationError as error:
            problems += explain(error, Segment, item if isinstance(item, Mapping) else {}, section=f"segments.{i}")
    if problems:
        raise ScenarioError(problems)
    check_segments(segments)
    return tuple(segments)


def _read_text(origin: str) -> str:
    try:
        # Opened without waiting: a FIFO without a writer would hang here otherwise.
        descriptor = os.open(origin, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{origin}: cannot be read: {_reason(error)}") from None
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise ScenarioError(f"{origin}: is a folder, not a scenario file")
        if not stat.S_ISREG(state.st_mode):
            raise ScenarioError(f"{origin}: is not a regular file")
        if state.st_size > MAX_BYTES:
            raise ScenarioError(f"{origin}: is {state.st_size:,} bytes; a scenario has at most {MAX_BYTES:,}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(MAX_BYTES)
    except OSError as error:
        raise ScenarioError(f"{origin}: cannot be read: {_reason(error)}") from None
    finally:
        os.close(descriptor)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError(f"{origin}: is UTF-16; save it as UTF-8")
    zero = raw.find(b"\0")
    if zero >= 0:
        raise ScenarioError(f"{origin}: has a NUL character at byte {zero}; save it as UTF-8 text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{origin}: is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _parse(text: str, origin: str) -> dict[str, Any]:
    deepest = max((line.partition("=")[0].count(".") for line in text.splitlines()), default=0)
    if deepest > MAX_DOTS:  # the parser takes minutes for tens of thousands
        raise ScenarioError(f"{origin}: is nested too deeply")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{origin}:{_locate(str(error), text)}") from None
    except RecursionError:
        raise ScenarioError(f"{origin}: is nested too deeply") from None
    except ValueError as error:  # an impossible date, an integer of thousands of digits
        what = "a number has more than 4,300 digits" if "set_int_max_str_digits" in str(error) else str(error)
        raise ScenarioError(f"{origin}: {what}") from None


def _locate(message: str, text: str) -> str:
    lines = text.split("\n")
    found = re.search(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    if not found:
        return f" not TOML: {message}"
    last = max((i for i, line in enumerate(lines, start=1) if line.strip()), default=1)
    row = int(found[1]) if found[1] else last
    column = int(found[2]) if found[2] else len(lines[last - 1]) + 1
    line = lines[row - 1].rstrip("\r") if row <= len(lines) else ""
    what = message[: found.start()] + (" at the end of the file" if not found[1] else "")
    hint = ""
    if re.search(r"=\s*[+-]?\d+,\d+", line):
        hint = "; decimals take a point: write 0.5"
    elif re.search(r"=\s*[\d.]+\s*%", line):
        hint = "; write 50 % as 0.5"
    elif re.match(r"\s*[\w.-]+\s*:", line) or re.match(r"\s*[#;]?\s*\[?[\w ]+\]?\s*$", line):
        hint = "; is this a TOML file?"
    shown = line if len(line) <= 160 else line[:157] + "..."
    caret = f"\n    {shown}\n    {' ' * (column - 1)}^" if line.strip() and column <= 160 else ""
    return f"{row}:{column}: not TOML: {what}{hint}{caret}"

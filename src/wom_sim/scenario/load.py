"""From a TOML file to a `Scenario`: read safely, check everything, report every error at once."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from ..models.catalogue import MODELS
from ..spec import show, unknown_key
from .around import cross_problems
from .override import apply_overrides
from .plans import check_plans, check_uncertain, plan_named, read_plans
from .read_sweep import read_sweep
from .schema import FORMAT, Output, Run, Scenario, Start
from .sections import (
    collected,
    model_spec,
    network_spec,
    read_goal,
    read_seeding,
    read_segments,
    table_of,
    unfit_segments,
)
from .text import parse, read_text

SECTIONS = (
    *("format", "name", "start", "network", "segments", "model", "seeding", "run", "output", "goal"),
    *("sweep", "uncertain", "plans"),
)


def read_scenario(
    path: str | os.PathLike[str], *, set: Mapping[str, Any] | None = None, plan: str | None = None
) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : file in TOML, UTF-8; paths inside are relative to it
    set : dotted keys to change before checking, such as ``{"run.n_replicas": 50}``
    plan : name of one of the file's `[[plans]]`; what `set` says goes before what the plan says

    Raises
    ------
    ScenarioError
        One line for each problem, naming file and key.
    """
    origin = os.fspath(path)
    text = read_text(origin)
    values = parse(text, origin)
    return scenario_from(values, origin=origin, folder=Path(origin).parent, text=text, set=set, plan=plan)


def scenario_from(
    values: Mapping[str, Any],
    *,
    origin: str = "scenario",
    folder: Path | None = None,
    text: str = "",
    set: Mapping[str, Any] | None = None,
    plan: str | None = None,
) -> Scenario:
    """Check a scenario given as nested dicts; see `read_scenario`."""
    try:
        check = partial(_check, origin=origin, folder=folder or Path(), text=text)
        changes = set or {}
        first = changes if plan is None else {key: new for key, new in changes.items() if str(key).startswith("plans")}
        return _with_variants(apply_overrides(values, first), changes, plan, check)
    except ScenarioError as error:
        raise ScenarioError([f"{origin}: {problem}" for problem in error.problems]) from None
    except RecursionError:
        raise ScenarioError(f"{origin}: is nested too deeply") from None


def variant(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with dotted keys changed, such as one case of a sweep; without plans and sweep.

    Raises
    ------
    ScenarioError
        One line for each problem, naming file and key.
    """
    try:
        values = apply_overrides(scenario.values, changes)
        changed = _check(values, origin=scenario.origin, folder=scenario.folder, text=scenario.text)
    except ScenarioError as error:
        raise ScenarioError([f"{scenario.origin}: {problem}" for problem in error.problems]) from None
    return changed.model_copy(update={"values": values})


def _with_variants(
    values: dict[str, Any], set: Mapping[str, Any], plan: str | None, check: Callable[[Mapping[str, Any]], Scenario]
) -> Scenario:
    """Check a scenario, and each value that its sweep, its plans and what is uncertain may give it."""
    apart = {key: values.pop(key) for key in ("sweep", "uncertain", "plans") if key in values}
    plans = read_plans(apart.get("plans", []))
    more: dict[str, Any] = {"plans": plans}
    if plan is not None:
        after = {key: new for key, new in set.items() if not str(key).startswith("plans")}
        values = apply_overrides(plan_named(plans, plan).applied(values), after)
        more |= {"plan": plan, "name": f"{values.get('name', '')}, {plan}"}
    scenario = check(values)
    if scenario.observed and scenario.goal is not None:  # the file need not be where the scenario travels
        values = {**values, "goal": {**values["goal"], "against": scenario.goal.against}}
    more["values"] = values
    if plan is None:
        check_plans(values, plans, check)
        if "sweep" in apart:
            more["sweep"] = read_sweep(values, apart["sweep"], scenario, check)
        if "uncertain" in apart:
            more["uncertain"] = check_uncertain(values, apart["uncertain"], scenario, check)
    return scenario.model_copy(update=more)


def _check(values: Mapping[str, Any], origin: str, folder: Path, text: str) -> Scenario:
    if not values:
        raise ScenarioError("empty scenario; `wom new` writes one to start from")
    problems = _check_format(values)
    if problems:
        raise ScenarioError(problems)
    problems += [_unknown(key, values) for key in values if key not in SECTIONS]
    name = values.get("name", "")
    if "name" not in values:
        problems.append("name: is missing; say what the scenario is called")
    elif not isinstance(name, str) or not name.strip() or len(name) > 200 or not name.isprintable():
        problems.append(f"name: must be text of 1 to 200 printable characters, got {show(name)}")

    sections: dict[str, Any] = {}
    given_start = {"start": values["start"]} if "start" in values else {}
    start = collected(problems, lambda: Start, given_start, "")
    for section, choose in (("network", network_spec), ("model", model_spec)):
        given = table_of(problems, values, section)
        if given is not None:
            sections[section] = collected(problems, partial(choose, given, text), given, section)
    kind = values["model"].get("kind") if isinstance(values.get("model"), Mapping) else None
    # Where the model is not known, nothing is said about keys that only a campaign takes.
    is_campaign = kind == "campaign" or not (isinstance(kind, str) and kind in MODELS)
    needed = not isinstance(kind, str) or kind not in MODELS or MODELS[kind].needs_seeding
    sections |= read_seeding(problems, values, text, is_campaign=is_campaign, needed=needed)
    sections["run"] = collected(problems, lambda: Run, values.get("run", {}), "run")
    sections["output"] = collected(problems, lambda: Output, values.get("output", {}), "output")
    sections["goal"] = None
    if "goal" in values:
        sections["goal"], sections["observed"] = read_goal(problems, values["goal"], folder)
    try:
        sections["segments"] = read_segments(values.get("segments", []))
    except ScenarioError as error:
        problems += error.problems
    if not problems:
        problems += unfit_segments(sections["segments"], sections["network"])
    if problems:
        raise ScenarioError(problems)
    scenario = Scenario.model_construct(
        format=1,
        name=name.strip(),
        start=start.start,
        **sections,
        folder=folder,
        origin=origin,
        text=text,
    )
    if problems := list(cross_problems(scenario)):
        raise ScenarioError(problems)
    return scenario


def _unknown(key: str, values: Mapping[str, Any]) -> str:
    """Say that a key is unknown, and which is nearest, those among them that stand in a section."""
    tables = {name: table for name, table in values.items() if isinstance(table, Mapping)}
    inside = {str(inner): f"{name}.{inner}" for name in SECTIONS for inner in tables.get(name, ())}
    inside = {inner: f"run.{inner}" for inner in Run.model_fields} | inside
    near = difflib.get_close_matches(key, (*SECTIONS, *inside), n=1, cutoff=0.6)
    if near and near[0] in inside and "." not in key:
        return f"unknown key {key!r}; did you mean {inside[near[0]]!r}?"
    return unknown_key(key, SECTIONS, where="")


def _check_format(values: Mapping[str, Any]) -> list[str]:
    version = values.get("format")
    if version is None:
        return [f"format: is missing; write `format = {FORMAT}` in the first line"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        return [f"format: must be {FORMAT}, got {show(version)}"]
    if version > FORMAT:
        return [f"format: must be {FORMAT}, got {version}: made by a newer wom_sim; update to read it"]
    return []

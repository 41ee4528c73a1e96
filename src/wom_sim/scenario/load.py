"""From a TOML file to a `Scenario`: read safely, check everything, report every error at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import GraphError, ScenarioError
from ..graph.catalogue import GENERATORS
from ..graph.files import MARKUP, FileNetwork
from ..graph.segments import Segment, check_listed, check_segments
from ..models.campaign import Goal, ObservedSeries, Starting
from ..models.catalogue import MODELS
from ..seeding.catalogue import STRATEGIES
from ..seeding.random import Random
from ..spec import Spec, explain, show, unknown_key
from .around import cross_problems, split_seeding
from .observed_series import observed_number
from .override import apply_overrides, line_of
from .plans import check_plans, check_uncertain, plan_named, read_plans
from .read_sweep import read_sweep
from .schema import FORMAT, Output, Run, Scenario, Start
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
    problems += [unknown_key(key, SECTIONS, where="") for key in values if key not in SECTIONS]
    name = values.get("name", "")
    if "name" not in values:
        problems.append("name: is missing; say what the scenario is called")
    elif not isinstance(name, str) or not name.strip() or len(name) > 200 or not name.isprintable():
        problems.append(f"name: must be text of 1 to 200 printable characters, got {show(name)}")

    sections: dict[str, Any] = {}
    given_start = {"start": values["start"]} if "start" in values else {}
    start = _collected(problems, lambda: Start, given_start, "")
    for section, choose in (("network", _network_spec), ("model", _model_spec)):
        given = _table(problems, values, section)
        if given is not None:
            sections[section] = _collected(problems, partial(choose, given, text), given, section)
    kind = values["model"].get("kind") if isinstance(values.get("model"), Mapping) else None
    # Where the model is not known, nothing is said about keys that only a campaign takes.
    is_campaign = kind == "campaign" or not (isinstance(kind, str) and kind in MODELS)
    needed = not isinstance(kind, str) or kind not in MODELS or MODELS[kind].needs_seeding
    sections |= _seeding(problems, values, text, is_campaign=is_campaign, needed=needed)
    sections["run"] = _collected(problems, lambda: Run, values.get("run", {}), "run")
    sections["output"] = _collected(problems, lambda: Output, values.get("output", {}), "output")
    sections["goal"] = None
    if "goal" in values:
        sections["goal"], sections["observed"] = _goal(problems, values["goal"], folder)
    try:
        sections["segments"] = _segments(values.get("segments", []))
    except ScenarioError as error:
        problems += error.problems
    if not problems:
        problems += _segments_fit(sections["segments"], sections["network"])
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


def _goal(problems: list[str], given: Any, folder: Path) -> tuple[Goal | None, str]:
    """Read `[goal]`, a file of what was observed turned into its number, and say which that is."""
    goal = _collected(problems, lambda: Goal, given, "goal")
    if goal is None or not isinstance(goal.against, ObservedSeries):
        return goal, ""
    try:
        number, said = observed_number(goal.against, goal.within, folder)
    except ScenarioError as error:
        problems += error.problems
        return None, ""
    return goal.model_copy(update={"against": number}), said


def _table(problems: list[str], values: Mapping[str, Any], section: str) -> Mapping[str, Any] | None:
    given = values.get(section)
    if isinstance(given, Mapping):
        return given
    if given is None:
        problems.append(f"[{section}]: is missing")
    else:
        problems.append(f"{section}: must be a table, write [{section}], got {show(given)}")
    return None


def _collected(problems: list[str], choose: Callable[[], type[Spec]], given: Any, section: str) -> Any:
    try:
        spec = choose()
        return spec.model_validate(given)
    except ValidationError as error:
        problems += explain(error, spec, given if isinstance(given, Mapping) else {}, section=section)
    except ScenarioError as error:
        problems += error.problems
    return None


def _seeding(
    problems: list[str], values: Mapping[str, Any], text: str, *, is_campaign: bool, needed: bool
) -> dict[str, Any]:
    if "seeding" not in values and (is_campaign or not needed):
        return {"seeding": Random(n_seed_nodes=0), "starting": Starting() if is_campaign else None}
    given = _table(problems, values, "seeding")
    if given is None:
        return {}
    try:
        strategy = _strategy(given, text)
    except ScenarioError as error:
        problems += error.problems
        return {}
    left, starting, wrong = split_seeding(given, strategy, is_campaign=is_campaign)
    problems += wrong
    return {"seeding": _collected(problems, lambda: strategy, left, "seeding"), "starting": starting}


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


def _strategy(given: Mapping[str, Any], text: str) -> type[Spec]:
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
            segment = Segment.model_validate(item)
            if not segment.name.isprintable() or not segment.name.strip():
                problems.append(f"segments.{i}.name: must be printable text, got {segment.name!r}")
            segments.append(segment)
        except ValidationError as error:
            problems += explain(error, Segment, item if isinstance(item, Mapping) else {}, section=f"segments.{i}")
    if problems:
        raise ScenarioError(problems)
    return tuple(segments)


_NO_LIST = (
    "segments: the network's file does not say who is in which; name a list of people with the columns id and "
    'segment: [network] people = "people.csv"'
)


def _segments_fit(segments: tuple[Segment, ...], network: Any) -> list[str]:
    if not segments:
        return []
    try:
        if not isinstance(network, FileNetwork):
            check_segments(segments)
        elif network.people is None and not network.file.removesuffix(".gz").endswith(MARKUP):
            return [_NO_LIST]
        else:
            check_listed(segments)
    except GraphError as error:
        return [str(error)]
    return []

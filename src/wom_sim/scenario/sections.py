"""The sections of a scenario file, each read by the spec that its own words choose; problems are collected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from .around import split_seeding
from .observed_series import observed_number
from .override import line_of


def read_goal(problems: list[str], given: Any, folder: Path) -> tuple[Goal | None, str]:
    """Read `[goal]`, a file of what was observed turned into its number, and say which that is."""
    goal = collected(problems, lambda: Goal, given, "goal")
    if goal is None or not isinstance(goal.against, ObservedSeries):
        return goal, ""
    try:
        number, said = observed_number(goal.against, goal.within, folder)
    except ScenarioError as error:
        problems += error.problems
        return None, ""
    return goal.model_copy(update={"against": number}), said


def table_of(problems: list[str], values: Mapping[str, Any], section: str) -> Mapping[str, Any] | None:
    """Return what stands in a section; None, and a line more in `problems`, where there is no such table."""
    given = values.get(section)
    if isinstance(given, Mapping):
        return given
    if given is None:
        problems.append(f"[{section}]: is missing")
    else:
        problems.append(f"{section}: must be a table, write [{section}], got {show(given)}")
    return None


def collected(problems: list[str], choose: Callable[[], type[Spec]], given: Any, section: str) -> Any:
    """Return a section as the spec that `choose` names; None, and lines more in `problems`, where it is wrong."""
    try:
        spec = choose()
        return spec.model_validate(given)
    except ValidationError as error:
        problems += explain(error, spec, given if isinstance(given, Mapping) else {}, section=section)
    except ScenarioError as error:
        problems += error.problems
    return None


def read_seeding(
    problems: list[str], values: Mapping[str, Any], text: str, *, is_campaign: bool, needed: bool
) -> dict[str, Any]:
    """Read `[seeding]` as who starts and what they start as; without it nobody starts, where nobody is `needed`."""
    if "seeding" not in values and (is_campaign or not needed):
        return {"seeding": Random(n_seed_nodes=0), "starting": Starting() if is_campaign else None}
    given = table_of(problems, values, "seeding")
    if given is None:
        return {}
    try:
        strategy = _strategy(given, text)
    except ScenarioError as error:
        problems += error.problems
        return {}
    left, starting, wrong = split_seeding(given, strategy, is_campaign=is_campaign)
    problems += wrong
    return {"seeding": collected(problems, lambda: strategy, left, "seeding"), "starting": starting}


def network_spec(given: Mapping[str, Any], text: str) -> type[Spec]:
    """Return the spec of a file, or of the generator that is named; ScenarioError where it is neither or both."""
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


def model_spec(given: Mapping[str, Any], text: str) -> type[Spec]:
    """Return the spec of the model that is named; ScenarioError where there is none."""
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


def read_segments(given: Any) -> tuple[Segment, ...]:
    """Read `[[segments]]`; ScenarioError with a line for each problem."""
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


def unfit_segments(segments: tuple[Segment, ...], network: Any) -> list[str]:
    """Return why segments do not fit a network, none or one line."""
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

"""`wom check`: what a scenario resolves to, what it assumes, what it will take; nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import choosing_progress
from .options import overrides, scenario_options

if TYPE_CHECKING:
    from ..graph.csr import Graph
    from ..scenario.schema import Scenario


@click.command("check")
@click.argument("scenario", metavar="SCENARIO.toml")
@scenario_options
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    *,
    as_json: bool,
    quiet: bool,
    yes_use_memory: bool,
) -> None:
    """Check a scenario and show what it resolves to.

    Builds the network, finds the seed nodes, estimates memory and time; runs nothing.
    """
    from ..engine import limits
    from ..engine.plan import plan_scenario
    from ..scenario.load import read_scenario
    from .plausibility import plausibility, plausibility_document, plausibility_lines
    from .tables import ties_of

    checked = read_scenario(scenario, set=overrides(assignments, replicas, rng_seed), plan=plan)
    n_threads, _ = limits.usable_threads(threads)
    with choosing_progress(quiet=quiet) as show:
        case = plan_scenario(checked, use_any_memory=yes_use_memory, progress=show)
    graph, found = case.graph, plausibility(case)
    needed = limits.graph_bytes(graph.n_people, len(graph.indices), n_columns=len(graph.tie_columns))
    case.process.settle(n_threads)
    needed += case.process.memory_bytes(case.n_replicas, n_threads, curves=True)
    report: dict[str, Any] = {
        "case_id": case.case_id,
        "case": case.resolved,
        "network": _network(graph),
        "seed_nodes": [str(label) for label in case.seed_labels],
        "calendar": [{"at": at, "what": what} for at, what in _calendar(checked)],
        "plausibility": plausibility_document(found),
        "assumptions": checked.assumptions(),
        "notes": list(case.notes),
        "estimate": {
            "memory_bytes": needed,
            "memory_available_bytes": limits.available_memory(),
            "disk_bytes": case.process.disk_bytes(case.n_replicas),
            "seconds_at_most": case.process.seconds_at_most(case.n_replicas, n_threads),
        },
    }
    if as_json:
        echo_json(report)
        return
    for line in _lines(
        report, checked.name, ties_of(graph), plausibility_lines(found), fresh_seed=checked.run.rng_seed is None
    ):
        click.echo(line)


def _calendar(scenario: Scenario) -> list[tuple[str, str]]:
    from ..models.campaign import Campaign
    from ..models.campaign.calendar import calendar

    model, start, horizon = scenario.model, scenario.start, scenario.run.horizon
    if not isinstance(model, Campaign) or start is None or horizon is None:
        return []
    return calendar(model, start, horizon)


def _network(graph: Graph) -> dict[str, Any]:
    found: dict[str, Any] = {
        "people": graph.n_people,
        "ties": graph.n_ties,
        "directed": graph.directed,
        "hash": graph.hash,
    }
    if graph.tie_layers is not None:
        found["layers"] = [layer.name for layer in graph.layers]
    if graph.tie_times is not None:
        found["days"] = float(graph.tie_times.max(initial=0.0))
    return found


def _lines(report: dict[str, Any], name: str, ties: str, plausibility: list[str], *, fresh_seed: bool) -> list[str]:
    from ..engine.limits import size
    from .tables import duration

    network, estimate = report["network"], report["estimate"]
    kind = "directed" if network["directed"] else "undirected"
    lines = [
        f"{name}: nothing wrong found; case {report['case_id']}",
        f"{network['people']:,} people, {ties}, {kind}",
        "",
    ]
    for section in ("network", "segments", "model", "seeding", "run"):
        values = report["case"].get(section)
        if values:
            lines += _section(section, values)
    if report["calendar"]:
        lines += ["calendar", *(f"  {line}" for line in _dated(report["calendar"])), ""]
    if plausibility:
        lines += [*plausibility, ""]
    if report["assumptions"]:
        lines.append("assumed  (left out of the file; our choice, not a published figure)")
        lines += [f"  {assumption}" for assumption in report["assumptions"]] + [""]
    shown = ", ".join(report["seed_nodes"][:10]) + (" ..." if len(report["seed_nodes"]) > 10 else "")
    lines.append(f"seed nodes  {len(report['seed_nodes']):,}{f': {shown}' if shown else ''}")
    if fresh_seed:
        lines.append("rng_seed    made anew at each run, as none is given")
    lines += [f"note        {note}" for note in report["notes"]]
    needed, available = size(estimate["memory_bytes"]), size(estimate["memory_available_bytes"])
    lines.append(f"memory      about {needed} of the {available} available")
    lines.append(f"disk        about {size(estimate['disk_bytes'])}")
    if estimate["seconds_at_most"] is not None:
        longest = duration(estimate["seconds_at_most"])
        lines.append(f"time        at most about {longest}, if every replica reaches everybody")
    else:
        lines.append("time        not known before the run: work grows with what happens")
    return lines


def _dated(calendar: list[dict[str, str]]) -> list[str]:
    width = max(len(entry["at"]) for entry in calendar)
    return [f"{entry['at']:<{width}}  {entry['what']}" for entry in calendar]


def _section(name: str, values: Any) -> list[str]:
    """Write a section as a file would, tables inside it after its own keys; what is empty is left out."""
    if isinstance(values, list):
        return [line for entry in values for line in _table(f"[[{name}]]", name, entry)]
    return _table(f"[{name}]", name, values)


def _table(header: str, name: str, values: dict[str, Any]) -> list[str]:
    shown = {key: value for key, value in values.items() if value is not None and value not in ([], {})}
    # Inside an entry of a list, a table of numbers such as an appeal stands on one line.
    tables = {} if header.startswith("[[") else {key: value for key, value in shown.items() if _is_table(value)}
    plain = [f"  {key} = {_value(value)}" for key, value in shown.items() if key not in tables]
    inside = [line for key, value in tables.items() for line in _section(f"{name}.{key}", value)]
    return [header, *plain, "", *inside] if plain else inside


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict))


def _value(value: Any) -> str:
    import json
    import re

    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    import json
    import re

    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)

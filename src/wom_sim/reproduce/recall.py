"""From the record of a run back to its scenario, its network and its case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..engine.branching import ahead_of
from ..engine.case import Case
from ..engine.plan import build_network, plan_ahead
from ..errors import FolderError, GraphError, ScenarioError
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..graph.packed import FILES, NETWORK, unpack_network
from ..results.record import CASE, SCENARIO, Record
from ..results.state import PAST
from ..scenario.load import scenario_from
from ..scenario.override import parse_assignment
from ..scenario.schema import Scenario
from ..scenario.text import parse

FROM_PACK = "packed"
FROM_FILE = "file"
GENERATED = "generated"
LEFT_OUT = "left out"
"""Where a pack's network is: in its files, in the scenario's files (not packed), in the scenario, or left out."""


def recall_scenario(record: Record) -> Scenario:
    """Return the scenario of a run as it was run: with its changes, its plan, its `rng_seed` and what was finished.

    Raises
    ------
    ScenarioError
        When the scenario is not valid any more, or its model is not installed.
    """
    origin, text = str(record.path / SCENARIO), record.files[SCENARIO].decode("utf-8", "replace")
    asked, manifest = record.asked, record.manifest
    changes: dict[str, Any] = dict(parse_assignment(change) for change in (asked.set if asked else ()))
    changes["run.n_replicas"] = manifest["n_done"]
    try:
        scenario = scenario_from(
            parse(text, origin), origin=origin, text=text, set=changes, plan=(asked.plan if asked else "") or None
        )
    except ScenarioError as error:
        package = record.document(CASE).get("package")
        needed = [f"{origin}: its model came from {package}; install that first"] if package else []
        raise ScenarioError([*error.problems, *needed]) from None
    run = scenario.run.model_copy(update={"rng_seed": manifest["rng_seed"]})
    return scenario.model_copy(update={"run": run})


def recall_network(
    record: Record, scenario: Scenario, *, data: Path | None = None, use_any_memory: bool = False
) -> Graph:
    """Return the network that a run was made on.

    Parameters
    ----------
    data : folder in which the scenario's files are now; None: where they were

    Raises
    ------
    GraphError, FolderError
        When it cannot be read, or is not the run's because its file has changed. A generated network is not refused:
        what it changes shows in the results.
    ResourceError
        When it would not fit in memory.
    """
    wanted, pack = record.manifest["graph_hash"], record.pack or {}
    place = pack.get("network", GENERATED if not files_of(scenario) else FROM_FILE)
    if place in (FROM_PACK, LEFT_OUT):
        graph = unpack_network(_network_files(record, place), shown=str(record.path))
    else:
        found = _with_files_found(scenario, record, data)
        graph = build_network(found, rng_seed=record.manifest["rng_seed"], use_any_memory=use_any_memory)
    if graph.hash != wanted and (files_of(scenario) or place in (FROM_PACK, LEFT_OUT)):
        files = " or ".join(files_of(scenario).values()) or NETWORK
        raise GraphError(
            f"{files}: is not the network of this run: its hash is {graph.hash[:12]}, the run's {wanted[:12]}; the "
            "file has changed, or is another one"
        )
    return graph


def recall_case(
    record: Record,
    scenario: Scenario,
    graph: Graph,
    *,
    threads: int | None = None,
    use_any_memory: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Case:
    """Return the case of a run, ready to be run again.

    Parameters
    ----------
    threads, use_any_memory, progress : see `plan_scenario`

    Raises
    ------
    FolderError
        When the folder does not say what was asked beyond the scenario file, and that alone makes another case.
    ScenarioError, GraphError, ResourceError
        As `plan_scenario`.
    """
    try:
        asked = record.asked
        past = record.path / PAST if asked is not None and asked.from_past else None
        ahead = ahead_of(scenario, until=(asked.until if asked is not None else "") or None, from_state=past)
        case = plan_ahead(ahead, threads=threads, use_any_memory=use_any_memory, graph=graph, progress=progress)
    except ScenarioError:
        if record.asked is None:
            raise FolderError(_not_said(record)) from None
        raise
    if record.asked is None and case.case_id != record.manifest["case_id"]:
        raise FolderError(_not_said(record))
    return case


def _not_said(record: Record) -> str:
    return (
        f"{record.path}: does not say what the run was asked beyond scenario.toml, which alone makes another case, as "
        "with --set or --plan; run the scenario again to get a folder that does"
    )


def _network_files(record: Record, place: str) -> dict[str, bytes]:
    if place == FROM_PACK:
        return {name: record.files[name] for name in FILES if name in record.files}
    try:
        return {name: (record.path / name).read_bytes() for name in FILES}
    except OSError:
        raise FolderError(
            f"{record.path}: was packed without its network; its README.md says which files to put there, and who can "
            "make them"
        ) from None


def files_of(scenario: Scenario) -> dict[str, str]:
    """Return the files that the scenario's network names, by key."""
    network = scenario.network
    named = {"file": network.file} if isinstance(network, FileNetwork) else {}
    return named | ({"people": network.people} if network.people is not None else {})


def _with_files_found(scenario: Scenario, record: Record, data: Path | None) -> Scenario:
    """Return the scenario with the folder its files are in; a file may also lie there without the path it had."""
    files, asked = files_of(scenario), record.asked
    if not files:
        return scenario
    if "-" in files.values():
        raise FolderError(f"{record.path}: cannot be repeated: its network was read from standard input")
    if data is not None:
        folder = data
    elif asked is not None:
        folder = record.path.resolve() / asked.folder
    else:  # runs/<name>-<case id> stands beside the scenario, mostly
        folder = next((place for place in (Path(), record.path.resolve().parents[1]) if _lie_in(place, files)), Path())
    found = {}
    for key, name in files.items():
        if (folder / name).exists() or not (folder / Path(name).name).exists():
            found[key] = name
        else:
            found[key] = Path(name).name
        if not (folder / found[key]).exists():
            other = "the" if data is None else "another"
            advice = f"put it there, or name {other} folder it lies in with --data"
            raise GraphError(f"{name}: the network's file is not in {_short(folder)}; {advice}")
    network = scenario.network.model_copy(update=found)
    return scenario.model_copy(update={"folder": folder, "network": network})


def _lie_in(folder: Path, files: dict[str, str]) -> bool:
    return all((folder / name).exists() for name in files.values())


def _short(folder: Path) -> str:
    """Return a folder as seen from the current one, where it lies below, else in full."""
    folder = folder.resolve()
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder != here and folder.is_relative_to(here) else str(folder)

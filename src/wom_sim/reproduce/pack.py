"""A run as one file that somebody else can repeat: scenario, network, tables, versions, and how to go about it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..engine.case import Case
from ..engine.plan import plan_scenario
from ..errors import FolderError
from ..graph.csr import Graph
from ..graph.packed import FILES, pack_network, ties_hash
from ..results.folder import MANIFEST, default_folder, mark_of
from ..results.provenance import ENVIRONMENT, environments
from ..results.record import CASE, SCENARIO, SUMMARY, Asked, Record
from ..results.state import PAST
from ..results.store import json_bytes
from ..scenario.schema import Scenario
from .anonymous import anonymous_scenario, telling_words, without_labels
from .readme import README, readme_text
from .recall import FROM_FILE, FROM_PACK, GENERATED, LEFT_OUT, files_of, recall_case

REQUIREMENTS = "requirements.txt"

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""What every file in a pack is dated: the first time that a zip can hold, so that equal runs give equal bytes."""


@dataclass(frozen=True)
class Pack:
    """A pack, ready to be written.

    name : of the folder inside, and usually of the file
    files : name -> bytes
    telling : words of the pack that are also labels of people; none unless these were to be removed
    """

    name: str
    files: Mapping[str, bytes]
    telling: tuple[str, ...] = ()

    def zip_bytes(self) -> bytes:
        """Return the pack as a zip; equal packs give equal bytes, whatever the system and its libraries."""
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as file:  # another zlib would pack otherwise
            for name in sorted(self.files):
                entry = zipfile.ZipInfo(f"{self.name}/{name}", _EARLIEST)
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                file.writestr(entry, self.files[name])
        return sink.getvalue()


def make_pack(
    record: Record, scenario: Scenario, graph: Graph, *, network: bool = True, anonymise: bool = False
) -> Pack:
    """Pack a run.

    Parameters
    ----------
    scenario, graph : from `recall_scenario` and `recall_network`
    network : put in the network, unless it is generated from the scenario alone
    anonymise : people become numbers, and what says who made the run, or where, is left out

    Raises
    ------
    FolderError, ScenarioError, GraphError
        When the run cannot be repeated, or is a pack made without its network.
    """
    from_files = bool(files_of(scenario))
    place = GENERATED if not from_files else FROM_PACK if network else LEFT_OUT if anonymise else FROM_FILE
    case = None
    if record.asked is None:
        recall_case(record, scenario, graph)  # refuses where something is not known
    if anonymise and record.asked is not None and record.asked.from_past:
        raise FolderError(
            f"{record.path}: goes on from a saved past, which names who starts; pack it without --anonymise"
        )
    if anonymise:
        named, stripped = graph, without_labels(graph, scenario) if from_files else graph
        scenario = anonymous_scenario(record, scenario, named, packed=from_files)
        case = plan_scenario(scenario, graph=stripped)
        _check_same_people(record, named, case)
        graph = stripped
    manifest = dict(record.manifest)
    files = {name: content for name, content in record.files.items() if name.endswith(".parquet") and name not in FILES}
    files |= {name: record.files[name] for name in (SCENARIO, CASE, SUMMARY, PAST) if name in record.files}
    # Without names the scenario stands as it was run; beside a pack it lies in its own folder.
    asked = Asked((), "", ".") if anonymise or record.asked is None else replace(record.asked, folder=".")
    if case is not None:
        files |= _nameless_documents(record, scenario, case)
        manifest = _nameless_manifest(record, case)
    if place == FROM_PACK:
        files |= pack_network(graph)
    packages = _packages(record)
    files[REQUIREMENTS] = "".join(f"{name}=={version}\n" for name, version in packages.items()).encode()
    manifest["asked"] = asked.document()
    manifest["pack"] = {"network": place, "anonymised": anonymise, "ties_hash": ties_hash(graph)}
    readme = readme_text(
        scenario,
        manifest,
        place=place,
        anonymised=anonymise,
        versions=packages,
        names=sorted([*files, README, MANIFEST]),
    )
    files[README] = readme.encode()
    manifest["files"] = {name: mark_of(content) for name, content in sorted(files.items())}
    files[MANIFEST] = (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode()
    name = default_folder(scenario.name, manifest["case_id"]).name
    return Pack(name, files, tuple(_telling(files, named)) if anonymise else ())


def _nameless_documents(record: Record, scenario: Scenario, case: Case) -> dict[str, bytes]:
    summary = record.document(SUMMARY)
    summary |= {
        "case_id": case.case_id,
        "seed_nodes": [str(label) for label in case.seed_labels],
        "warnings": [],  # they name files, and people; the run made again says them anew
        "assumptions": scenario.assumptions(),
    }
    return {
        SCENARIO: scenario.text.encode(),
        CASE: json_bytes({"case_id": case.case_id, **case.resolved}),
        SUMMARY: json_bytes(summary),
    }


def _nameless_manifest(record: Record, case: Case) -> dict[str, Any]:
    """Return what the manifest may say: keys by name, so that a new one stays out until somebody has judged it."""
    kept = ("format", "status", "n_replicas", "n_done", "rng", "rng_seed", "n_people", "n_ties", "threads", "timings")
    manifest = {key: record.manifest[key] for key in (*kept, "finished_at") if key in record.manifest}
    made = ({key: made.get(key) for key in ENVIRONMENT} for made in environments(record.manifest))
    *begun, last = made
    manifest |= {"case_id": case.case_id, "graph_hash": case.graph.hash, "made_with": last}
    return manifest | ({"begun_with": begun} if begun else {})


def _check_same_people(record: Record, named: Graph, case: Case) -> None:
    """Make sure that without names the same people start: none of our strategies looks at them."""
    started = named.labels.find(record.document(SUMMARY).get("seed_nodes", []))
    if started != case.seed_nodes.tolist():
        raise FolderError(f"{record.path}: without names other people would start; it cannot be packed without them")


def _packages(record: Record) -> dict[str, str]:
    """Return names and versions of the packages the run was made with, those that brought its model included."""
    said = record.manifest["made_with"].get("packages", {})
    found = {str(name): str(version) for name, version in said.items() if version != "unknown"}
    plug_in = str(record.document(CASE).get("package", "")).split()
    return found | ({plug_in[0]: plug_in[1]} if len(plug_in) == 2 else {})


def _telling(files: Mapping[str, bytes], named: Graph) -> list[str]:
    written = [content.decode() for name, content in files.items() if not name.endswith(".parquet")]
    # What the program itself writes in every pack says nothing about people.
    usual = {"source", "target"}
    return [word for word in telling_words(written, named) if word not in usual]

"""A run without names: people are numbers, and nothing says who made it or where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..engine.plan import people_columns_of
from ..errors import ScenarioError
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..graph.labels import Labels
from ..graph.packed import PEOPLE, TIES
from ..graph.people_file import CUSTOMER, LISTED, SEGMENT
from ..results.record import SCENARIO, Record
from ..scenario.load import scenario_from
from ..scenario.schema import Scenario
from ..scenario.write import toml_text

LABEL_KEYS = ("nodes", "among", "already", "around")
"""Keys of `[seeding]` that name people by their labels."""


def without_labels(graph: Graph, scenario: Scenario) -> Graph:
    """Return a network whose people are called 0, 1, ... and have the columns alone that the run reads; no notes."""
    read = {SEGMENT, CUSTOMER, LISTED, *(column.name for column in people_columns_of(scenario).values())}
    columns = {name: column for name, column in graph.people_columns.items() if name in read}
    # When the first contact was decides nothing, but says when.
    return replace(graph, labels=Labels(graph.n_people), people_columns=columns, notes=(), time_origin=0.0)


def anonymous_scenario(record: Record, scenario: Scenario, graph: Graph, *, packed: bool) -> Scenario:
    """Return the scenario as it was run, with numbers for labels and without comments, plans and paths.

    Parameters
    ----------
    graph : with the labels that the scenario names
    packed : the network stands in the files of a pack; else it is generated from nothing but the scenario

    Returns
    -------
    Scenario
        Its `text` is what a file of it holds.
    """
    values, manifest = {**scenario.values, "name": scenario.name}, record.manifest
    values["run"] = {**values.get("run", {}), "n_replicas": manifest["n_replicas"], "rng_seed": manifest["rng_seed"]}
    if "seeding" in values:
        values["seeding"] = _numbered(values["seeding"], graph)
    if packed:
        values["network"] = _packed_network(values["network"], scenario, directed=graph.directed)
    text = toml_text(values)
    try:
        return scenario_from(values, origin=SCENARIO, text=text)
    except ScenarioError as error:
        raise ScenarioError([f"without names: {problem}" for problem in error.problems]) from None


def telling_words(texts: Iterable[str], graph: Graph) -> list[str]:
    """Return words of texts that are also labels of people, but for numbers: names that stayed, or common words."""
    words = {word for text in texts for word in re.findall(r"[^\W\d]\w+", text)}
    words |= {quoted for text in texts for quoted in re.findall(r'"([^"\n]{2,200})"', text)}
    asked = sorted(word for word in words if not word.isdigit())
    found = graph.labels.find(asked)
    return [word for word, person in zip(asked, found, strict=True) if person is not None]


def _numbered(seeding: Mapping[str, Any], graph: Graph) -> dict[str, Any]:
    """Return `[seeding]` with people's numbers in place of their labels."""
    numbered = dict(seeding)
    for key in LABEL_KEYS:
        if key in seeding:
            given = seeding[key]
            found = graph.labels.find(given if isinstance(given, list) else [given])
            numbered[key] = found if isinstance(given, list) else found[0]
    return numbered


def _packed_network(given: Mapping[str, Any], scenario: Scenario, *, directed: bool) -> dict[str, Any]:
    """Return a `[network]` that names the files of a pack and says what models ask of a network."""
    network = scenario.network
    if not isinstance(network, FileNetwork):
        return {key: value for key, value in given.items() if key not in ("people", "unlisted")}
    said: dict[str, Any] = {"file": TIES, "directed": directed}
    if network.layer is not None:
        said["layer"] = "layer"
    if network.time is not None:
        said |= {"time": "time", "time_unit": "d"}
    if network.layers:
        said["layers"] = given["layers"]
    if network.people is not None or scenario.segments:
        said["people"] = PEOPLE
    return said

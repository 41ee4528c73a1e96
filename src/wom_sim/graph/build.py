"""From a `[network]` section to a `Graph`, through the cache of built networks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .cache import load_graph, save_graph
from .csr import Graph
from .files import FileNetwork
from .generated import GeneratedNetwork
from .people import with_people
from .people_file import open_people, read_people
from .segments import Segment

GENERATION = 1
"""Version of the generators; a change of what they draw raises it, so that no cached network is taken for a new one."""

LISTING = 1
"""Version of what is made of a list of people in a generated network; likewise."""


def build_graph(
    network: FileNetwork | GeneratedNetwork,
    *,
    folder: Path,
    columns: Mapping[str, tuple[float, float]],
    segments: tuple[Segment, ...] = (),
    key: np.uint64,
) -> Graph:
    """Read or generate a network, or take it from the cache.

    Parameters
    ----------
    network : the checked `[network]` section
    folder : what a relative path is relative to
    columns : tie columns the model reads, each with the range its values must lie in
    segments : kinds of people, for generators
    key : fixes what a generator draws

    Raises
    ------
    GraphError
        When a file is missing, malformed or lacks a column, or a list of people does not fit the network.
    ScenarioError
        When values for people who are not in the list do not fit it.
    """
    people = open_people(network.people, folder)
    names = [segment.name for segment in segments]
    if isinstance(network, FileNetwork):
        content = network.read(folder)
        name = network.fingerprint(content, columns)
        # What is kept knows no strengths and delays: those may vary in a sweep.
        graph = (load_graph(name) or _kept(name, network.build(content, columns=columns))).with_layers(network.layers)
        return graph if people is None else with_people(graph, people, segments=names)
    recipe = {"generation": GENERATION, "network": network.model_dump(mode="json"), "key": int(key)}
    recipe["segments"] = [{"name": s.name, "fraction": s.fraction, "homophily": s.homophily} for s in segments]
    if people is not None:
        recipe["list"] = {"reading": LISTING, "sha256": people.sha256, "shown": people.shown}
    name = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()
    if known := load_graph(name):
        return known
    rows = None if people is None else read_people(people, segments=names)
    return _kept(name, network.build(key, segments=segments, people=rows))


def _kept(name: str, graph: Graph) -> Graph:
    save_graph(name, graph)
    return graph

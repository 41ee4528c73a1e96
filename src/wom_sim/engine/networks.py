"""Networks that several cases share: built once in a process, or handed over by another."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock

import numpy as np

from ..graph.build import build_graph
from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..graph.generated import GeneratedNetwork
from ..graph.segments import Segment

MOST_KEPT = 16


def network_name(
    network: FileNetwork | GeneratedNetwork,
    *,
    folder: Path,
    columns: Mapping[str, tuple[float, float]],
    segments: tuple[Segment, ...] = (),
    key: np.uint64,
) -> str:
    """Return a name that is the same for all cases with the same network; parameters as of `graph.build.build_graph`.

    Files go by their path, as they are read once in an experiment.
    """
    recipe = {
        "network": network.model_dump(mode="json"),
        "folder": str(folder.absolute()),
        "columns": {name: list(limits) for name, limits in columns.items()},
        "segments": [segment.model_dump(mode="json") for segment in segments],
        "key": 0 if isinstance(network, FileNetwork) else int(key),
    }
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


class Networks:
    """The networks in use, the latest `MOST_KEPT` of them; threads that ask for the same one wait for it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._known: OrderedDict[str, Future[Graph]] = OrderedDict()

    def clear(self) -> None:
        """Forget all, such as before another experiment: files may have changed since."""
        with self._lock:
            self._known.clear()

    def put(self, name: str, graph: Graph) -> None:
        """Keep a network that was built elsewhere."""
        made: Future[Graph] = Future()
        made.set_result(graph)
        with self._lock:
            self._keep(name, made)

    def holds(self, name: str) -> bool:
        """Say whether a network is here."""
        with self._lock:
            return name in self._known

    def build(
        self,
        network: FileNetwork | GeneratedNetwork,
        *,
        folder: Path,
        columns: Mapping[str, tuple[float, float]],
        segments: tuple[Segment, ...] = (),
        key: np.uint64,
    ) -> Graph:
        """Return a network, built if it is not here; parameters and errors as of `graph.build.build_graph`."""
        name = network_name(network, folder=folder, columns=columns, segments=segments, key=key)
        with self._lock:
            known = self._known.get(name)
            if known is None:
                made: Future[Graph] = Future()
                self._keep(name, made)
            else:
                self._known.move_to_end(name)
        if known is not None:
            return known.result()
        try:
            made.set_result(build_graph(network, folder=folder, columns=columns, segments=segments, key=key))
        except BaseException as error:
            made.set_exception(error)
            with self._lock:  # the next one who asks tries again: memory may be free by then
                self._known.pop(name, None)
            raise
        return made.result()

    def _keep(self, name: str, made: Future[Graph]) -> None:
        self._known[name] = made
        self._known.move_to_end(name)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)

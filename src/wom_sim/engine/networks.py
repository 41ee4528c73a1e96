"""Networks that several cases share: built once in a process, or handed over by another."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from ..graph.csr import Graph
from ..graph.files import FileNetwork
from ..graph.generated import GeneratedNetwork
from ..graph.segments import Segment
from . import limits

MOST_KEPT = 16
MOST_MEMORY = 0.25
"""Part of the memory that may be used which networks kept for later cases may fill, beside the latest."""


def network_name(
    network: FileNetwork | GeneratedNetwork,
    *,
    folder: Path,
    columns: Mapping[str, tuple[float, float]],
    segments: tuple[Segment, ...] = (),
    key: np.uint64,
) -> str:
    """Return a name that is the same for all cases with the same network; parameters as of `graph.build.build_graph`.

    Files go by their path: a worker elsewhere, who is handed the network, need not have them. See `stamp_of`.
    """
    recipe = {
        "network": network.model_dump(mode="json"),
        "folder": str(folder.absolute()),
        "columns": {name: list(limits) for name, limits in columns.items()},
        "segments": [segment.model_dump(mode="json") for segment in segments],
        "key": 0 if isinstance(network, FileNetwork) else int(key),
    }
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


Stamp = tuple[tuple[int, int], ...]
"""Size and time of the last change of each file that a network is read from."""


def stamp_of(network: FileNetwork | GeneratedNetwork, folder: Path) -> Stamp:
    """Return what changes when a file that a network is read from does; (-1, -1) of those that cannot be looked at."""
    return tuple(_mark(folder / path) for path in paths_of(network))


def paths_of(network: FileNetwork | GeneratedNetwork) -> tuple[str, ...]:
    """Return the files that a network is read from, relative to the scenario."""
    return tuple(path for path in (getattr(network, "file", None), network.people) if path is not None)


class _Known(NamedTuple):
    """A network, or one being built. `stamp` : of its files; None: it was handed over, whatever they hold by now."""

    made: Future[Graph]
    stamp: Stamp | None


class Networks:
    """The networks in use; threads that ask for the same one wait for it.

    The latest `MOST_KEPT` are kept, fewer where they fill more than `MOST_MEMORY` of the memory that may be used.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def clear(self) -> None:
        """Forget all, such as before another experiment: files may have changed since."""
        with self._lock:
            self._known.clear()

    def put(self, name: str, graph: Graph) -> None:
        """Keep a network that was built elsewhere, in place of what has its name."""
        made: Future[Graph] = Future()
        made.set_result(graph)
        with self._lock:
            self._keep(name, _Known(made, None))

    def holds(self, name: str, graph: Graph) -> bool:
        """Say whether this very network was put here."""
        with self._lock:
            known = self._known.get(name)
        return known is not None and known.stamp is None and known.made.result().hash == graph.hash

    def get(self, name: str, stamp: Stamp, make: Callable[[], Graph]) -> Graph:
        """Return a network, made if it is not here or its files have changed.

        Parameters
        ----------
        name, stamp : see `network_name`, `stamp_of`     make : builds it, and may raise
        """
        with self._lock:
            known = self._known.get(name)
            is_here = known is not None and known.stamp in (None, stamp)
            if known is None or not is_here:
                known = _Known(Future(), stamp)
            self._keep(name, known)
        if is_here:
            return known.made.result()
        try:
            known.made.set_result(make())
        except BaseException as error:
            known.made.set_exception(error)
            with self._lock:  # the next one who asks tries again: memory may be free by then
                if self._known.get(name) is known:
                    del self._known[name]
            raise
        return known.made.result()

    def _keep(self, name: str, known: _Known) -> None:
        self._known[name] = known
        self._known.move_to_end(name)
        sizes = [_n_bytes(of) for of in self._known.values()]
        room = MOST_MEMORY * limits.usable_memory()
        while len(self._known) > 1 and (len(self._known) > MOST_KEPT or sum(sizes) > room):
            self._known.popitem(last=False)
            del sizes[0]


def _n_bytes(known: _Known) -> int:
    """Return the memory of a network that is built."""
    if not known.made.done() or known.made.exception() is not None:
        return 0
    graph = known.made.result()
    return limits.graph_bytes(graph.n_people, len(graph.indices), n_columns=len(graph.tie_columns))


def _mark(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return (-1, -1)
    return found.st_size, found.st_mtime_ns

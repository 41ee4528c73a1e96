"""Who runs the parts of a study: threads of this process, or workers of a cluster; one protocol for both."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .work import Part, PartDone, run_part


class Halt(Event):
    """A request to end what is in work, which kernels see too: `flag` is set with it."""

    def __init__(self) -> None:
        """Begin unset."""
        super().__init__()
        self.flag: NDArray[np.uint8] = np.zeros(1, np.uint8)

    def set(self) -> None:
        """Ask."""
        super().set()
        self.flag[0] = 1


@dataclass(frozen=True)
class Crew:
    """Workers behind the `Executor` protocol.

    executor : runs `run_part`     workers : how many there are just now
    networks : networks by name as a part is given them: here themselves, elsewhere what stands for them
    halt : makes parts in work end soon, where they can be told; None where they cannot
    losses : errors that say a worker was lost, not that the part is wrong
    """

    executor: Executor
    workers: Callable[[], int]
    networks: Callable[[], Mapping[str, Any]]
    halt: Halt | None = None
    losses: tuple[type[BaseException], ...] = ()

    def submit(self, part: Part) -> Future[PartDone | None]:
        """Hand a part over."""
        flag = None if self.halt is None else self.halt.flag
        return self.executor.submit(run_part, part, self.networks(), self.halt, flag)


@contextlib.contextmanager
def threads_here(n: int, networks: Mapping[str, Graph]) -> Iterator[Crew]:
    """Give a crew of `n` threads; kernels run at the same time, as they release the interpreter's lock."""
    halt = Halt()
    with ThreadPoolExecutor(n) as pool:
        try:
            yield Crew(pool, lambda: n, lambda: networks, halt)
        finally:
            halt.set()
            pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def crew_of(address: str | None, networks: Mapping[str, Graph], *, threads: int) -> Iterator[Crew]:
    """Give threads of this process, or the workers of a Dask scheduler where an address is given.

    Raises
    ------
    ClusterError
        As `cluster.cluster`.
    """
    if address is None:
        with threads_here(threads, networks) as crew:
            yield crew
        return
    from .cluster import cluster

    with cluster(address, networks, workers=threads) as crew:
        yield crew

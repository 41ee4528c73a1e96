"""A crew on many machines: the workers of a Dask scheduler, or of one started here, behind the same protocol."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from multiprocessing import resource_tracker
from threading import Thread
from typing import Any

from ..errors import ClusterError
from ..graph.csr import Graph
from .crew import Crew
from .work import MADE_WITH

LOCAL = "local"
ANSWER_SECONDS = 6.0
"""How long a scheduler may take to answer."""

WORKER_SECONDS = 60.0
"""How long the first worker may take to come."""

_COUNT_SECONDS = 2.0

_ADDRESS = re.compile(r"(?:([a-z]+)://)?([^\s/:\[\]]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")


@contextlib.contextmanager
def cluster(address: str, networks: Mapping[str, Graph], *, workers: int) -> Iterator[Crew]:
    """Give the crew of a Dask scheduler.

    Networks that were read here travel once to each worker, under a key made of their content; generated ones are made
    where they are used.

    Parameters
    ----------
    address : such as ``tcp://10.0.0.5:8786``, or ``local``: workers are started on this machine, and end with the block
    networks : by name, those that were read here
    workers : to start, with `LOCAL`

    Raises
    ------
    ClusterError
        When Dask is not installed, the scheduler does not answer, no worker comes, or a worker has another version.
    """
    dask = _library()
    if address != LOCAL:
        _check_address(address)
    _quieten()
    with contextlib.ExitStack() as stack:
        place: Any = address
        if address == LOCAL:
            place = stack.enter_context(_started_here(dask, workers))
        client = stack.enter_context(_client(place, address))
        _check_workers(client)
        shelf = _Shelf(client, networks)
        executor = client.get_executor(pure=False)
        losses = (
            dask.KilledWorker,
            dask.comm.CommClosedError,
            dask.client.FutureCancelledError,
            asyncio.CancelledError,
            OSError,
        )
        yield Crew(executor, shelf.n_workers, shelf.networks, losses=losses)


def _library() -> Any:
    """Return Dask's `distributed`, whose types are unknown here: it is an extra."""
    try:
        import distributed
    except ImportError:
        raise ClusterError("--dask needs Dask, which is not installed: pip install 'wom-sim[dask]'") from None
    return distributed


def _started_here(dask: Any, workers: int) -> Any:
    """Start workers on this machine that do not listen to the Ctrl-C that a terminal sends to all: we end them."""
    resource_tracker.ensure_running()  # it would lift the block when it is started by the first worker
    started = dask.LocalCluster(
        n_workers=0, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
    )
    if hasattr(signal, "pthread_sigmask"):
        started.sync(_block_interrupts)  # in the thread that starts workers, now and later: they inherit it
    started.scale(workers)
    return started


async def _block_interrupts() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _check_address(address: str) -> None:
    """Refuse what is no address, and where nothing listens: the library would wait, and say little."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[3]) < 1 << 16:
        raise ClusterError(f"--dask {address}: must be an address such as tcp://10.0.0.5:8786, or local")
    if found[1] in (None, "tcp", "tls"):
        said = b""
        try:
            with socket.create_connection((found[2].strip("[]"), int(found[3])), timeout=ANSWER_SECONDS) as there:
                there.settimeout(1.0)
                with contextlib.suppress(TimeoutError):
                    said = there.recv(8)
        except (OSError, UnicodeError) as error:
            raise _no_answer(address, getattr(error, "strerror", None) or str(error)) from None
        if said and said.isascii() and said.decode().isprintable():  # which the library would take for a length
            raise _no_answer(address, f"what is there says {said.decode()!a}")


def _no_answer(address: str, said: str) -> ClusterError:
    return ClusterError(
        f"--dask {address}: no scheduler answers there ({said}); start one with `dask scheduler`, or write --dask local"
    )


def _client(place: Any, address: str) -> Any:
    made: Future[Any] = Future()

    def connect() -> None:
        try:
            made.set_result(_library().Client(place, timeout=ANSWER_SECONDS, set_as_default=False))
        except BaseException as error:
            made.set_exception(error)

    # The library waits for ever where something else answers, such as a web server.
    Thread(target=connect, daemon=True).start()
    try:
        return made.result(timeout=ANSWER_SECONDS + 1.0)
    except (Exception, MemoryError) as error:  # what is read there may be taken for anything
        said = str(error).splitlines()[0][:160] if str(error) else f"nothing understood in {ANSWER_SECONDS:.0f} s"
        raise _no_answer(address, said) from None


def _check_workers(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError:
        raise ClusterError(
            f"--dask: the scheduler has no workers, and none came within {WORKER_SECONDS:.0f} s; start some with "
            f"`dask worker {client.scheduler.address}`"
        ) from None
    try:
        versions = client.run(_made_with)
    except Exception as error:
        said = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
        raise ClusterError(f"--dask: a worker cannot run wom-sim ({said}); install it there too") from None
    for worker, version in sorted(versions.items()):
        if version != MADE_WITH:
            raise ClusterError(f"--dask: worker {worker} has {version}, here is {MADE_WITH}; install the same version")


def _made_with() -> str:
    return MADE_WITH


class _Shelf:
    """What lies on the workers: networks by name, put there again when all who held one are lost."""

    def __init__(self, client: Any, networks: Mapping[str, Graph]) -> None:
        self._client, self._networks = client, networks
        self._there: dict[str, Any] = {}
        self._counted, self._n_workers = 0.0, 1

    def networks(self) -> dict[str, Any]:
        """Return what stands for each network in a part."""
        for name, graph in self._networks.items():
            if name not in self._there or self._there[name].status != "finished":
                key = f"network-{graph.hash}"
                self._there[name] = self._client.scatter({key: graph}, broadcast=True)[key]
        return self._there

    def n_workers(self) -> int:
        """Return how many threads of workers there are just now."""
        if time.monotonic() - self._counted > _COUNT_SECONDS:
            with contextlib.suppress(OSError, TimeoutError):
                self._n_workers = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._n_workers


def _quieten() -> None:
    """Keep the library's warnings of lost workers to itself: what matters is said by us."""
    for name in ("distributed", "distributed.nanny", "distributed.worker", "distributed.scheduler", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

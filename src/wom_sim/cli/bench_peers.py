"""Other programs' cascades, timed: imports nothing of ours, so that a benchmark can load it in any interpreter."""

from __future__ import annotations

import array
import importlib.util
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PEERS = {"cynetdiff": "cynetdiff", "pynetim": "pynetim"}
"""Programs we are measured beside, and what pip calls them."""


class Turn(NamedTuple):
    """What a number of replicas gave: milliseconds a replica, how many, mean reach; its variance, or None."""

    ms: float
    n: int
    mean: float
    variance: float | None


Run = Callable[[int, int], Turn]
"""Runs so many replicas from such a seed."""


class Task(NamedTuple):
    """A cascade on a network: indptr (n + 1,), indices (m,), the model's kind, its chance or None, seed nodes.

    Kinds: independent_cascade, with one chance for all ties; weighted_cascade and linear_threshold, 1 / indegree each.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    kind: str
    share_prob: float | None
    seed_nodes: Sequence[int]

    def chances(self) -> NDArray[np.float64]:
        """Return the chance, or weight, of each tie."""
        if self.share_prob is not None:
            return np.full(len(self.indices), self.share_prob)
        in_degree = np.bincount(self.indices, minlength=len(self.indptr) - 1)
        chances: NDArray[np.float64] = 1.0 / in_degree[self.indices]
        return chances


def is_installed(name: str) -> bool:
    """Say whether a peer can be imported."""
    return importlib.util.find_spec(name) is not None


def peer(name: str, task: Task) -> Run:
    """Return what runs replicas of a task with a peer that is installed; building its network is not timed."""
    return {"cynetdiff": _cynetdiff, "pynetim": _pynetim}[name](task)


def turn_of(seconds: float, reach: NDArray[np.float64]) -> Turn:
    """Return a turn of which every replica's reach is known."""
    n = len(reach)
    return Turn(1000.0 * seconds / n, n, float(reach.mean()), float(reach.var(ddof=1)) if n > 1 else None)


def _cynetdiff(task: Task) -> Run:
    from cynetdiff.models import IndependentCascadeModel, LinearThresholdModel

    starts = array.array("I", task.indptr[:-1].astype(np.uint32).tobytes())
    ends = array.array("I", task.indices.astype(np.uint32).tobytes())
    model: Any
    if task.share_prob is not None:
        model = IndependentCascadeModel(starts, ends, activation_prob=task.share_prob, rng=1)
    else:
        chances = array.array("f", task.chances().astype(np.float32).tobytes())
        if task.kind == "linear_threshold":
            model = LinearThresholdModel(starts, ends, influence=chances, rng=1)
        else:
            model = IndependentCascadeModel(starts, ends, activation_probs=chances, rng=1)
    model.set_seeds(list(task.seed_nodes))

    def run(n: int, rng_seed: int) -> Turn:
        model.set_rng(rng_seed)
        reach = np.empty(n)
        clock = time.perf_counter()
        for i in range(n):
            model.reset_model()
            model.advance_until_completion()
            reach[i] = model.get_num_activated_nodes()
        return turn_of(time.perf_counter() - clock, reach)

    return run


def _pynetim(task: Task) -> Run:
    import pynetim

    src = np.repeat(np.arange(len(task.indptr) - 1), np.diff(task.indptr))
    ties = list(zip(src.tolist(), task.indices.tolist(), strict=True))
    # It renumbers people unless told not to, and would start with others.
    graph = pynetim.IMGraph(ties, weights=task.chances().tolist(), directed=True, renumber=False)
    of_kind = pynetim.LinearThresholdModel if task.kind == "linear_threshold" else pynetim.IndependentCascadeModel
    model = of_kind(graph, set(task.seed_nodes))

    def run(n: int, rng_seed: int) -> Turn:
        clock = time.perf_counter()
        mean = model.run_monte_carlo_diffusion(n, random_seed=rng_seed % 2**31)
        return Turn(1000.0 * (time.perf_counter() - clock) / n, n, float(mean), None)

    return run

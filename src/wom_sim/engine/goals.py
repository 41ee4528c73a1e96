"""What a campaign's goal is to reach, for the rules that look at its path."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes
from ..kernels.campaign.tables import World
from ..models.campaign.compile import CampaignModel
from .campaign_memory import Scratch
from .streams import campaign_keys
from .tracking import Tracker, run_tracked

PILOT_REPLICAS = 100
"""Runs without the campaign whose mean the goal's path is drawn from, whatever number is run."""

HaltedBy = NDArray[np.uint8]


def once(compute: Callable[[HaltedBy], float]) -> Callable[[HaltedBy], float]:
    """Return a function that computes a value the first time it is asked for, in whatever thread."""
    lock, known = Lock(), dict[str, float]()

    def value(halt: HaltedBy) -> float:
        with lock:
            if "value" not in known:
                found = compute(halt)
                if halt[0]:  # what was not finished is worth nothing, and nobody will look at it
                    return found
                known["value"] = found
            return known["value"]

    return value


def goal_value(
    compiled: CampaignModel, world: World, tracker: Tracker | None, rng_seed: int, scratch: Scratch, *, at_once: int
) -> float:
    """Return what the goal's metric is to reach by the end of its time.

    That is its mean over `PILOT_REPLICAS` replicas without the campaign, or the goal's number, and the uplift on it.
    The mean is kept in this process under the content of the world, so that parts of a case, and cases that differ in
    the campaign alone, run the pilot once; not where the world changes on the way.

    Parameters
    ----------
    world, tracker : the people without the campaign, and how their world changes
    scratch : with room for the steps of the goal's time
    at_once : replicas whose curves are in memory together
    """
    goal = compiled.setting.goal
    assert goal is not None  # checked with the scenario
    if goal.number is not None:
        return (1.0 + goal.uplift) * goal.number
    columns = [codes.COUNTS.index(name) for name in codes.SUMS.get(goal.metric, (goal.metric,))]
    n_steps = goal_steps(compiled)

    def pilot() -> float:
        total = 0
        for first in range(0, PILOT_REPLICAS, at_once):
            keys = campaign_keys(rng_seed, first, min(first + at_once, PILOT_REPLICAS))
            out, _ = run_tracked(tracker, world, keys, scratch)
            total += int(out.series[:, :n_steps, columns].sum(dtype=np.int64))
        return total / PILOT_REPLICAS

    if tracker is not None:
        return (1.0 + goal.uplift) * pilot()
    name = _name((world, np.array([*columns, n_steps]), np.array([rng_seed], np.uint64)))
    return (1.0 + goal.uplift) * _KNOWN.find(name, pilot, scratch.state.halt)


def goal_steps(compiled: CampaignModel) -> int:
    """Return how many steps the goal's time has; 0 without a goal."""
    goal = compiled.setting.goal
    return 0 if goal is None else round(goal.within / compiled.campaign.step)


class _Known:
    """Means that pilots found, by name; whoever asks for one that is in work waits for it."""

    def __init__(self, most: int) -> None:
        self._most, self._door = most, Lock()
        self._means: OrderedDict[str, float] = OrderedDict()
        self._in_work: dict[str, Lock] = {}

    def find(self, name: str, compute: Callable[[], float], halt: HaltedBy) -> float:
        with self._door:
            waits = self._in_work.setdefault(name, Lock())
        with waits:
            mean = self._means.get(name)
            if mean is None:
                mean = compute()
                if not halt[0]:
                    self._keep(name, mean)
        return mean

    def _keep(self, name: str, mean: float) -> None:
        with self._door:
            self._means[name] = mean
            while len(self._means) > self._most:
                self._in_work.pop(self._means.popitem(last=False)[0], None)


_KNOWN = _Known(1024)


def _name(content: Any) -> str:
    """Return the SHA-256 of arrays and numbers, in the order in which they stand."""
    mark = hashlib.sha256()
    for array in _arrays(content):
        mark.update(f"{array.dtype.str}{array.shape}".encode())
        mark.update(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"")
    return mark.hexdigest()


def _arrays(content: Any) -> Iterator[NDArray[Any]]:
    if isinstance(content, tuple):
        for part in content:
            yield from _arrays(part)
    else:
        yield np.asarray(content).reshape(-1)

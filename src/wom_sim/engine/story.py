"""One replica of a campaign told line by line, and what negative word of mouth is made of."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..kernels.campaign import run
from ..kernels.campaign.codes import POOL_FULL, ROLE_BAD, ROLE_GOOD, ROLE_REJECTER
from ..kernels.campaign.tables import World
from .campaign import CampaignProcess
from .campaign_columns import named_counts
from .campaign_memory import new_out, run_world
from .case import Case
from .streams import campaign_keys

MOST_LINES = 4_000_000
"""Lines of a log that are kept, about 100 MB; a longer story ends there and says so."""

HARM_PARTS = ("count", "power", "relaying")


@dataclass(frozen=True)
class Log:
    """What happened in one replica, in the order in which steps were handled.

    lines : LOG (k,), see `kernels.campaign.tables`
    counts : name -> int         the replica's counts
    fired : tuple of int         numbers of the rules that fired, in the order in which they did
    complete : bool              False where the story was longer than `MOST_LINES`
    """

    lines: NDArray[np.void]
    counts: dict[str, int]
    fired: tuple[int, ...]
    complete: bool


@dataclass(frozen=True)
class Harm:
    """What turns people away, on average over replicas on the same luck.

    turned_away : rejecters at the end          without_talk : of them, if no unhappy person said a word
    plain : more of them if the dissatisfied told as many as the satisfied, as strongly, and nobody passed it on
    parts : count, power, relaying -> how many more each adds: the mean over the orders in which they can be added
        (Shapley's value), so that all of these sum to `turned_away`
    n_replicas : int
    """

    turned_away: float
    without_talk: float
    plain: float
    parts: dict[str, float]
    n_replicas: int


def campaign_of(case: Case) -> CampaignProcess:
    """Return the process of a case that is a campaign.

    Raises
    ------
    ScenarioError
        When the model is another one, whose replicas have no story.
    """
    if not isinstance(case.process, CampaignProcess):
        raise ScenarioError(f"model.kind: only a campaign can be explained, got {case.model!r}")
    return case.process


def read_replica(process: CampaignProcess, replica: int) -> Log:
    """Run one replica again, alone, and keep what happened; the same happens as among all others."""
    keys = campaign_keys(process.rng_seed, replica, replica + 1)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    size = 1 << 16
    while True:
        out = new_out(process.world, 1, process.n_steps, log=size)
        fired: tuple[int, ...] = ()
        if "" in process.trackers:
            which = process.trackers[""].run(keys, scratch, out)[0]
            fired = tuple(rule for rule in process.trackers[""].order if which[rule])
        else:
            run.run_chunk(process.world, keys, scratch.state, out)
        if out.stop[0] == POOL_FULL:
            scratch.enlarge()
        elif out.log_n[0] < size or size >= MOST_LINES:
            counts = {name: int(values[0]) for name, values in named_counts(out).items()}
            return Log(out.log[: out.log_n[0]].copy(), counts, fired, complete=bool(out.log_n[0] < size))
        else:
            size *= 8


def harm(process: CampaignProcess, n_replicas: int) -> Harm:
    """Take negative word of mouth apart: what do its count, its power and its relaying each add?

    The same replicas are run in the eight worlds with and without each of the three, and once without any bad telling.
    """
    world = process.world
    rejecters = {
        frozenset(on): _rejecters(process, _with(world, frozenset(on)), n_replicas)
        for n in range(len(HARM_PARTS) + 1)
        for on in combinations(HARM_PARTS, n)
    }
    silent = _rejecters(process, _silent(world), n_replicas)
    parts = dict.fromkeys(HARM_PARTS, 0.0)
    n_parts = len(HARM_PARTS)
    for part in HARM_PARTS:
        others = [other for other in HARM_PARTS if other != part]
        for n in range(len(others) + 1):
            weight = factorial(n) * factorial(n_parts - n - 1) / factorial(n_parts)
            for on in combinations(others, n):
                parts[part] += weight * (rejecters[frozenset({*on, part})] - rejecters[frozenset(on)])
    plain = rejecters[frozenset()] - silent
    return Harm(rejecters[frozenset(HARM_PARTS)], silent, plain, parts, n_replicas)


def _rejecters(process: CampaignProcess, world: World, n_replicas: int) -> float:
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    out = run_world(world, campaign_keys(process.rng_seed, 0, n_replicas), scratch)
    return float(named_counts(out)["rejecters"].mean())


def _with(world: World, on: frozenset[str]) -> World:
    roles = world.roles.copy()
    if "count" not in on:
        roles[ROLE_BAD] = roles[ROLE_GOOD]
    if "relaying" not in on:
        roles["talk"][ROLE_REJECTER] = 0.0
    rules = world.rules if "power" in on else world.rules._replace(negative_power=1.0)
    return world._replace(roles=roles, rules=rules)


def _silent(world: World) -> World:
    roles = world.roles.copy()
    roles["talk"][[ROLE_BAD, ROLE_REJECTER]] = 0.0
    return world._replace(roles=roles)

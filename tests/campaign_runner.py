"""Runs campaigns on networks in memory for tests of their numbers: the kernel's counts, curves and logs, no report."""

import datetime
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np

from wom_sim.engine.campaign import CampaignProcess
from wom_sim.engine.campaign_memory import new_out, run_world
from wom_sim.engine.plan import prepare_direct
from wom_sim.engine.streams import campaign_keys
from wom_sim.graph.csr import Graph
from wom_sim.kernels.campaign import codes, run
from wom_sim.kernels.campaign.brands import BRAND_COUNTS
from wom_sim.models.campaign import Item, WordOfMouth
from wom_sim.seeding.base import SeedChoice

START = datetime.date(2026, 3, 2)
SILENT = WordOfMouth(satisfied_tells=0.0, dissatisfied_tells=0.0, rejecter_tells=0.0)

_CHUNK_BYTES = 1 << 25
_THREADS = 2


class Runs(NamedTuple):
    """What replicas gave at the ends: name -> (R, segments), (R, items), (R, brands); and name -> (R, steps)."""

    by_segment: Mapping[str, np.ndarray]
    by_item: Mapping[str, np.ndarray]
    by_brand: Mapping[str, np.ndarray]
    curves: Mapping[str, np.ndarray]

    def total(self, name: str) -> np.ndarray:
        return self.by_segment[name].sum(axis=1)

    @property
    def customers(self) -> np.ndarray:
        return self.total("satisfied") + self.total("dissatisfied")


def ad(n_impressions: int, **keys) -> Item:
    """An ad of so many impressions, evenly over ten days from the start."""
    last = START + datetime.timedelta(days=9)
    money = {"spend": n_impressions / 100.0, "cost_per_mille": 10.0}
    return Item(**{"name": "ad", "channel": "paid", "start": START, "end": last} | money | keys)


def process_of(campaign, graph, starters=(), *, days, rng_seed, starting=None) -> CampaignProcess:
    """The campaign's process, checked."""
    choice = SeedChoice(nodes=np.array(starters, np.int32))
    prepared = prepare_direct(graph, campaign, rng_seed=rng_seed, start=START, horizon=days, starting=starting)
    case = prepared.case(choice)
    case.process.check()
    return case.process


def run_campaign(
    campaign, graph, starters=(), *, days, n_replicas, rng_seed, starting=None, curves: Sequence[str] = ()
) -> Runs:
    """Run replicas 0 .. n_replicas - 1 of a campaign from `starters`; keep the named curves."""
    process = process_of(campaign, graph, starters, days=days, rng_seed=rng_seed, starting=starting)
    return run_process(process, n_replicas, curves=curves)


def run_process(process: CampaignProcess, n_replicas: int, *, curves: Sequence[str] = ()) -> Runs:
    """Run replicas 0 .. n_replicas - 1 of the main arm, on two threads."""
    at_once = max(1, _CHUNK_BYTES // (4 * process.n_steps * len(codes.COUNTS)))
    size = min(at_once, -(-n_replicas // _THREADS))
    spans = [(first, min(first + size, n_replicas)) for first in range(0, n_replicas, size)]
    columns = {name: codes.COUNTS.index(name) for name in curves}

    def work(mine):
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        parts = []
        for first, last in mine:
            out = run_world(process.world, campaign_keys(process.rng_seed, first, last), scratch)
            assert (out.stop == codes.AT_HORIZON).all()
            sums = {name: out.series[:, :, i].cumsum(axis=1, dtype=np.int64) for name, i in columns.items()}
            parts.append((first, out.counts, out.items, sums, out.brands))
        return parts

    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(work, [spans[i::_THREADS] for i in range(min(_THREADS, len(spans)))])
        parts = sorted((part for parts in found for part in parts), key=lambda part: part[0])
    counts = np.concatenate([part[1] for part in parts])
    items = np.concatenate([part[2] for part in parts])
    brands = np.concatenate([part[4] for part in parts])
    return Runs(
        by_segment={name: counts[:, :, i] for i, name in enumerate(codes.COUNTS)},
        by_item={name: items[:, :, i] for i, name in enumerate(codes.ITEM_COUNTS)},
        by_brand={name: brands[:, :, i] for i, name in enumerate(BRAND_COUNTS)},
        curves={name: np.concatenate([part[3][name] for part in parts]) for name in curves},
    )


def lines_of(process: CampaignProcess, first: int, last: int, *, n_lines: int = 1 << 16, scratch=None) -> np.ndarray:
    """The log of replicas first .. last - 1, one after another; times in steps."""
    scratch = process.new_scratch(np.zeros(1, np.uint8)) if scratch is None else scratch
    while True:
        out = new_out(process.world, last - first, process.n_steps, log=n_lines)
        run.run_chunk(process.world, campaign_keys(process.rng_seed, first, last), scratch.state, out)
        if (out.stop == codes.POOL_FULL).any():
            scratch.enlarge()
        elif out.log_n[0] == n_lines:
            n_lines *= 4
        else:
            return out.log[: out.log_n[0]]


def people_in(lines: np.ndarray, *what: int) -> set[int]:
    """The people of the lines of these kinds."""
    return set(lines["person"][np.isin(lines["what"], what)].tolist())


def standard_error(sample: np.ndarray) -> float:
    return float(sample.std(ddof=1) / np.sqrt(len(sample)))


def agrees(sample: np.ndarray, expected: float, *, bias: float = 0.0, stated: float = 0.0) -> bool:
    """|mean - expected| <= 4 sqrt(s^2 / R + stated^2) + bias: `stated` the standard error of `expected`."""
    sample = np.asarray(sample, np.float64)
    off = abs(sample.mean() - expected)
    return bool(off <= 4 * np.hypot(standard_error(sample), stated) + bias)


def above(difference: np.ndarray) -> bool:
    """The mean of a paired difference is above 0 by more than 4 standard errors."""
    return bool(difference.mean() > 4 * standard_error(difference))


def configuration(degrees: np.ndarray, rng: np.random.Generator) -> Graph:
    """A random undirected network with these degrees: stubs paired at random, pairs that cannot be, mixed again."""
    stubs = np.repeat(np.arange(len(degrees)), degrees)
    rng.shuffle(stubs)
    stubs = stubs[: len(stubs) // 2 * 2].reshape(-1, 2)
    while True:
        low, high = stubs.min(axis=1), stubs.max(axis=1)
        code = low * len(degrees) + high
        _, first = np.unique(code, return_index=True)
        bad = np.ones(len(stubs), bool)
        bad[first] = False
        bad |= low == high
        if not bad.any():
            return Graph.from_edges(stubs[:, 0], stubs[:, 1], directed=False, n_people=len(degrees))
        mixed = np.concatenate([np.flatnonzero(bad), rng.integers(0, len(stubs), bad.sum())])
        mixed = np.unique(mixed)
        loose = stubs[mixed].ravel()
        rng.shuffle(loose)
        stubs[mixed] = loose.reshape(-1, 2)


@cache
def regular(n: int, degree: int, rng_seed: int) -> Graph:
    """A random network where everybody has as many contacts."""
    return configuration(np.full(n, degree), np.random.default_rng(rng_seed))


@cache
def poisson_network(n: int, mean: float, rng_seed: int) -> Graph:
    """A random network with n mean / 2 ties between pairs drawn at random; the few repeats are dropped."""
    rng = np.random.default_rng(rng_seed)
    ends = rng.integers(0, n, (round(n * mean / 2), 2))
    return Graph.from_edges(ends[:, 0], ends[:, 1], directed=False, n_people=n)


def cascade_curves(graph: Graph, model, starters, *, n_replicas: int, rng_seed: int, n_steps: int) -> np.ndarray:
    """Reach by step of a cascade model run by its own kernel on the same luck: (R, n_steps); all end in time."""
    choice = SeedChoice(nodes=np.array(starters, np.int32))
    case = prepare_direct(graph, model, rng_seed=rng_seed, n_replicas=n_replicas).case(choice)
    process = case.process
    chunk = process.run_chunk(0, n_replicas, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    assert chunk.last_step.max() < n_steps
    newly = np.zeros((n_replicas, n_steps), np.int64)
    lengths = chunk.last_step + 1
    rows = np.repeat(np.arange(n_replicas), lengths)
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    newly[rows, steps] = chunk.newly[process.curve_names[0]]
    return newly.cumsum(axis=1)

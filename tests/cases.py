"""Cases for tests of engine and results: a small network, and a process with curves that fall and with groups."""

import itertools
from dataclasses import replace
from types import MappingProxyType

import numpy as np

import wom_sim as wom
from wom_sim.engine.plan import prepare_direct
from wom_sim.engine.process import Chunk
from wom_sim.seeding.base import SeedChoice
from wom_sim.seeding.people import find_people


def ring(n=40, reach=2):
    people = np.arange(n)
    return wom.Graph.from_edges(
        np.concatenate([people] * reach), np.concatenate([(people + k + 1) % n for k in range(reach)]), directed=False
    )


def case_of(graph, model, seeds, *, n_replicas, rng_seed=3, max_steps=None):
    choice = SeedChoice(*find_people(graph, seeds, key="seed_nodes"))
    return prepare_direct(graph, model, rng_seed=rng_seed, max_steps=max_steps, n_replicas=n_replicas).case(choice)


class Opinions:
    """A process of another family than cascades, whose numbers follow from the replica's number by hand.

    Replica r ends at step r % 4. Curve `net` begins at -r and rises by 2 a step, curve `said` rises by r a step.
    """

    family = "opinions"
    stop_reasons = ("over", "early")
    count_names = ("said", "sold")
    curve_names = ("net", "said")
    group_names = MappingProxyType({"segment": ("young", "old, or so", "älter"), "item": ("a video",)})
    group_counts = MappingProxyType({"segment": ("said", "sold"), "item": ("views",)})
    days_per_step = 7.0
    facts = MappingProxyType({"outcome": "opinion"})

    def check(self):
        pass

    def is_compiled(self):
        return True

    def compile(self):
        pass

    def new_scratch(self, halt):
        return halt

    def run_chunk(self, first, last, scratch, *, curves):
        replica = np.arange(first, last)
        last_step = replica % 4
        steps = np.concatenate([np.arange(end + 1) for end in last_step])
        owner = np.repeat(replica, last_step + 1)
        newly = {"net": np.where(steps == 0, -owner, 2).astype(np.int32), "said": owner.astype(np.int32)}
        counts = {"said": replica * (last_step + 1), "sold": replica**2}
        segments = {name: count[:, None] * np.array([1, 2, 3]) for name, count in counts.items()}
        return Chunk(
            last_step=last_step,
            stop=self.stops_of(last_step, counts),
            counts=counts,
            newly=newly if curves else {},
            groups={"segment": segments, "item": {"views": replica[:, None] * 5}},
        )

    def settle(self, threads):
        return 1

    def max_chunk(self):
        return 3

    def memory_bytes(self, n_replicas, threads, *, curves):
        return 1000 * n_replicas

    def disk_bytes(self, n_replicas):
        return 1000 * n_replicas

    def seconds_at_most(self, n_replicas, threads):
        return None

    def stops_of(self, last_step, counts):
        return (last_step < 3).astype(np.uint8)

    def warnings(self, results):
        return (f"{results.n_replicas} opinions",)


def opinions(n_replicas):
    """A case that runs `Opinions`."""
    case = case_of(ring(5, 1), wom.WeightedCascade(), [0], n_replicas=n_replicas)
    return replace(case, process=Opinions())


def same(a, b):
    """Say whether two results have the same replicas."""
    return all(itertools.starmap(np.array_equal, zip(_arrays(a), _arrays(b), strict=True)))


def _arrays(results):
    of_groups = [array for counts in results.groups.values() for array in counts.values()]
    return [results.last_step, results.stop, *results.counts.values(), *results.newly.values(), *of_groups]

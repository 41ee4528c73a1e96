"""How fast are negative opinions and competing brands, a block of 512 replicas at once and one by one?

    python benchmarks/labelled.py                 all rows, writes benchmarks/results.md
    python benchmarks/labelled.py --only ba10k    one network, prints only

One thread, by its own clock; both forms take turns in one process, and a figure is the median of five. The replicas run
one by one must be the first of the block, to the last bit.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from statistics import median

import numpy as np

from cascades import CHANCES
from networks import N_SEED_NODES, NETWORKS
from results_file import machine, replace_section
from wom_sim.engine.families import process_of
from wom_sim.engine.forms import ALONE
from wom_sim.engine.process import Chunk, Process
from wom_sim.engine.streams import purpose_key
from wom_sim.kernels.rng import LANES
from wom_sim.models.base import Model, Setting
from wom_sim.models.competitive_cascade import CompetitiveCascade
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.scenario.schema import MAX_STEPS

NAMES = ("ba10k", "ba100k", "epinions")
ROUNDS, ONE_BY_ONE = 5, 16
COLUMNS = ("network, model", "mean reach", "curves", "one by one ms", "a block ms", "times", "replicas a tie loaded")


def models(p: float) -> dict[str, Model]:
    """Return what is measured, by name; p: chance of a tie."""

    def brands(rule: str, *factors: float) -> Model:
        each = [{"name": f"b{i}", "share_prob": p * factor} for i, factor in enumerate(factors)]
        return CompetitiveCascade.model_validate({"brands": each, "tie_rule": rule})

    return {
        "IC-N, quality .8": NegativeOpinion(share_prob=p, quality=0.8),
        "2 brands, random neighbour": brands("random_neighbour", 1.0, 1.5),
        "2 brands alike, first brand": brands("first_brand", 1.0, 1.0),
        "16 brands, random brand": brands("random_brand", *(1.0 + i / 16 for i in range(16))),
    }


def rows_of(name: str) -> list[str]:
    """Return the rows of a network."""
    graph = NETWORKS[name]()
    seeds = np.argsort(-graph.out_degree, kind="stable")[:N_SEED_NODES].astype(np.int32)
    setting = Setting(key=partial(purpose_key, 1))
    rows = []
    for said, model in models(CHANCES[name]).items():
        process = process_of(
            model.compile(graph, setting), model, setting, seed_nodes=seeds, rng_seed=1, max_steps=MAX_STEPS
        )
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        for curves in (False, True):
            timed = partial(time_of, process, scratch, curves=curves)
            timed(ALONE, 2)
            timed(LANES, LANES)
            turns = [(timed(ALONE, ONE_BY_ONE), timed(LANES, LANES)) for _ in range(ROUNDS)]
            (_, few), (_, block) = turns[-1]
            assert all((count == block.counts[key][:ONE_BY_ONE]).all() for key, count in few.counts.items())
            one, many = (1e3 * median(turn[i][0] for turn in turns) for i in (0, 1))
            loaded = process._spare[0].examined[1]
            cells = (f"{block.counts['reach'].mean():,.0f}", "yes" if curves else "no", f"{one:.3f}", f"{many:.3f}")
            rows.append(f"| {name} {said} | {' | '.join(cells)} | {one / many:.1f} | {block.ties / loaded:.0f} |")
            print(rows[-1], flush=True)
    return rows


def time_of(process: Process, scratch: object, form: int, n: int, *, curves: bool) -> tuple[float, Chunk]:
    """Return the seconds of a replica, of the first n in one form, and what they gave."""
    process.forms.chosen = form
    begin = time.thread_time()
    chunk = process.run_chunk(0, n, scratch, curves=curves)
    return (time.thread_time() - begin) / n, chunk


def main() -> None:
    """Measure all networks, or one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=sorted(CHANCES))
    only = parser.parse_args().only
    head = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    rows = [row for name in ([only] if only else NAMES) for row in rows_of(name)]
    if only is None:
        said = (
            f"`benchmarks/labelled.py`: one thread, ms a replica, medians of {ROUNDS} turns; {N_SEED_NODES} seed nodes."
        )
        table = "\n".join([*head, *rows])
        replace_section("Opinions and brands", f"{said}\n\n{machine('wom-sim', 'numba', 'numpy')}\n\n{table}\n")


if __name__ == "__main__":
    main()

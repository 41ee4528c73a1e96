"""Small sweeps, run in this process by crews of every kind, and the bytes of their tables."""

import hashlib
import tomllib
from concurrent.futures import Executor, Future

from wom_sim.experiments.conduct import conduct
from wom_sim.experiments.crew import Crew, threads_here
from wom_sim.experiments.parts import Layout, Parts
from wom_sim.experiments.sweeping import sweep_study
from wom_sim.experiments.swept import swept_of
from wom_sim.experiments.tidy import write_tidy
from wom_sim.scenario.load import scenario_from

CASCADE = {
    "format": 1,
    "name": "A cascade",
    "network": {"generate": "random", "n_people": 60, "mean_contacts": 4},
    "model": {"kind": "independent_cascade", "share_prob": 0.3},
    "seeding": {"strategy": "degree", "n_seed_nodes": 2},
    "run": {"n_replicas": 12, "rng_seed": 5},
}
GRID = '"model.share_prob" = [0.1, 0.2, 0.3]\n"seeding.n_seed_nodes" = [1, 4]'
MIXED = """\
model = [
    { kind = "independent_cascade", share_prob = 0.2 },
    { kind = "sir", infect_prob = 0.2, recover_prob = 0.5 },
    { kind = "independent_cascade", share_prob = 0.4 },
    { kind = "weighted_cascade" },
    { kind = "sir", infect_prob = 0.1, recover_prob = 0.5 },
]
"""


class Lost(Exception):  # noqa: N818 - it is an event
    """What a crew says of a worker that was lost."""


class Here(Executor):
    """Runs what it is given in this thread, at once or in an order of its own.

    loses : says whether the worker that is given a part is lost
    """

    def __init__(self, loses=lambda part: False):
        self.loses, self.parts = loses, []

    def submit(self, run, part, *others):
        self.parts.append(part)
        future = Future()
        future.set_running_or_notify_cancel()
        if self.loses(part):
            future.set_exception(Lost("the worker was killed"))
        else:
            future.set_result(run(part, *others))
        return future


def here(loses=lambda part: False):
    """A crew of this thread alone; `crew.executor.parts` are those it was given."""
    return Crew(Here(loses), lambda: 1, dict, losses=(Lost,))


def study_of(sweep=GRID, *, values=None, **options):
    """The study of a `[sweep]`, on a cascade among sixty people or on other sections."""
    return sweep_study(scenario_from({**CASCADE, **(values or {}), **tomllib.loads(f"[sweep]\n{sweep}")}), **options)


def cut(folder, study, groups, rounds):
    """Settle how a study is cut up."""
    Parts(folder, study.study_id).settle(Layout(tuple(groups), tuple(rounds)))


def run(study, folder, crew=None, *, threads=1, **options):
    """Run a study; what is there already is gone on from."""
    if crew is not None:
        return conduct(study, folder, crew, **options)
    with threads_here(threads, study.networks) as some:
        return conduct(study, folder, some, **options)


def table_of(outcome, path, *, curves=False):
    """Write the tidy table of a study; return its SHA-256."""
    swept = swept_of(outcome)
    columns, rows = swept.source.columns(curves=curves), swept.source.groups(curves=curves)
    write_tidy(path, swept.design, columns, rows, n_sets=swept.n_sets)
    return hashlib.sha256(path.read_bytes()).hexdigest()

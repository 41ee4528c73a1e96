"""What does a sweep cost beside its kernel, and does its memory stay flat?

    python benchmarks/sweeps.py             all rows, writes benchmarks/results.md
    python benchmarks/sweeps.py --cases 500 fewer cases, prints only

Overhead: cases of some 10 ms (independent cascade, 20,000 people), each with a chance of its own; the kernel's time is
that of `run_chunk` alone on a hundred of the cases, one thread, just before and just after the sweep; a sweep of no
overhead takes that many seconds divided by the number of threads. Memory: the peak of a process of its own that runs a
sweep of 10^5 and of 10^6 rows, writes the tidy table and draws the picture.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from results_file import machine, replace_section
from wom_sim.experiments.conduct import conduct
from wom_sim.experiments.crew import threads_here
from wom_sim.experiments.study import Study
from wom_sim.experiments.sweeping import sweep_study
from wom_sim.experiments.work import make_ready
from wom_sim.scenario.load import scenario_from

CASES, REPLICAS, TRIED = 10_000, 192, 100
GOAL = 1.3
ROWS = ((1_000, 100), (10_000, 100))


def study_of(n_cases: int, n_replicas: int, *, n_people: int, metrics: list[str] | None) -> Study:
    """Return a sweep over the chance to share."""
    swept = {"low": 0.03, "high": 0.05}
    sweep = {"design": "latin_hypercube", "n_cases": n_cases, "model.share_prob": swept}
    return sweep_study(
        scenario_from(
            {
                "format": 1,
                "name": "sweep",
                "network": {"generate": "scale_free", "n_people": n_people, "ties_per_newcomer": 5},
                "model": {"kind": "independent_cascade", "share_prob": 0.05},
                "seeding": {"strategy": "degree", "n_seed_nodes": 10},
                "run": {"n_replicas": n_replicas, "rng_seed": 1},
                "sweep": sweep if metrics is None else {**sweep, "metrics": metrics},
            }
        )
    )


def kernel_seconds(study: Study) -> float:
    """Return the seconds that the kernel alone takes for a case, the mean over `TRIED` of them."""
    seconds = []
    for number in np.linspace(0, len(study.design) - 1, TRIED).astype(int).tolist():
        work = study.work(number)
        case, _ = make_ready(study.asked, work, study.bases[0]).case(study.n_replicas, 0)
        case.process.check()
        case.process.settle(1)
        case.process.compile()
        scratch = case.process.new_scratch(np.zeros(1, np.uint8))
        began = time.perf_counter()
        case.process.run_chunk(0, study.n_replicas, scratch, curves=False)
        seconds.append(time.perf_counter() - began)
    return float(np.mean(seconds))


def overhead(n_cases: int, threads: int) -> tuple[float, float, float]:
    """Return seconds of the kernel for a case, seconds of the sweep, and how many times the kernel's time that is."""
    study = study_of(n_cases, REPLICAS, n_people=20_000, metrics=["reach"])
    before = kernel_seconds(study)
    with tempfile.TemporaryDirectory() as folder, threads_here(threads, study.networks) as crew:
        began = time.perf_counter()
        assert conduct(study, Path(folder), crew).complete
        seconds = time.perf_counter() - began
    kernel = (before + kernel_seconds(study)) / 2
    return kernel, seconds, seconds * threads / (n_cases * kernel)


def peak_megabytes(n_cases: int, n_replicas: int) -> float:
    """Return the peak memory of a process that runs a sweep from the command line, in MB."""
    command = [sys.executable, __file__, "--memory", str(n_cases), str(n_replicas)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def run_for_memory(n_cases: int, n_replicas: int) -> None:
    """Run a sweep, write its folder, and print the peak memory of this process."""
    from wom_sim.cli.sweep_output import write_sweep
    from wom_sim.experiments.swept import swept_of
    from wom_sim.results.experiment import hold_experiment
    from wom_sim.results.folder import SWEEP

    study = study_of(n_cases, n_replicas, n_people=500, metrics=None)
    with tempfile.TemporaryDirectory() as folder, threads_here(2, study.networks) as crew:
        path = Path(folder) / "out"
        held = hold_experiment(path, holds=SWEEP, case_id=study.study_id, asked=study.document, overwrite=False)
        with held as results:
            outcome = conduct(study, path / "parts", crew)
            write_sweep(results, swept_of(outcome), plots=True, as_csv=False, kept={})
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int)
    parser.add_argument("--memory", type=int, nargs=2)
    given = parser.parse_args()
    if given.memory:
        run_for_memory(*given.memory)
        return
    n_cases = given.cases or CASES
    lines = ["| cases | threads | kernel, ms a case | sweep, s | times the kernel |", "|---|---|---|---|---|"]
    ratio = 0.0
    for threads in (1, 2):
        kernel, seconds, ratio = overhead(n_cases, threads)
        lines.append(f"| {n_cases:,} | {threads} | {1e3 * kernel:.2f} | {seconds:.1f} | {ratio:.2f} |")
    lines += ["", f"Goal, {GOAL} times on 2 threads: {'met' if ratio <= GOAL else 'MISSED'}, {ratio:.2f}.", ""]
    lines += ["| cases | replicas | rows | peak MB |", "|---|---|---|---|"]
    for cases, replicas in ROWS:
        lines.append(f"| {cases:,} | {replicas} | {cases * replicas:,} | {peak_megabytes(cases, replicas):.0f} |")
    text = "\n".join(lines)
    print(text)
    if given.cases is None:
        said = "`benchmarks/sweeps.py`: what a sweep takes beside its kernel, and its peak memory."
        replace_section("Sweeps", f"{said}\n\n{machine()}\n\n{text}\n")


if __name__ == "__main__":
    main()

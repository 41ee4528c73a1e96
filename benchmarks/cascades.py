"""How fast are cascades, beside cynetdiff, pynetim and ndlib in the same run?

    python benchmarks/cascades.py [--python PYTHON]    all rows, writes benchmarks/results.md
    python benchmarks/cascades.py --only ba10k         one network, prints only
    python benchmarks/cascades.py --quick              ba10k in short turns, prints only

Same network, same seed nodes (the 50 people with most listeners), same semantics. Everyone runs in a process of its
own and takes turns, round by round, on a machine that drifts; a ratio is the median over rounds. Before a ratio is
printed the means of both must agree within 4 standard errors of their difference. cynetdiff 0.1.18 is the fastest
cascade peer, pynetim 0.5.5 the fastest with linear thresholds (PYTHON is an interpreter that has it, if this one does
not), ndlib 6.0.1 the field's default.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from networks import NETWORKS, save
from results_file import machine, replace_section
from wom_sim.cli.bench_peers import Turn
from wom_sim.cli.bench_turns import ERRORS_APART, errors_apart, in_turns, mean_of, ms_of, ratio_of

ROUNDS, SECONDS = 5, 1.0
"""Turns of each program, and the work of one, about."""
QUICK_ROUNDS, QUICK_SECONDS = 3, 0.1
LANES = 512
THREADS = (1, 2)

IC, WC, LT = "independent_cascade", "weighted_cascade", "linear_threshold"
CHANCES = {"ba10k": 0.1, "ba100k": 0.05, "epinions": 0.05, "er1m": 0.15, "rmat20": 0.05}
KINDS = {"ba10k": (IC, WC, LT), "ba100k": (IC, WC, LT), "epinions": (IC, WC), "er1m": (IC, WC), "rmat20": (IC, WC)}
WITH_PYNETIM = ("ba10k", "ba100k")  # it is given ties as a list of Python tuples
NDLIB_REPLICAS = {"ba10k": 8}

GOALS = {
    ("ba10k", IC): 22,
    ("ba10k", WC): 17,
    ("ba100k", IC): 8,
    ("ba100k", WC): 7,
    ("epinions", IC): 60,
    ("epinions", WC): 15,
    ("rmat20", IC): 110,
    ("rmat20", WC): 15,
    ("er1m", IC): 40,
}
"""Times cynetdiff, 2 threads, without curves; with curves half of it."""
GOALS_PYNETIM = {("ba100k", LT): 5}

COLUMNS = (
    "network, model",
    "mean reach",
    "cynetdiff ms",
    "pynetim ms",
    "ndlib ms",
    "ours ms, 1 thread",
    "2 threads",
    "curves, 1 thread",
    "2 threads",
    "times cynetdiff, 1 thread",
    "2 threads",
    "curves, 2 threads",
    "times pynetim, 2 threads",
    "M ties/s, 2 threads",
    "peak MB cynetdiff",
    "pynetim",
    "ours",
    "ours with curves",
)


class Program:
    """A program in a process of its own; see `cascades_peers.py`."""

    def __init__(
        self, name: str, file: Path, kind: str, share_prob: float | None, python: str = sys.executable
    ) -> None:
        self.name, self.ties = name, 0.0
        script = Path(__file__).with_name("cascades_peers.py")
        arguments = [name, str(file), kind, "none" if share_prob is None else repr(share_prob)]
        self._process = subprocess.Popen(
            [python, str(script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._process.stdout.readline() != "ready\n":
            sys.exit(f"{name} does not start with {python}")

    def runs(self, threads: int = 1) -> Callable[[int, int], Turn]:
        """Return what runs replicas with so many threads."""

        def run(n: int, rng_seed: int) -> Turn:
            answer = json.loads(self._ask(f"{n} {rng_seed} {threads}"))
            self.ties = answer.pop("ties", 0.0)
            return Turn(**answer)

        return run

    def peak(self) -> float:
        """Return the most memory it took, in MB."""
        return float(self._ask("peak"))

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, line: str) -> str:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline() or sys.exit(f"{self.name} ended before its turn was over")


class Setting(NamedTuple):
    """A row: a network, a model and its chance, and how long to measure."""

    network: str
    file: Path
    kind: str
    share_prob: float | None
    rounds: int
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=tuple(NETWORKS), help="one network, no file written")
    parser.add_argument("--kind", choices=(IC, WC, LT), help="one model, no file written")
    parser.add_argument("--quick", action="store_true", help="ba10k in short turns, no file written")
    parser.add_argument("--python", default=sys.executable, help="interpreter with pynetim")
    given = parser.parse_args()
    pynetim = given.python if has_pynetim(given.python) else None
    if pynetim is None:
        print(f"pynetim is not importable by {given.python}: not measured; --python names an interpreter that has it")
    lines, goals = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"], []
    print("\n".join(lines))
    names = (given.only,) if given.only else ("ba10k",) if given.quick else tuple(NETWORKS)
    effort = (QUICK_ROUNDS, QUICK_SECONDS) if given.quick else (ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            file = Path(folder, f"{name}.npz")
            save(NETWORKS[name](), file)
            for kind in KINDS[name] if given.kind is None else (given.kind,):
                share_prob = CHANCES[name] if kind == IC else None
                line, said = measure(Setting(name, file, kind, share_prob, *effort), pynetim)
                lines.append(line)
                goals += said
                print(line, flush=True)
            file.unlink()
    print("\n".join(goals))
    if not (given.quick or given.only or given.kind):
        write_results(lines, goals, pynetim)


def has_pynetim(python: str) -> bool:
    return subprocess.run([python, "-c", "import pynetim"], capture_output=True, check=False).returncode == 0


def measure(setting: Setting, pynetim: str | None) -> tuple[str, list[str]]:
    """Return a row, and what it says of the goals."""
    network, file, kind, share_prob, rounds, seconds = setting
    with ExitStack() as stack:

        def program(name: str, python: str = sys.executable) -> Program:
            started = Program(name, file, kind, share_prob, python)
            stack.callback(started.close)
            return started

        programs = {"cynetdiff": program("cynetdiff"), "ours": program("ours"), "curves": program("curves")}
        if pynetim is not None and network in WITH_PYNETIM:
            programs["pynetim"] = program("pynetim", pynetim)
        runs = {name: programs[name].runs() for name in programs if name not in ("ours", "curves")}
        runs |= {f"{name} {n}": programs[name].runs(n) for n in THREADS for name in ("ours", "curves")}
        grain = {f"{name} {n}": LANES * n for n in THREADS for name in ("ours", "curves")}
        turns = in_turns(runs, rounds=rounds, seconds=seconds, grain=grain)
        if network in NDLIB_REPLICAS:
            turns["ndlib"] = [program("ndlib").runs()(NDLIB_REPLICAS[network], 7)]
        peaks = {name: each.peak() for name, each in programs.items()}
        ties = programs["ours"].ties
    own = turns["ours 2"]
    for name in ("cynetdiff", "pynetim", "ndlib", "ours 1", "curves 1", "curves 2"):
        if name in turns and (apart := errors_apart(turns[name], own)) > ERRORS_APART:
            sys.exit(
                f"{network} {kind}: {name} finds {mean_of(turns[name]):,.1f} and we {mean_of(own):,.1f}, "
                f"{apart:.1f} standard errors apart; no ratio is given"
            )
    ratio = {name: ratio_of(turns["cynetdiff"], turns[name]) for name in grain}
    other = ratio_of(turns["pynetim"], own) if "pynetim" in turns else None
    cells = [f"{network} {kind}", f"{mean_of(own):,.1f}"]
    cells += [f"{ms_of(turns[name]):,.3f}" if name in turns else "-" for name in ("cynetdiff", "pynetim", "ndlib")]
    cells += [f"{ms_of(turns[name]):.4f}" for name in ("ours 1", "ours 2", "curves 1", "curves 2")]
    cells += [f"{ratio[name]:.1f}" for name in ("ours 1", "ours 2", "curves 2")]
    cells += ["-" if other is None else f"{other:.1f}", f"{ties / ms_of(own) / 1000:,.0f}"]
    cells += [f"{peaks[name]:,.0f}" if name in peaks else "-" for name in ("cynetdiff", "pynetim", "ours", "curves")]
    return f"| {' | '.join(cells)} |", list(goals_of(network, kind, ratio["ours 2"], ratio["curves 2"], other))


def goals_of(network: str, kind: str, plain: float, curves: float, pynetim: float | None) -> Iterator[str]:
    """Say which goals a row meets."""
    where = (network, kind)
    if where in GOALS:
        for what, got, goal in (("", plain, GOALS[where]), (" with curves", curves, GOALS[where] / 2)):
            met = "met" if got >= goal else "MISSED"
            yield f"- {network} {kind}{what}, goal {goal:g} times cynetdiff on 2 threads: {met}, {got:.1f}"
    if where in GOALS_PYNETIM:
        goal = GOALS_PYNETIM[where]
        said = "not measured" if pynetim is None else f"{'met' if pynetim >= goal else 'MISSED'}, {pynetim:.1f}"
        yield f"- {network} {kind}, goal {goal} times pynetim on 2 threads: {said}"


def write_results(lines: list[str], goals: list[str], pynetim: str | None) -> None:
    explained = f"""`benchmarks/cascades.py`. Times are milliseconds a replica, medians of {ROUNDS} turns of about
{SECONDS:g} s; peers (one thread) and we alternate in one run; ratios are medians of the ratios of neighbouring turns.
Our times include everything `wom_sim.simulate` does, with `curves=False` unless said; peers' are the bare loop. Peak
memory is that of a process that loads the network and runs the turns. Networks: `benchmarks/networks.py`."""
    where = machine("wom-sim", "cynetdiff", "ndlib", "numba", "numpy")
    if pynetim is not None:
        asked = [pynetim, "-c", "from importlib.metadata import version; print(version('pynetim'))"]
        where += f", pynetim {subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()}"
    replace_section("Cascades", "\n".join([explained, "", where, "", *lines, "", *goals]))


if __name__ == "__main__":
    main()

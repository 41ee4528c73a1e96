"""What `wom compare` and `wom goal` share: what is asked, the folder it is kept in, how far it is, what it costs."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .notes import WORTH_SAYING, note, now_and_then
from .signals import Stop, stopped
from .tables import count, duration

if TYPE_CHECKING:
    from ..experiments.asking import Asking
    from ..experiments.plan_runs import Tried
    from ..experiments.uncertain import UncertainDesign
    from ..results.folder import ResultsFolder
    from ..scenario.schema import Scenario

USUAL_DRAWS = 40
"""Draws of what is not known exactly, where there is a goal or something is said to be uncertain."""


class Question:
    """What is asked of some plans, and the folder of the answer."""

    def __init__(
        self,
        holds: str,
        name: str,
        scenarios: Sequence[Scenario],
        names: Sequence[str],
        wanted: Sequence[str],
        drawn: UncertainDesign | None,
        draw_replicas: int,
        place: Path | None,
    ) -> None:
        """Say what will be asked; nothing is run.

        Parameters
        ----------
        holds : one of `results.folder.EXPERIMENTS`     name : for the folder
        wanted : columns     drawn, draw_replicas : draws of what is not known exactly, replicas of each
        place : folder asked for; None: a name of our own
        """
        from ..experiments.designs import PlansDesign
        from ..experiments.study import Study
        from ..kernels.rng import RNG_NAME
        from ..results.folder import default_folder
        from ..results.store import json_bytes

        self.holds, self.names, self.drawn, self.draw_replicas = holds, tuple(names), drawn, draw_replicas
        self.rng = RNG_NAME
        self._study = Study(tuple(scenarios), PlansDesign(self.names), 1, tuple(wanted))
        self._asked = {
            "plans": self._study.document,
            "draws": None if drawn is None else drawn.document(),
        }
        self.study_id = hashlib.sha256(json_bytes(self._asked)).hexdigest()[:12]
        self.path = default_folder(name, self.study_id) if place is None else place
        self._folder: ResultsFolder | None = None
        self._began = time.monotonic()

    @contextlib.contextmanager
    def hold(self, *, overwrite: bool) -> Iterator[None]:
        """Keep the folder while the block runs.

        Raises
        ------
        FolderError
            When it holds something else and `overwrite` was not asked for.
        """
        from ..results.experiment import hold_experiment

        with hold_experiment(
            self.path, holds=self.holds, case_id=self.study_id, asked=self._asked, overwrite=overwrite
        ) as folder:
            self._folder = folder
            yield

    @contextlib.contextmanager
    def asking(self, *, threads: int, dask: str | None, stop: Stop, flags: Mapping[str, bool]) -> Iterator[Asking]:
        """Give what runs studies and keeps their parts in the folder."""
        from ..experiments.asking import Asking
        from ..experiments.crew import crew_of
        from ..results.folder import PARTS

        show = now_and_then(quiet=flags["quiet"])
        with crew_of(dask, self._study.networks, threads=threads) as crew:
            yield Asking(
                self.path / PARTS,
                crew,
                stop=stop,
                progress=lambda what, so_far: show(what, so_far.done, so_far.total),
                again=flags["retry_failed"],
                use_any_memory=flags["yes_use_memory"],
            )

    def stopped(self, stop: Stop, rng_seed: int | None) -> int:
        """Say how to go on after a signal, and return its exit code; see `signals.stopped`."""
        from ..results.experiment import is_bare

        return stopped(stop, rng_seed, saved=not is_bare(self.path))

    def draws_document(self) -> dict[str, Any] | None:
        """Return what is drawn: how many draws, of which keys between which ends."""
        drawn = self.drawn
        if drawn is None:
            return None
        keys = []
        for key in drawn.uncertain_keys:
            span = drawn.spans[key]
            keys.append({"key": key, "low": span.at(0.0), "high": span.at(1.0), "log": span.log})
        return {
            "n": drawn.n_draws,
            "n_replicas": self.draw_replicas,
            "of": "assumptions" if drawn.assumed else "uncertain",
            "keys": keys,
            "notes": list(drawn.notes),
        }

    def commit(
        self, document: Mapping[str, Any], files: Mapping[str, bytes], figures: Mapping[str, Any], n_replicas: int
    ) -> None:
        """Write the document, tables and pictures, the manifest last."""
        from ..report.figures import image_bytes
        from ..results.experiment import commit_experiment
        from ..results.folder import ASKED
        from ..results.store import json_bytes

        drawn = {f"{name}.{kind}": image_bytes(f, kind) for name, f in figures.items() for kind in ("png", "svg")}
        told = {
            "n_replicas": n_replicas,
            "n_done": n_replicas,
            "rng": self.rng,
            "timings": {"total_s": time.monotonic() - self._began},
        }
        assert self._folder is not None
        text = "\n".join(dict.fromkeys(base.text for base in self._study.bases))
        kept = {"scenario.toml": text.encode(), ASKED: (self.path / ASKED).read_bytes()}
        written = {**kept, f"{self.holds}.json": json_bytes(document), **files, **drawn}
        commit_experiment(self._folder, written, holds=self.holds, case_id=self.study_id, told=told)


def draws_of(
    scenarios: Sequence[Scenario], names: Sequence[str], file: Scenario | None, n_draws: int | None
) -> UncertainDesign | None:
    """Return the draws to run: as many as asked for, or as usual where there is a goal or something uncertain.

    Raises
    ------
    ScenarioError
        When draws are asked for in so many words, and nothing is uncertain.
    """
    from ..errors import ScenarioError
    from ..experiments.uncertain import uncertain_design

    read = [*scenarios, *([] if file is None else [file])]
    if n_draws == 0 or (n_draws is None and not any(one.goal is not None or one.uncertain for one in read)):
        return None
    number = scenarios[0].run.rng_seed or 0
    try:
        return uncertain_design(scenarios, names, n_draws=n_draws or USUAL_DRAWS, number=number, file=file)
    except ScenarioError:
        if n_draws is None:
            return None
        raise


def say_cost(
    tried: Sequence[Tried],
    n_replicas: int,
    drawn: UncertainDesign | None,
    draw_replicas: int,
    *,
    threads: int,
    quiet: bool,
) -> None:
    """Say how long it may take, where that is long."""
    each = sum(plan.seconds for plan in tried) / threads
    n_drawn = 0 if drawn is None else drawn.n_draws * draw_replicas
    seconds = each * (n_replicas + n_drawn)
    if seconds > WORTH_SAYING:
        parts = f"{count(len(tried), 'plan')} of {count(n_replicas, 'replica')}"
        draws = f" and {n_drawn:,} in draws, which --draws 0 leaves out" if n_drawn else ""
        note(f"{parts} each{draws}: about {duration(seconds)}; Ctrl-C keeps what is finished", quiet=quiet)

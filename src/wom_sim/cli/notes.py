"""What goes to stderr while a command works: notes, a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..seeding.base import Strategy

SECONDS_BETWEEN_LINES = 10.0

WORTH_SAYING = 20.0
"""Seconds from which on a command says beforehand how long it takes."""

_SURE_AFTER = 1.0
"""Seconds after which it is foreseen how long a choice takes."""


def note(message: str, *, quiet: bool = False) -> None:
    """Say one line on stderr."""
    if not quiet:
        with contextlib.suppress(OSError):
            click.echo(message, err=True)


def now_and_then(*, quiet: bool) -> Callable[[str, int, int], None]:
    """Return a function that says how far (what, finished, total) is, a line every ten seconds."""
    last = time.monotonic()

    def show(what: str, done: int, total: int) -> None:
        nonlocal last
        if not quiet and time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            note(f"{what}: {done:,} of {total:,} replicas")

    return show


def say_memory(strategies: Iterable[Strategy], *, quiet: bool) -> None:
    """Say how much memory choosing may take, where strategies look at the model."""
    from ..engine import limits

    if any(strategy.looks_at_model for strategy in strategies):
        most = limits.size(limits.choosing_memory())
        note(f"note: choosing who starts may take up to {most} of memory", quiet=quiet)


def say_made(rng_seed: int | None, what: str, *, quiet: bool) -> None:
    """Say which rng_seed was made for a run, an answer or whatever it is; None: it was given."""
    if rng_seed is not None:
        note(f"rng_seed {rng_seed} was made for this {what}; give it with --rng-seed to repeat it", quiet=quiet)


def usable_threads(asked: int | None, *, quiet: bool) -> int:
    """Return how many threads to use, and say it where that is not what was asked for."""
    from ..engine import limits

    n_threads, said = limits.usable_threads(asked)
    if said:
        note(f"note: {said}", quiet=quiet)
    return n_threads


@contextlib.contextmanager
def choosing_progress(*, quiet: bool, patience: float | None = None) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far a choice by simulation is, and says how long it takes where that is long.

    It is called with (simulations run, simulations at most), with 0 at the beginning of a choice and with both alike at
    its end; several choices may come one after another, or none.

    Parameters
    ----------
    patience : seconds; the function raises ResourceError where a choice is foreseen to take longer. None: any time
    """
    from ..errors import ResourceError
    from .tables import duration

    shown: list[Callable[[int, int], None]] = []
    measured_from: list[tuple[float, int]] = []  # when a part was done already, so that no compiling is in the measure
    said = False
    with contextlib.ExitStack() as work:

        def show(done: int, total: int) -> None:
            nonlocal said
            if done == 0 or done >= total:
                work.close()
                shown.clear()
                measured_from.clear()
                said = False
            if done >= total:
                return
            if not shown:
                shown.append(work.enter_context(progress(total, quiet=quiet, what="simulations")))
            shown[0](done, total)
            if done and not measured_from:
                measured_from.append((time.monotonic(), done))
            elif done and not said and time.monotonic() - measured_from[0][0] > _SURE_AFTER:
                said, (began, before) = True, measured_from[0]
                foresee(total, (time.monotonic() - began) / (done - before) * total)

        def foresee(total: int, seconds: float) -> None:
            if patience is not None and seconds > patience:
                work.close()
                raise ResourceError(f"choosing would take up to about {duration(seconds)}; name it to wait for it")
            if seconds > WORTH_SAYING:
                takes = f"up to {total:,} simulations, up to about {duration(seconds)}"
                note(f"note: choosing who starts takes {takes}; Ctrl-C leaves, and saves nothing", quiet=quiet)

        yield show


@contextlib.contextmanager
def progress(total: int, *, quiet: bool, what: str = "replicas") -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows (finished, total): a bar on a terminal, else a line every ten seconds."""
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        with _bar(total, what) as show:
            yield show
    else:
        yield _lines(what)


@contextlib.contextmanager
def _bar(total: int, what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str) -> Callable[[int, int], None]:
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            note(f"{done:,} of {total:,} {what}")

    return show

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
def progress(total: int, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows (finished, total): a bar on a terminal, else a line every ten seconds."""
    if quiet:
        yield lambda _done, _total: None
    elif sys.stderr.isatty():
        with _bar(total) as show:
            yield show
    else:
        yield _lines()


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("replicas"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replicas", total=total)
        yield lambda done, _total: bar.update(task, completed=done)


def _lines() -> Callable[[int, int], None]:
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            note(f"{done:,} of {total:,} replicas")

    return show

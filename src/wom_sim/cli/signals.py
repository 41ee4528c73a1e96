"""Ctrl-C: finish what is in work and save it, and leave at once the second time, or where there is nothing to save."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from threading import Event
from types import FrameType

from .notes import note


class Stop(Event):
    """Set by the first signal; `exit_code` is 128 plus the signal's number."""

    exit_code = 0


@contextlib.contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Turn interrupt, termination and hang-up into a request to stop while the block runs."""
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set():
            os._exit(128 + number)
        stop.exit_code = 128 + number
        stop.set()
        note("stopping after the replicas in work, and saving what is finished; once more to leave at once")

    with _handled(handle):
        yield stop


@contextlib.contextmanager
def leave_on_signals() -> Iterator[None]:
    """Leave the block at once, with the signal's exit code, where there is nothing to save before its end."""

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        note("interrupted; nothing was saved")
        raise SystemExit(128 + number)

    with _handled(handle):
        yield


def same_command(rng_seed: int | None) -> str:
    """Return the command that goes on with what was stopped.

    Parameters
    ----------
    rng_seed : that was made because none was given; None: the command or its files say it
    """
    words = ["wom", *(word for word in sys.argv[1:] if word != "--overwrite")]  # which would start afresh
    return shlex.join(words if rng_seed is None else [*words, "--rng-seed", str(rng_seed)])


def stopped(stop: Stop, rng_seed: int | None, *, saved: bool) -> int:
    """Say how to go on with what was stopped, or that nothing of it was saved; return the exit code.

    Parameters
    ----------
    rng_seed : see `same_command`
    """
    if saved:
        note(f"stopped: what is finished is saved; go on with: {same_command(rng_seed)}")
    else:
        note("interrupted before a part was finished; nothing was saved")
    return stop.exit_code


@contextlib.contextmanager
def _handled(handle: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    previous = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # not all exist on every system
        # A signal that was ignored from outside, as nohup does, stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            previous[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

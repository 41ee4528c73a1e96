"""Ctrl-C once: finish what is in work and save it. Twice: leave at once."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
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

    previous = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # not all exist on every system
        # A signal that was ignored from outside, as nohup does, stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            previous[number] = signal.signal(number, handle)
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

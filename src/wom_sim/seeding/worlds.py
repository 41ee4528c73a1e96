"""Worlds in which each tie is live or not, and who is reached in each by those chosen so far."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ResourceError
from ..kernels.fused_cascade import BATCH, FusedScratch
from ..kernels.lane_queue import MIN_QUEUE
from ..kernels.marginal_reach import STATE_WORDS, Trial, choose_people, try_people
from ..kernels.rng import LANES, derive_key, words_at
from ..kernels.wide import N_WORDS, aligned_zeros
from .spread import Forward

_T = TypeVar("_T")

_WORTH_THREADS = 64
"""With so many people to try, threads are worth starting."""

_TRIAL_BYTES = 8 * N_WORDS + 13
"""Memory a person of one thread's `Trial`."""


class Worlds:
    """Worlds of a cascade by coins, 512 a block; block b has the coins of the block key ``word(key, b)``."""

    def __init__(self, forward: Forward, key: np.uint64, n_worlds: int) -> None:
        """Begin with nobody reached.

        Parameters
        ----------
        n_worlds : a multiple of 512

        Raises
        ------
        ResourceError
            When they take more memory than they may.
        """
        n, n_blocks = forward.ties.n_people, n_worlds // LANES
        a_state, room = 8 * STATE_WORDS * n, forward.max_bytes
        if a_state * n_blocks + _TRIAL_BYTES * n > room:
            raise ResourceError(
                f"seeding.n_worlds: {n_worlds:,} worlds of {n:,} people take {a_state * n_blocks + _TRIAL_BYTES * n:,} "
                f"bytes, more than the {room:,} they may; lower n_worlds",
                memory=True,
            )
        each_thread = max(a_state + _TRIAL_BYTES * n, 1)
        self.ties, self.threads = forward.ties, max(1, min(forward.threads, (room - a_state * n_blocks) // each_thread))
        self._states = [aligned_zeros(STATE_WORDS * n) for _ in range(n_blocks)]
        self._keys = [_lane_keys(derive_key(key, b)) for b in range(n_blocks)]
        self._trials: SimpleQueue[Trial] = SimpleQueue()
        for _ in range(self.threads):
            self._trials.put(_new_trial(n))

    def forget(self) -> None:
        """Begin again with nobody reached."""
        for state in self._states:
            state[:] = 0

    def gains(self, people: ArrayLike) -> NDArray[np.int64]:
        """Return what each person alone would add to those chosen, summed over worlds: int64 (k,)."""
        asked = np.asarray(people, np.int32)
        gains = np.zeros(len(asked), np.int64)
        n_blocks = len(self._states)
        if len(asked) < _WORTH_THREADS or self.threads == 1:
            for b in range(n_blocks):
                self._in_block(b, self._states[b], lambda trial: try_people(self.ties, asked, trial, gains))
            return gains
        n_parts = -(-self.threads // n_blocks)

        def gains_of(task: tuple[int, int]) -> NDArray[np.int64]:
            b, part = task
            found = np.zeros(len(asked[part::n_parts]), np.int64)
            state = _copy(self._states[b]) if n_parts > 1 else self._states[b]
            self._in_block(b, state, lambda trial: try_people(self.ties, asked[part::n_parts].copy(), trial, found))
            return found

        tasks = [(b, part) for b in range(n_blocks) for part in range(n_parts)]
        with ThreadPoolExecutor(self.threads) as pool:
            for (_, part), found in zip(tasks, pool.map(gains_of, tasks), strict=True):
                gains[part::n_parts] += found
        return gains

    def choose(self, people: ArrayLike) -> int:
        """Let people start; return what they add to those chosen before, summed over worlds."""
        asked = np.asarray(people, np.int32)
        return sum(
            self._in_block(b, state, lambda trial: int(choose_people(self.ties, asked, trial)))
            for b, state in enumerate(self._states)
        )

    def _in_block(self, b: int, state: NDArray[np.uint64], work: Callable[[Trial], _T]) -> _T:
        """Work in the worlds of a block."""
        trial = self._trials.get()
        try:
            return work(trial._replace(fused=trial.fused._replace(state=state, block_keys=self._keys[b])))
        finally:
            self._trials.put(trial)


def _copy(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a copy in which threads can try people while others try theirs."""
    copied = aligned_zeros(len(state))
    copied[:] = state
    return copied


def _lane_keys(block_key: np.uint64) -> NDArray[np.uint64]:
    keys = aligned_zeros(LANES)
    words_at(block_key, np.arange(LANES, dtype=np.int64), keys)
    return keys


def _new_trial(n: int) -> Trial:
    """Return the memory of one thread, without worlds."""
    none = np.zeros(0, np.uint64)
    fused = FusedScratch(
        state=none,
        queue=np.zeros(max(n, MIN_QUEUE), np.int32),
        block_keys=none,
        planes=none,
        found=aligned_zeros(2 * N_WORDS * BATCH),
        of_tie=np.zeros((BATCH, 2), np.int64),
        examined=np.zeros(2, np.int64),
        halt=np.zeros(1, np.uint8),
    )
    return Trial(fused, np.zeros(n, np.uint8), np.zeros(n, np.int32), aligned_zeros(N_WORDS * n))

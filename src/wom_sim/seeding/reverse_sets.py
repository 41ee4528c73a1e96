"""Drawing reverse-reachable sets: memory for them, and threads that share the work."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..kernels import reverse_arrivals, reverse_sets
from ..kernels.reverse_arrivals import AnyReverse, ArrivalSetsScratch, ReverseArrivals
from ..kernels.reverse_ties import AHEAD, FIRST_COUNTS, MOST_TIES, STRIP, Groups, ReverseWorld, Scratch

_GRAIN = 64 * reverse_sets.BATCH
"""Sets that one thread draws at a time, at least."""

_UNEVEN = 2.0
"""By how much a part of the sets may take more memory than its share."""

_FIRST_GUESS = 8
"""Members of a set, before any is known."""


@dataclass(frozen=True)
class Sets:
    """Sets, one after another.

    members : int32 (M,)   end : int64 (s,)   where each ends; a set that was hit is empty
    n_hit : sets that held somebody of those asked for
    """

    members: NDArray[np.int32]
    end: NDArray[np.int64]
    n_hit: int

    def __len__(self) -> int:
        return len(self.end)


class Drawer:
    """Draws sets of one stream; set number s is the same whenever, and with however many others, it is drawn."""

    def __init__(
        self,
        world: AnyReverse,
        key: np.uint64,
        root_key: np.uint64,
        *,
        takes_part: NDArray[np.uint64] | None = None,
        max_depth: int = 1 << 31,
        threads: int = 1,
        beside: Drawer | None = None,
    ) -> None:
        """Begin a stream.

        Parameters
        ----------
        key, root_key : of the sets and of the people around whom they are drawn
        takes_part : uint64 (n,), a person counts where 63 bits are below; None: everybody
        max_depth : a set holds who would have reached its root within so many steps, which have a length by a deadline
        beside : another stream of the same world that is drawn at other times, whose memory this one uses too
        """
        self._draw: Any = (
            reverse_arrivals.draw_arrival_sets if isinstance(world, ReverseArrivals) else reverse_sets.draw_sets
        )
        self.max_depth = max_depth
        self.world, self.key, self.root_key, self.threads = world, key, root_key, threads
        self.takes_part = np.zeros(0, np.uint64) if takes_part is None else takes_part
        self._scratches: list[Scratch | ArrivalSetsScratch] = [] if beside is None else beside._scratches
        self._guess = float(_FIRST_GUESS)

    def draw(
        self, first: int, last: int, *, hits: NDArray[np.uint8] | None = None, keep: bool = True, max_bytes: int
    ) -> Sets:
        """Return sets first .. last - 1.

        Parameters
        ----------
        hits : uint8 (n,)   1: a set that holds this person is counted and left empty; None: nobody
        keep : False: only the sets that are hit are counted
        max_bytes : memory that the sets may take

        Raises
        ------
        ResourceError
            When they take more.
        """
        marks = np.zeros(0, np.uint8) if hits is None else hits
        size = max(_GRAIN, -(-(last - first) // (4 * self.threads)))
        parts = [(begin, min(begin + size, last)) for begin in range(first, last, size)]
        share = _UNEVEN / max(last - first, 1)
        while len(self._scratches) < min(self.threads, len(parts)):
            self._scratches.append(new_scratch(self.world))
        if len(self._scratches) < 2 or len(parts) < 2:
            drawn = [self._part(begin, end, marks, keep, max_bytes, share) for begin, end in parts]
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                drawn = list(pool.map(lambda part: self._part(part[0], part[1], marks, keep, max_bytes, share), parts))
        sets = joined(drawn)
        if keep and len(sets):
            self._guess = len(sets.members) / len(sets)
        return sets

    def _part(self, first: int, last: int, marks: NDArray[np.uint8], keep: bool, max_bytes: int, share: float) -> Sets:
        scratch = self._scratches.pop()
        found: list[Sets] = []
        n_bytes, most = 0, max_bytes * min(1.0, share * (last - first))
        while first < last:
            room = int(1.2 * self._guess * (last - first)) + 1024 if keep else 0
            members, end = np.empty(room, np.int32), np.zeros(last - first, np.int64)
            totals = np.zeros(3, np.int64)
            asked = reverse_sets.Asked(
                n_sets=last - first,
                begin=first,
                key=self.key,
                root_key=self.root_key,
                takes_part=self.takes_part,
                max_depth=self.max_depth,
                hits=marks,
                keep=int(keep),
            )
            self._draw(self.world, asked, scratch, reverse_sets.Drawn(members, end, totals))
            n_done, n_members, n_hit = map(int, totals)
            if keep and n_done < last - first:
                self._guess = max(2.0 * self._guess, 1.2 * n_members / max(n_done, 1))
            n_bytes += 4 * n_members + 8 * n_done
            if n_bytes > most:
                self._scratches.append(scratch)
                raise ResourceError(
                    f"reverse-reachable sets take more than the {max_bytes:,} bytes they may", memory=True
                )
            found.append(Sets(members[:n_members], end[:n_done], n_hit))
            first += n_done
        self._scratches.append(scratch)
        return joined(found)


def joined(parts: Iterable[Sets]) -> Sets:
    """Return sets one after another."""
    several = list(parts)
    if len(several) == 1:
        return several[0]
    shifts = np.concatenate((np.zeros(1, np.int64), np.cumsum([len(sets.members) for sets in several])))[:-1]
    return Sets(
        np.concatenate([np.zeros(0, np.int32), *(sets.members for sets in several)]),
        np.concatenate([np.zeros(0, np.int64), *(sets.end + s for sets, s in zip(several, shifts, strict=True))]),
        sum(sets.n_hit for sets in several),
    )


def new_scratch(world: AnyReverse) -> Scratch | ArrivalSetsScratch:
    """Return the memory of one thread."""
    n = world.n_people
    if not isinstance(world, ReverseArrivals):
        return _of_sets(world)
    return ArrivalSetsScratch(_of_sets(world.ties), np.zeros(n, np.int32), np.full(n, -1, np.int32), np.zeros(n))


def _of_sets(world: ReverseWorld) -> Scratch:
    n = world.n_people
    largest = n if world.complete else int(np.diff(world.first).max(initial=0))
    of_person, most_groups = largest, 1
    if len(world.groups):
        of_person = int(np.diff(world.first[world.groups]).max(initial=0))
        most_groups = int(np.diff(world.groups).max(initial=0))
    n_ties, n_groups = MOST_TIES + of_person, STRIP + most_groups
    return Scratch(
        seen=np.zeros(n, np.uint64),
        person=np.zeros(n + n_ties + 2 * AHEAD, np.int32),
        lane=np.zeros(n + n_ties + 2 * AHEAD, np.uint8),
        tie=np.zeros(n_ties, np.int64),
        tie_lane=np.zeros(n_ties, np.uint8),
        groups=Groups(
            number=np.zeros(n_groups, np.int64),
            whose=np.zeros(n_groups, np.int64),
            start=np.zeros(n_groups, np.int64),
            size=np.zeros(n_groups, np.int64),
            n_new=np.zeros(n_groups, np.int64),
            own=np.zeros(n_groups, np.uint64),
        ),
        entry=np.zeros(n_ties + FIRST_COUNTS, np.int64),
        position=np.zeros(n_ties + FIRST_COUNTS, np.int64),
        taken=np.zeros(largest // 64 + 1, np.uint64),
        lane_keys=np.zeros(reverse_sets.BATCH, np.uint64),
        place=np.zeros(reverse_sets.BATCH + 1, np.int64),
    )

"""Marks of a past: by them a run that goes on knows that its replicas have the past they are to have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..results.results import Results
from .campaign_arms import NO_ANSWER, NO_CAMPAIGN
from .process import Chunk

MOST_MARKED = 1000
"""Replicas that are marked: the first ones."""

LOOKS_AHEAD = ("recalls", "first_audience", "reach_beyond_audience")
"""Counts that depend on when a run ends before it does: the last two know on a post's date whom it will be shown to."""


@dataclass(frozen=True)
class Marks:
    """What the curves of a run were until some step.

    origin : where it was read, for messages
    n_steps : steps, from step 0 on
    by_curve : name of each curve -> a mark for each of the first replicas: 16 hex digits
    """

    origin: str
    n_steps: int
    by_curve: Mapping[str, tuple[str, ...]]

    def check(self, first: int, chunk: Chunk) -> None:
        """Hold replicas from number `first` on against the marks; those beyond, and other curves, are not looked at.

        Raises
        ------
        ScenarioError
            Naming the first replica and curve that differ.
        """
        for name, marks in self.by_curve.items():
            if name not in chunk.newly:
                continue
            ends = np.cumsum(chunk.last_step + 1)
            for place, mark in enumerate(marks[first : first + len(chunk)]):
                begin = int(ends[place] - chunk.last_step[place] - 1)
                if mark != _mark(chunk.newly[name][begin : int(ends[place])], self.n_steps):
                    raise ScenarioError(
                        f"{self.origin}: replica {first + place:,} has another past here: the curve {name} differs; "
                        "was the state saved by another version? Save it again with --save-state"
                    )


def marks_of(results: Results, n_steps: int, *, origin: str) -> Marks:
    """Return the marks of results: of the curves of the run itself that do not depend on its end."""
    names = [name for name in results.curve_names if not name.endswith((NO_CAMPAIGN, NO_ANSWER))]
    offsets = results.offsets[: MOST_MARKED + 1].tolist()
    return Marks(
        origin,
        n_steps,
        {
            name: tuple(_mark(results.newly_of(name)[begin:end], n_steps) for begin, end in pairwise(offsets))
            for name in names
            if name not in LOOKS_AHEAD
        },
    )


def _mark(changes: NDArray[Any], n_steps: int) -> str:
    """Return the mark of a curve; where it ended before, it stayed as it was."""
    kept = np.zeros(n_steps, "<i8")
    kept[: len(changes[:n_steps])] = changes[:n_steps]
    return hashlib.sha256(kept.tobytes()).hexdigest()[:16]

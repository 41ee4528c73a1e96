"""What happened in the liveliest steps of a replica of a campaign, a sentence a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .story import (
    AD,
    ADOPTED,
    ANSWERED,
    ASKED,
    BAD,
    BAD_REJECTER,
    BELIEVED,
    BOUGHT,
    BOUGHT_AGAIN,
    COMPLAINED,
    CORRECTED,
    GOOD,
    LEFT,
    LEFT_FOR_GOOD,
    LEFT_FOR_OWN,
    LEFT_RIVAL,
    POST,
    REJECTED,
    REJECTED_RIVAL,
    RELAPSED,
    SHARED,
    SHARED_VIEW,
    WON_BY_RIVAL,
    Scene,
    brands_of,
)

_WORDS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((AD, POST, SHARED_VIEW), "engaged"),
    ((SHARED,), "shared"),
    ((BOUGHT,), "bought"),
    ((GOOD,), "told to buy"),
    ((BAD, BAD_REJECTER), "warned"),
    ((REJECTED,), "turned away"),
    ((LEFT,), "left"),
    ((ADOPTED,), "took it up"),
    ((RELAPSED,), "gave it up"),
    ((BELIEVED,), "believed a claim"),
    ((CORRECTED,), "corrected"),
    ((BOUGHT_AGAIN,), "bought again"),
    ((LEFT_FOR_GOOD,), "left for good"),
    ((COMPLAINED,), "complained"),
    ((ASKED,), "asked"),
    ((ANSWERED,), "answered"),
)
_OF_RIVALS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((AD, POST, SHARED_VIEW), "engaged"),
    ((SHARED,), "shared"),
    ((WON_BY_RIVAL,), "bought"),
    ((LEFT,), "customers of the brand among them"),
    ((GOOD,), "told to buy"),
    ((BAD, BAD_REJECTER), "warned"),
    ((REJECTED_RIVAL,), "turned away"),
    ((LEFT_RIVAL,), "left"),
    ((BELIEVED,), "believed a claim"),
)
"""Kinds of lines, in words: about the own brand, and about rivals."""


def timeline(lines: NDArray[np.void], scene: Scene, *, most: int = 8) -> list[str]:
    """Say what happened in the liveliest steps, in order of time; what is about rivals apart."""
    steps = lines["step"]
    if len(steps) == 0:
        return []
    size, of_rivals = np.bincount(steps), brands_of(lines, scene) > 0
    told = []
    for step in np.sort(np.argsort(-size, kind="stable")[:most]).tolist():
        what, theirs = lines["what"][steps == step], of_rivals[steps == step]
        said = [_counted(what[~theirs], _WORDS), _counted(what[theirs], _OF_RIVALS)]
        own, rival = said[0], f"about rivals: {said[1]}" if said[1] else ""
        if own or rival:
            told.append(f"{scene.when(step)}: {'; '.join(part for part in (own, rival) if part)}.")
    return told


def between_brands(lines: NDArray[np.void], scene: Scene) -> str:
    """Say in a sentence who changed sides; nothing where there are no rivals."""
    if not scene.rivals:
        return ""
    what = lines["what"]
    won = int((what == WON_BY_RIVAL).sum())
    lost = int(((what == LEFT) & (brands_of(lines, scene) > 0)).sum())
    gained = int(((what == LEFT_RIVAL) & (lines["item"] == LEFT_FOR_OWN)).sum())
    who = scene.rivals[0] if len(scene.rivals) == 1 else "Rivals"
    ours = f", {lost:,} of them customers of the brand" if lost else ""
    back = f"{gained:,} customers of rivals were" if gained != 1 else "1 customer of a rival was"
    return f"{who} won {won:,} {'person' if won == 1 else 'people'}{ours}; {back} won by the brand."


def _counted(what: NDArray[np.uint8], words: tuple[tuple[tuple[int, ...], str], ...]) -> str:
    counts = [(int(np.isin(what, codes).sum()), word) for codes, word in words]
    return ", ".join(f"{n:,} {word}" for n, word in counts if n)

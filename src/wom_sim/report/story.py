"""A replica of a campaign as sentences with dates: what happened to one person, or the threads that mattered most."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .names import name_of

# Codes of a log's lines, in the order of the kernel's: kinds of events, then what people did.
AD, POST, SHARED_VIEW, GOOD, BAD, BAD_REJECTER = range(6)
BOUGHT, REJECTED, LEFT, ADOPTED, RELAPSED, BELIEVED, CORRECTED, INOCULATED, ALERTED, SHARED, STARTED = range(20, 31)
DISSATISFIED = 16
BY_COMPANY_OR_TELLING, BY_BACKGROUND = 3, 4

_TURNS = (STARTED, AD, POST, SHARED_VIEW, BOUGHT, REJECTED, LEFT, ADOPTED, BELIEVED, ALERTED)
"""Lines that change a person because of another: the links of a thread."""


LONGEST_THREAD = 12
"""Links of a thread that are told; the middle of a longer one is left out."""


@dataclass(frozen=True)
class Scene:
    """What a story needs to know beside the log.

    start : date of day 0, or None     step_days : float
    items, claims : names     answers_to : the claim each answer is about, a number
    started_as : what starters start as, in words
    """

    start: datetime.date | None
    step_days: float
    items: Sequence[str]
    claims: Sequence[str]
    answers_to: Sequence[int]
    started_as: str

    def when(self, step: int) -> str:
        """Return the day of a step, as a date or a number; with the hour where steps are shorter than a day.

        The step, not the moment within it, is the clock of curves and tables.
        """
        days = step * self.step_days
        if self.start is None:
            return f"On day {days:.1f}" if self.step_days < 1 else f"On day {int(days)}"
        moment = datetime.datetime.combine(self.start, datetime.time()) + datetime.timedelta(days=days)
        hour = f" at {moment:%H:%M}" if self.step_days < 1 else ""
        return f"On {moment.day} {moment:%B}{hour}"


def person_story(lines: NDArray[np.void], scene: Scene, person: int) -> list[str]:
    """Tell what happened to one person, and what she brought about; empty where nothing did."""
    own = lines[(lines["person"] == person) | (lines["source"] == person)]
    told = [sentence(line, scene) for line in own[np.argsort(own["step"], kind="stable")]]
    return [text for text in told if text]


def threads(lines: NDArray[np.void], scene: Scene, *, most: int = 3) -> list[list[str]]:
    """Tell the longest threads of causes: each from its beginning to its last link, one sentence a link.

    A thread goes back from a turn to the latest earlier turn of the person who caused it, or to the person's own.
    """
    turns = np.flatnonzero(np.isin(lines["what"], _TURNS))
    latest: dict[int, int] = {}
    depth: dict[int, int] = {}
    before: dict[int, int] = {}
    for place in turns.tolist():
        person, source = int(lines["person"][place]), int(lines["source"][place])
        own = latest.get(person, -1)
        # Engaging and then buying is one moment of one person; else the cause is another's latest turn.
        same_moment = own >= 0 and lines["time"][own] == lines["time"][place]
        unprompted = lines["what"][place] == BOUGHT and lines["item"][place] % DISSATISFIED == BY_BACKGROUND
        previous = own if same_moment or source < 0 else latest.get(source, -1)
        previous = -1 if unprompted else previous
        before[place] = previous
        depth[place] = depth.get(previous, 0) + 1
        latest[person] = place
    told: list[list[str]] = []
    used: set[int] = set()
    for place in sorted(depth, key=lambda p: (-depth[p], p)):
        chain = [place]
        while before[chain[-1]] >= 0:
            chain.append(before[chain[-1]])
        if used & set(chain):
            continue
        used |= set(chain)
        told.append(_shortened([sentence(lines[link], scene) for link in reversed(chain)]))
        if len(told) == most:
            break
    return [thread for thread in told if len(thread) > 1]


def _shortened(thread: list[str]) -> list[str]:
    if len(thread) <= LONGEST_THREAD:
        return thread
    half = LONGEST_THREAD // 2
    return [*thread[:half], f"... {len(thread) - 2 * half:,} links more ...", *thread[-half:]]


def most_influential(lines: NDArray[np.void], *, most: int = 3) -> list[tuple[int, Counter[int]]]:
    """Return the people whose word changed most others directly: (person, how many by kind of line)."""
    turns = lines[np.isin(lines["what"], (SHARED_VIEW, BOUGHT, REJECTED, LEFT, ADOPTED, BELIEVED))]
    by_source: dict[int, Counter[int]] = {}
    for source, what in zip(turns["source"].tolist(), turns["what"].tolist(), strict=True):
        if source >= 0:
            by_source.setdefault(source, Counter())[what] += 1
    ranked = sorted(by_source.items(), key=lambda entry: (-entry[1].total(), entry[0]))
    return ranked[:most]


def influence_sentence(person: int, caused: Counter[int]) -> str:
    """Say what one person's word did."""
    verbs = {
        SHARED_VIEW: "engaged with a share",
        BOUGHT: "bought",
        REJECTED: "decided against it",
        LEFT: "left",
        ADOPTED: "took it up",
        BELIEVED: "believed it",
    }
    parts = [f"{n:,} {verbs[what]}" for what, n in caused.most_common()]
    return f"{name_of(person)}: {', '.join(parts)}, directly because of this one person."


def sentence(line: np.void, scene: Scene) -> str:
    """Return one line of the log as a sentence."""
    what, item = int(line["what"]), int(line["item"])
    who, source = name_of(int(line["person"])), int(line["source"])
    by = name_of(source) if source >= 0 else ""
    when = scene.when(int(line["step"]))
    if what in (AD, POST, SHARED_VIEW):
        saw = {AD: f"the ad {scene.items[item]!r}", POST: f"the post {scene.items[item]!r}"}
        return f"{when} {who} engaged with {saw.get(what, f'{scene.items[item]!r}, which {by} shared')}."
    if what in (GOOD, BAD, BAD_REJECTER):
        kind = {GOOD: "recommended it to", BAD: "warned"}.get(what, "passed the warning on to")
        return f"{when} {by} {kind} {who}."
    if what == BOUGHT:
        mood = "and was dissatisfied" if item >= DISSATISFIED else "and was satisfied"
        return f"{when} {who} bought{_because(item % DISSATISFIED, by)} {mood}."
    plain: Mapping[int, str] = {
        REJECTED: f"{who} decided against it because of {by}" if by else f"{who} decided against it",
        LEFT: f"{who}, a customer, left" + (f" because of {by}" if by else ""),
        ADOPTED: f"{who} took it up" + (f" like {by}" if by else ""),
        RELAPSED: f"{who} gave it up again",
        SHARED: f"{who} shared {_item(scene.items, item)} with all contacts",
        STARTED: f"{who} started as {scene.started_as}",
    }
    if what in plain:
        return f"{when} {plain[what]}."
    claim = item if what == BELIEVED else scene.answers_to[item]
    about = repr(scene.claims[claim])
    beliefs = {
        BELIEVED: f"{who} believed {about}, seen from {by}" if by else f"{who} believed and posted {about}",
        CORRECTED: f"{who} saw the answer to {about} and no longer believed it",
        INOCULATED: f"{who} saw the answer before {about} arrived and will not believe it",
        ALERTED: f"{who} heard of {about} only through the answer",
    }
    return f"{when} {beliefs[what]}."


def _because(exposure: int, by: str) -> str:
    if exposure == BY_BACKGROUND:
        return " unprompted"
    return f" because of {by}" if by and exposure == BY_COMPANY_OR_TELLING else ""


def _item(items: Sequence[str], item: int) -> str:
    return repr(items[item]) if item < len(items) else "it"


def timeline(lines: NDArray[np.void], scene: Scene, *, most: int = 8) -> list[str]:
    """Say what happened in the liveliest steps, in order of time."""
    steps = lines["step"]
    if len(steps) == 0:
        return []
    size = np.bincount(steps)
    chosen = np.sort(np.argsort(-size, kind="stable")[:most])
    return [text for step in chosen.tolist() if (text := _step_sentence(lines[steps == step], scene, step))]


def _step_sentence(lines: NDArray[np.void], scene: Scene, step: int) -> str:
    words: tuple[tuple[tuple[int, ...], str], ...] = (
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
    )
    counts: Any = [(int(np.isin(lines["what"], codes).sum()), word) for codes, word in words]
    parts = [f"{n:,} {word}" for n, word in counts if n]
    return f"{scene.when(step)}: {', '.join(parts)}." if parts else ""

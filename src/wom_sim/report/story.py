"""A replica of a campaign as sentences with dates: what happened to one person, or the threads that mattered most."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .names import name_of

# Codes of a log's lines, in the order of the kernel's: kinds of events, then what people did.
AD, POST, SHARED_VIEW, GOOD, BAD, BAD_REJECTER = range(6)
BOUGHT, REJECTED, LEFT, ADOPTED, RELAPSED, BELIEVED, CORRECTED, INOCULATED, ALERTED, SHARED, STARTED = range(20, 31)
BOUGHT_AGAIN, LEFT_FOR_GOOD, COMPLAINED, ASKED, ANSWERED = range(31, 36)
WON_BY_RIVAL, REJECTED_RIVAL, LEFT_RIVAL = range(50, 53)
LEFT_FOR_CLAIM, LEFT_FOR_WORDS, LEFT_FOR_OWN = range(3)
DISSATISFIED = 16
ABOUT_CLAIM, COMPLAINT = 256, 1024
BY_COMPANY_OR_TELLING, BY_BACKGROUND = 3, 4
OF_CRISIS, OF_RIVAL, ROOT_WIDTH = 5, 7, 256

_TURNS = (STARTED, AD, POST, SHARED_VIEW, BOUGHT, REJECTED, LEFT, ADOPTED, BELIEVED, ALERTED)
_TURNS_OF_RIVALS = (WON_BY_RIVAL, REJECTED_RIVAL, LEFT_RIVAL)
"""Lines that change a person because of another: the links of a thread."""

LONGEST_THREAD = 12
"""Links of a thread that are told; the middle of a longer one is left out."""


@dataclass(frozen=True)
class Scene:
    """What a story needs to know beside the log.

    start : date of day 0, or None     step_days : float
    items, claims : in quotes, those of rivals behind the own ones, with the rival's name
    claim_brands : the number of the brand that each claim is about, 0 for the own
    answers_to : the claim each answer is about, a number
    started_as : what starters start as, in words     rivals : names
    """

    start: datetime.date | None
    step_days: float
    items: Sequence[str]
    claims: Sequence[str]
    answers_to: Sequence[int]
    started_as: str
    claim_brands: Sequence[int] = ()
    rivals: Sequence[str] = ()

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

    A thread goes back from a turn to the latest earlier turn of the person who caused it, or to the person's own, both
    about the same brand.
    """
    # Who leaves a rival for the brand buys in the next line, which says why.
    for_own = (lines["what"] == LEFT_RIVAL) & (lines["item"] == LEFT_FOR_OWN)
    turns = np.flatnonzero(np.isin(lines["what"], (*_TURNS, *_TURNS_OF_RIVALS)) & ~for_own)
    brands = brands_of(lines, scene)
    latest: dict[tuple[int, int], int] = {}
    depth: dict[int, int] = {}
    before: dict[int, int] = {}
    for place in turns.tolist():
        person, source, brand = int(lines["person"][place]), int(lines["source"][place]), int(brands[place])
        own = latest.get((person, brand), -1)
        # Engaging and then buying is one moment of one person; else the cause is another's latest turn.
        same_moment = own >= 0 and lines["time"][own] == lines["time"][place]
        bought = lines["what"][place] in (BOUGHT, WON_BY_RIVAL)
        unprompted = bought and lines["item"][place] % DISSATISFIED == BY_BACKGROUND
        previous = own if same_moment or source < 0 else latest.get((source, brand), -1)
        previous = -1 if unprompted else previous
        before[place] = previous
        depth[place] = depth.get(previous, 0) + 1
        latest[person, brand] = place
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


def brands_of(lines: NDArray[np.void], scene: Scene) -> NDArray[np.int64]:
    """Return the number of the brand that each line is about, 0 for the own."""
    roots = lines["root"].astype(np.int64)
    # A question's or a complaint's line has the matter's number for a root.
    of_rival = (roots // ROOT_WIDTH == OF_RIVAL) & ~np.isin(lines["what"], (ASKED, ANSWERED))
    brands: NDArray[np.int64] = np.where(of_rival, roots % ROOT_WIDTH, 0)
    if any(scene.claim_brands):
        believed = lines["what"] == BELIEVED
        brands[believed] = np.array(scene.claim_brands)[lines["item"][believed]]
    return brands


def _shortened(thread: list[str]) -> list[str]:
    if len(thread) <= LONGEST_THREAD:
        return thread
    half = LONGEST_THREAD // 2
    return [*thread[:half], f"... {len(thread) - 2 * half:,} links more ...", *thread[-half:]]


def most_influential(lines: NDArray[np.void], *, most: int = 3) -> list[tuple[int, Counter[int]]]:
    """Return the people whose word changed most others directly: (person, how many by kind of line)."""
    kinds = (SHARED_VIEW, BOUGHT, REJECTED, LEFT, ADOPTED, BELIEVED, *_TURNS_OF_RIVALS)
    # Who leaves for a rival is won by it in the next line.
    for_rival = (lines["what"] == LEFT) & (lines["root"] // ROOT_WIDTH == OF_RIVAL)
    turns = lines[np.isin(lines["what"], kinds) & ~for_rival]
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
        WON_BY_RIVAL: "bought from a rival",
        REJECTED_RIVAL: "decided against a rival",
        LEFT_RIVAL: "left a rival",
    }
    parts = [f"{n:,} {verbs[what]}" for what, n in caused.most_common()]
    return f"{name_of(person)}: {', '.join(parts)}, directly because of this one person."


def sentence(line: np.void, scene: Scene) -> str:
    """Return one line of the log as a sentence."""
    what, item = int(line["what"]), int(line["item"])
    who, source = name_of(int(line["person"])), int(line["source"])
    by = name_of(source) if source >= 0 else ""
    when, root = scene.when(int(line["step"])), int(line["root"])
    rival = _rival(root, scene)
    if what in (AD, POST, SHARED_VIEW):
        saw = {AD: f"the ad {scene.items[item]}", POST: f"the post {scene.items[item]}"}
        return f"{when} {who} engaged with {saw.get(what, f'{scene.items[item]}, which {by} shared')}."
    if what in (GOOD, BAD, BAD_REJECTER):
        warned = (f"warned {who} of {rival}", f"passed the warning of {rival} on to {who}")
        if not rival:
            warned = (f"warned {who}", f"passed the warning on to {who}")
        kinds = {GOOD: f"recommended {rival or 'it'} to {who}", BAD: warned[0], BAD_REJECTER: warned[1]}
        return f"{when} {by} {kinds[what]}."
    if what in (BOUGHT, WON_BY_RIVAL):
        mood = "and was dissatisfied" if item >= DISSATISFIED else "and was satisfied"
        bought = "bought" if what == BOUGHT else f"bought from {rival}"
        return f"{when} {who} {bought}{_because(item % DISSATISFIED, by)} {mood}."
    if what == LEFT_RIVAL:
        return f"{when} {who}, a customer of {rival}, left it {_why(item, by)}."
    plain: Mapping[int, str] = {
        REJECTED: f"{who} decided against it because of {by}" if by else f"{who} decided against it",
        REJECTED_RIVAL: f"{who} decided against {rival}" + (f" because of {by}" if by else ""),
        LEFT: f"{who}, a customer, left" + _for_what(item, by, root, scene),
        ADOPTED: f"{who} took it up" + (f" like {by}" if by else ""),
        RELAPSED: f"{who} gave it up again",
        SHARED: f"{who} shared {_item(scene.items, item)} with all contacts",
        STARTED: f"{who} started as {scene.started_as}",
        BOUGHT_AGAIN: f"{who} bought again and was {'dissatisfied' if item else 'satisfied'}",
        LEFT_FOR_GOOD: f"{who}, a customer, left for good",
        COMPLAINED: f"{who} complained to the brand",
    }
    if what in (ASKED, ANSWERED):
        plain = {what: _dialogue(what, who, root, scene, works=item == 1)}
    if what in plain:
        return f"{when} {plain[what]}."
    claim = item if what == BELIEVED else scene.answers_to[item]
    about = scene.claims[claim]
    beliefs = {
        BELIEVED: f"{who} believed {about}, seen from {by}" if by else f"{who} believed and posted {about}",
        CORRECTED: f"{who} saw the answer to {about} and no longer believed it",
        INOCULATED: f"{who} saw the answer before {about} arrived and will not believe it",
        ALERTED: f"{who} heard of {about} only through the answer",
    }
    return f"{when} {beliefs[what]}."


def _dialogue(what: int, who: str, matter: int, scene: Scene, *, works: bool) -> str:
    """Say that somebody asked, or that a question or complaint was answered and whether it helped."""
    if matter >= COMPLAINT:
        return f"{who}, who had complained, was answered" + (" and is satisfied now" if works else ", in vain")
    about = scene.claims[matter - ABOUT_CLAIM] if matter >= ABOUT_CLAIM else _item(scene.items, matter)
    if what == ASKED:
        return f"{who} asked the brand about {about}"
    return f"{who}'s question about {about} was answered" + ("" if works else ", too late to matter")


def _rival(root: int, scene: Scene) -> str:
    """Return the name of the rival that a root is of; nothing for the own brand's."""
    return scene.rivals[root % ROOT_WIDTH - 1] if scene.rivals and root // ROOT_WIDTH == OF_RIVAL else ""


def _for_what(by_words: int, by: str, root: int, scene: Scene) -> str:
    """Say why a customer of the brand left: for a rival, because of a claim or of what she was told."""
    if _rival(root, scene):
        return f" for {_rival(root, scene)}"
    if not by_words and root // ROOT_WIDTH == OF_CRISIS:
        return f" because of {scene.claims[root % ROOT_WIDTH]}"
    return f" because of {by}" if by else ""


def _why(reason: int, by: str) -> str:
    """Say why a customer of a rival left it."""
    if reason == LEFT_FOR_OWN:
        return "for the brand"
    return "because of the claim" if reason == LEFT_FOR_CLAIM else f"because of {by}"


def _because(exposure: int, by: str) -> str:
    if exposure == BY_BACKGROUND:
        return " unprompted"
    return f" because of {by}" if by and exposure == BY_COMPANY_OR_TELLING else ""


def _item(items: Sequence[str], item: int) -> str:
    return items[item] if item < len(items) else "it"

"""What a campaign that goes on from a past may change: whatever has not happened yet, docs/branching.md."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...durations import Duration
from ...spec import Spec
from .crisis import Crisis, Response
from .differences import differing, in_use, said
from .item import Creator, Item
from .rival import Competitor
from .tracking import CHANGEABLE

if TYPE_CHECKING:
    from .model import Campaign

_LISTS = ("content", "creators", "crises", "responses", "competitors", "rules")
_FREE: dict[str, tuple[str, ...]] = {
    "brand": ("switch_prob",),
    "value": (
        *("price", "margin", "referred_margin_factor", "value_horizon", "retain_factor", "relationship_half_life"),
        *("purchases_per_year", "churn_per_year", "churn_factor_dissatisfied"),
    ),
    "decision": (),
    "limits": (),
}
"""Keys of sections that may change where not all of them may; `_FIXED` are those that may not where most may."""
_FIXED = {"word_of_mouth": ("strong_tie_fraction",)}
_FREE_ALONE = ("recall_half_life", "buy_delay")
_CLOCKS = ("purchases_per_year", "churn_per_year", "churn_factor_dissatisfied")
_RECKONED = {
    "": ("recall_half_life",),
    "value": ("price", "margin", "referred_margin_factor", "value_horizon"),
    "dialogue": ("cost_per_answer",),
}
"""Keys that are looked at when the run is over: they change nothing before that, and all of it then."""

_OF_RIVAL = ("switch_prob", "word_of_mouth", "content", "crises")
_TO_COME = {"paid": ("end",), "owned": ("end", "every", "follower_reach")}
"""Keys of content that has begun which say what is still to be shown."""


@dataclass(frozen=True)
class Turn:
    """Where a past ends.

    start, step : of the run     until : steps of the past     shared : name of what the starters share, if they do
    """

    start: datetime.date | None
    step: Duration
    until: int
    shared: str | None = None

    def __str__(self) -> str:
        """Write the date, or the time from the start of the run."""
        days = Duration(self.until * float(self.step))
        if self.start is None:
            return str(days)
        at = datetime.datetime.combine(self.start, datetime.time()) + datetime.timedelta(days=float(days))
        at = (at + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return at.date().isoformat() if at.time() == datetime.time() else at.isoformat(sep=" ", timespec="minutes")

    def step_of(self, date: datetime.date) -> int:
        """Return the step at which a day begins."""
        assert self.start is not None  # a campaign with dates has a start
        return round((date - self.start).days / float(self.step))

    def is_over(self, date: datetime.date) -> bool:
        """Say whether a day begins before the past ends."""
        return self.step_of(date) < self.until

    @property
    def last_day(self) -> datetime.date:
        """The first day whose end is not before the end of the past."""
        assert self.start is not None
        return self.start + datetime.timedelta(days=math.ceil(self.until * float(self.step) - 1e-9) - 1)


def with_rivals_as_before(past: Campaign, future: Campaign) -> Campaign:
    """Return the future in which rivals talk as in the past, but for keys of theirs that it gives: as under a rule."""
    rivals = []
    for before, rival in zip(past.competitors, future.competitors, strict=False):
        was, would_be = before.word_of_mouth.filled(past.word_of_mouth), future.word_of_mouth
        kept = {
            key: getattr(was, key)
            for key in type(rival.word_of_mouth).model_fields
            if getattr(rival.word_of_mouth, key) is None and getattr(was, key) != getattr(would_be, key)
        }
        talk = rival.word_of_mouth.model_copy(update=kept)
        rivals.append(rival.model_copy(update={"word_of_mouth": talk}) if kept else rival)
    return future.model_copy(update={"competitors": tuple(rivals)}) if rivals else future


def problems_with_future(past: Campaign, future: Campaign, turn: Turn) -> Iterator[str]:
    """Yield one line for each key that says anything else of what has happened, or decides who the people are."""
    for key in differing(past, future, leave_out=(*_LISTS, *(name for name, _ in _sections(past)), *_FREE_ALONE)):
        yield _fixed(f"model.{key}", past, future, key, "it holds from day 0 on")
    for section, before in _sections(past):
        yield from _in_section(section, before, getattr(future, section))
    yield from _entries("model.content", past.content, future.content, _item_begun(past, turn), turn)
    yield from _entries("model.creators", past.creators, future.creators, _creator_begun(turn), turn)
    yield from _entries("model.crises", past.crises, future.crises, _crisis_begun(turn), turn)
    yield from _entries("model.responses", past.responses, future.responses, _answer_begun(past, future, turn), turn)
    yield from _rivals(past.competitors, future.competitors, turn)
    judged = [[rule for rule in campaign.rules if turn.is_over(rule.at)] for campaign in (past, future)]
    if judged[0] != judged[1]:
        yield f"model.rules: those of before {turn}, where the past ends, were judged there; leave them as they were"


def notes_on_future(past: Campaign, future: Campaign, turn: Turn) -> Iterator[str]:
    """Yield one line for each change that has more or less effect than it seems."""
    for section, keys in _RECKONED.items():
        before, after = (getattr(campaign, section) if section else campaign for campaign in (past, future))
        for key in differing(before, after) if before is not None and after is not None else ():
            if key in keys:
                where = f"model.{section}.{key}" if section else f"model.{key}"
                yield f"{where}: is reckoned with at the end, for the time before {turn} too"
    if past.value.purchases == "rate":
        for key in differing(past.value, future.value):
            if key in _CLOCKS:
                why = f"when a customer of {turn} next buys or leaves is set already, and stays"
                yield f"model.value.{key}: {why}"


def _sections(campaign: Campaign) -> Iterator[tuple[str, Spec | None]]:
    """Yield each section with its spec, those left out too."""
    for name in ("brand", "trust", "word_of_mouth", "decision", "value", "dialogue", "limits"):
        yield name, getattr(campaign, name)


def _in_section(section: str, before: Spec | None, after: Spec | None) -> Iterator[str]:
    if before is None or after is None:
        if before is not after and (section != "dialogue" or after is None):
            hint = "; answered_fraction = 0 ends the answers" if section == "dialogue" else ""
            what = "is not there any more" if before else "is new"
            yield f"model.{section}: {what}, and it holds from day 0 on; leave it as it was{hint}"
        return
    for key in differing(before, after):
        old, new = getattr(before, key), getattr(after, key)
        if key not in _FREE.get(section, (key,)) or key in _FIXED.get(section, ()):
            why = "it says who the people are" if "_fraction" in key else "it holds from day 0 on"
            yield _fixed(f"model.{section}.{key}", before, after, key, why)
        elif key in ("purchases_per_year", "churn_per_year") and (old == 0.0) != (new == 0.0):
            why = "clocks run for all customers from day 0 on, or for none"
            yield _fixed(f"model.{section}.{key}", before, after, key, why)


def _entries(
    key: str,
    past: Sequence[Any],
    future: Sequence[Any],
    begun: Callable[[Any, int, bool], str],
    turn: Turn,
    *,
    of_rival: bool = False,
) -> Iterator[str]:
    """Yield the problems of a list; entries are told apart by place, and those with a name must keep it.

    Parameters
    ----------
    begun : says of an entry, its number, and whether it is the past's, why it is part of the past; empty where not
    """
    for i, (old, new) in enumerate(zip(past, future, strict=False)):
        name = getattr(old, "name", i)
        if name != getattr(new, "name", i):
            yield f"{key}.{i}: must be {name!r} as in the past, got {new.name!r}; add new entries behind the others"
            return
        where = f"{key}.{name}"
        if why := begun(old, i, True):
            yield from _begun_entry(where, old, new, why, turn)
            continue
        for fixed in ("channel", "n"):
            if getattr(old, fixed, None) != getattr(new, fixed, None):
                yield _fixed(f"{where}.{fixed}", old, new, fixed, "draws go by it; add a new entry")
        if why := begun(new, i, False):
            yield f"{where}: {why}, and in the past it did not; {_at_the_earliest(turn)}"
    if len(past) != len(future) and of_rival:
        yield f"{key}: must have {len(past)} entries as in the past, got {len(future)}: a rival's are numbered"
        return
    for i, gone in enumerate(past[len(future) :], start=len(future)):
        if why := begun(gone, i, True):
            yield f"{key}.{getattr(gone, 'name', i)}: is not there any more, but {why}"
    for i, new in enumerate(future[len(past) :], start=len(past)):
        if why := begun(new, i, False):
            yield f"{key}.{getattr(new, 'name', i)}: is new, but {why}; {_at_the_earliest(turn)}"


def _begun_entry(where: str, old: Any, new: Any, why: str, turn: Turn) -> Iterator[str]:
    """Yield the problems of an entry that has begun: what a rule may change may change, and dates that are to come."""
    may = CHANGEABLE["crises"] if isinstance(old, Crisis) else ()
    if isinstance(old, Item):
        may = (*CHANGEABLE["content"], *_TO_COME.get(old.channel, ()))
    if isinstance(old, Creator):
        may = ("dates", "reach")
        if sorted(filter(turn.is_over, old.dates)) != sorted(filter(turn.is_over, new.dates)):
            yield f"{where}.dates: those before {turn}, where the past ends, must stay as they were"
    for key in differing(old, new):
        if key not in may:
            yield _fixed(f"{where}.{key}", old, new, key, f"{why}; to change it, save a past that ends before")
    if isinstance(old, Item) and old.channel == "paid":
        yield from _flight(where, old, new, turn)


def _flight(where: str, old: Item, new: Item, turn: Turn) -> Iterator[str]:
    """Yield the problems of an ad that has begun: it cannot have ended before, nor be prolonged without money."""
    assert old.end is not None
    assert new.end is not None
    day = datetime.timedelta(days=1)
    if new.end != old.end and turn.is_over(new.end + day):
        yield f"{where}.end: must stay {old.end} or be {turn.last_day} or later, got {new.end}: the past ends on {turn}"
    elif turn.step_of(old.end + day) <= turn.until and (new.end != old.end) != (new.spend != old.spend):
        key = "spend" if new.end == old.end else "end"
        yield f"{where}.{key}: the ad was over by {turn}; to go on it needs a later end and more to spend"


def _rivals(past: Sequence[Competitor], future: Sequence[Competitor], turn: Turn) -> Iterator[str]:
    if [rival.name for rival in past] != [rival.name for rival in future]:
        yield "model.competitors: must be those of the past, in their order"
        return
    for old, new in zip(past, future, strict=True):
        where = f"model.competitors.{old.name}"
        for key in differing(old, new, leave_out=_OF_RIVAL):
            why = "it says who the people are" if "_fraction" in key else "it holds from day 0 on"
            yield _fixed(f"{where}.{key}", old, new, key, why)
        begun = _item_begun(old, turn)
        yield from _entries(f"{where}.content", old.content, new.content, begun, turn, of_rival=True)
        yield from _entries(f"{where}.crises", old.crises, new.crises, _crisis_begun(turn), turn, of_rival=True)


def _item_begun(brand: Campaign | Competitor, turn: Turn) -> Callable[[Item, int, bool], str]:
    def begun(item: Item, number: int, of_past: bool) -> str:
        del number
        if item.channel != "shared" and item.start is not None and turn.is_over(item.start):
            return f"{_began(of_past)} {item.start}"
        if of_past and item.name == turn.shared:
            return "the starters share it from day 0 on"
        posts = [date for who in getattr(brand, "creators", ()) if who.item == item.name for date in who.dates]
        if of_past and posts and turn.is_over(min(posts)):
            return f"creators posted it on {min(posts)}"
        return ""

    return begun


def _creator_begun(turn: Turn) -> Callable[[Creator, int, bool], str]:
    def begun(creator: Creator, number: int, of_past: bool) -> str:
        del number
        first = min(creator.dates)
        return f"they {'posted' if of_past else 'would have posted'} on {first}" if turn.is_over(first) else ""

    return begun


def _crisis_begun(turn: Turn) -> Callable[[Crisis, int, bool], str]:
    def begun(crisis: Crisis, number: int, of_past: bool) -> str:
        del number
        return f"{_began(of_past)} {crisis.start}" if turn.is_over(crisis.start) else ""

    return begun


def _answer_begun(past: Campaign, future: Campaign, turn: Turn) -> Callable[[Response, int, bool], str]:
    def begun(answer: Response, number: int, of_past: bool) -> str:
        del number
        starts = {crisis.name: crisis.start for crisis in (past if of_past else future).crises}
        step = turn.step_of(starts[answer.to]) + round(answer.delay / turn.step)
        return f"{_began(of_past)} {replace(turn, until=step)}" if step < turn.until else ""

    return begun


def _fixed(where: str, before: Any, after: Any, key: str, why: str) -> str:
    old, new = (said(in_use(spec, key)) for spec in (before, after))
    return f"{where}: must stay {old}, as in the past, got {new}: {why}"


def _began(of_past: bool) -> str:
    return "it began on" if of_past else "it would have begun on"


def _at_the_earliest(turn: Turn) -> str:
    return f"the past ends on {turn}, let it begin then or later"

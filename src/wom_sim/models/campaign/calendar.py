"""What happens on which day of a campaign, for people to read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .clock import post_dates

if TYPE_CHECKING:
    from .item import Creator, Item
    from .model import Campaign


class Day(NamedTuple):
    """Something that happens: days after the start of the run, and what it is."""

    days: float
    what: str


def calendar(campaign: Campaign, start: datetime.date, horizon: float) -> list[tuple[str, str]]:
    """Return what happens in a run, in order: the date (with the hour where it is not midnight) and what.

    Parameters
    ----------
    start : day 0
    horizon : days of the run; what comes after them does not happen and is left out
    """
    days = [Day(0.0, "the run begins")]
    for item in campaign.content:
        days += _item(item, start, horizon)
    for creator in campaign.creators:
        days += _creator(creator, start)
    begins = {crisis.name: float((crisis.start - start).days) for crisis in campaign.crises}
    days += [
        Day(begins[crisis.name], f"{_people(crisis.starts_with)} the claim {crisis.name!r}")
        for crisis in campaign.crises
    ]
    for answer in campaign.responses:
        at, by = begins[answer.to] + answer.delay, _and(answer.through)
        days.append(Day(at, f"the claim {answer.to!r} is answered through {by}"))
        if "lasts" not in answer.unused():
            days.append(Day(at + answer.lasts, f"the answer to {answer.to!r} ends"))
    happens = sorted((day for day in days if day.days < horizon), key=lambda day: day.days)
    return [(_date(start, day.days), day.what) for day in [*happens, Day(horizon, "the run ends")]]


def _item(item: Item, start: datetime.date, horizon: float) -> Iterator[Day]:
    if item.start is None:
        return
    if item.channel == "paid":
        assert item.end is not None
        yield Day(float((item.start - start).days), f"ad {item.name!r} begins: {item.n_impressions:,} impressions")
        yield Day(float((item.end - start).days), f"ad {item.name!r}: last day")
        return
    days = [day for day in post_dates(item, start) if day < horizon]
    again = f", and every {item.every} after: {len(days)} times" if len(days) > 1 else ""
    for day in days[:1]:
        yield Day(day, f"the brand posts {item.name!r}{again}")
    for day in days[1:][-1:]:
        yield Day(day, f"the brand posts {item.name!r} for the last time")


def _creator(creator: Creator, start: datetime.date) -> Iterator[Day]:
    who = f"{creator.name}: 1 account" if creator.n == 1 else f"{creator.name}: {creator.n:,} accounts"
    sure = "" if creator.participation_prob == 1.0 else f" with chance {creator.participation_prob:g}"
    for date in creator.dates:
        yield Day(float((date - start).days), f"{who} post{'s' if creator.n == 1 else ''} {creator.item!r}{sure}")


def _people(n: int) -> str:
    return "1 person posts" if n == 1 else f"{n:,} people post"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _date(start: datetime.date, days: float) -> str:
    whole = datetime.datetime.combine(start, datetime.time())
    try:
        at = whole + datetime.timedelta(days=days)
    except OverflowError:  # beyond the year 9999
        return f"day {days:,.0f}"
    # To the second: 1/24 of a day is no finite binary number.
    at = (at + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    if at.time() == datetime.time():
        return at.date().isoformat()
    return at.isoformat(sep=" ", timespec="minutes" if at.second == 0 else "seconds")

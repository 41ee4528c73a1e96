"""A campaign held against the rest of its scenario: dates, horizon, segments, network, starters."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...durations import Duration
from ...kernels.campaign.codes import COUNTS, SUMS
from .checks import given, no_such
from .rival import labelled
from .rival_checks import problem_with_mixing
from .starting import Starting
from .timing import off_grid
from .tracking import needs_target

if TYPE_CHECKING:
    from .goal import Goal
    from .model import Campaign

MAX_STEPS = 100_000
"""Steps of a run: more would be curves of millions of points that nobody can look at."""


@dataclass(frozen=True)
class Surroundings:
    """What a campaign is run in.

    start, horizon   None where the scenario leaves them out
    segments         names of the segments
    factors          keys of segments that only a campaign reads, such as "segments.a.buy_factor", where written
    complete         whether everybody can meet everybody, without ties
    starting         as what the people chosen start
    """

    start: datetime.date | None
    horizon: Duration | None
    segments: tuple[str, ...]
    factors: tuple[str, ...]
    complete: bool
    starting: Starting


def problems_around(campaign: Campaign, around: Surroundings) -> list[str]:
    """Return one line for each problem of a campaign in its scenario; keys are those of the scenario."""
    problems = list(_horizon(campaign, around.horizon))
    problems += _dates(campaign, around)
    problems += _segments(campaign, around)
    problems += _starting(campaign, around.starting)
    if around.complete:
        problems += _needing_contacts(campaign, around.starting)
    else:
        problems += problem_with_mixing(campaign)
    return problems


def notes_around(campaign: Campaign, around: Surroundings) -> list[str]:
    """Return one line for each thing that is allowed but has less effect than it seems."""
    return list(_late(campaign, around)) + list(_unseen(campaign, around.starting))


def problems_with_curves(names: Sequence[str]) -> Iterator[str]:
    """Yield one line for each name that is no count of a campaign."""
    known = (*COUNTS, *SUMS)
    for name in names:
        if name not in known:
            yield f"output.curves: {no_such('count', name, known)}"


def problems_with_goal(campaign: Campaign, goal: Goal | None, horizon: Duration | None) -> Iterator[str]:
    """Yield one line for each thing about the goal, or about rules that look at it, that does not fit."""
    if goal is not None:
        yield from goal.problems(campaign, horizon)
    elif needs_target(campaign.rules):
        yield "goal: is missing; a rule is about `target`, the goal's path: write [goal] with metric, uplift, within"


def dates_of(campaign: Campaign) -> list[tuple[str, datetime.date]]:
    """Return every date a campaign names, with its key, except ends."""
    found = []
    for label, brand in labelled(campaign):
        found += [(f"model.{label}content.{item.name}.start", item.start) for item in brand.content if item.start]
    found += [(f"model.creators.{creator.name}.dates", date) for creator in campaign.creators for date in creator.dates]
    for label, brand in labelled(campaign):
        found += [(f"model.{label}crises.{crisis.name}.start", crisis.start) for crisis in brand.crises]
    return found + [(f"model.rules.{i}.at", rule.at) for i, rule in enumerate(campaign.rules)]


def _horizon(campaign: Campaign, horizon: Duration | None) -> Iterator[str]:
    if horizon is None:
        yield 'run.horizon: is missing; say how long the campaign is followed, such as horizon = "90d"'
        return
    n_steps = horizon / campaign.step
    if abs(n_steps - round(n_steps)) > 1e-9 * n_steps or n_steps < 0.5:
        yield (
            f"run.horizon: must be a whole number of steps of model.step = {campaign.step}; {horizon} is {n_steps:.6g}"
        )
    elif n_steps > MAX_STEPS:
        yield f"run.horizon: must be at most {MAX_STEPS:,} steps, got {n_steps:,.0f}; lengthen model.step"


def _dates(campaign: Campaign, around: Surroundings) -> Iterator[str]:
    dates = dates_of(campaign)
    if dates and around.start is None:
        first = min(date for _, date in dates)
        yield (
            f"start: is missing; {dates[0][0]} is a date, so say on which day the run begins, such as start = {first}"
        )
    if around.start is None:
        return
    if around.horizon is not None and (datetime.date.max - around.start).days <= around.horizon:
        yield f"run.horizon: must end before the year 10000, got {around.horizon} after {around.start}"
        return
    for key, date in dates:
        days = (date - around.start).days
        if days < 0:
            yield f"{key}: must not be before the run's start, {around.start}, got {date}; move one of them"
        elif around.horizon is not None and days >= around.horizon:
            yield (
                f"{key}: must be before the run's end, {around.horizon} after {around.start}, got {date}; "
                "lengthen run.horizon or remove it"
            )
        else:
            yield from off_grid(key, days, campaign.step, f"{date}, {days}d after the start,")


def _segments(campaign: Campaign, around: Surroundings) -> Iterator[str]:
    items = [
        (f"model.{label}content.{item.name}", item) for label, brand in labelled(campaign) for item in brand.content
    ]
    named = [(f"{key}.segments", name) for key, item in items for name in item.segments]
    named += [(f"{key}.appeal", name) for key, item in items for name in item.appeal]
    named += [(f"model.creators.{who.name}.segments", name) for who in campaign.creators for name in who.segments]
    for key, name in named:
        if name not in around.segments:
            yield f"{key}: {no_such('segment', name, around.segments)}"
    if campaign.limits.talk in ("persistent", "recover"):
        for key in around.factors:
            yield (
                f'{key}: not with model.limits.talk = "{campaign.limits.talk}", which knows only talk and background; '
                "remove it"
            )
    if campaign.outcome == "habit":
        for key in around.factors:
            if key.endswith(".buy_factor"):
                yield f'{key}: only where model.outcome = "purchase", this is "habit"; remove it'


def _starting(campaign: Campaign, starting: Starting) -> Iterator[str]:
    buyers = ("satisfied", "dissatisfied", "customer")
    wrong = ("adopter",) if campaign.outcome == "purchase" else buyers
    role = starting.role(campaign.outcome)
    if role in wrong:
        fit = ", ".join(r for r in (*buyers, "adopter", "sharer", "aware") if r not in wrong)
        yield f'seeding.start_as: must be one of {fit} where model.outcome = "{campaign.outcome}", got {role!r}'
    content = [item.name for item in campaign.content]
    if role == "sharer" and starting.item is None:
        yield "seeding.item: is missing; say which content the sharers share"
    elif role != "sharer" and starting.item is not None:
        yield f'seeding.item: only with start_as = "sharer", this is {role!r}; remove it'
    elif starting.item is not None and starting.item not in content:
        yield f"seeding.item: {no_such('content', starting.item, content)}"


def _needing_contacts(campaign: Campaign, starting: Starting) -> Iterator[str]:
    keys = []
    for label, brand in labelled(campaign):
        keys += [f"model.{label}content.{item.name}.share_prob" for item in brand.content if item.share_prob > 0]
        keys += [f"model.{label}crises.{crisis.name}" for crisis in brand.crises]
    if campaign.decision:
        keys.append("model.decision")
    if campaign.outcome == "purchase" and campaign.word_of_mouth.strong_tie_fraction > 0:
        keys.append("model.word_of_mouth.strong_tie_fraction")
    if starting.role(campaign.outcome) == "sharer":
        keys.append("seeding.start_as")
    for key in keys:
        yield f'{key}: needs contacts, and generate = "everyone" has none; remove it or generate another network'


def _late(campaign: Campaign, around: Surroundings) -> Iterator[str]:
    if around.start is None or around.horizon is None:
        return
    begins = {crisis.name: (crisis.start - around.start).days for crisis in campaign.crises}
    for i, response in enumerate(campaign.responses):
        if begins[response.to] + response.delay >= around.horizon:
            yield f"model.responses.{i}: the answer comes {response.delay} after the claim, after the run's end"
    for label, brand in labelled(campaign):
        for item in brand.content:
            if item.channel != "paid" or not item.start or not item.end:
                continue
            begin, end = ((date - around.start).days for date in (item.start, item.end))
            part = (around.horizon - begin) / (end + 1 - begin)
            if part < 1:
                key = f"model.{label}content.{item.name}"
                yield f"{key}: the run ends during the flight, after {part:.0%} of its impressions"


def _unseen(campaign: Campaign, starting: Starting) -> Iterator[str]:
    owned = [f"model.content.{item.name}" for item in campaign.content if item.channel == "owned"]
    owned += [f"model.responses.{i}" for i, answer in enumerate(campaign.responses) if "owned" in answer.through]
    if not campaign.brand.followers_fraction:
        for key in owned:
            yield f"{key}: owned, but nobody follows the brand; see model.brand.followers_fraction"
    shown = {creator.item for creator in campaign.creators} | {starting.item}
    for item in campaign.content:
        if item.channel == "shared" and item.name not in shown:
            yield f"model.content.{item.name}: shared, but neither starters nor creators show it"
    for rival in campaign.competitors:
        for item in rival.content:
            if item.channel == "owned" and not rival.followers_fraction:
                key = f"model.competitors.{rival.name}"
                yield f"{key}.content.{item.name}: owned, but nobody follows the rival; see {key}.followers_fraction"
    if given(campaign.brand, "switch_prob") and not campaign.competitors:
        yield "model.brand.switch_prob: without effect, as there are no rivals; see [[model.competitors]]"

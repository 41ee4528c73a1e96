"""What may be changed to reach a goal: a key, all money that buys more, or one of three things beside money."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..durations import Duration
from ..errors import ScenarioError
from ..scenario.load import variant
from ..scenario.schema import Scenario
from ..scenario.settings import settings_in_use
from ..spec import show
from .search import Way

SPEND = "spend"
"""Name of the search for all money in proportion."""

MOST_TIMES = 32.0
"""A search goes up to this many times what there is, in steps of two."""

_TIMES = (2.0, 4.0, 8.0, 16.0, MOST_TIMES)


@dataclass(frozen=True)
class Lever:
    """One thing that is changed.

    name : of the key, or what it is in words     now : its value, as text
    changes : dotted keys and their values, for a number     said : that number as text
    way : from where to where     less : less of it helps
    """

    name: str
    now: str
    changes: Callable[[float], dict[str, Any]]
    said: Callable[[float], str]
    way: Way
    less: bool = False


def lever_of_key(scenario: Scenario, key: str, *, most: float | None = None) -> Lever:
    """Return the lever of a dotted key that holds a number or a length of time.

    Parameters
    ----------
    most : more than this makes no sense, such as people there are; None: as far as the scenario allows

    Raises
    ------
    ScenarioError
        When there is no such key, or it holds something else, or 0 is all it may be.
    """
    if key.partition(".")[0] in ("goal", "run", "format", "name"):
        raise ScenarioError(f"--search {key}: changes what is asked, not what happens; name a key of another section")
    given = in_use_at(scenario, key)
    number, write = _number(given, key)
    whole = _is_whole(scenario, key, given, write)
    if whole:
        write = int
    allowed = [x for x in _outward(number, whole=whole) if most is None or x <= most]
    allowed += [most] if most is not None and number < most and (not allowed or allowed[-1] < most) else []
    outward = list(_allowed(scenario, lambda x: {key: write(x)}, number, allowed))
    down = [number / times for times in _TIMES] if number > 0.0 else []
    inward = [float(int(x)) if whole else x for x in down] + [0.0]
    inward = [x for x in dict.fromkeys(inward) if x < number and _valid(scenario, {key: write(x)})]
    if not outward and not inward:
        raise ScenarioError(f"--search {key}: no other value than {show(given)} makes a valid scenario")
    return Lever(
        name=key,
        now=str(given),
        changes=lambda x: {key: write(x)},
        said=lambda x: str(write(x)) if isinstance(given, str) else f"{x:,.6g}",
        way=Way(number, outward, inward, whole),
    )


def less_of(lever: Lever) -> Lever:
    """Return the same lever the other way round: nearer and nearer to nothing."""
    return Lever(
        name=lever.name,
        now=lever.now,
        changes=lever.changes,
        said=lever.said,
        way=Way(lever.way.start, lever.way.inward, (), lever.way.whole),
        less=True,
    )


def lever_of_spend(scenario: Scenario) -> Lever:
    """Return the lever of all money that buys more, in proportion: ads, answers by ads, creators, people asked.

    What is spent on making posts stays: more of it buys nothing.

    Raises
    ------
    ScenarioError
        When nothing of the kind costs anything.
    """
    parts = dict(_bought(scenario))
    if not parts:
        raise ScenarioError(
            f"--search {SPEND}: {scenario.origin} spends nothing that buys more (ads with cost_per_mille, creators "
            "with fee_per_post, people with cost_per_person); name a key, such as --search seeding.n_seed_nodes"
        )

    def changes(times: float) -> dict[str, Any]:
        scaled = {key: number * times for key, number in parts.items()}
        return {key: round(scaled[key]) if isinstance(number, int) else scaled[key] for key, number in parts.items()}

    outward = list(_allowed(scenario, changes, 1.0, list(_TIMES)))
    inward = [1.0 / times for times in _TIMES if _valid(scenario, changes(1.0 / times))]
    return Lever(
        name=f"{SPEND}, in proportion: {', '.join(parts)}",
        now="1 times",
        changes=changes,
        said=lambda times: f"{times:,.4g} times",
        way=Way(1.0, outward, inward),
    )


def _bought(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """Yield each key that money buys more of, with its value; whole numbers as int."""
    model: Any = scenario.model
    for i, item in enumerate(model.content):
        if item.channel == "paid" and item.spend:
            yield f"model.content.{i}.spend", float(item.spend)
    for i, creator in enumerate(model.creators):
        if creator.fee_per_post:
            yield f"model.creators.{i}.n", int(creator.n)
    for i, response in enumerate(model.responses):
        if response.spend and "paid" in response.through:
            yield f"model.responses.{i}.spend", float(response.spend)
    seeding: Any = scenario.seeding
    costs = any(getattr(seeding, key, None) for key in ("cost_per_person", "cost_per_contact"))
    if costs and getattr(seeding, "budget", None):
        yield "seeding.budget", float(seeding.budget)
    elif costs and getattr(seeding, "n_seed_nodes", None):
        yield "seeding.n_seed_nodes", int(seeding.n_seed_nodes)


def other_levers(scenario: Scenario) -> list[Lever]:
    """Return what else might reach a goal, each alone: stickiness, satisfaction, faster answers; those there are."""
    model: Any = scenario.model
    found = []
    shared = {f"model.content.{i}.share_prob": item.share_prob for i, item in enumerate(model.content)}
    shared = {key: value for key, value in shared.items() if value}
    if shared and max(shared.values()) < 1.0:
        most = 1.0 / max(shared.values())
        found.append(_scaled("stickiness: share_prob of all content", scenario, shared, [min(2.0, most), most]))
    talk = getattr(model, "word_of_mouth", None)
    if model.outcome == "purchase" and talk is not None and talk.dissatisfied_fraction:
        key = "model.word_of_mouth.dissatisfied_fraction"
        found.append(
            _scaled("dissatisfaction: dissatisfied_fraction", scenario, {key: talk.dissatisfied_fraction}, [0.0])
        )
    if model.dialogue is not None and model.dialogue.answer_time > 0.0:
        key = "model.dialogue.answer_time"
        found.append(_scaled("answers to customers: answer_time", scenario, {key: model.dialogue.answer_time}, [0.0]))
    delays = {f"model.responses.{i}.delay": response.delay for i, response in enumerate(model.responses)}
    delays = {key: value for key, value in delays.items() if value > 0.0}
    if delays:
        found.append(_scaled("answers to claims: delay", scenario, delays, [0.0], step=float(model.step)))
    return [lever for lever in found if lever.way.outward]


def _scaled(
    name: str, scenario: Scenario, parts: Mapping[str, float], outward: Sequence[float], *, step: float | None = None
) -> Lever:
    """Return the lever that multiplies several values by one factor, lengths of time to multiples of `step`."""

    def value(key: str, factor: float) -> Any:
        scaled = float(parts[key]) * factor
        if not isinstance(parts[key], Duration):
            return min(1.0, scaled)
        return str(Duration(scaled if step is None else round(scaled / step) * step))

    def changes(factor: float) -> dict[str, Any]:
        return {key: value(key, factor) for key in parts}

    def said(factor: float) -> str:
        values = list(dict.fromkeys(_short(value(key, factor)) for key in parts))
        return ", ".join(values[:4]) + (" ..." if len(values) > 4 else "")

    way = Way(1.0, list(_allowed(scenario, changes, 1.0, outward)))
    return Lever(name, said(1.0), changes, said, way, less=outward[-1] < 1.0)


def in_use_at(scenario: Scenario, key: str) -> Any:
    """Return what a dotted key of a scenario holds, given or by default; entries of lists by position or name.

    Raises
    ------
    ScenarioError
        When there is none; the message names the nearest key.
    """
    place: Any = scenario.resolved()
    for step in key.split("."):
        if isinstance(place, list):
            named = [entry.get("name") if isinstance(entry, dict) else None for entry in place]
            if step in named:
                place = place[named.index(step)]
            elif step.isascii() and step.isdigit() and int(step) < len(place):
                place = place[int(step)]
            else:
                raise _no_key(scenario, key)
        elif isinstance(place, dict) and step in place:
            place = place[step]
        else:
            raise _no_key(scenario, key)
    if place is None:
        raise ScenarioError(f"--search {key}: has no value; give it one to start from, such as --set {key}=1")
    return place


def _no_key(scenario: Scenario, key: str) -> ScenarioError:
    known = [used.key for used in settings_in_use(scenario)]
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"`wom check {scenario.origin}` lists all keys"
    return ScenarioError(f"--search {key}: there is no such key; {hint}")


def _number(given: Any, key: str) -> tuple[float, Callable[[float], Any]]:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise ScenarioError(f"--search {key}: holds {show(given)}, which is no number and no length of time")
    if isinstance(given, str):
        try:
            return float(Duration(given)), lambda x: str(Duration(x))
        except ValueError:
            raise ScenarioError(
                f"--search {key}: holds {show(given)}, which is no number and no length of time"
            ) from None
    return float(given), float


def _is_whole(scenario: Scenario, key: str, given: Any, write: Callable[[float], Any]) -> bool:
    return isinstance(given, int) and not _valid(scenario, {key: write(given + 0.5)})


def _outward(number: float, *, whole: bool) -> list[float]:
    if number > 0.0:
        return [number * times for times in _TIMES]
    return [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0] if whole else []


def _allowed(
    scenario: Scenario, changes: Callable[[float], dict[str, Any]], start: float, values: Sequence[float]
) -> Iterator[float]:
    """Yield values as far as they make valid scenarios; beyond, the last value that still does."""
    before = start
    for value in values:
        if _valid(scenario, changes(value)):
            yield value
            before = value
            continue
        whole = all(float(each).is_integer() for each in (start, *values))
        if (last := _last_valid(scenario, changes, before, value, whole=whole)) != before:
            yield last
        return


def _last_valid(
    scenario: Scenario, changes: Callable[[float], dict[str, Any]], good: float, bad: float, *, whole: bool
) -> float:
    for _ in range(40):
        middle = float(round(0.5 * (good + bad))) if whole else 0.5 * (good + bad)
        if middle in (good, bad) or abs(good - bad) <= 1e-6 * max(abs(good), abs(bad)):
            break
        if _valid(scenario, changes(middle)):
            good = middle
        else:
            bad = middle
    return good


def _valid(scenario: Scenario, changes: dict[str, Any]) -> bool:
    try:
        variant(scenario, changes)
    except ScenarioError:
        return False
    return True


def _short(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"

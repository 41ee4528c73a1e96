"""Tracking: at a date, if the figures so far say so, keys of the campaign change for the rest of the run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...durations import Date, Duration
from ...errors import ScenarioError
from ...kernels.campaign.codes import COUNTS, SUMS
from ...spec import Spec, nearest, show

if TYPE_CHECKING:
    from .model import Campaign

MAX_RULES = 8
"""Rules of a campaign: each doubles the campaigns that may come of it."""

_NUMBER = r"[+-]?(?:[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_COMPARISON = re.compile(
    rf"\s*(?P<metric>\w+)\s*(?:/\s*(?P<below>\w+)\s*)?(?P<sign><=|>=|<|>)\s*"
    rf"(?:(?P<number>{_NUMBER})\s*(?P<times>\*\s*target)?|(?P<target>target)\s*(?:\*\s*(?P<factor>{_NUMBER}))?)\s*"
)
_GRAMMAR = (
    'must be comparisons such as "conversions < 0.5 * target" or "shares / reach > 0.01", joined by "and"; '
    "signs: < <= > >="
)
_RELATIVE = re.compile(rf"\s*(?:(?P<percent>[+-][0-9]+(?:\.[0-9]+)?)\s*%|\*\s*(?P<factor>{_NUMBER}))\s*")

CHANGEABLE: dict[str, tuple[str, ...]] = {
    "content": (
        "spend",
        "engage_prob",
        "wear_out",
        "click_prob",
        "buy_prob",
        "adopt_prob",
        "share_prob",
    ),
    "trust": (
        "friend_engages",
        "friend_buys",
        "creator_engages",
        "creator_buys",
        "owned_engages",
        "owned_buys",
    ),
    "word_of_mouth": (
        "satisfied_tells",
        "dissatisfied_tells",
        "rejecter_tells",
        "tells_per_repeat",
        "satisfied_talk_prob",
        "dissatisfied_talk_prob",
        "rejecter_talk_prob",
        "dissatisfied_fraction",
        "persuasion_prob",
        "negative_power",
        "customer_negative_factor",
        "telling_delay",
    ),
    "crises": ("seen_prob", "believe_prob", "share_prob", "claim_spread_factor", "purchase_damage"),
    "dialogue": ("answers_per_day", "answered_fraction", "answer_time", "recovery_prob", "answered_buys"),
}
"""Keys that can change in the middle of a run: chances, rates and money not spent yet.

Not the chances to be shown and to see content: what is on its way has passed them.
"""

_LISTS = ("content", "crises")


@dataclass(frozen=True)
class Comparison:
    """One count, or the ratio of two, against a number or a multiple of the goal's path.

    metric, below : names of counts; below "" : no ratio     sign : one of < <= > >=
    number : what it is held against, times the goal's path to the date where `of_target`
    """

    metric: str
    below: str
    sign: str
    number: float
    of_target: bool

    def holds(self, counts: Mapping[str, NDArray[np.int64]], target: float) -> NDArray[np.bool_]:
        """Say of each replica whether it holds; a ratio of which the lower count is 0 never does.

        Parameters
        ----------
        counts : name -> what each replica has counted so far
        target : the goal's path to the date
        """
        value = counts[self.metric].astype(np.float64)
        if self.below:
            under = counts[self.below]
            value = np.divide(value, under, out=np.full(len(under), np.nan), where=under != 0)
        against = self.number * target if self.of_target else self.number
        compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
        return np.asarray(compare[self.sign](value, against), np.bool_)


class Rule(Spec):
    """At a date, if the figures so far say so, keys change: `[[model.rules]]`; docs/business.md, 4."""

    at: Date
    """Day at whose beginning the rule is judged, on all that was counted before it; once."""
    when: Annotated[str, Field(min_length=1, max_length=1000)]
    """Comparisons of counts with numbers or with `target`, the goal's path: "conversions < 0.5 * target"."""
    change: Annotated[dict[str, Any], Field(min_length=1)]
    """Keys of the model with their new values, or with "+50%", "-20%" or "*2" of the old ones."""

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The condition, read; all of its comparisons must hold."""
        return tuple(parse_condition(self.when))


def parse_condition(text: str) -> list[Comparison]:
    """Read a condition; nothing of it is ever run as code.

    Raises
    ------
    ScenarioError
        Saying what a condition looks like, or which count was not known.
    """
    found = []
    for part in re.split(r"\band\b", text):
        match = _COMPARISON.fullmatch(part)
        if match is None:
            raise ScenarioError(f"{_GRAMMAR}; got {show(part.strip() or text)}")
        known = (*COUNTS, *SUMS)
        for name in filter(None, (match["metric"], match["below"])):
            if name not in known:
                raise ScenarioError(f"there is no count {name!r}; {nearest(name, known)}")
        number = match["number"] or match["factor"] or "1"
        found.append(
            Comparison(
                metric=match["metric"],
                below=match["below"] or "",
                sign=match["sign"],
                number=float(number.replace("_", "")),
                of_target=bool(match["times"] or match["target"]),
            )
        )
    return found


def needs_target(rules: Sequence[Rule]) -> bool:
    """Say whether a rule looks at the goal's path."""
    return any(comparison.of_target for rule in rules for comparison in rule.comparisons)


def changed(campaign: Campaign, change: Mapping[str, Any]) -> Campaign:
    """Return a campaign with the keys of a rule changed, checked, and without rules.

    Parameters
    ----------
    change : dotted keys and new values, or texts such as "+50%", "-20%", "*2" of the old ones

    Raises
    ------
    ScenarioError
        Where a key does not exist, cannot change within a run, or holds no number to take a part of; where the
        campaign would not be valid with its new value.
    """
    given, full = campaign.model_dump(exclude_unset=True), campaign.model_dump()
    given.pop("rules", None)
    if campaign.competitors:  # what a rival shares with the own brand stays as it was
        for entry, rival in zip(given["competitors"], campaign.competitors, strict=True):
            talk = rival.word_of_mouth.filled(campaign.word_of_mouth)
            entry["word_of_mouth"] = {key: getattr(talk, key) for key in type(rival.word_of_mouth).model_fields}
    for dotted, value in change.items():
        section, name, key = _steps(dotted, full)
        if key not in CHANGEABLE.get(section, ()):
            can = ", ".join(CHANGEABLE.get(section, ())) or f"keys of {', '.join(CHANGEABLE)}"
            raise ScenarioError(f"change {dotted!r}: cannot change within a run; what can: {can}")
        old, new = full[section], given.setdefault(section, {})
        if section in _LISTS:
            place = _place(dotted, name, old)
            old, new = old[place], new[place]
        if old is None:
            raise ScenarioError(f"change {dotted!r}: there is no [model.{section}]")
        new[key] = old[key] = _new(dotted, old.get(key), value)
    return type(campaign)(**given)


def _steps(dotted: str, known: Mapping[str, Any]) -> tuple[str, str, str]:
    section, _, rest = dotted.removeprefix("model.").partition(".")
    if section not in known:
        raise ScenarioError(f"change {dotted!r}: there is no {section!r} in [model]; {nearest(section, list(known))}")
    name, _, key = rest.rpartition(".")
    if bool(name) != (section in _LISTS):
        like = f"{section}.NAME.key" if section in _LISTS else f"{section}.key"
        raise ScenarioError(f"change {dotted!r}: write {like}")
    return section, name.strip('"'), key


def _place(dotted: str, name: str, entries: Sequence[Mapping[str, Any]]) -> int:
    names = [str(entry["name"]) for entry in entries]
    if name in names:
        return names.index(name)
    if name.isascii() and name.isdigit() and int(name) < len(entries):
        return int(name)
    raise ScenarioError(f"change {dotted!r}: there is no entry {name!r}; {nearest(name, names)}")


def _new(dotted: str, old: Any, value: Any) -> Any:
    match = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise ScenarioError(f"change {dotted!r}: {value!r} is a part of a number, and this key holds {show(old)}")
    factor = 1.0 + float(match["percent"]) / 100.0 if match["percent"] else float(match["factor"])
    return type(old)(old * factor) if isinstance(old, Duration) else old * factor


def problems_with_rules(campaign: Campaign) -> Iterator[str]:
    """Yield one line for each rule that cannot be read, or whose change is not valid whatever others fire before it."""
    problems: dict[int, str] = {}
    for i, rule in enumerate(campaign.rules):
        try:
            parse_condition(rule.when)
        except ScenarioError as error:
            yield f"rules.{i}.when: {error}"
    order = in_order(campaign.rules)
    for n in range(1, len(order) + 1):
        for fired in combinations(order, n):
            if problems.keys() & set(fired):
                continue
            try:
                after_rules(campaign, [campaign.rules[i] for i in fired])
            except ScenarioError as error:
                with_others = f" (after rules.{', '.join(map(str, fired[:-1]))})" if n > 1 else ""
                problems[fired[-1]] = f"rules.{fired[-1]}.{error.problems[0]}{with_others}"
    yield from problems.values()


def in_order(rules: Sequence[Rule]) -> list[int]:
    """Return the numbers of rules in the order in which they are judged: by date, then as they stand."""
    return sorted(range(len(rules)), key=lambda i: (rules[i].at, i))


def after_rules(campaign: Campaign, fired: Sequence[Rule]) -> Campaign:
    """Return a campaign after some of its rules fired, in this order."""
    for rule in fired:
        campaign = changed(campaign, rule.change)
    return campaign


def what_stays(rule: Rule, campaigns: Sequence[Campaign]) -> Rule | None:
    """Return what a rule that fired under the first of some campaigns still says under the last; None: nothing.

    A key that one of them gives another value than the one before it has this value, whatever a rule said earlier.
    """
    change = {
        dotted: value
        for dotted, value in rule.change.items()
        if all(_value_at(a, dotted) == _value_at(b, dotted) for a, b in pairwise(campaigns))
    }
    return rule.model_copy(update={"change": change}) if change else None


def _value_at(campaign: Campaign, dotted: str) -> Any:
    full = campaign.model_dump()
    section, name, key = _steps(dotted, full)
    entries = full[section]
    return (entries[_place(dotted, name, entries)] if section in _LISTS else entries or {}).get(key)

"""What is not known exactly, drawn once a set for all plans: odds and comparisons that do not trust one number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..durations import Duration
from ..errors import ScenarioError
from ..in_use import settings_of
from ..scenario.load import variant
from ..scenario.override import value_at
from ..scenario.ranges import Range, Span, find_span
from ..scenario.schema import Scenario
from .designs import digest, draw
from .points import Point

FACTOR = 1.5
"""By how much an assumption may be off, each way."""

_NOT_VARIED = frozenset(
    {
        *("step", "record_every", "period", "tolerance", "major_share", "max_posts"),  # how finely is counted
        "value_horizon",  # what is counted
    }
)
"""Last steps of keys whose value is how the model computes, not what is believed of the world."""


class Uncertain(NamedTuple):
    """What is not known of a scenario.

    spans : what each dotted key may be     notes : a line for each key that should vary, and why it does not
    """

    spans: dict[str, Span]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UncertainDesign:
    """The same draws of what is uncertain for every plan: cases come draw by draw, and all plans within a draw.

    Draws are a Latin hypercube, a coordinate for each key that is uncertain in some plan.

    names : of the plans     known : what is uncertain in each plan     n_draws : sets of values     number : fixes them
    """

    names: tuple[str, ...]
    known: tuple[Mapping[str, Span], ...]
    n_draws: int
    number: int
    assumed: bool
    """Whether what is uncertain is not given, but every assumption in use."""
    notes: tuple[str, ...] = ()
    """A line for each key that does not vary in a plan, and why."""

    @cached_property
    def spans(self) -> dict[str, Span]:
        """Keys that are uncertain in some plan, each as in the first of these."""
        return {key: span for plan in reversed(self.known) for key, span in plan.items()}

    @cached_property
    def uncertain_keys(self) -> tuple[str, ...]:
        """Dotted keys that vary, in the order in which plans show them first."""
        return tuple(dict.fromkeys(key for plan in self.known for key in plan))

    @property
    def keys(self) -> tuple[str, ...]:
        """``plan``, ``draw`` and the dotted keys that vary."""
        return ("plan", "draw", *self.uncertain_keys)

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """Coordinates in [0, 1), float64 (n_draws, n keys)."""
        return draw("latin_hypercube", self.n_draws, len(self.uncertain_keys), number=self.number)

    def __len__(self) -> int:
        """Return the number of draws times the number of plans."""
        return self.n_draws * len(self.names)

    def __getitem__(self, case: int) -> Point:
        """Return a plan with the values of a draw; what does not vary in the plan is shown, and not changed."""
        if not 0 <= case < len(self):
            raise IndexError(f"there are {len(self)} cases, from 0 to {len(self) - 1}; got {case}")
        number, plan = divmod(case, len(self.names))
        known, at = self.known[plan], dict(zip(self.uncertain_keys, self.coordinates[number].tolist(), strict=True))
        shown = tuple(known.get(key, self.spans[key]).at(coordinate) for key, coordinate in at.items())
        changes = {key: value for key, value in zip(at, shown, strict=True) if key in known}
        return Point(plan, changes, (self.names[plan], number, *shown))

    def document(self) -> dict[str, Any]:
        """Return plans, ranges and what was drawn."""
        ranges = [{key: span.model_dump() for key, span in plan.items()} for plan in self.known]
        return {
            "design": "uncertain",
            "plans": list(self.names),
            "uncertain": ranges,
            "n_draws": self.n_draws,
            "design_seed": self.number,
            "coordinates": digest(self.coordinates),
        }


def uncertain_design(
    plans: Sequence[Scenario], names: Sequence[str], *, n_draws: int, number: int, file: Scenario | None = None
) -> UncertainDesign:
    """Return the same draws of what is uncertain for every plan.

    What is uncertain in a plan is its own `[uncertain]`, or that of the file whose plan it is, or else every assumption
    in use, see `assumed_ranges`. A plan is a decision: a key that it sets itself keeps the plan's value, and a key that
    is not there in a plan plays no part in it; `UncertainDesign.notes` says so.

    Parameters
    ----------
    names : of the plans, unique
    number : fixes the draws, in [0, 2^64)
    file : whose plans these are; None: they are files of their own

    Raises
    ------
    ScenarioError
        When nothing is uncertain in any plan.
    """
    found = [known_in(plan, file) for plan in plans]
    if not any(one.spans for one in found):
        raise ScenarioError(
            f"{plans[0].origin}: uncertain: nothing is, and no default in use is an assumption; say what is not known, "
            'such as [uncertain] with "model.share_prob" = { low = 0.01, high = 0.05 } in the line below'
        )
    notes = tuple(f"{name}: {note}" for name, one in zip(names, found, strict=True) for note in one.notes)
    given = any(plan.uncertain for plan in plans) or (file is not None and bool(file.uncertain))
    return UncertainDesign(tuple(names), tuple(one.spans for one in found), n_draws, number, not given, notes)


def assumed_ranges(scenario: Scenario) -> Uncertain:
    """Return each default in use that is an assumption and a number, as a range of a factor `FACTOR` each way.

    Values are equally likely by ratio, whole numbers rounded, and cut where the key does not take them: a probability
    at 1. Only what is believed of the world varies, which stands in `[model]`. Not the network: other people would make
    pairs of runs no pairs. Not the seeding, for the same reason: its assumptions are about how starters are looked for.
    Not how finely the model computes, nor how long it counts.

    Source: MODELS.md, 18.9.11.
    """
    spans, notes = {}, []
    for used in settings_of(scenario.model, "model"):
        is_number = isinstance(used.value, int | float) and not isinstance(used.value, bool)
        if used.origin != "assumption" or not is_number or used.key.rpartition(".")[2] in _NOT_VARIED:
            continue
        found = _around(used.value, partial(_problem_with, scenario, used.key), scenario.step_length())
        if isinstance(found, Span):
            spans[used.key] = found
        else:
            notes.append(f"{used.key} = {used.value} is not varied: {found}")
    return Uncertain(spans, tuple(notes))


def known_in(plan: Scenario, file: Scenario | None) -> Uncertain:
    """Return what is uncertain in a plan of a file, or in a file of its own; see `uncertain_design`."""
    if plan.uncertain:
        return Uncertain(dict(plan.uncertain))
    if file is None or not file.uncertain:
        return assumed_ranges(plan)
    spans, notes = {}, []
    for key, span in file.uncertain.items():
        if value_at(plan.values, key) != value_at(file.values, key):
            notes.append(f"{key} is not varied: the plan sets it")
        elif problem := _problem_with(plan, key, span.at(0.0)) or _problem_with(plan, key, span.at(1.0)):
            notes.append(f"{key} is not varied: {problem}")
        else:
            spans[key] = span
    return Uncertain(spans, tuple(notes))


def _around(value: float, problem_with: Any, step: float | None) -> Span | str:
    """Return the range around an assumption, or why there is none."""
    if value <= 0.0:
        return "a factor does not change it"
    problem = ""
    for low, high in _ends(value, step):
        given = Range.model_validate({"low": low, "high": high, "scale": "log"})
        found = find_span(given, problem_with, step=step)
        if isinstance(found, Span):
            return found
        problem = problem or found[1]
    return problem


def _ends(value: float, step: float | None) -> Iterator[tuple[Any, Any]]:
    """Yield ends of ranges around a value, the widest first."""
    low, high = float(f"{value / FACTOR:.12g}"), float(f"{value * FACTOR:.12g}")
    if isinstance(value, Duration):
        yield Duration(low), Duration(high)
        if step and (inner := (-(-low // step) * step, high // step * step))[0] < inner[1]:
            yield Duration(inner[0]), Duration(inner[1])
    elif isinstance(value, int):
        yield max(1, round(low)), max(2, round(high))
    else:
        yield low, high
        if low < 1.0 < high:
            yield low, 1.0
        yield low, value
        yield value, high


def _problem_with(scenario: Scenario, key: str, value: Any) -> str:
    try:
        variant(scenario, {key: value})
    except ScenarioError as error:
        return error.problems[0].removeprefix(f"{scenario.origin}: ")
    return ""

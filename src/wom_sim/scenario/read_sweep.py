"""Reading `[sweep]`: which keys are varied, whether each of their values makes a valid scenario, what fits together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from ..errors import ScenarioError
from ..spec import explain, show, unknown_key
from .override import first_problem, overlaps, problem_with
from .ranges import find_span
from .sweep import MAX_CASES, MAX_SWEPT, Axis, Options, Part, Sweep, SweptRange

if TYPE_CHECKING:
    from .schema import Scenario

_WHOLE = ("start", "network", "segments", "model", "seeding", "run", "goal")
"""Keys without a dot that may take a list of values."""

_NOT_SWEPT = {
    "format": "is the same in every case",
    "name": "changes no result",
    "output": "changes no result",
    "sweep": "a sweep does not vary itself",
    "uncertain": "a sweep tries out what is chosen; vary the keys themselves",
    "plans": "`wom compare` sets plans against each other; vary the keys that they set",
    "run.n_replicas": "cases with equally many are compared replica by replica; see [sweep.precision]",
}
_NO_LEVELS = (
    'a range is sampled: add design = "latin_hypercube", "sobol" or "random" and n_cases = 64 to [sweep]; '
    "or, on a grid, say how many values it takes: levels = 5"
)

Check = Callable[[Mapping[str, Any]], object]


class _Given(NamedTuple):
    """An axis as it stands in the file: `label` for messages, and each key with its list or table."""

    label: str
    keys: Mapping[str, Any]

    @property
    def linked(self) -> bool:
        return self.label.startswith("sweep.together")


def read_sweep(values: Mapping[str, Any], given: Any, scenario: Scenario, check: Check) -> Sweep | None:
    """Read `[sweep]`; each single value must make a valid scenario.

    Parameters
    ----------
    values : the scenario's sections without variants
    given : the section; an empty one is none
    scenario : what `values` make
    check : raises ScenarioError where a scenario is wrong

    Raises
    ------
    ScenarioError
        One line for each key, option or value that is wrong.
    """
    if not isinstance(given, Mapping):
        raise ScenarioError(f"sweep: must be a table, write [sweep], got {show(given)}")
    if not given:
        return None
    problems: list[str] = []
    axes = list(_axes(given, problems))
    options = _options({key: given[key] for key in given if key in Options.model_fields}, problems)
    if not problems and not axes:
        problems.append('sweep: varies nothing; add a key and its values, such as "seeding.n_seed_nodes" = [1, 3, 10]')
    if options is None or not axes:
        raise ScenarioError(problems)
    n_values = sum(len(entry) if isinstance(entry, list) else 2 for axis in axes for entry in axis.keys.values())
    if n_values > MAX_SWEPT:
        raise ScenarioError(f"sweep: must hold at most {MAX_SWEPT:,} values, got {n_values:,}")
    problems += overlaps(values, [key for axis in axes for key in axis.keys], "sweep")
    checked = [_axis(axis, options, values, scenario, check, problems) for axis in axes]
    problems += _misfits(options, scenario, checked)
    if problems:
        raise ScenarioError(problems)
    number = scenario.run.rng_seed or 0 if options.design_seed is None else options.design_seed
    chosen = {key: getattr(options, key) for key in options.model_fields_set}
    return Sweep(**{**chosen, "design": options.design or "grid", "design_seed": number, "axes": tuple(checked)})


def _options(given: Mapping[str, Any], problems: list[str]) -> Options | None:
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        problems += explain(error, Options, given, section="sweep")
    return None


def _axes(given: Mapping[str, Any], problems: list[str]) -> Iterator[_Given]:
    """Yield each axis whose keys may be varied and hold a list or a range."""
    for key, entry in given.items():
        if key in Options.model_fields:
            continue
        if key != "together":
            if problem := _entry_problem(key, entry):
                problems.append(f"sweep{problem}")
            else:
                yield _Given(f"sweep.{key}", {key: entry})
        elif not isinstance(entry, list):
            problems.append(f"sweep.together: must be tables, write [[sweep.together]], got {show(entry)}")
        else:
            for i, table in enumerate(entry):
                yield from _linked(f"sweep.together.{i}", table, problems)


def _linked(label: str, table: Any, problems: list[str]) -> Iterator[_Given]:
    if not isinstance(table, Mapping):
        problems.append(f"{label}: must be a table of keys and their values, got {show(table)}")
        return
    wrong = [label + problem for key, entry in table.items() if (problem := _entry_problem(key, entry))]
    if not wrong and len(table) < 2:
        wrong.append(f"{label}: needs two keys or more, which move together, got {len(table)}")
    lengths = {key: len(entry) for key, entry in table.items() if isinstance(entry, list)}
    if not wrong and len(set(lengths.values())) > 1:
        said = ", ".join(f"{n} of {key}" for key, n in lengths.items())
        wrong.append(f"{label}: lists that move together must be of equal length, got {said}")
    problems += wrong
    if not wrong:
        yield _Given(label, table)


def _entry_problem(key: str, entry: Any) -> str:
    """Return what is wrong with a key or the form of what it takes, to be put behind the table's name."""
    section, dot, _ = key.partition(".")
    if said := _NOT_SWEPT.get(section) or _NOT_SWEPT.get(key.replace('"', "")):
        return f".{key}: {said}; remove it"
    if not dot and section not in _WHOLE:
        hint = unknown_key(key, [*Options.model_fields, "together"], where="").rpartition("; ")[2]
        return f': unknown key {key!r}; a key to vary names its section, such as "model.share_prob"; {hint}'
    if isinstance(entry, Mapping) and entry and not (dot and entry.keys() & SweptRange.model_fields.keys()):
        return f'.{key}: must be a list of values; write the whole key in quotes, "{key}. ..."'
    if not isinstance(entry, list | Mapping) or not entry:
        return f".{key}: must be a list of values, got {show(entry)}"
    return ""


def _axis(
    axis: _Given, options: Options, values: Mapping[str, Any], scenario: Scenario, check: Check, problems: list[str]
) -> Axis:
    """Check an axis; what is wrong is added to `problems`."""
    n_linked = next((len(entry) for entry in axis.keys.values() if isinstance(entry, list)), None)
    parts, found = [], len(problems)
    for key, entry in axis.keys.items():
        label = f"{axis.label}.{key}" if axis.linked else axis.label
        if isinstance(entry, list):
            parts.append(Part(key=key, values=tuple(entry)))
            continue
        tried = partial(problem_with, values, check, key)
        part = _range(label, key, entry, options, n_linked, tried, scenario)
        if isinstance(part, Part):
            parts.append(part)
        else:
            problems += part
    made = Axis(parts=tuple(parts))
    if len(problems) == found:
        problems += _wrong_values(axis, made, values, check)
    return made


def _range(
    label: str,
    key: str,
    entry: Mapping[str, Any],
    options: Options,
    n_linked: int | None,
    tried: Callable[[Any], str],
    scenario: Scenario,
) -> Part | list[str]:
    """Return a range's key with its span or, on a grid, its values; or what is wrong."""
    try:
        given = SweptRange.model_validate(entry)
    except ValidationError as error:
        return explain(error, SweptRange, entry, section=label)
    if problem := given.problem():
        return [f"{label}: {problem}"]
    is_grid = (options.design or "grid") == "grid"
    if not is_grid and given.levels is not None:
        return [f"{label}: levels is for a grid; {options.design} takes values from all of the range; remove it"]
    if n_linked is not None and given.levels not in (None, n_linked):
        return [f"{label}: levels must be {n_linked}, as long as the lists it moves with, got {given.levels}"]
    levels = given.levels or n_linked
    if is_grid and levels is None:
        return [f"{label}: {_NO_LEVELS}"]
    span = find_span(given, tried, step=scenario.step_length())
    if isinstance(span, tuple):
        return [f"{label}, value {show(span[0])}: {span[1]}"]
    if not is_grid:
        return Part(key=key, span=span)
    assert levels is not None
    spread = span.spread_out(levels)
    if len(set(spread)) < levels:
        return [f"{label}: only {len(set(spread))} of {levels} levels differ once rounded; lower levels"]
    return Part(key=key, values=tuple(spread))


def _wrong_values(axis: _Given, made: Axis, values: Mapping[str, Any], check: Check) -> Iterator[str]:
    """Yield one line for each value of a list, or set of linked values, that is wrong or stands there twice."""
    if all(part.span is not None for part in made.parts) and not axis.linked:
        return
    n = max(len(part.values) for part in made.parts)
    coordinates = [(i + 0.5) / n for i in range(n)] if n else [0.0, 0.5, 1.0]
    earlier: list[str] = []
    told: set[str] = set()
    for coordinate in coordinates:
        changes = {part.key: part.at(coordinate) for part in made.parts}
        said = " and ".join(map(show, changes.values()))
        label = f"{axis.label}, value{'s' if axis.linked else ''} {said}"
        if (exactly := repr(changes)) in earlier:
            yield f"{label}: stands there twice; remove one of them"
        elif (problem := first_problem(values, changes, check)) and problem not in told:
            told.add(problem)
            yield f"{label}: {problem}"
        earlier.append(exactly)


def _misfits(options: Options, scenario: Scenario, axes: list[Axis]) -> Iterator[str]:
    """Yield one line for each option that does not fit the design or the run."""
    n_cases, design = options.n_cases, options.design or "grid"
    if design == "grid":
        n_all = prod(len(axis) for axis in axes if axis.parts)
        if n_all > MAX_CASES:
            yield f"sweep: a grid of at most {MAX_CASES:,} cases can be counted, got {n_all:.1e}; sample, or vary less"
        if n_cases is not None:
            yield f"sweep.n_cases: a grid takes all combinations, {n_all:,} of them; remove it or choose another design"
        if options.design_seed is not None:
            yield "sweep.design_seed: nothing is drawn in a grid; remove it or choose another design"
    elif n_cases is None:
        yield f'sweep.n_cases: is missing; say how many cases design = "{design}" is to sample, such as n_cases = 64'
    elif design == "sobol" and n_cases & (n_cases - 1):
        above = 1 << n_cases.bit_length()
        yield f'sweep.n_cases: design = "sobol" needs a power of two: {above // 2} or {above}, got {n_cases}'
    metrics = options.metrics or ()
    for metric in dict.fromkeys(metric for metric in metrics if metrics.count(metric) > 1):
        yield f"sweep.metrics: {metric!r} stands there {metrics.count(metric)} times; remove all but one"
    precision, n_replicas = options.precision, scenario.run.n_replicas
    if precision is not None and precision.at_most < n_replicas:
        yield f"sweep.precision.at_most: must be at least run.n_replicas = {n_replicas:,}, got {precision.at_most:,}"

"""Frozen, strict parameter sets, and pydantic's findings turned into lines a user can act on."""

from __future__ import annotations

import datetime
import difflib
import re
import types
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Union, cast, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from .errors import ScenarioError
from .key_docs import add_key_docs

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _Metaclass
else:
    _Metaclass = type(BaseModel)

_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?")

MAX_RNG_SEED = 2**64 - 1

ASSUMPTION: JsonDict = {"assumption": True}
"""Marks a default that is our choice rather than a published figure: `wom check` and summaries list those in use."""


class _OneLineErrors(_Metaclass):
    """Raises our error where a user calls the class; pydantic itself builds nested specs without calling it."""

    def __call__(cls, *args: Any, **values: Any) -> Any:
        if args:
            raise ScenarioError(f"{cls.__name__} takes named parameters only, got {args[0]!r}")
        try:
            return super().__call__(**values)
        except ValidationError as error:
            raise ScenarioError(explain(error, cast("type[BaseModel]", cls), values, section="")) from None


class Spec(BaseModel, metaclass=_OneLineErrors):
    """A frozen set of parameters. Unknown names, wrong types and numbers out of range are refused.

    Raises
    ------
    ScenarioError
        On construction: one line for each problem.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, json_schema_extra=add_key_docs
    )

    def in_use(self, key: str) -> Any:
        """Return the value that is used for a key; a spec whose default depends on other keys says so here."""
        return getattr(self, key)

    def unused(self) -> frozenset[str]:
        """Return dotted keys, without positions in lists, that play no part given the others."""
        return frozenset()


def refuse(problems: Sequence[str]) -> None:
    """Raise what `explain` turns into one line for each problem; for validators of whole specs.

    Parameters
    ----------
    problems : ``key: what is expected, what came, what to do``, keys relative to the spec; none: nothing is raised
    """
    if problems:
        raise PydanticCustomError("problems", "{problems}", {"problems": list(problems)})


def refuse_number_in_quotes(value: float | str) -> float | str:
    """Return a value unless it is a number or per cent as text; for validators of keys that take numbers or text."""
    if isinstance(value, str):
        text = value.strip().replace(",", ".")
        percent = re.fullmatch(r"([0-9]*\.?[0-9]+)\s*%", text)
        if percent:
            raise PydanticCustomError("quoted", "{hint}", {"hint": f"write {float(percent[1]) / 100:g} without quotes"})
        if _NUMBER.fullmatch(text):
            raise PydanticCustomError("quoted", "{hint}", {"hint": f"write {text} without quotes"})
    return value


Probability = Annotated[float, Field(ge=0.0, le=1.0)]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
ProbabilityOrColumn = Annotated[Probability | ColumnName, AfterValidator(refuse_number_in_quotes)]
WholeOrColumn = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | ColumnName, AfterValidator(refuse_number_in_quotes)
]
"""A number of people, one at least, or the name of a column of them."""

MAX_MONEY = 1e15
Money = Annotated[float, Field(ge=0.0, le=MAX_MONEY)]
"""In one currency, never named."""

MoneyOrColumn = Annotated[Money | ColumnName, AfterValidator(refuse_number_in_quotes)]

RngSeed = Annotated[int, Field(ge=0, le=MAX_RNG_SEED)]


def explain(error: ValidationError, spec: type[BaseModel], values: Mapping[str, Any], *, section: str) -> list[str]:
    """Turn pydantic's findings into lines ``section.key: what was expected, what came``, in the order of the keys.

    Parameters
    ----------
    error : what pydantic raised while building `spec` from `values`
    section : dotted name of the table the values came from; empty for a call in Python
    """
    found: dict[tuple[str | int, ...], list[dict[str, Any]]] = {}
    whole: list[str] = []
    for item in error.errors(include_url=False):
        if item["type"] == "problems":
            owner = ".".join(filter(None, [section, *_named_steps(values, item["loc"])]))
            whole += [f"{owner}.{problem}" if owner else problem for problem in item["ctx"]["problems"]]
            continue
        found.setdefault(_path_in(values, item["loc"], item["type"]), []).append(dict(item))
    # Where one branch of a union looked inside a table, the others need not say that they wanted none.
    looked_into = {path[:depth] for path in found for depth in range(len(path))}
    for path in looked_into & found.keys():
        if all(map(_is_of_another_type, found[path])):
            del found[path]
    lines = [_line(path, items, spec, section, values) for path, items in found.items()]
    # A misspelt key is also a missing one; once the right name has been suggested, that need not be said.
    suggested = {line.rpartition("did you mean ")[2].strip("'?") for line in lines if line.startswith("unknown key")}
    kept = [
        line
        for line, (path, items) in zip(lines, found.items(), strict=True)
        if not (items[0]["type"] == "missing" and path[-1] in suggested)
    ]
    return kept + whole


def show(value: Any) -> str:
    """Write a value as it would stand in a scenario file, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return f"the date {value.isoformat()}"
    if isinstance(value, Mapping | BaseModel):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def unknown_key(key: str, known: Sequence[str], *, where: str) -> str:
    """Say that a key is unknown and which known one it may have meant."""
    return f"unknown key {key!r}{where}; {nearest(key, known)}"


def repeated(names: Sequence[str], *, section: str) -> list[str]:
    """Return one line for each name that stands more than once."""
    return [
        f"{section}: names must be unique, got {name!r} {names.count(name)} times; rename one"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def nearest(name: str, known: Sequence[str]) -> str:
    """Say which known name may have been meant, or which there are."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}" if known else "there are none"


def nested_spec(annotation: Any) -> type[BaseModel] | None:
    """Return the spec that a field holds: itself, or none or several of it; None where it holds plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, Annotated, list, tuple):
        for part in get_args(annotation):
            if found := nested_spec(part):
                return found
    return None


def _named_steps(values: Any, path: Sequence[str | int]) -> list[str]:
    """Return a path as text, entries of lists by their name where they have one."""
    steps = []
    for step in path:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            values = None
        name = values.get("name") if isinstance(step, int) and isinstance(values, Mapping) else None
        steps.append(name if isinstance(name, str) and name and name.isprintable() else str(step))
    return steps


def _line(
    path: tuple[str | int, ...], items: list[dict[str, Any]], spec: type[BaseModel], section: str, values: Any
) -> str:
    item = _most_telling(items)
    steps = _named_steps(values, path)
    if item["type"] == "extra_forbidden":
        owner = ".".join(filter(None, [section, *steps[:-1]]))
        where = f" in [{owner}]" if owner else f" of {spec.__name__}"
        return unknown_key(str(path[-1]), list(_spec_at(spec, path[:-1]).model_fields), where=where)
    key = ".".join(filter(None, [section, *steps]))
    says = _say(item, items)
    return f"{key}: {says}" if key else says


def _say(item: dict[str, Any], items: list[dict[str, Any]]) -> str:
    kind, context, got = item["type"], item.get("ctx", {}), show(item["input"])
    bounds = {
        "less_than_equal": "must be at most {le}",
        "greater_than_equal": "must be at least {ge}",
        "less_than": "must be below {lt}",
        "greater_than": "must be above {gt}",
    }
    types_ = {
        "float_type": "a number",
        "float_parsing": "a number",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "int_parsing": "a whole number",
        "int_parsing_size": "a whole number below 2^64",
        "string_type": "text in quotes",
        "bool_type": "true or false",
        "list_type": "a list",
        "tuple_type": "a list",
        "dict_type": "a table",
        "model_type": "a table",
        "date_type": "a date such as 2026-03-02",
    }
    if kind == "missing":
        return "is missing"
    if kind in bounds:
        bound = {key: f"{value:g}" if isinstance(value, float) else value for key, value in context.items()}
        return f"{bounds[kind].format(**bound)}, got {got}"
    if kind == "multiple_of":
        return f"must be a multiple of {context['multiple_of']:g}, got {got}"
    if kind == "finite_number":
        return f"must be a finite number, got {got}"
    if kind in types_:
        wanted = list(dict.fromkeys(types_[i["type"]] for i in items if i["type"] in types_))
        return f"must be {' or '.join(wanted)}, got {got}{_number_hint(item['input'], wanted)}"
    if kind == "literal_error":
        known = [text.strip("'") for text in re.split(r", | or ", str(context["expected"]))]
        near = difflib.get_close_matches(str(item["input"]), known, n=1, cutoff=0.5)
        return f"must be one of {context['expected']}, got {got}" + (f"; did you mean {near[0]!r}?" if near else "")
    if kind in ("string_too_short", "too_short"):
        return f"must not be empty, got {got}" if context.get("min_length") == 1 else f"is too short: {got}"
    if kind in ("string_too_long", "too_long"):
        return f"must have at most {context['max_length']} characters or entries"
    if kind == "quoted":
        return f"{context['hint']}, got {got}"
    return str(item["msg"]).removeprefix("Value error, ")


def _most_telling(items: list[dict[str, Any]]) -> dict[str, Any]:
    # A union reports one finding a branch; the branch whose type fitted says what was wrong with the value.
    return next((item for item in items if not _is_of_another_type(item)), items[0])


def _is_of_another_type(item: dict[str, Any]) -> bool:
    kind = item["type"]
    return kind.endswith("_type") or (kind == "literal_error" and not isinstance(item["input"], str))


def _path_in(values: Any, location: tuple[str | int, ...], kind: str) -> tuple[str | int, ...]:
    # Pydantic adds the names of union branches to a location; only steps that exist in the input are the user's.
    path: list[str | int] = []
    for position, step in enumerate(location):
        last = position == len(location) - 1
        if isinstance(values, Mapping) and (step in values or (last and kind == "missing")):
            path.append(step)
            values = values.get(step)
        elif isinstance(values, list | tuple) and isinstance(step, int) and step < len(values):
            path.append(step)
            values = values[step]
    return tuple(path)


def _spec_at(spec: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str) and step in spec.model_fields:
            spec = nested_spec(spec.model_fields[step].annotation) or spec
    return spec


def _number_hint(value: Any, wanted: Sequence[str]) -> str:
    """Say how a number or per cent in quotes is written; empty where it is neither, or no number is wanted."""
    text = value.strip() if isinstance(value, str) else ""
    text = text.replace(",", ".") if text.endswith("%") else text
    if not _NUMBER.fullmatch(text.removesuffix("%").rstrip()) or "number" not in " ".join(wanted):
        return ""
    if not text.endswith("%"):
        return "; write it without quotes"
    return f"; write {float(text[:-1]) / 100.0:g}" if "a number" in wanted else ""

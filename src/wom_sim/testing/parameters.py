"""Checks of a model's parameters and of what it says of itself."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError

from ..errors import ScenarioError
from ..metrics.definitions import definition
from ..models.base import Model
from . import trials
from .faults import ModelError, hold


def parameters_survive_being_written(model: Model) -> None:
    """Written as JSON and read again, a model is the same; so it can be repeated from its own folder."""
    again = type(model).model_validate(model.model_dump(mode="json"), strict=False)
    hold(again == model, f"read again it is {again!r}")
    kind = type(model).model_fields["kind"]
    hold(get_args(kind.annotation) == (kind.default,), f'`kind` must be fixed: kind: Literal["{model.kind}"]')


def wrong_parameters_are_refused(model: Model) -> None:
    """Unknown names, NaN and text in place of a number are refused, and a model cannot be changed."""
    values = model.model_dump(mode="json")
    wrong: list[dict[str, Any]] = [{"no_such_parameter": 1}]
    wrong += [{key: float("nan")} for key, value in values.items() if isinstance(value, float)]
    wrong += [{key: "no number, nor a column\n"} for key, value in values.items() if trials.is_number(value)]
    for change in wrong:
        try:
            made = type(model)(**{**values, **change})
        except ScenarioError:
            continue
        except (ValidationError, TypeError, ValueError) as error:
            raise ModelError(f"{change} raises {type(error).__name__}, expected ScenarioError") from None
        if "no number" in str(change) and _column_is_asked(made, change):
            continue  # the name of a column, which the network will be asked for
        raise ModelError(f"{change} is taken")
    try:
        setattr(model, "kind", "other")  # noqa: B010 - as a user would, past the type checker
    except (ValidationError, TypeError, AttributeError):
        return
    raise ModelError("its parameters can be changed; derive it from Model")


def everything_counted_is_defined(model: Model) -> None:
    """Unit and meaning of each count are known, and the model says where its equation comes from."""
    process = trials.make_process(model, trials.ring_with_shortcuts(model), [0])
    own = process.facts.get("definitions", {})
    for name in process.count_names:
        hold(name == "unfinished" or bool(definition(name, own).text), f"{name} has no entry in `definitions`")
    hold(bool((type(model).__doc__ or "").strip()), "the class has no docstring")
    hold(bool(getattr(model, "source", "").strip()), "`source` names no publication")


def _column_is_asked(model: Model, change: dict[str, Any]) -> bool:
    (text,) = change.values()
    return text in model.tie_columns() or any(asked.name == text for asked in model.people_columns().values())

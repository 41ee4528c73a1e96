"""Lists of named specs (models, networks), and one of them explained from its own documentation."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ..errors import ScenarioError
from .answers import echo_json

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..spec import Spec


def show_catalogue(
    known: Mapping[str, type[Spec]], name: str | None, *, as_json: bool, command: str, section: str, choice: str
) -> None:
    """Print the list of specs, or explain the one called `name`.

    Parameters
    ----------
    command : what to call to explain one, ``models`` or ``networks``
    section, choice : where a scenario names it: ``[model]`` and ``kind``

    Raises
    ------
    ScenarioError
        When nothing is called `name`.
    """
    if name is not None and name not in known:
        raise ScenarioError(f"there is no {section} {name!r}; {command}: {', '.join(known)}")
    chosen = known if name is None else {name: known[name]}
    if as_json:
        echo_json({key: _described(spec) for key, spec in chosen.items()})
    elif name is None:
        width = max(map(len, chosen))
        for key, spec in chosen.items():
            click.echo(f"{key:<{width}}  {_first_line(spec)}")
        click.echo(f"\nexplain one with:  wom {command} NAME")
    else:
        _explain(chosen[name], section, choice)


def _explain(spec: type[Spec], section: str, choice: str) -> None:
    click.echo(inspect.cleandoc(spec.__doc__ or ""))
    if source := getattr(spec, "source", None):
        click.echo(f"\nSource: {source}")
    click.echo(f'\n[{section}]\n{choice} = "{spec.model_fields[choice].default}"')
    _explain_fields(spec, section, skip=choice)
    for elsewhere, keys in getattr(spec, "elsewhere", {}).items():
        click.echo(f"\n[{elsewhere}]\n{_first_line(keys)}")
        _explain_fields(keys, elsewhere)


def _explain_fields(spec: type[BaseModel], section: str, *, skip: str = "") -> None:
    from ..key_docs import key_docs
    from ..spec import nested_spec

    tables = []
    for key, field in spec.model_fields.items():
        said = " ".join(key_docs(spec).get(key, "").split())
        if nested := nested_spec(field.annotation):
            tables.append((f"{section}.{key}", nested, field, said))
        elif key != skip:
            default = "required" if field.is_required() else f"default {_shown(field.get_default())}"
            click.echo(f"{key}  ({default})\n    {said}")
    for table, nested, field, said in tables:
        header = f"[[{table}]]" if isinstance(field.get_default(), tuple) else f"[{table}]"
        click.echo(f"\n{header}\n{_first_line(nested)} {said}".rstrip())
        _explain_fields(nested, table)


def _described(spec: type[Spec]) -> dict[str, Any]:
    source = {"source": spec.source} if hasattr(spec, "source") else {}
    schema = spec.model_json_schema()
    nested = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    return {"title": _first_line(spec), **source, "parameters": schema["properties"], **nested}


def _first_line(spec: type[BaseModel]) -> str:
    return (spec.__doc__ or "").strip().splitlines()[0]


def _shown(value: Any) -> str:
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

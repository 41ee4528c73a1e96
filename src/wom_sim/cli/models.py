"""`wom models`: what can spread, and what each model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..errors import ScenarioError

if TYPE_CHECKING:
    from ..models.base import Model


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(name: str | None, *, as_json: bool) -> None:
    """List the models, or explain the one called NAME."""
    from ..models.catalogue import MODELS
    from ..results.store import json_bytes

    if name is not None and name not in MODELS:
        raise ScenarioError(f"there is no model {name!r}; models: {', '.join(MODELS)}")
    chosen = MODELS if name is None else {name: MODELS[name]}
    if as_json:
        click.echo(json_bytes({kind: _described(spec) for kind, spec in chosen.items()}).decode(), nl=False)
    elif name is None:
        width = max(map(len, chosen))
        for kind, spec in chosen.items():
            click.echo(f"{kind:<{width}}  {_first_line(spec)}")
        click.echo("\nexplain one with:  wom models NAME")
    else:
        _explain(chosen[name])


def _explain(spec: type[Model]) -> None:
    import inspect

    click.echo(inspect.cleandoc(spec.__doc__ or ""))
    click.echo(f'\nSource: {spec.source}\n\n[model]\nkind = "{spec.model_fields["kind"].default}"')
    for key, field in spec.model_fields.items():
        if key != "kind":
            default = "required" if field.is_required() else f"default {_shown(field.default)}"
            click.echo(f"{key}  ({default})\n    {field.description}")


def _described(spec: type[Model]) -> dict[str, Any]:
    return {"title": _first_line(spec), "source": spec.source, "parameters": spec.model_json_schema()["properties"]}


def _first_line(spec: type[Model]) -> str:
    return (spec.__doc__ or "").strip().splitlines()[0]


def _shown(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

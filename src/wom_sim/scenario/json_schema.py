"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..graph.catalogue import GENERATORS
from ..graph.files import FileNetwork
from ..graph.segments import Segment
from ..models.campaign import Goal, Starting
from ..models.catalogue import loadable_models
from ..seeding.catalogue import STRATEGIES
from ..spec import Spec
from .plans import Plan
from .ranges import Range
from .schema import FORMAT, Output, Run, Start
from .sweep import Options, SweptRange


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files; TOML dates are text in it, such as "2026-03-02"."""
    models, _ = loadable_models()
    networks: dict[str, type[Spec]] = {"file": FileNetwork, **GENERATORS}
    parts: dict[str, dict[str, tuple[type[Spec], str]]] = {
        "network": {name: (spec, "file" if name == "file" else "generate") for name, spec in networks.items()},
        "model": {name: (spec, "kind") for name, spec in models.items()},
        "seeding": {name: (spec, "nodes" if name == "nodes" else "strategy") for name, spec in STRATEGIES.items()},
    }
    nested: dict[str, Any] = {}
    choices = {
        section: {"oneOf": [_needing(_hoisted(spec, nested), key) for spec, key in specs.values()]}
        for section, specs in parts.items()
    }
    starting = _hoisted(Starting, nested)["properties"]
    for strategy in choices["seeding"]["oneOf"]:
        strategy["properties"] |= starting
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wom_sim scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "name", "network", "model"],
        "allOf": [
            {
                "if": _of_kinds(["campaign"]),
                "then": {"required": ["run"], "properties": {"run": {"required": ["horizon"]}}},
            },
            {
                "if": _of_kinds([name for name, spec in models.items() if spec.needs_seeding]),
                "then": {"required": ["seeding"]},
            },
        ],
        "properties": {
            "format": {"const": FORMAT, "description": "Version of the file format."},
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            **_hoisted(Start, nested)["properties"],
            **choices,
            "segments": {"type": "array", "items": _hoisted(Segment, nested)},
            "run": _hoisted(Run, nested),
            "output": _hoisted(Output, nested),
            "goal": _hoisted(Goal, nested),
            "uncertain": {
                "type": "object",
                "description": "Dotted keys and what they may be in truth; not used by a single run.",
                "additionalProperties": _hoisted(Range, nested),
            },
            "plans": {"type": "array", "items": _hoisted(Plan, nested)},
            "sweep": _sweep(nested),
        },
        "$defs": nested,
    }


def _sweep(nested: dict[str, Any]) -> dict[str, Any]:
    options = _hoisted(Options, nested)
    varied = {"oneOf": [{"type": "array", "minItems": 1}, _hoisted(SweptRange, nested)]}
    together = {
        "type": "array",
        "description": "Tables of keys that move together.",
        "items": {"type": "object", "minProperties": 2, "additionalProperties": varied},
    }
    return {
        **options,
        "description": "Dotted keys with the values each is to take, or a range of them; not used by a single run.",
        "properties": {**options["properties"], "together": together},
        "additionalProperties": varied,
    }


def _of_kinds(kinds: list[str]) -> dict[str, Any]:
    """Return the schema of scenarios with a model of one of these kinds."""
    return {"required": ["model"], "properties": {"model": {"properties": {"kind": {"enum": kinds}}}}}


def _hoisted(spec: type[Spec], nested: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a spec, its nested ones moved to where references find them."""
    schema = spec.model_json_schema()
    for name, definition in schema.pop("$defs", {}).items():
        assert nested.setdefault(name, definition) == definition, f"two specs are called {name}"
    return schema


def _needing(schema: Mapping[str, Any], key: str) -> dict[str, Any]:
    required: Iterable[str] = schema.get("required", ())
    return {**schema, "required": sorted({*required, key})}

"""What a scenario file may hold: sections, keys, ranges, defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SerializeAsAny

from ..graph.catalogue import GENERATORS
from ..graph.files import FileNetwork
from ..graph.generate import GeneratedNetwork
from ..graph.segments import Segment
from ..models.base import Model
from ..models.catalogue import MODELS
from ..seeding.base import Strategy
from ..seeding.catalogue import STRATEGIES
from ..spec import ASSUMPTION, RngSeed, Spec

FORMAT = 1

MAX_REPLICAS = 10**9
MAX_STEPS = 2**31 - 1


class Run(Spec):
    """How often and how long: the `[run]` section."""

    n_replicas: int = Field(default=1000, ge=1, le=MAX_REPLICAS, json_schema_extra=ASSUMPTION)
    """Random runs of the same case."""
    rng_seed: RngSeed | None = None
    """Number that fixes all luck, 0 .. 2^64 - 1; left out: made, printed and saved."""
    max_steps: int | None = Field(default=None, ge=0, le=MAX_STEPS)
    """Steps after which a replica is stopped; left out: until nobody new is reached."""


class Scenario(Spec):
    """A checked scenario: who could meet whom, what spreads, who starts, how often it is run."""

    format: Literal[1]
    """Version of the file format."""
    name: str = Field(min_length=1, max_length=200)
    """What the scenario is called in tables, pictures and folder names."""
    network: SerializeAsAny[FileNetwork | GeneratedNetwork]
    """Who influences whom: a `file`, or `generate` one."""
    segments: tuple[Segment, ...] = ()
    """Kinds of people in a generated network."""
    model: SerializeAsAny[Model]
    """What spreads and how."""
    seeding: SerializeAsAny[Strategy]
    """Who starts."""
    run: Run = Run()
    """How often and how long."""

    folder: Path = Field(default=Path(), exclude=True)
    """Folder that relative paths are relative to."""
    origin: str = Field(default="scenario", exclude=True)
    """The file's path as given, for messages."""
    text: str = Field(default="", exclude=True)
    """The file as read."""

    def resolved(self) -> dict[str, Any]:
        """Return all sections with every default written out, as JSON-ready values."""
        return self.model_dump(mode="json")

    def assumptions(self) -> list[str]:
        """Return ``section.key = value`` for each default in use that is an assumption, not a published figure."""
        found = []
        for section in ("network", "model", "seeding", "run"):
            spec = getattr(self, section)
            for key, field in type(spec).model_fields.items():
                extra = field.json_schema_extra
                if isinstance(extra, dict) and extra.get("assumption") and key not in spec.model_fields_set:
                    found.append(f"{section}.{key} = {extra.get('when_left_out', getattr(spec, key))}")
        return found


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, for editors."""
    networks: dict[str, type[Spec]] = {"file": FileNetwork, **GENERATORS}
    parts = {
        "network": [spec.model_json_schema() for spec in networks.values()],
        "model": [spec.model_json_schema() for spec in MODELS.values()],
        "seeding": [spec.model_json_schema() for spec in STRATEGIES.values()],
    }
    for spec in parts["model"]:
        spec.setdefault("required", []).append("kind")
    for name, spec in zip(networks, parts["network"], strict=True):
        spec.setdefault("required", []).append("file" if name == "file" else "generate")
        spec["required"] = sorted(set(spec["required"]))
    for name, spec in zip(STRATEGIES, parts["seeding"], strict=True):
        if name != "nodes":
            spec.setdefault("required", []).append("strategy")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wom_sim scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "name", "network", "model", "seeding"],
        "properties": {
            "format": {"const": FORMAT, "description": "Version of the file format."},
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            **{section: {"oneOf": schemas} for section, schemas in parts.items()},
            "segments": {"type": "array", "items": Segment.model_json_schema()},
            "run": Run.model_json_schema(),
        },
    }

"""The models by name: one line each, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from ..errors import ScenarioError
from .base import Model

_HOMES = {
    "independent_cascade": "cascades:IndependentCascade",
    "weighted_cascade": "cascades:WeightedCascade",
    "timed_cascade": "timed_cascade:TimedCascade",
    "negative_opinion": "negative_opinion:NegativeOpinion",
    "competitive_cascade": "competitive_cascade:CompetitiveCascade",
    "contact_cascade": "contact_cascade:ContactCascade",
    "linear_threshold": "linear_threshold:LinearThreshold",
    "threshold": "threshold:Threshold",
    "exposure_response": "exposure_response:ExposureResponse",
    "si": "epidemics:SI",
    "sis": "epidemics:SIS",
    "sir": "epidemics:SIR",
    "seir": "epidemics:SEIR",
    "rumour": "rumour:Rumour",
    "bass": "bass:Bass",
    "talk_of_the_network": "talk_of_the_network:TalkOfTheNetwork",
    "bad_news": "bad_news:BadNews",
    "self_exciting": "self_exciting:SelfExciting",
    "voter": "voter:Voter",
    "deffuant": "deffuant:Deffuant",
    "campaign": "campaign:Campaign",
}

PLUG_INS = "wom_sim.models"
"""Entry point group in which an installed package names its own models, under the name used in scenarios."""


class _Catalogue(Mapping[str, type[Model]]):
    """Model classes by name, imported when first asked for: a run loads the kernels of its own model alone."""

    def __getitem__(self, name: str) -> type[Model]:
        if name in _HOMES:
            module, _, class_name = _HOMES[name].partition(":")
            found: type[Model] = getattr(import_module(f".{module}", __package__), class_name)
            return found
        return _load(_plug_ins()[name])

    def __iter__(self) -> Iterator[str]:
        return iter((*_HOMES, *_plug_ins()))

    def __len__(self) -> int:
        return len(_HOMES) + len(_plug_ins())


@cache
def _plug_ins() -> dict[str, EntryPoint]:
    """Return the models of other packages; a name of ours stays ours."""
    return {point.name: point for point in entry_points(group=PLUG_INS) if point.name not in _HOMES}


@cache
def _load(point: EntryPoint) -> type[Model]:
    """Import a model of another package.

    Raises
    ------
    ScenarioError
        When it cannot be imported, is no model, or calls itself otherwise.
    """
    package = point.dist.name if point.dist is not None else point.module
    try:
        found = point.load()
    except Exception as error:  # foreign code may raise anything
        raise ScenarioError(f"model {point.name!r} of {package} cannot be loaded: {error}") from None
    if not (isinstance(found, type) and issubclass(found, Model)):
        raise ScenarioError(f"model {point.name!r} of {package} must be a subclass of Model, got {found!r}")
    kind = found.model_fields["kind"].default
    if kind != point.name:
        raise ScenarioError(f"model {point.name!r} of {package} calls itself {kind!r}; let both names agree")
    return found


def origin_of(kind: str) -> str:
    """Return name and version of the package that brings a model; empty for ours, which the manifest names anyway."""
    point = None if kind in _HOMES else _plug_ins().get(kind)
    return "" if point is None or point.dist is None else f"{point.dist.name} {point.dist.version}"


def loadable_models() -> tuple[dict[str, type[Model]], list[str]]:
    """Return all models that can be imported, by name, and a line for each of another package that cannot."""
    found: dict[str, type[Model]] = {}
    faults: list[str] = []
    for name in MODELS:
        try:
            found[name] = MODELS[name]
        except ScenarioError as error:
            faults += error.problems
    return found, faults


MODELS: Mapping[str, type[Model]] = _Catalogue()

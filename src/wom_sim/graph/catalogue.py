"""The generators by name: one line each."""

from __future__ import annotations

from .communities import Communities
from .generate import Everyone, Lattice, RandomNetwork, ScaleFree, SmallWorld
from .generated import GeneratedNetwork

GENERATORS: dict[str, type[GeneratedNetwork]] = {
    "communities": Communities,
    "scale_free": ScaleFree,
    "small_world": SmallWorld,
    "random": RandomNetwork,
    "lattice": Lattice,
    "everyone": Everyone,
}

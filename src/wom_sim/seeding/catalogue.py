"""The strategies by name: one line each."""

from __future__ import annotations

from .base import Strategy
from .degree import Degree
from .neighbourhood import Neighbourhood
from .nodes import Nodes
from .opim import Opim
from .random import Random

STRATEGIES: dict[str, type[Strategy]] = {
    "degree": Degree,
    "random": Random,
    "neighbourhood": Neighbourhood,
    "opim": Opim,
    "nodes": Nodes,
}

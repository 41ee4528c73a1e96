"""Simulate word of mouth on networks: who hears, who shares, how far it goes.

>>> import wom_sim as wom
>>> graph = wom.Graph.from_edges([0, 0, 1], [1, 2, 2])
>>> result = wom.simulate(graph, wom.IndependentCascade(share_prob=1.0), seed_nodes=[0], n_replicas=4, rng_seed=1)
>>> result.reach.tolist()
[3, 3, 3, 3]

Names are imported when first used, so that ``import wom_sim`` compiles nothing and takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import run, simulate
    from .choosing import Seeds, choose_seed_nodes
    from .errors import (
        ClusterError,
        FolderError,
        FolderInUseError,
        GraphError,
        ResourceError,
        ResultError,
        ScenarioError,
        WomSimError,
    )
    from .graph.csr import Graph
    from .graph.files import read_edges
    from .graph.layers import Layer
    from .models.bad_news import BadNews
    from .models.bass import Bass
    from .models.campaign import Campaign
    from .models.cascades import IndependentCascade, WeightedCascade
    from .models.competitive_cascade import CompetitiveCascade
    from .models.contact_cascade import ContactCascade
    from .models.deffuant import Deffuant
    from .models.epidemics import SEIR, SI, SIR, SIS
    from .models.exposure_response import ExposureResponse
    from .models.linear_threshold import LinearThreshold
    from .models.negative_opinion import NegativeOpinion
    from .models.rumour import Rumour
    from .models.self_exciting import SelfExciting
    from .models.talk_of_the_network import TalkOfTheNetwork
    from .models.threshold import Threshold
    from .models.timed_cascade import TimedCascade
    from .models.voter import Voter
    from .result import Result
    from .scenario.load import read_scenario
    from .scenario.schema import Scenario
    from .sweeps import Sweep, sweep

_HOMES = {
    "Result": "result",
    "Seeds": "choosing",
    "choose_seed_nodes": "choosing",
    "run": "api",
    "simulate": "api",
    "FolderError": "errors",
    "FolderInUseError": "errors",
    "GraphError": "errors",
    "ResourceError": "errors",
    "ResultError": "errors",
    "ScenarioError": "errors",
    "WomSimError": "errors",
    "Graph": "graph.csr",
    "Layer": "graph.layers",
    "read_edges": "graph.files",
    "Campaign": "models.campaign",
    "ExposureResponse": "models.exposure_response",
    "IndependentCascade": "models.cascades",
    "WeightedCascade": "models.cascades",
    "LinearThreshold": "models.linear_threshold",
    "TalkOfTheNetwork": "models.talk_of_the_network",
    "BadNews": "models.bad_news",
    "NegativeOpinion": "models.negative_opinion",
    "CompetitiveCascade": "models.competitive_cascade",
    "TimedCascade": "models.timed_cascade",
    "Bass": "models.bass",
    "SelfExciting": "models.self_exciting",
    "Threshold": "models.threshold",
    "Rumour": "models.rumour",
    "ContactCascade": "models.contact_cascade",
    "SI": "models.epidemics",
    "SIS": "models.epidemics",
    "SIR": "models.epidemics",
    "SEIR": "models.epidemics",
    "Voter": "models.voter",
    "Deffuant": "models.deffuant",
    "read_scenario": "scenario.load",
    "Scenario": "scenario.schema",
    "Sweep": "sweeps",
    "sweep": "sweeps",
    "ClusterError": "errors",
}

__all__ = [
    "SEIR",
    "SI",
    "SIR",
    "SIS",
    "BadNews",
    "Bass",
    "Campaign",
    "ClusterError",
    "CompetitiveCascade",
    "ContactCascade",
    "Deffuant",
    "ExposureResponse",
    "FolderError",
    "FolderInUseError",
    "Graph",
    "GraphError",
    "IndependentCascade",
    "Layer",
    "LinearThreshold",
    "NegativeOpinion",
    "ResourceError",
    "Result",
    "ResultError",
    "Rumour",
    "Scenario",
    "ScenarioError",
    "Seeds",
    "SelfExciting",
    "Sweep",
    "TalkOfTheNetwork",
    "Threshold",
    "TimedCascade",
    "Voter",
    "WeightedCascade",
    "WomSimError",
    "choose_seed_nodes",
    "read_edges",
    "read_scenario",
    "run",
    "simulate",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""What a package needs that brings a model of its own: base classes, types of keys, what kernels call.

docs/models/own_model.md writes one from beginning to end; `wom_sim.testing.check_model` tries it. Importing this module
imports Numba.
"""

from .durations import Duration, PositiveDuration
from .errors import GraphError, ScenarioError
from .graph.columns import PeopleColumn
from .graph.csr import Graph
from .kernels._jit import inner_kernel, kernel
from .kernels.diffusion import AT_MAX_STEPS, FINISHED, HALTED, Keys, Out, add_change, listener, step_of
from .kernels.rng import ALWAYS, below, coin_passes, derive_key, set_lane_keys, uniform_at, word
from .models.base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, coin_threshold, network_arrays
from .models.chances import at_least_one, chances
from .spec import ASSUMPTION, ColumnName, Probability, ProbabilityOrColumn, Spec, refuse

__all__ = [
    "ALWAYS",
    "ASSUMPTION",
    "AT_MAX_STEPS",
    "FINISHED",
    "HALTED",
    "ColumnName",
    "DiffusionModel",
    "Duration",
    "Expected",
    "Graph",
    "GraphError",
    "Keys",
    "Model",
    "Out",
    "PeopleColumn",
    "PositiveDuration",
    "Probability",
    "ProbabilityOrColumn",
    "Promises",
    "ScenarioError",
    "Setting",
    "Spec",
    "TheoryLine",
    "add_change",
    "at_least_one",
    "below",
    "chances",
    "coin_passes",
    "coin_threshold",
    "derive_key",
    "inner_kernel",
    "kernel",
    "listener",
    "network_arrays",
    "refuse",
    "set_lane_keys",
    "step_of",
    "uniform_at",
    "word",
]

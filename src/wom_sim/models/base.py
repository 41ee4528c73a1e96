"""What every model offers: parameters, the columns it reads, and a compiled form for the engine."""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..graph.columns import PeopleColumn
from ..graph.csr import Graph
from ..graph.segments import Segment
from ..spec import Spec

if TYPE_CHECKING:
    from ..kernels.live_edge import LiveTies
    from .campaign.goal import Goal
    from .campaign.starting import Starting

_TWO_TO_64 = 2.0**64


@dataclass(frozen=True)
class Setting:
    """What of a scenario, beside the network, a model is compiled for.

    key : gives the key of a purpose (a number in `kernels.rng`), for what is drawn once a case
    start : date of day 0, where there are dates     horizon : length of the run in days, for models with a clock
    segments : kinds of people     starting : as what the seed nodes start, for models that know more than one way
    curves : counts to keep step by step beside those that are always kept
    goal : what a campaign is to reach
    """

    key: Callable[[int], np.uint64]
    start: datetime.date | None = None
    horizon: float | None = None
    segments: tuple[Segment, ...] = ()
    starting: Starting | None = None
    curves: tuple[str, ...] = ()
    goal: Goal | None = None


@dataclass(frozen=True)
class CompiledModel:
    """A model on a network; each kernel family adds the arrays of its kernel.

    notes : what to tell the user about them
    """

    notes: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class LiveEdgeModel(CompiledModel):
    """A cascade, ready for the live-edge kernel."""

    arrays: LiveTies


class Model(Spec):
    """Base of all models. A subclass fixes `kind`, names its parameters and says where its equation comes from."""

    source: ClassVar[str]
    """Publication the equation is taken from."""

    kind: str
    """Name of the model in scenario files."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the tie columns this model reads, each with the range its values must lie in."""
        return {}

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the columns of people this model reads, each under the key of `[model]` that names it."""
        return {}

    @abstractmethod
    def compile(self, graph: Graph, setting: Setting) -> CompiledModel:
        """Turn parameters and network into the kernel's arrays.

        Parameters
        ----------
        setting : keys, dates, segments, starters

        Raises
        ------
        GraphError
            When the network lacks a column or its numbers do not fit the model.
        """


def coin_threshold(prob: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return floor(p * 2^64) as uint64, and 2^64 - 1 (which the kernels read as "always") for p = 1.

    Parameters
    ----------
    prob : float64 array in [0, 1]; the multiplication by a power of two is exact
    """
    certain = prob >= 1.0
    threshold = np.where(certain, 0.0, prob * _TWO_TO_64).astype(np.uint64)
    threshold[certain] = np.uint64(2**64 - 1)
    return threshold

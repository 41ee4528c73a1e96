"""What every model offers: parameters, the columns it reads, and a compiled form for the engine."""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.columns import PeopleColumn
from ..graph.csr import Graph
from ..graph.segments import Segment
from ..spec import Spec

if TYPE_CHECKING:
    from ..kernels.chosen_ties import ChosenTies
    from ..kernels.live_edge import LiveTies
    from ..kernels.rounds import InRounds
    from .campaign.eras import Era
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
    trees : measure who followed whom in every replica     goal : what a campaign is to reach
    past : as what a campaign ran before, until some steps; see `campaign.eras`
    """

    key: Callable[[int], np.uint64]
    start: datetime.date | None = None
    horizon: float | None = None
    segments: tuple[Segment, ...] = ()
    starting: Starting | None = None
    curves: tuple[str, ...] = ()
    trees: bool = False
    goal: Goal | None = None
    past: tuple[Era, ...] = ()


class TheoryLine(NamedTuple):
    """What theory says of the mean of a model's main curve.

    heights : float64 (n_steps + 1,)   at steps 0, 1, ...
    says : which theory, and for which networks and starters it holds, in a few words
    """

    heights: NDArray[np.float64]
    says: str


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


@dataclass(frozen=True)
class ChoiceModel(CompiledModel):
    """A cascade in which everybody listens to one chosen tie, ready for its kernel."""

    arrays: ChosenTies


class Expected(NamedTuple):
    """What an array must be before machine code may read it unchecked.

    dtype : of NumPy     length : entries     low, high : every entry lies between, both included; NaN does not
    """

    dtype: Any
    length: int
    low: float = -np.inf
    high: float = np.inf


class AtOnce(NamedTuple):
    """Another kernel of a model, which runs the replicas of a block at once and gives the same ones.

    kernel : called as `DiffusionModel.kernel`
    world : NamedTuple of its arrays, those of `DiffusionModel.world`
    new_scratch : makes a thread's memory, which has `halt`, and `examined` (int64 (2,)): ties examined in all lanes
        together, and ties loaded for them
    n_bytes : of that memory
    """

    kernel: Callable[..., None]
    world: Any
    new_scratch: Callable[[NDArray[np.uint8]], Any]
    n_bytes: int


@dataclass(frozen=True)
class DiffusionModel(CompiledModel):
    """A model of the catalogue, ready to run; the engine knows nothing else of it.

    kernel : called as ``kernel(world, seed_nodes, keys, max_steps, scratch, out)``; see `kernels.diffusion`
    world : NamedTuple of its arrays and numbers; where it has ties, `indptr`, `indices`, `n_people` and `complete`
    expects : each array of the world but `indptr` and `indices`, by name
    new_scratch : makes a thread's memory, a NamedTuple, around `halt` (uint8 (1,)); where it has `order` and `parent`
        (int32 (n,)), these hold after a replica who joined, in order, and whom each followed (-1: nobody)
    counts : names of `Out.counts`, the main one first     amounts : names of `Out.amounts`
    curves : names of the counts that are kept step by step, in the order of `Out.changes`, the main one first; a count
        is where its curve ends
    ends : what a replica that is not stopped has come to, such as "died_out"
    days_per_step : length of a step, None where steps have no length
    ties_examined : of a replica, at most; None where nothing is known
    typical_steps : as many as most replicas take
    at_once : how hundreds of replicas are run at once; None: one by one
    in_rounds : given where `kernel` is that of arrivals and comes down to a plain cascade; None: it does not
    """

    kernel: Callable[..., None]
    world: Any
    expects: Mapping[str, Expected]
    new_scratch: Callable[[NDArray[np.uint8]], Any]
    counts: tuple[str, ...]
    curves: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    ends: str = "died_out"
    days_per_step: float | None = None
    ties_examined: float | None = None
    typical_steps: int = 24
    at_once: AtOnce | None = None
    in_rounds: InRounds | None = None


class PassingOn(NamedTuple):
    """Chances of ties under which those whom live ties lead to are about the people a model reaches.

    prob : float64 (1,) or (m,), in [0, 1]     says : what passes along them, in a few words
    exact : they are just those people
    """

    prob: NDArray[np.float64]
    says: str
    exact: bool


class Promises(NamedTuple):
    """What a model says of itself, for `wom_sim.testing.check_model` to hold it to.

    never : parameters with which nobody joins but those who start     always : with which everybody joins whom ties
    lead to from those who start; None: there are none such
    grows_with : parameters of which more never means fewer people in any replica of the main count
    adds_up : names of counts that make up all people at every step
    rises : curves that never fall
    """

    never: Mapping[str, Any] | None = None
    always: Mapping[str, Any] | None = None
    grows_with: tuple[str, ...] = ()
    adds_up: tuple[str, ...] = ()
    rises: tuple[str, ...] = ("reach",)


class Model(Spec):
    """Base of all models. A subclass fixes `kind`, names its parameters and says where its equation comes from."""

    source: ClassVar[str]
    """Publication the equation is taken from."""

    needs_seeding: ClassVar[bool] = True
    """Nothing happens without people who start."""

    on_contacts: ClassVar[bool] = False
    """Runs on contacts, each of which happens once, at its time; False: on ties that last."""

    takes_layers: ClassVar[bool] = False
    """Knows that ties in different layers are ties of their own, with a strength."""

    takes_delays: ClassVar[bool] = False
    """Has a clock, to which the delay of a layer is added."""

    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Unit and meaning of each count and amount that metrics do not define already."""

    promises: ClassVar[Promises] = Promises()

    kind: str
    """Name of the model in scenario files."""

    def defined(self) -> Mapping[str, tuple[str, str]]:
        """Return `definitions`; a model in which parameters name counts says here what these are."""
        return self.definitions

    def promised(self) -> Promises:
        """Return `promises`; a model in which parameters decide what can be promised says so here."""
        return self.promises

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the tie columns this model reads, each with the range its values must lie in."""
        return {}

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the columns of people this model reads, each under the key of `[model]` that names it."""
        return {}

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return what theory says of the mean of the main curve on a network; None where none applies.

        Parameters
        ----------
        n_steps : the last step that is wanted
        """
        del graph, seed_nodes, n_steps
        return None

    def passing_on(self, graph: Graph, setting: Setting) -> PassingOn | None:
        """Return the independent cascade that a model comes down to, or is close to; None where none is.

        For choosing seed nodes: see `seeding.opim`.
        """
        del graph, setting
        return None

    def step_length(self) -> float | None:
        """Return the length of a step in days; None where steps have no length."""
        return None

    def may_go_on(self) -> bool:
        """Say whether a replica may go on for ever, so that a run needs an end."""
        return False

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


def compile_on(graph: Graph, model: Model, setting: Setting) -> CompiledModel:
    """Return the compiled model, unless the network has what the model does not know, or lacks what it runs on.

    Raises
    ------
    GraphError
        When the model runs on contacts and the network's ties have no times, or the reverse; when the network has
        layers, or layers with a delay, and the model takes none; and see `Model.compile`.
    """
    if model.on_contacts and graph.tie_times is None:
        raise GraphError(
            f"{model.kind} needs the time of each contact: name the column and in what it counts, such as "
            'time = "unix_time", time_unit = "s"'
        )
    if graph.tie_times is not None and not model.on_contacts:
        raise GraphError(
            f'{model.kind} knows no times of contacts; write [model] kind = "contact_cascade", or leave out `time`: '
            "ties then last, and repeated ones are merged"
        )
    if graph.tie_layers is not None and not model.takes_layers:
        raise GraphError(f"{model.kind} knows no layers; leave out `layer`: parallel ties are then merged")
    late = [layer.name for layer in graph.layers if layer.delay > 0.0]
    if late and not model.takes_delays:
        raise GraphError(f"layers.{late[0]}.delay: {model.kind} has no clock to which it could be added; remove it")
    return model.compile(graph, setting)


def network_arrays(graph: Graph) -> dict[str, Any]:
    """Return the fields of a kernel's world that describe the network: `indptr`, `indices`, `n_people`, `complete`."""
    return {
        "indptr": graph.indptr,
        "indices": graph.indices,
        "n_people": graph.n_people,
        "complete": graph.complete,
    }


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

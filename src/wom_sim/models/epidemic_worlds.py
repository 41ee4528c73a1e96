"""Which kernel runs an epidemic, and its arrays.

SI, SIR and SEIR on a stored network are found as earliest arrivals, each tie looked at once; SIS, and whatever takes
place where everybody meets everybody, is followed state by state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels import epidemic as parts
from ..kernels.calendar import LATE, new_calendar
from ..kernels.epidemic_contacts import ContactsScratch, ContactsWorld, epidemic_contacts_chunk
from ..kernels.epidemic_events import EventsScratch, EventsWorld, epidemic_events_chunk
from ..kernels.epidemic_queue import new_queue
from ..kernels.epidemic_states import StatesScratch, StatesWorld, epidemic_states_chunk
from ..kernels.epidemic_steps import GROUP, HITS, StepsScratch, StepsWorld, epidemic_steps_chunk
from .base import DiffusionModel, Expected, coin_threshold, network_arrays
from .chances import at_least_one, tie_values

if TYPE_CHECKING:
    from .epidemics import Period, _Epidemic

_LISTED = 1024
"""Numbers of steps for which the chance to have passed is worked out beforehand."""

_ILL = ("reach", "susceptible", "infectious")
_CURVES = {
    "si": _ILL,
    "sis": _ILL,
    "sir": (*_ILL, "recovered"),
    "seir": (*_ILL, "recovered", "exposed"),
}
_COUNTS = {
    "si": (*_ILL, "peak_infectious"),
    "sis": (*_ILL, "peak_infectious", "infections"),
    "sir": (*_ILL, "peak_infectious", "recovered"),
    "seir": (*_ILL, "peak_infectious", "recovered", "exposed"),
}


def compile_epidemic(model: _Epidemic, graph: Graph) -> DiffusionModel:
    """Make the arrays of an epidemic; see `Model.compile`."""
    by_state = graph.complete or model.kind == "sis"
    steps, events = (_states, _contacts) if by_state else (_steps, _events)
    make = steps if model.clock == "steps" else events
    kernel, world, expects, new_scratch = make(model, graph)
    return DiffusionModel(
        kernel=kernel,
        world=world,
        expects=expects,
        new_scratch=new_scratch,
        counts=_COUNTS[model.kind],
        curves=_CURVES[model.kind],
        amounts=("duration", "peak_infectious_at"),
        days_per_step=model.step_length(),
        ties_examined=None if by_state else float(graph.n_ties + graph.n_people),
        typical_steps=64,
    )


_Made = tuple[Callable[..., None], Any, dict[str, Expected], Callable[[NDArray[np.uint8]], Any]]


def _steps(model: _Epidemic, graph: Graph) -> _Made:
    n, prob = graph.n_people, _chances(model, graph)
    log_escape = _log_of_rest(prob)
    per_tie = len(prob) == graph.n_ties and len(prob) != 1
    spans = _spans_in_steps(model)
    passing = _trials(0.0 if per_tie else float(log_escape[0]))
    stay = _trials(spans["log_stay"])
    one_step = getattr(model, "duration_steps", None) == 1
    threshold = coin_threshold(prob) if one_step else np.zeros(0, np.uint64)
    world = StepsWorld(
        **network_arrays(graph),
        log_escape=log_escape,
        per_tie=int(per_tie),
        passed_by=passing.within,
        pass_guide=passing.guide,
        stay_by=stay.within,
        stay_guide=stay.guide,
        threshold=threshold,
        **spans,
    )

    def new_scratch(halt: NDArray[np.uint8]) -> StepsScratch:
        calendar = new_calendar(n)
        return StepsScratch(
            **_people(n, "order", "parent", "infected", "onset", "recovered"),
            due=np.full(n, LATE, np.int32),
            first=np.zeros(GROUP, np.int64),
            last=np.zeros(GROUP, np.int64),
            words=np.zeros(parts.BLOCK, np.uint64),
            hit=np.zeros(HITS, np.uint64),
            seen=np.zeros(n // 64 + 1, np.uint64),
            hit_bits=np.zeros(HITS, np.uint64),
            bins=np.zeros(3 * parts.WINDOW, np.int32),
            lane_keys=np.zeros(64, np.uint64),
            halt=halt,
            entry=calendar.entry,
            after=calendar.after,
            head=calendar.head,
            tail=calendar.tail,
            filled=calendar.filled,
        )

    expects = {
        "log_escape": Expected(np.float64, graph.n_ties if per_tie else 1, high=0.0),
        "passed_by": Expected(np.uint64, _LISTED),
        "stay_by": Expected(np.uint64, _LISTED),
        "pass_guide": Expected(np.int32, parts.N_GUIDE, 1, _LISTED),
        "stay_guide": Expected(np.int32, parts.N_GUIDE, 1, _LISTED),
        "threshold": Expected(np.uint64, len(log_escape) if one_step else 0),
    }
    return epidemic_steps_chunk, world, expects, new_scratch


def _states(model: _Epidemic, graph: Graph) -> _Made:
    n, prob = graph.n_people, _chances(model, graph)
    per_tie = len(prob) == graph.n_ties and len(prob) != 1
    world = StatesWorld(
        **network_arrays(graph),
        pass_prob=prob,
        per_tie=int(per_tie),
        log_escape=float(_log_of_rest(prob[0])) if len(prob) else 0.0,
        **_spans_in_steps(model),
        after=_after(model),
        can_pass=bool((prob > 0.0).any()),
    )

    def new_scratch(halt: NDArray[np.uint8]) -> StatesScratch:
        return StatesScratch(
            **_people(n, "order", "parent", "active", "acting", "onset", "recovery"),
            state=np.zeros(n, np.uint8),
            touched=np.zeros(n, np.uint8),
            now=np.zeros(parts.N_NOW, np.int64),
            halt=halt,
        )

    expects = {"pass_prob": Expected(np.float64, graph.n_ties if per_tie else 1, 0.0, 1.0)}
    return epidemic_states_chunk, world, expects, new_scratch


def _events(model: _Epidemic, graph: Graph) -> _Made:
    n, rate = graph.n_people, _rates(model, graph)
    per_tie = len(rate) == graph.n_ties and len(rate) != 1
    world = EventsWorld(
        **network_arrays(graph),
        rate=rate,
        per_tie=int(per_tie),
        **_spans_in_days(model),
        per_step=float(model.record_every),
    )

    def new_scratch(halt: NDArray[np.uint8]) -> EventsScratch:
        return EventsScratch(
            **_people(n, "order", "parent", "infected", "onset", "recovered"),
            time=np.full(n, np.inf),
            queue=new_queue(n),
            seen=np.zeros(n // 64 + 1, np.uint64),
            words=np.zeros(parts.BLOCK, np.uint64),
            hit=np.zeros(parts.BLOCK, np.uint64),
            bins=np.zeros(3 * parts.WINDOW, np.int32),
            halt=halt,
        )

    expects = {"rate": Expected(np.float64, graph.n_ties if per_tie else 1, 0.0)}
    return epidemic_events_chunk, world, expects, new_scratch


def _contacts(model: _Epidemic, graph: Graph) -> _Made:
    n, rate = graph.n_people, _rates(model, graph)
    per_tie = len(rate) == graph.n_ties and len(rate) != 1
    upto = np.zeros(0)
    if per_tie:
        starts = graph.indptr[:-1]
        upto = np.cumsum(rate)
        before = np.concatenate(([0.0], upto))[starts]
        upto = upto - np.repeat(before, np.diff(graph.indptr))
    world = ContactsWorld(
        **network_arrays(graph),
        rate=float(rate[0]) if len(rate) else 0.0,
        upto=upto,
        **_spans_in_days(model),
        after=_after(model),
        per_step=float(model.record_every),
    )

    def new_scratch(halt: NDArray[np.uint8]) -> ContactsScratch:
        return ContactsScratch(
            **_people(n, "order", "parent", "heap", "infections", "contacts"),
            place=np.full(n, -1, np.int32),
            time=np.zeros(n),
            state=np.zeros(n, np.uint8),
            recovery=np.zeros(n),
            now=np.zeros(parts.N_NOW, np.int64),
            halt=halt,
        )

    return epidemic_contacts_chunk, world, {"upto": Expected(np.float64, len(upto), 0.0)}, new_scratch


def _people(n: int, *names: str) -> dict[str, NDArray[np.int32]]:
    return {name: np.zeros(n, np.int32) for name in names}


def _chances(model: _Epidemic, graph: Graph) -> NDArray[np.float64]:
    """Return the chance of a step, of each tie or one for all; of c parallel ties, 1 - (1 - p)^c."""
    return _one_at_least(at_least_one(graph, _numbers(model, graph, "infect_prob", 1.0)))


def _rates(model: _Epidemic, graph: Graph) -> NDArray[np.float64]:
    """Return the rate of each tie or one for all; of c parallel ties, c times as much."""
    rate = _numbers(model, graph, "infect_rate", np.inf)
    return _one_at_least(rate if graph.tie_counts is None else rate * graph.tie_counts)


def _one_at_least(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers of ties; where there are no ties, one for all, as kernels look at the first."""
    return numbers if len(numbers) else np.zeros(1)


def _numbers(model: _Epidemic, graph: Graph, key: str, most: float) -> NDArray[np.float64]:
    given = getattr(model, key)
    if not isinstance(given, str):
        return np.array([given], np.float64)
    return tie_values(graph, given, key=key, high=most)


def _trials(log_stay: float) -> parts.Trials:
    trials = parts.Trials(log_stay, np.zeros(_LISTED, np.uint64), np.zeros(parts.N_GUIDE, np.int32))
    parts.list_trials(*trials)
    return trials


def _log_of_rest(prob: Any) -> Any:
    """Return log(1 - p), minus infinity for p = 1."""
    with np.errstate(divide="ignore"):
        return np.log1p(-prob)


def _after(model: _Epidemic) -> int:
    return parts.UNTOUCHED if model.kind == "sis" else parts.WELL


def _spans_in_steps(model: _Epidemic) -> dict[str, Any]:
    recover, n_steps = getattr(model, "recover_prob", None), getattr(model, "duration_steps", None)
    onset, n_latent = getattr(model, "onset_prob", None), getattr(model, "latent_steps", None)
    return {
        "log_stay": float(_log_of_rest(np.float64(recover or 0.0))),
        "n_steps": n_steps or 0,
        "log_wait": float(_log_of_rest(np.float64(onset or 0.0))),
        "n_latent": -1 if model.kind != "seir" else n_latent or 0,
    }


def _spans_in_days(model: _Epidemic) -> dict[str, Any]:
    recovery = _period(getattr(model, "recover_rate", None), getattr(model, "duration", None))
    onset = _period(getattr(model, "onset_rate", None), getattr(model, "latent", None))
    if model.kind != "seir":
        onset = (parts.NOT_A_KIND, 0.0, 0.0)
    names = ("recovery", "recovery_scale", "recovery_shape", "onset", "onset_scale", "onset_shape")
    return dict(zip(names, (*recovery, *onset), strict=True))


def _period(rate: float | None, table: Period | None) -> tuple[int, float, float]:
    if table is None:
        return (parts.EXPONENTIAL, rate, 0.0) if rate else (parts.FOR_EVER, 0.0, 0.0)
    if table.kind == "fixed":
        assert table.length is not None
        return parts.FIXED, float(table.length), 0.0
    assert table.minimum is not None
    assert table.exponent is not None
    return parts.POWER_LAW, float(table.minimum), -1.0 / (table.exponent - 1.0)

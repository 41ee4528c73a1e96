"""Self-exciting posts: retweets as a marked Hawkes process, in which every post sets off more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..durations import Duration, PositiveDuration
from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels import self_exciting as kernels
from ..spec import ASSUMPTION, refuse
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine
from .reposting import MAX_FOLLOWERS, Floats, Marks, Memory
from .theory_lines import reposts_by_time

_LARGEST_LOG = 690.0


class SelfExciting(Model):
    """Every post sets off reposts, each of these more: a marked Hawkes process by its branching representation.

    A post by somebody with m followers, at time s, is reposted at the points of a Poisson process of rate
    kappa m^beta phi(t - s), phi the memory: kappa m^beta times the integral of phi are the reposts it gets in the mean.
    phi is a density of delays for the kinds exponential and seismic; for the power law it is (t + c)^-(1 + theta) with
    t and c in seconds, as published, which adds up to 1 / (theta c^theta). m^0 is 1. Whoever reposts has followers
    drawn from `marks`, independently of all else. Starters post at time 0. n* = kappa E[m^beta] times the integral of
    phi, the mean number of reposts of a repost, is the branching factor: below 1 every cascade ends, with 1 / (1 - n*)
    posts below and at each repost in the mean. A replica ends at the horizon, or when it has `max_posts` posts: posts
    come in order of time, so that up to then the curve is right. Curves are kept on a grid: a post at time t belongs to
    record number ceil(t / record_every). Posts are not people: the population is endless, and nobody is told twice.
    """

    source: ClassVar[str] = (
        "Mishra, Rizoiu & Xie (2016), the marked Hawkes process; Hawkes & Oakes (1974), its branching representation; "
        "memory 'seismic': Zhao et al. (2015)"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "posts": ("posts", "posts by the horizon, those of the starters included"),
        "direct": ("posts", "reposts of a starter's own post"),
        "depth": ("generations", "largest number of reposts in a row, each of the one before"),
        "cut_short": ("chance", "1 where the replica was stopped because it had max_posts posts, else 0"),
        "audience": ("followers", "followers of all posts added up; who follows several of those who post counts anew"),
        "last_time": ("days", "when the last post came; 0 where only starters posted"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"kappa": 0.0, "branching_factor": None}, grows_with=("kappa", "branching_factor"), rises=("posts",)
    )

    kind: Literal["self_exciting"] = "self_exciting"
    memory: Memory
    """How reposts are spread over time, such as {kind = "seismic"} or {kind = "exponential", half_life = "2h"}."""
    marks: Marks
    """How many followers posters have, such as {kind = "power_law", exponent = 2.016} or {kind = "network"}."""
    kappa: float | None = Field(default=None, ge=0.0, le=1e12)
    """Quality of the content, 0 or more: the factor of m^beta and the memory. Give this or `branching_factor`."""
    branching_factor: float | None = Field(default=None, ge=0.0, le=1e6)
    """n*, the mean number of reposts of a repost, 0 or more, from which kappa is worked out."""
    beta: float = Field(default=1.0, ge=0.0, le=10.0)
    """How fast reposts grow with followers, 0 or more: 0 not at all, 1 in proportion (as in SEISMIC)."""
    record_every: PositiveDuration = Field(default=Duration("1h"), json_schema_extra=ASSUMPTION)
    """Length of a step of the curves; results by a deadline are exact where it divides the horizon."""
    max_posts: int = Field(default=1_000_000, ge=1, le=100_000_000, json_schema_extra=ASSUMPTION)
    """Posts at which a replica is stopped, as unfinished; each takes 64 bytes of memory a thread."""

    @model_validator(mode="after")
    def _check(self) -> SelfExciting:
        if (self.kappa is None) == (self.branching_factor is None):
            came = "neither" if self.kappa is None else "both"
            refuse([f"kappa: needs this or branching_factor, got {came}; give one"])
        if self.branching_factor is not None and self.marks.kind == "power_law":
            assert self.marks.exponent is not None
            if self.marks.log_mean_power(self.beta, np.zeros(0)) == math.inf:
                must = f"must be below marks.exponent - 1 = {self.marks.exponent - 1:g} beside branching_factor"
                refuse([f"beta: {must}, got {self.beta:g}; lower it, or give marks.maximum"])
        return self

    def unused(self) -> frozenset[str]:
        """Return the one of kappa and branching_factor that is not given."""
        return frozenset({"kappa"} if self.kappa is None else {"branching_factor"})

    def step_length(self) -> float:
        """Return the width of the grid of the curves in days."""
        return float(self.record_every)

    def may_go_on(self) -> bool:
        """Say that a cascade may grow for ever, or have a tail so long that its curve takes millions of records."""
        if self.memory.kind != "exponential":
            return True
        if self.branching_factor is not None:
            return self.branching_factor >= 1.0
        return self.marks.kind == "network" or self.branching(np.array([self.marks.value or 0.0])) >= 1.0

    def branching(self, followers: Floats) -> float:
        """Return n*; infinity where the power law of marks is too heavy.

        Parameters
        ----------
        followers : float64 (k,)   numbers that are alike likely; not read where marks have a power law
        """
        log_pull = self._log_pull(followers)
        if log_pull == -math.inf:
            return 0.0
        mean = log_pull + self.marks.log_mean_power(self.beta, followers)
        return math.exp(mean) if mean <= _LARGEST_LOG else math.inf

    def _log_pull(self, followers: Floats) -> float:
        """Return the logarithm of the mean number of reposts, for m^beta = 1."""
        if self.kappa is not None:
            return (math.log(self.kappa) if self.kappa > 0.0 else -math.inf) + self.memory.log_mass()
        assert self.branching_factor is not None
        mean = self.marks.log_mean_power(self.beta, followers)
        if self.branching_factor == 0.0 or mean == -math.inf:
            return -math.inf
        return math.log(self.branching_factor) - mean

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the mean of cascades that end, each by its renewal equation; see `Model.theory_line`."""
        followers = _followers(self.marks, graph)
        branching = self.branching(followers)
        if len(seed_nodes) == 0 or not 0.0 < branching < 1.0:
            return None
        # A starter's own followers, where there are such, against those of a post in the mean.
        of_starters = float(len(seed_nodes))
        if self.marks.kind == "network" and not graph.complete:
            pull = followers**self.beta
            of_starters = float(pull[seed_nodes].sum() / pull.mean())
        times = float(self.record_every) * np.arange(n_steps + 1.0)
        below = reposts_by_time(times, branching=branching, memory=self.memory.known())
        return TheoryLine(len(seed_nodes) + of_starters * below, "theory: renewal equation")

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Turn followers into mean numbers of reposts; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        marks, followers = self.marks, _followers(self.marks, graph)
        log_pull = self._log_pull(followers)
        form, scale, theta = self.memory.delays()
        with np.errstate(divide="ignore"):
            log_power = self.beta * np.log(followers) if self.beta > 0.0 else np.zeros(len(followers))
        slope = 1.0 if marks.exponent is None else marks.exponent - 1.0
        length = math.inf if marks.maximum is None else math.log(marks.maximum / marks.fewest)
        world = kernels.PostWorld(
            n_people=graph.n_people,
            followers=followers,
            pull=np.exp(np.minimum(log_pull + log_power, _LARGEST_LOG)),
            own=marks.kind == "network" and len(followers) == graph.n_people,
            log_minimum=math.log(marks.fewest),
            slope=slope,
            cut=-math.expm1(-slope * length),
            log_pull=log_pull,
            beta=float(self.beta),
            form=form,
            scale=scale,
            theta=theta,
            days_per_step=float(self.record_every),
            max_posts=self.max_posts,
        )
        n = self.max_posts

        def new_scratch(halt: NDArray[np.uint8]) -> kernels.PostScratch:
            return kernels.PostScratch(
                heap=np.zeros(n, np.int32),
                place=np.full(n, -1, np.int32),
                time=np.zeros(n, np.float64),
                key=np.zeros(n, np.uint64),
                posted=np.zeros(n, np.float64),
                pull=np.zeros(n, np.float64),
                passed=np.zeros(n, np.float64),
                n_reposts=np.zeros(n, np.int32),
                depth=np.zeros(n, np.int32),
                audience=np.zeros(1, np.float64),
                halt=halt,
            )

        return DiffusionModel(
            kernel=kernels.posts_chunk,
            world=world,
            expects={
                "followers": Expected(np.float64, len(followers), 0.0, MAX_FOLLOWERS),
                "pull": Expected(np.float64, len(followers), 0.0, 1e300),
            },
            new_scratch=new_scratch,
            counts=("posts", "direct", "depth", "cut_short"),
            curves=("posts",),
            amounts=("audience", "last_time"),
            days_per_step=world.days_per_step,
            typical_steps=168,
            notes=self._notes(followers),
        )

    def _notes(self, followers: Floats) -> tuple[str, ...]:
        branching = self.branching(followers)
        if self.branching_factor is not None:
            reposted = branching > 0.0 or self.branching_factor == 0.0
            return () if reposted else ("model.branching_factor: nobody has followers, so no post is reposted",)
        many = f"{branching:.4g}" if branching < 1e6 else "more than a million"
        said = f"model.kappa: the branching factor, reposts of a repost in the mean, is {many}"
        return (said if branching < 1.0 else f"{said}: cascades may grow for ever",)


def _followers(marks: Marks, graph: Graph) -> Floats:
    """Return numbers of followers that are alike likely, each person's own under 'network'; none for a power law."""
    if marks.kind == "power_law":
        return np.zeros(0)
    if marks.kind == "constant":
        assert marks.value is not None
        return np.array([float(marks.value)])
    if graph.tie_counts is not None:
        raise GraphError("marks.kind: 'network' counts followers, people, but this network counts parallel ties apart")
    if graph.complete:
        return np.array([graph.n_people - 1.0])
    return graph.out_degree.astype(np.float64)

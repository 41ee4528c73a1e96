"""A sweep as a study: the cases of `[sweep]`, all of them or the share of one job of many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..errors import ResourceError, ScenarioError
from ..metrics.at_time import moment_of
from ..scenario.schema import Scenario
from ..scenario.sweep import Precision
from .designs import design_of
from .points import Design, Point
from .study import Study, with_rng_seed

MAX_CASES = 1_000_000
"""Cases of a sweep, unless more are asked for in so many words."""

_SHARE = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Share:
    """Which of several jobs this is: `job` of `jobs`, counted from 1. It runs every `jobs`-th case."""

    job: int
    jobs: int

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read ``2/8``.

        Raises
        ------
        ScenarioError
            When it is no such fraction.
        """
        found = _SHARE.fullmatch(text.strip())
        if found is None:
            raise ScenarioError(f"--shard {text!a}: write which job of how many, such as 2/8")
        if int(found[1]) > int(found[2]):
            raise ScenarioError(f"--shard {text}: there is no job {found[1]} of {found[2]}; jobs count from 1")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """Write it as on the command line."""
        return f"{self.job}/{self.jobs}"


@dataclass(frozen=True)
class SharedDesign:
    """Every `jobs`-th case of a design, from case `job` - 1 on: costly corners of a grid are spread over all jobs."""

    whole: Design
    share: Share

    @property
    def keys(self) -> tuple[str, ...]:
        """See `points.Design`."""
        return self.whole.keys

    def __len__(self) -> int:
        """Return the number of cases of this job."""
        return len(range(self.share.job - 1, len(self.whole), self.share.jobs))

    def __getitem__(self, case: int) -> Point:
        """Return one of this job's cases."""
        return self.whole[self.share.job - 1 + case * self.share.jobs]

    def document(self) -> dict[str, Any]:
        """See `points.Design`."""
        return {"whole": self.whole.document(), "shard": str(self.share)}


def sweep_study(
    scenario: Scenario,
    *,
    metrics: tuple[str, ...] = (),
    metrics_key: str = "--metric",
    curves: bool = False,
    share: Share | None = None,
    max_cases: int = MAX_CASES,
    use_any_memory: bool = False,
) -> Study:
    """Return the study that a scenario's `[sweep]` asks for.

    Parameters
    ----------
    metrics : in place of those of the file     metrics_key : where these are named, for messages
    share : of one job of several

    Raises
    ------
    ScenarioError
        When there is no `[sweep]`, or what it says does not fit together.
    ResourceError
        When there are more than `max_cases` cases; the message says how many.
    """
    if scenario.sweep is None:
        raise ScenarioError(
            f"{scenario.origin}: sweep: is missing; write [sweep] and keys such as {_example(scenario)}"
        )
    key = metrics_key if metrics else "sweep.metrics"
    asked = _metrics(metrics or scenario.sweep.metrics or (), key, scenario.sweep.precision)
    (base,) = with_rng_seed([scenario])
    design = design_of(base)
    check_size(design, base, max_cases)
    if share is not None:
        if share.jobs > len(design):
            raise ScenarioError(
                f"--shard {share}: there are {len(design):,} cases for {share.jobs:,} jobs; use fewer jobs"
            )
        design = SharedDesign(design, share)
    return Study(
        bases=(base,),
        design=design,
        n_replicas=base.run.n_replicas,
        metrics=asked,
        metrics_key=key,
        curves=curves,
        n_sets=scenario.sweep.replica_sets,
        precision=scenario.sweep.precision,
        use_any_memory=use_any_memory,
    )


def _metrics(asked: tuple[str, ...], key: str, precision: Precision | None) -> tuple[str, ...]:
    """Return the metrics to keep: those asked for, and the one that decides which cases go on."""
    for name in asked:
        moment_of(name, key=key)
        if asked.count(name) > 1:
            raise ScenarioError(f"{key}: {name!a} stands there {asked.count(name)} times; remove all but one")
    if precision is None:
        return asked
    decides = precision.metric
    moment = moment_of(decides, key="sweep.precision.metric")
    if asked and decides not in asked:
        return (*asked, decides)
    if moment is not None and not asked:
        raise ScenarioError(
            f"sweep.precision.metric: {decides!a} is not among the metrics that are kept where none are named; "
            f'name it too: metrics = ["{decides}"]'
        )
    return asked


def check_size(design: Design, base: Scenario, max_cases: int) -> None:
    """Refuse designs of too many cases, with the number."""
    n = len(design)
    if n > max_cases:
        replicas = n * base.run.n_replicas
        years = replicas * 1e-3 / 31_557_600
        long = f"{years:,.1f} years" if years >= 1.0 else f"{replicas * 1e-3 / 86_400:,.1f} days"
        raise ResourceError(
            f"{base.origin}: sweep: {n:,} cases of {base.run.n_replicas:,} replicas are more than {max_cases:,} cases; "
            f"at a millisecond a replica they take {long} of one core; vary less, sample with "
            f'design = "sobol", or allow it with --max-cases {n}'
        )


def _example(scenario: Scenario) -> str:
    keys = [key for key, value in scenario.model if type(value) is float]  # a duration is another kind of number
    return f'"model.{keys[0]}" = [...]' if keys else '"seeding.n_seed_nodes" = [...]'

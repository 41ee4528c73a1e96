"""Which plans are compared: those of one file, or several files as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from ..scenario.load import read_scenario
from ..scenario.plans import plan_named
from ..scenario.schema import Scenario
from .study import with_rng_seed

AS_IT_STANDS = "the file as it stands"


@dataclass(frozen=True)
class Contenders:
    """Plans that are compared.

    title : of all of them     names : unique, in the order given     scenarios : each with its rng_seed
    file : the file whose plans they are; None where they are files of their own
    made : rng_seed that was made for all, as none names one     notes : what a user should know
    """

    title: str
    names: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    file: Scenario | None
    made: int | None
    notes: tuple[str, ...]

    @property
    def n_replicas(self) -> int:
        """Replicas of each plan: the fewest that a file asks for, as pairs need both."""
        return min(scenario.run.n_replicas for scenario in self.scenarios)


def contenders(paths: Sequence[str], plans: Sequence[str], *, changes: Mapping[str, Any]) -> Contenders:
    """Read what is compared.

    Parameters
    ----------
    paths : one file, whose `[[plans]]` are compared, or several files
    plans : names of some of the file's plans; none: all
    changes : dotted keys to change in each, after what a plan changes

    Raises
    ------
    ScenarioError
        When there is nothing to compare, or a file is wrong.
    """
    if len(paths) > 1:
        return _files(paths, plans, changes)
    file = read_scenario(paths[0], set=changes)
    if not file.plans:
        raise ScenarioError(
            f"{file.origin}: plans: there are none to compare; write two [[plans]], each with name and set, "
            "or name a second file: wom compare A.toml B.toml"
        )
    if repeated := [name for name in dict.fromkeys(plans) if plans.count(name) > 1]:
        raise ScenarioError(f"--plan {repeated[0]}: is named {plans.count(repeated[0])} times; name it once")
    names = list(plans) or [plan.name for plan in file.plans]
    for name in names:
        plan_named(file.plans, name)
    read = [read_scenario(paths[0], set=changes, plan=name) for name in names]
    notes = []
    if len(names) == 1:
        names, read = [AS_IT_STANDS, *names], [file, *read]
        notes.append(f"one plan is compared with {AS_IT_STANDS}")
    scenarios = with_rng_seed(read)
    notes += _taken(read, scenarios)
    return Contenders(file.name, tuple(names), scenarios, file, _made(read, scenarios), tuple(notes))


def _files(paths: Sequence[str], plans: Sequence[str], changes: Mapping[str, Any]) -> Contenders:
    if plans:
        raise ScenarioError(
            "--plan: only with one file; several files are compared as they stand; name the one whose plans to compare"
        )
    places = [Path(path).resolve() for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise ScenarioError(f"{path}: is named {places.count(place)} times; name each file once")
    problems: list[str] = []
    read = []
    for path in paths:
        try:
            read.append(read_scenario(path, set=changes))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    notes = [
        f"{scenario.origin}: its {len(scenario.plans)} plans are not compared; `wom compare {scenario.origin}` does"
        for scenario in read
        if scenario.plans
    ]
    counts = {scenario.run.n_replicas for scenario in read}
    if len(counts) > 1:
        asked = " and ".join(f"{n:,}" for n in sorted(counts))
        notes.append(f"files ask for {asked} replicas: {min(counts):,} of each are run; --replicas N says otherwise")
    scenarios = with_rng_seed(read)
    title = " and ".join(dict.fromkeys(scenario.name for scenario in read))
    notes += _taken(read, scenarios)
    return Contenders(title, _names(read), scenarios, None, _made(read, scenarios), tuple(notes))


def _names(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return names of files: their scenarios' own where they differ, else the files', with folders where need be."""
    for names in (
        [scenario.name for scenario in scenarios],
        [Path(scenario.origin).stem for scenario in scenarios],
    ):
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(scenario.origin for scenario in scenarios)


def _made(before: Sequence[Scenario], after: Sequence[Scenario]) -> int | None:
    """Return the rng_seed that was made, as no file names one; None where one does."""
    return after[0].run.rng_seed if all(scenario.run.rng_seed is None for scenario in before) else None


def _taken(before: Sequence[Scenario], after: Sequence[Scenario]) -> list[str]:
    """Say which files, of some that name an rng_seed, name none and take that of the others."""
    names = [scenario.origin for scenario in before if scenario.run.rng_seed is None]
    if len(names) in (0, len(before)):
        return []
    number = next(now.run.rng_seed for was, now in zip(before, after, strict=True) if was.run.rng_seed is None)
    return [f"{', '.join(names)} names no rng_seed and takes {number}, that of the others, so that luck is the same"]

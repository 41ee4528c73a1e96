"""The versions that a manifest names."""

from importlib.metadata import distribution, version

import pytest

from wom_sim.results.provenance import environments, made_with, packages


def test_the_packages_are_ours_and_all_that_it_needs():
    found = packages()
    assert next(iter(found)) == "wom-sim"
    assert {"numpy", "numba", "llvmlite", "pyarrow", "pydantic", "pydantic-core", "matplotlib"} <= set(found)
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(found)  # wanted by extras alone


@pytest.mark.parametrize("name", ["numpy", "pydantic-core", "click"])
def test_versions_are_those_of_the_library(name):
    assert packages()[name] == version(name)


def test_what_is_needed_is_what_the_library_says():
    needed = {line.split(">")[0].split("=")[0].strip() for line in distribution("numba").requires}
    assert {name.split("<")[0] for name in needed} <= set(packages())


def test_environments_are_kept_as_long_as_their_replicas():
    old, older = {"python": "3.0", "packages": {}, "system": "s"}, {"python": "2.7", "packages": {}, "system": "s"}
    here = made_with([], all_run_before=False)["made_with"]
    assert made_with([older, old], all_run_before=True) == {"begun_with": [older], "made_with": old}
    assert made_with([older, old], all_run_before=False) == {"begun_with": [older, old], "made_with": here}
    elsewhere = {**here, "host": "another"}
    assert made_with([elsewhere], all_run_before=False) == {"made_with": here}
    assert environments({"begun_with": [older], "made_with": old}) == [older, old]
    assert environments({"made_with": old}) == [old]

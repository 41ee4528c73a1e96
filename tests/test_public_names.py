"""What `import wom_sim` offers, and that it costs nothing until used."""

import subprocess
import sys

import pytest

import wom_sim


def test_every_public_name_can_be_imported_and_nothing_else_is_shown():
    assert sorted(wom_sim.__all__) == sorted(wom_sim._HOMES) == dir(wom_sim)
    for name in wom_sim.__all__:
        assert getattr(wom_sim, name).__name__ == name


def test_every_public_function_and_class_is_documented():
    for name in wom_sim.__all__:
        assert (getattr(wom_sim, name).__doc__ or "").strip(), name


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, wom_sim; print(sorted({'numba', 'numpy', 'pandas', 'networkx', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_thing"):
        wom_sim.no_such_thing  # noqa: B018

"""All of theory under one name."""

import subprocess
import sys

from wom_sim import theory


def test_every_name_is_documented_and_stands_once():
    assert theory.__all__ == sorted(set(theory.__all__))
    for name in theory.__all__:
        assert (getattr(theory, name).__doc__ or "").strip(), name


def test_scipy_is_loaded_only_when_it_is_needed():
    code = "import sys; from wom_sim import theory; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

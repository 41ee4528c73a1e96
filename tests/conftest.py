"""Set-up shared by all tests: a compiler cache of its own, one hypothesis profile, where the shared data lie."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before numba is imported. The package itself names a subfolder by the kernels' hash and the NUMBA_* settings.
_CACHE = Path(__file__).parents[1] / ".numba_cache"
os.environ.setdefault("NUMBA_CACHE_DIR", str(_CACHE))

JIT_OFF = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
CHECKED = os.environ.get("NUMBA_BOUNDSCHECK", "0") not in ("", "0")

# What is compiled as users have it looks at every case. Without the compiler cases are slow, and with every index
# checked they are seen a second time.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=20 if JIT_OFF else 30 if CHECKED else 100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_configure(config):
    if JIT_OFF:  # without the compiler NumPy warns of the unsigned wrap-around that the hashes are made of
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered:RuntimeWarning")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return folder

"""Set-up shared by all tests: a compiler cache of its own, one hypothesis profile, where the shared data lie."""

import os
import tempfile
from pathlib import Path

# Before numba is imported. The package itself names a subfolder by the kernels' hash and the NUMBA_* settings.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"wom_sim-tests-{os.environ.get('USER', 'user')}"))

"""The only place with compiler flags, and the home of the compiled code.

Numba's disk cache looks at the file of the cached function alone: an edit in a function that it calls, or a changed
`NUMBA_BOUNDSCHECK`, would silently run old machine code. So the folder is named by a hash of all kernels and of every
``NUMBA_*`` variable. It belongs to the user (mode 0700); a damaged or unwritable cache costs compile time, never a run.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import stat
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs


def _drop_impossible_thread_counts() -> None:
    # Numba refuses to be imported with a thread count that is no positive number; we use no Numba threads at all.
    asked = os.environ.get("NUMBA_NUM_THREADS")
    if asked is not None and not (asked.isascii() and asked.isdigit() and 0 < int(asked) <= 4096):
        del os.environ["NUMBA_NUM_THREADS"]


_drop_impossible_thread_counts()

import numba  # noqa: E402
from numba.core import config, types  # noqa: E402
from numba.core.caching import FunctionCache  # noqa: E402

from ._parts import KernelCompiler, PartCompiler  # noqa: E402

_FLAGS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function: serial, without the GIL, without exceptions, cached on disk where that is possible.

    References are not counted: a kernel makes no arrays, and whoever calls one from Python holds those it is given.
    Counting took two thirds of a campaign's time, and threads fight over the counters of the arrays they share.
    """
    compiled = numba.njit(**_FLAGS, pipeline_class=KernelCompiler)(function)
    if hasattr(compiled, "get_call_template"):
        part = inner_kernel(function)  # what other kernels call
        compiled.get_call_template, compiled.get_overload = part.get_call_template, part.get_overload
    if CACHE_FOLDER is not None and hasattr(compiled, "enable_caching"):
        previous, config.CACHE_DIR = config.CACHE_DIR, str(_folder_of(function, CACHE_FOLDER))
        try:
            compiled._cache = _ForgivingCache(compiled.py_func)
        except (RuntimeError, OSError):
            pass
        finally:
            config.CACHE_DIR = previous
    return compiled


def _folder_of(function: Callable[..., Any], folder: Path) -> Path:
    """Return where machine code of a function lies: of a kernel from elsewhere, by what stands beside it."""
    home = Path(function.__code__.co_filename).parent
    if home.is_relative_to(Path(__file__).parent):
        return folder
    digest = hashlib.sha256()
    beside = sorted(home.glob("*.py"))
    for file in beside if len(beside) <= _MOST_BESIDE else [Path(function.__code__.co_filename)]:
        with contextlib.suppress(OSError):
            digest.update(file.name.encode() + file.read_bytes())
    return folder / f"from-{digest.hexdigest()[:16]}"


_MOST_BESIDE = 100
"""A folder with more files than this is no package of its own, but one into which everything is installed."""


def inner_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: as `kernel`, without a door for Python and without a cache of its own.

    The kernel that calls it has its machine code inside its own, in the cache too; see `_parts`.
    """
    no_doors = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled = numba.njit(**_FLAGS, **no_doors, pipeline_class=PartCompiler)(function)
    if hasattr(compiled, "get_call_template"):
        _compile_once(compiled)
    return compiled


def _compile_once(compiled: Any) -> None:
    """Make calls from other kernels share one form: every whole number but uint64 comes as int64.

    Numba would compile the function anew for each constant it is called with, and for each width of integer.
    """
    resolve = compiled.get_call_template

    numba_types: Any = types

    def widened(kind: Any) -> Any:
        kind = numba_types.unliteral(kind)
        whole = isinstance(kind, numba_types.Integer) and kind != numba_types.uint64
        return numba_types.int64 if whole else kind

    def resolve_widened(args: Any, kws: Any) -> Any:
        return resolve(tuple(map(widened, args)), {name: widened(kind) for name, kind in kws.items()})

    compiled.get_call_template = resolve_widened


def is_cached(compiled: Any) -> bool:
    """Say whether some machine code of this kernel lies in the cache, so that a run will not wait for the compiler."""
    if not hasattr(compiled, "py_func"):  # not compiled at all
        return True
    cache = compiled._cache
    if not isinstance(cache, _ForgivingCache):
        return False
    # Numba names the folder by the source file's folder, the file by module, function and line.
    return any(Path(cache.cache_path).glob(f"{cache._impl.filename_base}.*.nbc"))


def skip_linear_algebra() -> None:
    """Keep numba from importing SciPy's linear algebra, a quarter of a second of a command line that needs none.

    For a process of our own: numba functions of others in the same process could not call ``np.dot`` afterwards.
    """
    blas = "scipy.linalg.cython_blas"
    if blas not in sys.modules and not getattr(config, "DISABLE_JIT", 0):
        sys.modules[blas] = None
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            del sys.modules[blas]


class _ForgivingCache(FunctionCache):  # type: ignore[misc]
    """A disk cache whose faults (damaged files, a full disk) mean compiling again rather than failing."""

    def load_overload(self, *args: Any) -> Any:
        try:
            return super().load_overload(*args)
        except Exception:  # a damaged index can raise almost anything while it is read
            return None

    def save_overload(self, *args: Any) -> None:
        try:
            super().save_overload(*args)
        except Exception:  # as above: saving reads the index first
            try:
                self.flush()
                super().save_overload(*args)
            except Exception:
                return


def _choose_cache_folder() -> Path | None:
    root = os.environ.get("NUMBA_CACHE_DIR")
    folder = (Path(root) if root else Path(platformdirs.user_cache_dir("wom_sim", appauthor=False))) / _fingerprint()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except OSError:
        return None
    foreign = hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return folder if os.access(folder, os.W_OK) and not foreign else None


def _fingerprint() -> str:
    digest = hashlib.sha256()
    kernels = Path(__file__).parent
    for file in sorted(kernels.rglob("*.py")):
        digest.update(file.relative_to(kernels).as_posix().encode() + file.read_bytes())
    settings = sorted((k, v) for k, v in os.environ.items() if k.startswith("NUMBA_") and k != "NUMBA_CACHE_DIR")
    digest.update(repr((settings, numba.__version__, sys.version_info[:3])).encode())
    return f"kernels-{digest.hexdigest()[:16]}"


CACHE_FOLDER = _choose_cache_folder()

if getattr(config, "DISABLE_JIT", 0):
    # Unsigned wrap-around is what the hashes are made of; without the compiler NumPy would warn at each.
    warnings.filterwarnings("ignore", message="overflow encountered", category=RuntimeWarning)

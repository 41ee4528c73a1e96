"""The cache of compiled code: which kernels it holds, and what makes it another."""

import importlib.util

import pytest

from kernel_runner import JIT_OFF
from wom_sim.kernels import _jit

compiled_only = pytest.mark.skipif(JIT_OFF, reason="nothing is compiled")

SOURCE = "from wom_sim.kernels._jit import kernel\n\n\n@kernel\ndef double(x):\n    return 2 * x\n"


def kernel_in(folder):
    """A kernel `double` in a file `run.py` of its own folder."""
    folder.mkdir()
    (folder / "run.py").write_text(SOURCE)
    spec = importlib.util.spec_from_file_location(f"planted.{folder.name}.run", folder / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.double


@compiled_only
def test_kernels_of_the_same_name_in_two_subfolders_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(_jit, "CACHE_FOLDER", tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    one, other = kernel_in(tmp_path / "one"), kernel_in(tmp_path / "other")
    assert not _jit.is_cached(one)
    assert one(21) == 42
    assert _jit.is_cached(one)
    assert not _jit.is_cached(other)


@compiled_only
def test_without_a_cache_nothing_is_cached(tmp_path, monkeypatch):
    monkeypatch.setattr(_jit, "CACHE_FOLDER", None)
    double = kernel_in(tmp_path / "one")
    assert double(21) == 42
    assert not _jit.is_cached(double)


def test_what_is_not_compiled_needs_no_compiler():
    assert _jit.is_cached(lambda x: x)


@pytest.mark.parametrize("file", ["rng.py", "campaign/run.py"])
def test_an_edit_of_any_kernel_is_another_cache(tmp_path, monkeypatch, file):
    monkeypatch.setattr(_jit, "__file__", str(tmp_path / "_jit.py"))
    for name in ("rng.py", "campaign/run.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one = 1\n")
    before = _jit._fingerprint()
    assert _jit._fingerprint() == before
    (tmp_path / file).write_text("one = 2\n")
    assert _jit._fingerprint() != before

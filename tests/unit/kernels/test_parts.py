"""Kernels compiled as one piece: who may call them, and that compiling leaves Python as it was."""

import gc

import numba
import numpy as np
import pytest

from kernel_runner import JIT_OFF
from wom_sim.kernels._jit import inner_kernel, kernel
from wom_sim.kernels._parts import _call_with_room

compiled_only = pytest.mark.skipif(JIT_OFF, reason="nothing is compiled")


@inner_kernel
def _power(x, n):
    """Large enough to stay a function of its own."""
    result = 1
    for _ in range(n):
        result *= x
    return result


@inner_kernel
def _sum_of_powers(x, n):
    return _power(x, n) + _power(x, n + 1)


@kernel
def powers(x, n):
    return _sum_of_powers(x, n) + _power(x, n + 2)


@kernel
def fill_powers(out):
    for i in range(out.shape[0]):
        out[i] = powers(i, 2)


@pytest.fixture
def all_powers():
    return np.array([x**2 + x**3 + x**4 for x in range(10)])


def test_a_kernel_may_call_one_that_python_calls_too(all_powers):
    out = np.zeros(10, np.int64)
    fill_powers(out)

    assert (out == all_powers).all()
    assert [powers(x, 2) for x in range(10)] == all_powers.tolist()


def test_a_compiled_function_that_is_no_kernel_may_call_one(all_powers):
    @numba.njit
    def total(n):
        result = 0
        for x in range(n):
            result += powers(x, 2)
        return result

    assert total(10) == all_powers.sum()


@compiled_only
def test_what_only_kernels_call_has_no_machine_code_of_its_own():
    fill_powers(np.zeros(1, np.int64))

    (form,) = _sum_of_powers.overloads.values()
    assert not form.library._codegen._engine.is_symbol_defined(form.fndesc.mangled_name)


@compiled_only
def test_compiling_leaves_the_search_for_garbage_as_it_was():
    before = gc.get_threshold(), gc.get_freeze_count()

    @kernel
    def double(x):
        return 2 * x

    assert double(21) == 42
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_calls_with_room_ask_for_no_memory_however_deep_they_are():
    """Python keeps frames in pieces: without room, a loop's calls at some depth each ask for one and give it back."""
    resource = pytest.importorskip("resource")

    def loop_at(depth):
        if depth > 0:
            return loop_at(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(1000):
            _nothing()
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    assert max(_call_with_room(loop_at, depth) for depth in range(300)) < 500


def _nothing():
    return None


_nothing.__code__ = _nothing.__code__.replace(co_stacksize=100)  # as large as what does something

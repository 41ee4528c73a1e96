"""Compiling a kernel as one piece: what it calls becomes machine code once, inside it.

Left to itself Numba optimises each function with all that it calls and makes machine code of it, and does so again as a
part of every function that calls it: a third of the compiler's time for the campaign's kernel, which has 150 functions.
Here a function that only kernels call stays close to what was written until the kernel is whole.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class _Library(JITCodeLibrary):  # type: ignore[misc]
    """The code of a kernel, which takes in that of each of its parts once."""

    def __init__(self, codegen: Any, name: str) -> None:
        super().__init__(codegen, name)
        self.parts: dict[_Part, None] = {}

    def add_linking_library(self, library: Any) -> None:
        if not isinstance(library, _Part):
            super().add_linking_library(library)
            return
        self.parts |= {library: None} | library.parts
        for other in library._linking_libraries:
            super().add_linking_library(other)

    def finalize(self) -> None:
        for part in self.parts:
            self._final_module.link_in(part.own_module(), preserve=True)
        super().finalize()


class _Part(_Library):
    """The code of a function that only kernels call: simplified, but not made into machine code by itself."""

    def finalize(self) -> None:
        self._finalized = True

    def own_module(self) -> Any:
        """Return the code without that of what it calls."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self) -> Any:
        """Return the code with that of what it calls, for a compiled function that is no kernel of ours."""
        whole = self.own_module().clone()
        for part in self.parts:
            whole.link_in(part.own_module(), preserve=True)
        for library in self._linking_libraries:
            whole.link_in(library._get_module_for_linking(), preserve=True)
        return whole

    @property
    def codegen(self) -> Any:
        """Stand in for what would be told the environment of machine code: there is none yet."""
        return self

    def set_env(self, env_name: str, env: Any) -> None:
        """Do nothing, see `codegen`."""


class PartCompiler(Compiler):  # type: ignore[misc]
    """Compile a function that only kernels call."""

    _library: ClassVar[type[_Library]] = _Part

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Compile a function into a library of ours."""
        self.state.library = self._library(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


class KernelCompiler(PartCompiler):
    """Compile a kernel with all its parts."""

    _library: ClassVar[type[_Library]] = _Library

    def compile_extra(self, func: Callable[..., Any]) -> Any:
        """Compile a kernel."""
        with _less_tidying():
            return _call_with_room(super().compile_extra, func)


@contextlib.contextmanager
def _less_tidying() -> Iterator[None]:
    """Let Python look for garbage less often: with its usual zeal that takes a tenth of the compiler's time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _call_with_room(call: Callable[..., Any], argument: Any) -> Any:
    """Call where there is room for the frames of all calls below.

    Python keeps frames in pieces of 16 kB. Where a loop happens to make its calls at the end of one, each call asks the
    system for a piece and gives it back: 450,000 times for the campaign's kernel, a quarter of the compiler's time. A
    frame as large as this one's gets a piece of 1 MB, half of it left over, of which only what is used takes memory.
    """
    return call(argument)


_call_with_room.__code__ = _call_with_room.__code__.replace(co_stacksize=70_000)

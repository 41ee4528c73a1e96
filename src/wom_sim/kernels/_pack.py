"""NamedTuples passed by address inside kernels: one word a call, however many arrays they hold.

Numba passes a NamedTuple as all the words of all its arrays, hundreds for the campaign's tables, at every call of every
function: compiling takes minutes, and each call copies them. Packed once at the door, the same fields are read through
one pointer. Without the compiler the NamedTuple itself serves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numba.core import config
from numba.core import types as numba_types
from numba.experimental import structref

from ._jit import kernel

types: Any = numba_types


def packer(fields: type[NamedTuple]) -> Any:
    """Return a kernel that packs a NamedTuple of a type; what it returns has the same fields."""
    if getattr(config, "DISABLE_JIT", 0):
        return _as_it_is

    class Packed(types.StructRef):  # type: ignore[misc]
        def preprocess_fields(self, given: Any) -> Any:
            return tuple((name, types.unliteral(kind)) for name, kind in given)

    class Proxy(structref.StructRefProxy):  # type: ignore[misc]
        pass

    # The names make the types of different NamedTuples different in the cache.
    Packed.__name__ = Packed.__qualname__ = f"Packed{fields.__name__}"
    Proxy.__name__ = Proxy.__qualname__ = f"{fields.__name__}Proxy"
    structref.register(Packed)
    structref.define_proxy(Proxy, Packed, list(fields._fields))

    @kernel
    def pack(values):
        return Proxy(*values)

    return pack


def _as_it_is(values: Any) -> Any:
    return values

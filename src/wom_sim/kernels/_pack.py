"""NamedTuples passed by address inside kernels: one word a call, however many arrays they hold.

Numba passes a NamedTuple as all the words of all its arrays, hundreds for the campaign's tables, at every call of every
function: compiling takes minutes, and each call copies them. Packed once at the door, the same fields are read through
one pointer, and without counting references. Without the compiler the NamedTuple itself serves.
"""

from __future__ import annotations

import hashlib
from typing import Any

from numba.core import cgutils, config, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, register_model


class Packed(types.Type):
    """Address of a NamedTuple in the memory of the function that packed it: good until that function returns."""

    def __init__(self, values: Any) -> None:
        self.values = values
        digest = hashlib.sha256(str(values).encode()).hexdigest()[:8]  # a short name makes short symbols
        super().__init__(f"Packed{values.instance_class.__name__}_{digest}")


@register_model(Packed)
class _PackedModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Packed) -> None:
        super().__init__(manager, kind, manager.lookup(kind.values).get_value_type().as_pointer())


@infer_getattr
class _PackedFields(AttributeTemplate):  # type: ignore[misc]
    key = Packed

    def generic_resolve(self, kind: Packed, field: str) -> Any:
        return dict(zip(kind.values.fields, kind.values.types, strict=True)).get(field)


@lower_getattr_generic(Packed)
def _read_field(context: Any, builder: Any, kind: Packed, address: Any, field: str) -> Any:
    del context
    return builder.load(cgutils.gep_inbounds(builder, address, 0, kind.values.fields.index(field)))


@intrinsic
def _pack(typing_context: Any, values: Any) -> Any:
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return cgutils.alloca_once_value(builder, arguments[0])

    return Packed(values)(values), generate


def _as_it_is(values: Any) -> Any:
    return values


pack = _as_it_is if getattr(config, "DISABLE_JIT", 0) else _pack
"""Pack a NamedTuple; what it returns has the same fields, for as long as the calling kernel runs."""

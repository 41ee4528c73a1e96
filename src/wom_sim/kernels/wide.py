"""512 bits as one value: eight uint64 that a processor with wide registers works on at once.

Numba has no such type, and its loops over eight words do not always end in vector registers. `Lanes` is LLVM's
<8 x i64>: where a processor has no 512-bit registers LLVM splits it, so one form serves every machine. Kernels write
``&``, ``|``, ``^``, ``~``, ``+``, ``*``, ``<<``, ``>>`` as with uint64, the right side another `Lanes` or a uint64 for
all eight; so `rng.word` and `rng.mix64` work on them as they stand. Without the compiler a value is a NumPy array.
"""

from __future__ import annotations

import operator

import numba
import numpy as np
from numpy.typing import NDArray

N_WORDS = 8
LINE_BYTES = 64


def aligned_zeros(n: int) -> NDArray[np.uint64]:
    """Return n zeros (uint64) that begin where a line of the cache begins, so that no value lies across two."""
    item = np.dtype(np.uint64).itemsize
    raw = np.zeros(n + LINE_BYTES // item, np.uint64)
    begin = (-raw.ctypes.data % LINE_BYTES) // item
    return raw[begin : begin + n]


if numba.config.DISABLE_JIT:

    def load_lanes(array, at):
        """Return array[at : at + 8]."""
        return array[at : at + N_WORDS].copy()

    def store_lanes(array, at, lanes):
        """Write array[at : at + 8]."""
        array[at : at + N_WORDS] = lanes

    def gather_lanes(table, code, at):
        """Return table[code[at]] .. table[code[at + 7]]."""
        return table[code[at : at + N_WORDS]]

    def same_lanes(word):
        """Return the same uint64 eight times."""
        return np.full(N_WORDS, word, np.uint64)

    def ramp_lanes(step):
        """Return 0, step, 2 step, .. 7 step (uint64)."""
        return np.arange(N_WORDS, dtype=np.uint64) * step

    def any_lane(lanes):
        """Say whether any of the 512 bits is set."""
        return bool(lanes.any())

    def count_lanes(lanes):
        """Return how many of the 512 bits are set."""
        return int(np.bitwise_count(lanes).sum())

    def top_bits(lanes):
        """Return the most significant bit of each word: uint64, bit i for word i."""
        return np.uint64(int(((lanes >> np.uint64(63)) << np.arange(N_WORDS, dtype=np.uint64)).sum()))

    def repeat_top(lanes):
        """Return words all of whose bits are their most significant one."""
        return np.where(lanes >> np.uint64(63), ~np.uint64(0), np.uint64(0))

    def full_words(lanes):
        """Return words all of whose bits are set where all of a word's bits are, and 0 elsewhere."""
        return np.where(lanes == ~np.uint64(0), ~np.uint64(0), np.uint64(0))

    def first_words(n):
        """Return words all of whose bits are set, n (uint64) of them, then 0."""
        return np.where(np.arange(N_WORDS) < int(n), ~np.uint64(0), np.uint64(0))

    def used_words(lanes):
        """Say which words are not 0: uint64, bit i for word i."""
        return np.uint64(sum(1 << i for i in range(N_WORDS) if lanes[i]))

    def count_bits(word):
        """Return how many bits of a uint64 are set."""
        return int(word).bit_count()

    def lowest_bit(word):
        """Return the position of the lowest bit set in a uint64 that is not 0."""
        return (int(word) & -int(word)).bit_length() - 1

    def prefetch(array, at):
        """Ask for the line of the cache that holds array[at], which need not be inside."""

else:
    from llvmlite import ir
    from numba.core import cgutils, types
    from numba.core.datamodel import models
    from numba.extending import intrinsic, overload, register_model

    _I1, _I8, _I32, _I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
    _WIDE = ir.VectorType(_I64, N_WORDS)
    _ZERO = ir.Constant(_WIDE, [0] * N_WORDS)

    class LanesType(types.Type):
        """Numba's name for <8 x i64>."""

        def __init__(self):
            super().__init__("Lanes")

    LANES_TYPE = LanesType()

    @register_model(LanesType)
    class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
        def __init__(self, dmm, fe_type):
            super().__init__(dmm, fe_type, _WIDE)

    def _address(context, builder, array_type, array, at):
        return builder.gep(context.make_array(array_type)(context, builder, array).data, [at])

    def _wide_address(context, builder, array_type, array, at):
        if context.enable_boundscheck:  # as Numba does for an index: NUMBA_BOUNDSCHECK=1
            size = builder.extract_value(context.make_array(array_type)(context, builder, array).shape, 0)
            for index in (at, builder.add(at, _I64(N_WORDS - 1))):
                cgutils.do_boundscheck(context, builder, index, size, 0)
        return builder.bitcast(_address(context, builder, array_type, array, at), _WIDE.as_pointer())

    def _repeated(builder, word):
        undefined = ir.Constant(_WIDE, ir.Undefined)
        first = builder.insert_element(undefined, word, _I32(0))
        return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_I32, N_WORDS), [0] * N_WORDS))

    @intrinsic
    def load_lanes(typing, array, at):
        """Return array[at : at + 8]."""

        def generate(context, builder, signature, args):
            loaded = builder.load(_wide_address(context, builder, signature.args[0], *args))
            loaded.align = 8
            return loaded

        return LANES_TYPE(array, types.int64), generate

    @intrinsic
    def store_lanes(typing, array, at, lanes):
        """Write array[at : at + 8]."""

        def generate(context, builder, signature, args):
            stored = builder.store(args[2], _wide_address(context, builder, signature.args[0], *args[:2]))
            stored.align = 8
            return context.get_dummy_value()

        return types.void(array, types.int64, LANES_TYPE), generate

    @intrinsic
    def gather_lanes(typing, table, code, at):
        """Return table[code[at]] .. table[code[at + 7]]."""

        def generate(context, builder, signature, args):
            gathered = ir.Constant(_WIDE, ir.Undefined)
            for i in range(N_WORDS):
                at = builder.add(args[2], _I64(i))
                place = builder.load(_address(context, builder, signature.args[1], args[1], at))
                entry = _address(context, builder, signature.args[0], args[0], builder.zext(place, _I64))
                gathered = builder.insert_element(gathered, builder.load(entry), _I32(i))
            return gathered

        return LANES_TYPE(table, code, types.int64), generate

    @intrinsic
    def same_lanes(typing, word):
        """Return the same uint64 eight times."""
        return LANES_TYPE(types.uint64), lambda context, builder, signature, args: _repeated(builder, args[0])

    @intrinsic
    def ramp_lanes(typing, step):
        """Return 0, step, 2 step, .. 7 step (uint64)."""

        def generate(context, builder, signature, args):
            return builder.mul(_repeated(builder, args[0]), ir.Constant(_WIDE, list(range(N_WORDS))))

        return LANES_TYPE(types.uint64), generate

    @intrinsic
    def any_lane(typing, lanes):
        """Say whether any of the 512 bits is set."""

        def generate(context, builder, signature, args):
            words = builder.bitcast(builder.icmp_unsigned("!=", args[0], _ZERO), _I8)
            return builder.icmp_unsigned("!=", words, _I8(0))

        return types.boolean(LANES_TYPE), generate

    @intrinsic
    def count_lanes(typing, lanes):
        """Return how many of the 512 bits are set."""

        def generate(context, builder, signature, args):
            each = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(_WIDE, [_WIDE]), f"llvm.ctpop.v{N_WORDS}i64"
            )
            total = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(_I64, [_WIDE]), f"llvm.vector.reduce.add.v{N_WORDS}i64"
            )
            return builder.call(total, [builder.call(each, [args[0]])])

        return types.int64(LANES_TYPE), generate

    @intrinsic
    def top_bits(typing, lanes):
        """Return the most significant bit of each word: uint64, bit i for word i."""

        def generate(context, builder, signature, args):
            return builder.zext(builder.bitcast(builder.icmp_signed("<", args[0], _ZERO), _I8), _I64)

        return types.uint64(LANES_TYPE), generate

    @intrinsic
    def repeat_top(typing, lanes):
        """Return words all of whose bits are their most significant one."""
        top = ir.Constant(_WIDE, [63] * N_WORDS)
        return LANES_TYPE(LANES_TYPE), lambda context, builder, signature, args: builder.ashr(args[0], top)

    @intrinsic
    def full_words(typing, lanes):
        """Return words all of whose bits are set where all of a word's bits are, and 0 elsewhere."""

        def generate(context, builder, signature, args):
            return builder.sext(builder.icmp_unsigned("==", args[0], builder.not_(_ZERO)), _WIDE)

        return LANES_TYPE(LANES_TYPE), generate

    @intrinsic
    def first_words(typing, n):
        """Return words all of whose bits are set, n (uint64) of them, then 0."""

        def generate(context, builder, signature, args):
            places = ir.Constant(_WIDE, list(range(N_WORDS)))
            return builder.sext(builder.icmp_unsigned("<", places, _repeated(builder, args[0])), _WIDE)

        return LANES_TYPE(types.uint64), generate

    @intrinsic
    def used_words(typing, lanes):
        """Say which words are not 0: uint64, bit i for word i."""

        def generate(context, builder, signature, args):
            return builder.zext(builder.bitcast(builder.icmp_unsigned("!=", args[0], _ZERO), _I8), _I64)

        return types.uint64(LANES_TYPE), generate

    @intrinsic
    def count_bits(typing, word):
        """Return how many bits of a uint64 are set."""
        return types.int64(types.uint64), lambda context, builder, signature, args: builder.ctpop(args[0])

    @intrinsic
    def lowest_bit(typing, word):
        """Return the position of the lowest bit set in a uint64 that is not 0."""
        return types.int64(types.uint64), lambda context, builder, signature, args: builder.cttz(args[0], _I1(1))

    @intrinsic
    def prefetch(typing, array, at):
        """Ask for the line of the cache that holds array[at], which need not be inside."""

        def generate(context, builder, signature, args):
            address = builder.bitcast(_address(context, builder, signature.args[0], *args), _I8.as_pointer())
            ask = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), [address.type, _I32, _I32, _I32]), "llvm.prefetch.p0"
            )
            builder.call(ask, [address, _I32(0), _I32(3), _I32(1)])  # to read, to keep close, data
            return context.get_dummy_value()

        return types.void(array, types.int64), generate

    def _define(python_operator, instruction):
        @intrinsic
        def with_lanes(typing, a, b):
            def generate(context, builder, signature, args):
                return getattr(builder, instruction)(*args)

            return LANES_TYPE(LANES_TYPE, LANES_TYPE), generate

        @intrinsic
        def with_word(typing, a, b):
            def generate(context, builder, signature, args):
                return getattr(builder, instruction)(args[0], _repeated(builder, args[1]))

            return LANES_TYPE(LANES_TYPE, types.uint64), generate

        @overload(python_operator)
        def implementation(a, b):
            if a == LANES_TYPE and b == LANES_TYPE:
                return lambda a, b: with_lanes(a, b)
            if a == LANES_TYPE and b == types.uint64:
                return lambda a, b: with_word(a, b)
            return None

    for _operator, _instruction in {
        operator.and_: "and_",
        operator.or_: "or_",
        operator.xor: "xor",
        operator.add: "add",
        operator.mul: "mul",
        operator.lshift: "shl",
        operator.rshift: "lshr",
    }.items():
        _define(_operator, _instruction)

    @intrinsic
    def _inverted(typing, a):
        return LANES_TYPE(LANES_TYPE), lambda context, builder, signature, args: builder.not_(args[0])

    @overload(operator.invert)
    def _invert(a):
        return (lambda a: _inverted(a)) if a == LANES_TYPE else None

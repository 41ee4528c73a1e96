"""A file's bytes, read once and safely: regular files only, gzip by its content, never more than a stated size."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import GraphError

MAX_BYTES = 2 * 2**30
"""Most bytes that standard input or a compressed file may hold once unpacked."""

MAX_RATIO = 200
"""Most bytes a compressed file may unpack to, for each byte it has; small files are exempt."""

_SMALL = 2**20
_PIECE = 2**22
_GZIP_MAGIC = b"\x1f\x8b"
_CODE_CARRYING = (".pkl", ".pickle", ".npy", ".npz")


@dataclass(frozen=True)
class FileBytes:
    """What a file held when it was read.

    Attributes
    ----------
    shown : str      the path as the user gave it; every message about the file starts with it
    suffix : str     in lower case, without ``.gz``, such as ``.csv``; ``.txt`` for standard input
    content : bytes  unpacked
    sha256 : str     of the bytes as they lay on disk, 64 hex digits
    """

    shown: str
    suffix: str
    content: bytes
    sha256: str


def read_file(
    path: str | os.PathLike[str], *, shown: str | None = None, max_bytes: int = MAX_BYTES, max_ratio: int = MAX_RATIO
) -> FileBytes:
    """Read a file once, unpacking it when its content is gzip.

    Parameters
    ----------
    path : file to read, ``-`` for standard input; neither ``~`` nor ``$VAR`` is expanded
    shown : what messages call the file; default: `path`
    max_bytes : most bytes to unpack, or to take from standard input
    max_ratio : most bytes to unpack for each packed byte, once past 1 MiB

    Raises
    ------
    GraphError
        When the file is missing, unreadable, no regular file, of a kind that can carry code (pickle, .npy), called .gz
        but not gzip, damaged or cut short gzip, or larger than the caps.
    """
    name = shown if shown is not None else os.fspath(path)
    suffix, named_gz = suffix_of(name)
    if suffix in _CODE_CARRYING:
        raise GraphError(
            f"{name}: {suffix} files are not read, for they can run code; save the edges as .csv or .parquet"
        )
    if os.fspath(path) == "-":
        if sys.stdin is None:
            raise GraphError(f"{name}: standard input is closed")
        packed = sys.stdin.buffer.read(max_bytes + 1)
        if len(packed) > max_bytes:
            raise GraphError(f"{name}: standard input holds more than {_size(max_bytes)}; save it to a file")
    else:
        try:
            packed = _read_regular(Path(path), name)
        except GraphError:
            raise
        except (OSError, ValueError) as error:  # a name too long, or with a NUL
            raise GraphError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    digest = hashlib.sha256(packed).hexdigest()
    if packed.startswith(_GZIP_MAGIC):
        return FileBytes(name, suffix, b"".join(_unpack(packed, name, max_bytes, max_ratio)), digest)
    if named_gz and packed:
        raise GraphError(f"{name}: not gzip, although its name ends in .gz")
    return FileBytes(name, suffix, packed, digest)


def suffix_of(name: str) -> tuple[str, bool]:
    """Return a file name's suffix in lower case without ``.gz``, and whether it ended in ``.gz``."""
    if name == "-":
        return ".txt", False
    lower = name.lower()
    return Path(lower.removesuffix(".gz")).suffix, lower.endswith(".gz")


def _read_regular(path: Path, name: str) -> bytes:
    # O_NONBLOCK: opening a FIFO nobody writes to would wait for ever. What was opened is judged, not its name.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except ValueError:  # a NUL in the path
        raise GraphError(f"{name!a}: is not a path") from None
    except OSError as error:
        if path.is_dir():  # Windows opens no folders
            raise GraphError(f"{name}: is a folder, not a file") from None
        raise GraphError(f"{name}: cannot be read: {error.strerror or error}") from None
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise GraphError(f"{name}: is a folder, not a file")
        if not stat.S_ISREG(kind):
            raise GraphError(
                f"{name}: is not a regular file; for a stream, save it to a file or use - (standard input)"
            )
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    except OSError as error:
        raise GraphError(f"{name}: cannot be read: {error.strerror or error}") from None
    finally:
        os.close(descriptor)


def _unpack(packed: bytes, name: str, max_bytes: int, max_ratio: int) -> Iterator[bytes]:
    view, total, position = memoryview(packed), 0, 0
    while position < len(packed):  # one member after the other, as `cat a.gz b.gz` makes them
        if not any(view[position : position + 512]) and not any(view[position:]):
            return  # zero padding, as tapes leave it
        unpacker = zlib.decompressobj(wbits=31)
        pending: bytes | memoryview = b""
        while not unpacker.eof:
            if not pending:
                pending = view[position : position + _PIECE]
                position += len(pending)
                if not pending:
                    raise GraphError(f"{name}: truncated: the gzip data end too early")
            try:
                piece = unpacker.decompress(pending, _PIECE)
            except zlib.error:
                raise GraphError(f"{name}: damaged gzip data, or something else follows them") from None
            pending = unpacker.unconsumed_tail
            total += len(piece)
            if total > max_bytes:
                raise GraphError(
                    f"{name}: unpacks to more than {_size(max_bytes)}; unpack it yourself if that is meant"
                )
            if total > max(_SMALL, max_ratio * len(packed)):
                raise GraphError(
                    f"{name}: unpacks to more than {max_ratio} times its size; unpack it yourself if that is meant"
                )
            yield piece
        position -= len(unpacker.unused_data)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:g} GiB" if n_bytes >= 2**30 else f"{n_bytes:,} bytes"

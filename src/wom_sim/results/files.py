"""Writing files so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from ..errors import DISK_FULL, FolderError, ResourceError

TEMPORARY = ".tmp-"
"""Stands between the name a file will get and eight random hex digits while it is written."""


def write_together(folder: Path, files: Mapping[str, bytes], *, last: str) -> None:
    """Replace files in a folder; `last`, the commit record, appears only when all others are in place.

    Everything is written and synced under temporary names first, then renamed, so that a crash leaves the old files, or
    new ones whose hashes do not match the old record.

    Raises
    ------
    ResourceError
        When the disk is full; temporary files are removed and nothing was replaced.
    FolderError
        When the folder cannot be written.
    """
    written: dict[str, Path] = {}
    try:
        for name, content in files.items():
            written[name] = _write_temporary(folder, name, content)
        for name in [*(name for name in files if name != last), last]:
            written[name].replace(folder / name)
            del written[name]
            if name == last or len(written) == 1:
                _sync_folder(folder)
    except OSError as error:
        if error.errno in DISK_FULL:
            total = sum(map(len, files.values()))
            raise ResourceError(
                f"{folder}: the disk is full while writing {total:,} bytes; make room and run the same command again"
            ) from None
        busy = folder if error.filename2 is None else Path(error.filename2)  # what could not be replaced
        raise FolderError(f"{busy}: cannot be written: {_reason(error, busy)}") from None
    finally:
        for path in written.values():
            with contextlib.suppress(OSError):
                path.unlink()


def replace_file(path: Path, content: bytes) -> None:
    """Replace one file, or make it; until that is done the old one stays.

    Raises
    ------
    ResourceError
        When the disk is full; the temporary file is removed.
    FolderError
        When it cannot be written: its folder is not writable, or another program keeps it open.
    """
    written = None
    try:
        written = _write_temporary(path.parent, path.name, content)
        written.replace(path)
        written = None
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise ResourceError(
                f"{path}: the disk is full while writing {len(content):,} bytes; make room and try again"
            ) from None
        raise FolderError(f"{path}: cannot be written: {_reason(error, path)}") from None
    finally:
        if written is not None:
            with contextlib.suppress(OSError):
                written.unlink()


@contextlib.contextmanager
def written_anew(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the place of `path` when the block ends well; until then the old one stays.

    For what is too long to be held in memory.

    Raises
    ------
    ResourceError
        When the disk is full; the temporary file is removed.
    FolderError
        When it cannot be written.
    """
    temporary = path.parent / f"{path.name}{TEMPORARY}{secrets.token_hex(4)}"
    try:
        with _open_anew(temporary) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if isinstance(error, FolderError):
            raise
        if error.errno in DISK_FULL:
            raise ResourceError(f"{path}: the disk is full; make room and run the same command again") from None
        raise FolderError(f"{path}: cannot be written: {_reason(error, path)}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def check_replaceable(path: Path) -> None:
    """Refuse a file that could not be written or replaced, before work is spent on its content; changes nothing.

    Raises
    ------
    FolderError
        When there is no such folder, the folder or the file is not writable, or another program keeps the file open.
    """
    try:
        obstacle = _obstacle(path)
    except (OSError, ValueError) as error:
        obstacle = f"cannot be written: {_reason(error, path)}"
    if obstacle:
        raise FolderError(f"{str(path)[:200]}: {obstacle}")


def _obstacle(path: Path) -> str:
    if path.is_dir():
        return "is a folder; name a file in it"
    if not path.absolute().parent.is_dir():
        return f"there is no folder {path.parent} to put it in"
    if path.exists():
        with path.open("r+b"):  # Windows refuses it while a spreadsheet program has the file open
            pass
    _write_temporary(path.parent, path.name, b"").unlink()
    return ""


def _reason(error: Exception, path: Path) -> str:
    """Say what the system said, and what mostly stands behind a refusal for a file that is there."""
    said = getattr(error, "strerror", None) or str(error)
    refused = isinstance(error, PermissionError) and path.is_file()
    return f"{said}; is it open in another program, or write-protected?" if refused else str(said)


def is_temporary(name: str, is_ours: Callable[[str], bool]) -> bool:
    """Say whether a file name is one of our names with a temporary ending."""
    stem, _, ending = name.rpartition(TEMPORARY)
    return is_ours(stem) and re.fullmatch(r"[0-9a-f]{8}", ending) is not None


def remove_leftovers(folder: Path, is_ours: Callable[[str], bool]) -> None:
    """Remove temporary files of runs that were killed; the caller holds the folder's lock."""
    for path in folder.iterdir():
        if is_temporary(path.name, is_ours):
            with contextlib.suppress(OSError):
                path.unlink()


def _write_temporary(folder: Path, name: str, content: bytes) -> Path:
    path = folder / f"{name}{TEMPORARY}{secrets.token_hex(4)}"
    try:
        with _open_anew(path) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return path


def _open_anew(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o666), "wb")


def _sync_folder(folder: Path) -> None:
    # A rename is safe against power loss once the folder is synced; Windows does not offer that.
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

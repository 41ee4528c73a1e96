"""Text of scenario files: read safely, parsed, and located where it is no TOML."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from typing import Any

from ..errors import ScenarioError

MAX_BYTES = 1 << 20
"""A scenario is a page of text; more than 1 MiB is some other file."""

MAX_DOTS = 200


def read_text(origin: str) -> str:
    """Read a file of text in UTF-8.

    Raises
    ------
    ScenarioError
        When it is no regular file of at most `MAX_BYTES` in UTF-8.
    """
    try:
        # Opened without waiting: a FIFO without a writer would hang here otherwise.
        descriptor = os.open(origin, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{origin}: cannot be read: {_reason(error)}") from None
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise ScenarioError(f"{origin}: is a folder, not a scenario file")
        if not stat.S_ISREG(state.st_mode):
            raise ScenarioError(f"{origin}: is not a regular file")
        if state.st_size > MAX_BYTES:
            raise ScenarioError(f"{origin}: is {state.st_size:,} bytes; a scenario has at most {MAX_BYTES:,}")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(MAX_BYTES)
    except OSError as error:
        raise ScenarioError(f"{origin}: cannot be read: {_reason(error)}") from None
    finally:
        os.close(descriptor)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError(f"{origin}: is UTF-16; save it as UTF-8")
    zero = raw.find(b"\0")
    if zero >= 0:
        raise ScenarioError(f"{origin}: has a NUL character at byte {zero}; save it as UTF-8 text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{origin}: is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def parse(text: str, origin: str) -> dict[str, Any]:
    """Turn TOML into nested dicts.

    Raises
    ------
    ScenarioError
        With line, column and the line itself.
    """
    deepest = max((line.partition("=")[0].count(".") for line in text.splitlines()), default=0)
    if deepest > MAX_DOTS:  # the parser takes minutes for tens of thousands
        raise ScenarioError(f"{origin}: is nested too deeply")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{origin}:{_locate(str(error), text)}") from None
    except RecursionError:
        raise ScenarioError(f"{origin}: is nested too deeply") from None
    except ValueError as error:  # an impossible date, an integer of thousands of digits
        what = "a number has more than 4,300 digits" if "set_int_max_str_digits" in str(error) else str(error)
        raise ScenarioError(f"{origin}: {what}") from None


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _locate(message: str, text: str) -> str:
    lines = text.split("\n")
    found = re.search(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    if not found:
        return f" not TOML: {message}"
    last = max((i for i, line in enumerate(lines, start=1) if line.strip()), default=1)
    row = int(found[1]) if found[1] else last
    column = int(found[2]) if found[2] else len(lines[last - 1]) + 1
    line = lines[row - 1].rstrip("\r") if row <= len(lines) else ""
    what = message[: found.start()] + (" at the end of the file" if not found[1] else "")
    hint = ""
    if re.search(r"=\s*[+-]?\d+,\d+", line):
        hint = "; decimals take a point: write 0.5"
    elif re.search(r"=\s*\d{1,2}\.\d{1,2}\.\d{4}", line) or re.search(r"=\s*\d{4}-\d{1,2}-\d{1,2}\s*$", line):
        hint = "; write a date as 2026-09-30, one that exists"
    elif "Cannot declare" in what and re.match(r"\s*\[[^\[]", line):
        hint = "; one of several is written with double brackets: [[model.content]]"
    elif re.search(r"=\s*[\d.]+\s*%", line):
        hint = "; write 50 % as 0.5"
    elif re.match(r"\s*[\w.-]+\s*:", line) or re.match(r"\s*[#;]?\s*\[?[\w ]+\]?\s*$", line):
        hint = "; is this a TOML file?"
    shown = line if len(line) <= 160 else line[:157] + "..."
    caret = f"\n    {shown}\n    {' ' * (column - 1)}^" if line.strip() and column <= 160 else ""
    return f"{row}:{column}: not TOML: {what}{hint}{caret}"

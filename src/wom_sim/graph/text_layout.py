"""How a text file of edges is laid out: encoding, comments, separator, header; its first lines decide."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import GraphError
from .raw import FileBytes

WHITESPACE = " "
"""As a separator: any run of spaces and tabs."""

_SAMPLE = 20
_PIECE = 2**24
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_CANDIDATES = ("\t", ";", ",", WHITESPACE)


@dataclass(frozen=True)
class Layout:
    """A text file made ready for parsing; lines keep their numbers.

    Attributes
    ----------
    shown : str        what messages call the file
    content : bytes    UTF-8 without byte order mark; comments blanked, runs of whitespace one space where they separate
    start, line : int  where the first row of data starts: its position in `content` and its line, from 1
    separator : str    one character
    quoted : bool      double quotes occur in the rows, so they may enclose separators
    names : list of str    columns; ``1``, ``2``, ... without a header
    has_header : bool
    notes : tuple of str
    """

    shown: str
    content: bytes
    start: int
    line: int
    separator: str
    quoted: bool
    names: list[str]
    has_header: bool
    notes: tuple[str, ...]


def lay_out(file: FileBytes, *, header: bool | None, separator: str | None) -> Layout:
    """Find out how a text file is laid out.

    Parameters
    ----------
    header : does the first row name the columns? None: yes, except in .txt
    separator : one character; a space stands for any run of spaces and tabs. None: the first lines decide

    Raises
    ------
    GraphError
        When the file is empty or no UTF-8, the separator is no single plain character, or the header is missing.
    """
    if separator is not None:
        check_separator(separator, where=file.shown)
    content = decoded(file)
    if file.suffix == ".txt" and b"#" in content:
        content = re.sub(rb"(?m)^[ \t]*#.*$", b"", content)
    sample = list(_data_lines(content, _SAMPLE))
    if not sample:
        raise GraphError(f"{file.shown}: the file is empty: the graph has no nodes")
    quoted = b'"' in content
    sep = separator or _detect([text for _, _, text in sample], quoted=quoted)
    if sep == WHITESPACE:
        content = _single_spaces(content)
        sample = list(_data_lines(content, _SAMPLE))
    line, start, first_line = sample[0]
    first = _fields(first_line, sep, quoted=quoted)
    notes = []
    has_header = file.suffix != ".txt" if header is None else header
    if header is None:
        if has_header and _starts_with_whole_numbers(first):
            raise GraphError(
                f"{file.shown}:{line}: the first row holds numbers ({', '.join(first[:2])}) where names of columns are "
                "expected; write `header = false` if the file has no header"
            )
        if not has_header and len(sample) > 1 and not any(map(_WHOLE_NUMBER.fullmatch, first[:2])):
            second = _fields(sample[1][2], sep, quoted=quoted)
            if _starts_with_whole_numbers(second):
                notes.append(
                    f"line {line} ({', '.join(first[:2])}) is read as a tie; write `header = true` if it names columns"
                )
    if has_header:
        start = _next_line(content, start)
        line += 1
        quoted = content.find(b'"', start) >= 0  # quotes around names of columns alone need not slow the rows down
    names = first if has_header else [str(i + 1) for i in range(len(first))]
    return Layout(file.shown, content, start, line, sep, quoted, names, has_header, tuple(notes))


def decoded(file: FileBytes) -> bytes:
    """Return a text's bytes, proved UTF-8 without NUL; the byte order mark is cut off, lines end in a line feed.

    Raises
    ------
    GraphError
        When the text is no UTF-8 or holds a NUL; names the line and the byte.
    """
    content = file.content
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise GraphError(f"{file.shown}: UTF-16 text; save it as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.isascii():
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for position in range(0, len(content), _PIECE):
                decoder.decode(content[position : position + _PIECE])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            _say_where_not_utf8(file.shown, content, offset=len(file.content) - len(content))
    if (position := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, position) + 1
        raise GraphError(f"{file.shown}:{line}: a NUL character; the file is no plain text, or UTF-16")
    if b"\r" in content and b"\n" not in content:  # as old Macs ended lines
        content = content.replace(b"\r", b"\n")
    return content


def check_separator(separator: str, *, where: str) -> None:
    """Refuse a separator that cannot be one.

    Raises
    ------
    GraphError
        Unless it is one ASCII character other than a letter, a digit, a quote or the end of a line.
    """
    if len(separator) != 1 or not separator.isascii() or separator.isalnum() or separator in '"\r\n\0':
        raise GraphError(f"{where}: separator must be one character such as ',' or ';', got {separator!r}")


def reader_options(separator: str, *, quoted: bool) -> dict[str, object]:
    """Return the arguments with which `csv.reader` splits lines as the fast parser does."""
    return {"delimiter": separator, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}


def _say_where_not_utf8(shown: str, content: bytes, *, offset: int) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GraphError(
            f"{shown}:{line}: not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start + offset:,}; "
            "save it as UTF-8"
        ) from None


def _data_lines(content: bytes, limit: int) -> Iterator[tuple[int, int, str]]:
    """Yield the number, the start and the text of the first lines that are not blank."""
    start, line, found = 0, 1, 0
    while start < len(content) and found < limit:
        end = _next_line(content, start)
        if (text := content[start:end]).strip():
            found += 1
            yield line, start, text.decode("utf-8").rstrip("\r\n")
        start, line = end, line + 1


def _next_line(content: bytes, start: int) -> int:
    end = content.find(b"\n", start)
    return len(content) if end < 0 else end + 1


def _detect(lines: list[str], *, quoted: bool) -> str:
    # The separator by which most of these lines have equally many columns, two at least.
    def agreeing(separator: str) -> int:
        counts = Counter(len(_fields(line, separator, quoted=quoted)) for line in lines)
        return max((n for columns, n in counts.items() if columns > 1), default=0)

    return max(_CANDIDATES, key=agreeing) if any(map(agreeing, _CANDIDATES)) else ","


def _fields(line: str, separator: str, *, quoted: bool) -> list[str]:
    if separator == WHITESPACE:
        line = " ".join(line.split())
    try:
        fields = next(csv.reader([line], **reader_options(separator, quoted=quoted)), [])  # type: ignore[arg-type]
    except csv.Error:
        fields = line.split(separator)
    return [field.strip() for field in fields]


def _starts_with_whole_numbers(fields: list[str]) -> bool:
    return len(fields) > 1 and all(map(_WHOLE_NUMBER.fullmatch, fields[:2]))


def _single_spaces(content: bytes) -> bytes:
    content = content.replace(b"\r\n", b"\n").replace(b"\t", b" ")
    while b"  " in content:
        content = content.replace(b"  ", b" ")
    return content.replace(b"\n ", b"\n").replace(b" \n", b"\n").strip(b" ")

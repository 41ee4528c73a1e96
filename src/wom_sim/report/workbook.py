"""Tables as an Excel workbook: a sheet a table, numbers as numbers, dates as dates, text never as a formula."""

from __future__ import annotations

import datetime
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FolderError
from ..results.files import check_replaceable
from .tables import Table

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What text must not begin with where a spreadsheet could take it for a formula."""
CORE = "docProps/core.xml"
_EXACT = 10**15
"""A spreadsheet keeps 15 digits; whole numbers beyond are written as text."""
_LONGEST = 32_767
_FIRST_DAY = datetime.date(1900, 3, 1)
"""Spreadsheets disagree about days before: 1900 was no leap year, and Excel has a 29 February in it."""
_WIDTHS = (9, 60)
_ROWS_MEASURED = 200
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_PLAIN = frozenset({"replica", "step", "value"})
"""Columns of numbers that are names or settings: no thousands separators."""
_MARK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>wom_sim</dc:creator>'
    "<dc:description>case {case_id}</dc:description>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
"""The document's properties: without times, so that equal tables give equal bytes; any program that saves the workbook
writes others, so that a workbook somebody worked in is told from one that is as we left it."""


def workbook_bytes(tables: Sequence[Table], *, case_id: str) -> bytes:
    """Return tables that fit on sheets (see `fit_sheets`) as an .xlsx file; equal tables give equal bytes."""
    from openpyxl import Workbook  # a tenth of a second, for those who ask for it
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    names: set[str] = set()
    for table in tables:
        _write_sheet(book.create_sheet(sheet_name(table.name, names)), table)
    sink = io.BytesIO()
    ExcelWriter(book, _Archive(sink, core=_MARK.format(case_id=case_id))).save()
    return sink.getvalue()


def case_of_workbook(path: Path) -> str | None:
    """Return the case of a workbook that is as `workbook_bytes` made it; None where it is any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            core = archive.read(CORE)
    except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError):
        return None
    found = re.search(rb"<dc:description>case ([0-9a-f]{1,64})</dc:description>", core)
    case_id = found[1].decode() if found else ""
    return case_id if core == _MARK.format(case_id=case_id).encode() else None


def check_workbook(path: Path, *, case_id: str, overwrite: bool = False) -> None:
    """Refuse a place that a workbook cannot or must not be written to, before work is spent on it; changes nothing.

    Raises
    ------
    FolderError
        When the name does not end in .xlsx, the place cannot be written, or another file is there: of another case,
        saved by a spreadsheet program since, or none of ours; such a file may be overwritten.
    """
    if path.suffix.lower() != ".xlsx":
        raise FolderError(f"{path}: the name of a workbook ends in .xlsx")
    check_replaceable(path)
    if overwrite or not path.exists():
        return
    held = case_of_workbook(path)
    if held is None:
        raise FolderError(
            f"{path}: is there already and is not as this program left it; choose another name, or --overwrite"
        )
    if held != case_id:
        raise FolderError(
            f"{path}: holds the tables of another case ({held}; this is {case_id}); choose another name, or --overwrite"
        )


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a legal name for a sheet, of at most 31 characters and unlike those taken, and take it."""
    plain = _NOT_IN_NAMES.sub("_", name).strip("'")[:31] or "table"
    number, legal = 1, plain
    while legal.casefold() in taken:
        number += 1
        legal = f"{plain[: 31 - len(f'_{number}')]}_{number}"
    taken.add(legal.casefold())
    return legal


class _Archive(zipfile.ZipFile):
    """A ZIP file whose members have no dates of their own, and that holds our document properties."""

    def __init__(self, sink: io.BytesIO, *, core: str) -> None:
        super().__init__(sink, "w", zipfile.ZIP_DEFLATED)
        self._core = core

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Write a member under a fixed date."""
        del args, kwargs
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        super().writestr(self._dated(name), self._core if name == CORE else data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Write a file as a member under a fixed date."""
        del args, kwargs
        dated = self._dated(arcname)
        dated.file_size = Path(filename).stat().st_size  # ZIP64, which Excel may warn of, only where it is needed
        with Path(filename).open("rb") as source, self.open(dated, "w") as member:
            while block := source.read(1 << 20):
                member.write(block)

    @staticmethod
    def _dated(name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        return member


def _write_sheet(sheet: Any, table: Table) -> None:
    from openpyxl.utils import get_column_letter

    n_columns = len(table.columns)
    sheet.freeze_panes = f"{get_column_letter(min(table.n_keys, n_columns - 1) + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(n_columns)}{table.n_rows + 1}"
    for i, (heading, column) in enumerate(table.columns.items()):
        sheet.column_dimensions[get_column_letter(i + 1)].width = _width(heading, column)
    cells = _Cells(sheet)
    sheet.append([cells.of(i, heading, "bold") for i, heading in enumerate(table.columns)])
    plain = [heading in _PLAIN for heading in table.columns]
    for row in zip(*(_values(column) for column in table.columns.values()), strict=True):
        sheet.append([cells.of(i, value, _kind(value, plain=plain[i])) for i, value in enumerate(row)])


class _Cells:
    """Cells of a sheet by column and kind: one is written before the next row needs it, so that few have to be made."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._made: dict[tuple[int, str], Any] = {}

    def of(self, column: int, value: Any, kind: str) -> Any:
        """Return a cell of a kind with a value; None for an empty one."""
        if value is None:
            return None
        cell = self._made.get((column, kind))
        if cell is None:
            cell = self._made[column, kind] = self._new(kind)
        if isinstance(value, str):
            cell.value = _text(value)
            cell.data_type = "s"  # whatever it begins with
        else:
            cell.value = value
        return cell

    def _new(self, kind: str) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        cell = WriteOnlyCell(self._sheet)
        if kind == "bold":
            cell.font = Font(bold=True)
        elif kind == "quoted":
            cell.quotePrefix = True  # stays text when somebody edits it
        elif kind != "General":
            cell.number_format = kind
        return cell


def _kind(value: Any, *, plain: bool) -> str:
    """Return the number format of a value, "quoted" for text that looks like a formula."""
    if isinstance(value, str):
        return "quoted" if value.startswith(FORMULA_SIGNS) else "General"
    if isinstance(value, datetime.datetime):
        return "yyyy-mm-dd hh:mm:ss"
    if isinstance(value, datetime.date):
        return "yyyy-mm-dd"
    if plain or value is None or isinstance(value, bool):
        return "General"
    size = abs(value)
    if size >= 100.0 or value == int(value):
        return "#,##0"
    return "#,##0.0" if size >= 10.0 else "#,##0.00" if size >= 1.0 else "0.0000" if size >= 0.001 else "0.00E+00"


def _values(column: NDArray[Any] | Sequence[Any]) -> Iterator[Any]:
    """Yield the values of a column as a cell can hold them."""
    if not isinstance(column, np.ndarray):
        yield from map(_held, column)
        return
    as_it_is = column.dtype.kind == "i" and not _beyond(column)
    for begin in range(0, len(column), 1 << 16):
        block = column[begin : begin + (1 << 16)].tolist()
        yield from block if as_it_is else map(_held, block)


def _beyond(column: NDArray[Any]) -> bool:
    return bool(len(column)) and max(abs(int(column.min())), abs(int(column.max()))) >= _EXACT


def _held(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, int) and abs(value) >= _EXACT:
        return str(value)
    if isinstance(value, datetime.date):
        day = value.date() if isinstance(value, datetime.datetime) else value
        return value if day >= _FIRST_DAY else str(value)
    return value


def _text(text: str) -> str:
    """Return text that XML can hold, cut to the length of a cell."""
    known = text.encode("utf-8", "backslashreplace").decode()
    legal = _NOT_IN_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", known)
    return legal if len(legal) <= _LONGEST else legal[: _LONGEST - 4] + " ..."


def _width(heading: str, column: Iterable[Any]) -> float:
    """Return the width of a column in characters, judged by its first rows."""
    first = [value for value, _ in zip(_values(column[:_ROWS_MEASURED]), range(_ROWS_MEASURED), strict=False)]  # type: ignore[index]
    longest = max((len(value) if isinstance(value, str) else _shown(value) for value in first), default=0)
    return float(min(max(longest, len(heading) + 3, _WIDTHS[0]) + 1, _WIDTHS[1]))


def _shown(value: Any) -> int:
    if isinstance(value, datetime.datetime):
        return 19
    if isinstance(value, int | float) and not isinstance(value, bool):
        return len(f"{value:,.0f}") + 3
    return len(str(value))

"""Workbooks: read back as they were written, numbers as numbers, text never a formula, equal bytes for equal tables."""

import datetime
import io
import zipfile

import numpy as np
import openpyxl
import pytest

import wom_sim as wom
from wom_sim.errors import FolderError, ResourceError
from wom_sim.report.tables import Table
from wom_sim.report.workbook import case_of_workbook, check_workbook, sheet_name, workbook_bytes
from wom_sim.results import files as store_files

CASE = "0123456789ab"
DAYS = np.array(["2026-03-02", "2026-03-03", "2026-03-04"], "datetime64[D]")
MOMENTS = np.array(["2026-03-02T06:00:00", "2026-03-03", "2026-03-04"], "datetime64[s]")
TABLE = Table(
    "things",
    {
        "name": ["a", "=1+1", "@b"],
        "count": np.array([1_234_567, 0, 3]),
        "mean": np.array([12_345.678, np.nan, 0.00012]),
        "day": DAYS,
        "moment": MOMENTS,
        "value": [True, None, datetime.date(2026, 3, 2)],
    },
)
moment = datetime.datetime.fromisoformat


def sheets(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_of(columns, **keys):
    return sheets(workbook_bytes([Table("t", columns, **keys)], case_id=CASE))["t"]


def column(sheet, letter):
    return [cell.value for cell in sheet[letter]][1:]


def test_a_sheet_holds_numbers_dates_and_empty_cells_as_such():
    sheet = sheets(workbook_bytes([TABLE], case_id=CASE))["things"]
    assert [cell.value for cell in sheet[1]] == list(TABLE.columns)
    assert column(sheet, "B") == [1_234_567, 0, 3]
    assert column(sheet, "C") == [12_345.678, None, 0.00012]
    assert column(sheet, "D") == [moment(f"2026-03-0{day}") for day in (2, 3, 4)]
    assert column(sheet, "E")[0] == moment("2026-03-02 06:00")
    assert column(sheet, "F") == [True, None, moment("2026-03-02")]
    assert [sheet[cell].data_type for cell in ("A2", "B2", "C2", "D2", "E2", "F2")] == ["s", "n", "n", "d", "d", "b"]
    assert sheet["B2"].number_format == "#,##0"
    assert sheet["D2"].number_format == "yyyy-mm-dd"


def test_the_header_is_bold_and_stays_in_sight():
    sheet = sheets(workbook_bytes([TABLE], case_id=CASE))["things"]
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:F4"
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEF"]
    assert all(9 <= width <= 60 for width in widths)
    assert widths[4] >= 19


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "#N/A", "{=1}"])
def test_text_is_never_a_formula(text):
    sheet = sheet_of({text: [text, "plain"]})
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.value.strip(), cell.data_type) == (text.strip(), "s")
    assert bool(sheet["A2"].quotePrefix) == (text[0] in "=+-@\t")
    assert not sheet["A3"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(workbook_bytes([Table("t", {"a": [text]})], case_id=CASE))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_a_cell_cannot_hold_is_text_or_nothing():
    sheet = sheet_of(
        {
            "whole": [2**64 - 1, -(10**15), 10**15 - 1, 7],
            "real": np.array([np.inf, -np.inf, np.nan, 1.0]),
            "early": [datetime.date(1066, 10, 14), datetime.date(1900, 3, 1), None, None],
            "text": ["a\x00b", "\ud800", "x" * 40_000, "日本 \U0001f600"],
        }
    )
    assert column(sheet, "A") == [str(2**64 - 1), str(-(10**15)), 10**15 - 1, 7]
    assert column(sheet, "B") == ["inf", "-inf", None, 1]
    assert column(sheet, "C")[:2] == ["1066-10-14", moment("1900-03-01")]
    a, b, c, d = column(sheet, "D")
    assert (a, b, d) == ("a\\x00b", "\\ud800", "日本 \U0001f600")
    assert len(c) == 32_767
    assert c.endswith("x ...")


def test_names_of_sheets_are_legal_and_differ():
    taken = set()
    names = [sheet_name(name, taken) for name in ("a/b[c]:*?", "x" * 40, "x" * 40, "X" * 40, "'quoted'", "")]
    assert names[0] == "a_b_c____"
    assert names[1:3] == ["x" * 31, "x" * 29 + "_2"]
    assert names[4:] == ["quoted", "table"]
    assert len({name.casefold() for name in names}) == 6
    assert all(len(name) <= 31 for name in names)


def test_equal_tables_give_equal_bytes(monkeypatch):
    once = workbook_bytes([TABLE], case_id=CASE)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert workbook_bytes([TABLE], case_id=CASE) == once
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert archive.testzip() is None
        assert not any(member.extra for member in archive.infolist())


def test_a_workbook_knows_its_case_until_somebody_saves_it(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_bytes([TABLE], case_id=CASE))
    assert case_of_workbook(path) == CASE
    check_workbook(path, case_id=CASE)
    with pytest.raises(FolderError, match=f"another case .{CASE}; this is ba9876543210.; choose another name, or"):
        check_workbook(path, case_id="ba9876543210")
    check_workbook(path, case_id="ba9876543210", overwrite=True)
    book = openpyxl.load_workbook(path)
    book.save(path)
    assert case_of_workbook(path) is None
    with pytest.raises(FolderError, match="is there already and is not as this program left it"):
        check_workbook(path, case_id=CASE)
    path.write_bytes(b"not a zip")
    assert case_of_workbook(path) is None


@pytest.fixture
def result():
    graph = wom.Graph.from_edges([0, 1], [1, 2])
    return wom.simulate(graph, wom.IndependentCascade(share_prob=0.5), seed_nodes=[0], n_replicas=5, rng_seed=1)


def test_a_result_writes_itself_from_python(result, tmp_path):
    result.to_xlsx(tmp_path / "r.xlsx")
    result.to_xlsx(str(tmp_path / "r.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["replicas"]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == result.reach.tolist()
    result.to_csv(tmp_path / "csv")
    assert (tmp_path / "csv" / "replicas.csv").read_bytes().startswith(b'"replica","reach"')
    with pytest.raises(FolderError, match=r"r\.txt: the name of a workbook ends in \.xlsx"):
        result.to_xlsx(tmp_path / "r.txt")


def failing(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.parametrize(
    ("where", "error", "kind", "said"),
    [
        ("replace", PermissionError(13, "Permission denied"), FolderError, "Permission denied; is it open in another"),
        ("replace", OSError(28, "No space left on device"), ResourceError, "the disk is full while writing"),
    ],
)
def test_a_write_that_fails_leaves_the_old_workbook_and_nothing_else(
    result, tmp_path, monkeypatch, where, error, kind, said
):
    path = tmp_path / "r.xlsx"
    result.to_xlsx(path)
    before = path.read_bytes()
    monkeypatch.setattr(store_files.Path, where, failing(error))
    with pytest.raises(kind, match=said):
        result.to_xlsx(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.xlsx"]
    assert path.read_bytes() == before


def test_a_disk_that_fills_up_leaves_nothing(result, tmp_path, monkeypatch):
    calls = iter([None])
    real = store_files.os.fsync

    def full(*args):
        if next(calls, "full") == "full":
            raise OSError(28, "No space left on device")
        return real(*args)

    monkeypatch.setattr(store_files.os, "fsync", full)
    with pytest.raises(ResourceError, match=r"r\.xlsx: the disk is full while writing [\d,]+ bytes"):
        result.to_xlsx(tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []

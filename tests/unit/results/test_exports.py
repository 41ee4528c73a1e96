"""Folders of CSV files: what is written, whose files are replaced, what a failure leaves."""

import datetime
import json

import numpy as np
import pytest

from wom_sim.errors import FolderError, ResourceError
from wom_sim.results import files as store_files
from wom_sim.results.exports import RECORD, check_csv_folder, write_csv_folder
from wom_sim.results.store import csv_bytes, plain_table

CASE = "0123456789ab"
FILES = {"summary.csv": b"a\n1\n", "notes.csv": b"a\n2\n"}


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_columns_are_written_in_one_form():
    columns = {
        "text": ["a,b", '=1+"2"\n', None, "日本"],
        "mixed": [True, 1.5, datetime.date(2026, 3, 2), 2**64 - 1],
        "real": np.array([0.1, np.nan, 1e300, -3.0]),
        "whole": np.array([1, -2, 3, 10**18]),
        "day": np.array(["2026-03-02", "1969-12-31", "2026-03-04", "9999-12-31"], "datetime64[D]"),
        "moment": np.array(["2026-03-02T06:00:00"] * 4, "datetime64[s]"),
    }
    assert csv_bytes(plain_table(columns)).decode() == (
        '"text","mixed","real","whole","day","moment"\n'
        '"a,b","true",0.1,1,2026-03-02,2026-03-02 06:00:00\n'
        '"=1+""2""\n","1.5",,-2,1969-12-31,2026-03-02 06:00:00\n'
        '"","2026-03-02",1e+300,3,2026-03-04,2026-03-02 06:00:00\n'
        '"日本","18446744073709551615",-3,1000000000000000000,9999-12-31,2026-03-02 06:00:00\n'
    )


def test_a_folder_is_made_and_tables_of_the_same_case_are_replaced(tmp_path):
    folder = tmp_path / "csv"
    check_csv_folder(folder, case_id=CASE)
    assert not folder.exists()
    write_csv_folder(folder, FILES, case_id=CASE)
    assert json.loads((folder / RECORD).read_text())["files"] == ["notes.csv", "summary.csv"]
    (folder / "mine.csv").write_text("mine")
    (folder / f"summary.csv{store_files.TEMPORARY}12345678").write_bytes(b"of a killed run")
    check_csv_folder(folder, case_id=CASE)
    write_csv_folder(folder, {"summary.csv": b"new\n"}, case_id=CASE)
    assert set(held(folder)) == {"summary.csv", "mine.csv", RECORD}
    assert (folder / "summary.csv").read_bytes() == b"new\n"


def test_files_of_others_and_other_cases_are_refused_unless_overwritten(tmp_path):
    (tmp_path / "summary.csv").write_text("mine")
    with pytest.raises(FolderError, match=r"holds files that are not ours \(summary\.csv\); choose another folder, or"):
        check_csv_folder(tmp_path, case_id=CASE)
    check_csv_folder(tmp_path, case_id=CASE, overwrite=True)
    write_csv_folder(tmp_path, FILES, case_id=CASE)
    with pytest.raises(FolderError, match=f"another case .{CASE}; this is ba9876543210.; choose another folder, or"):
        check_csv_folder(tmp_path, case_id="ba9876543210")
    (tmp_path / RECORD).write_text("{}")
    with pytest.raises(FolderError, match="not ours"):
        check_csv_folder(tmp_path, case_id=CASE)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("file", "is a file, not a folder; name a folder for the CSV files"),
        ("none/such", "there is no folder .*none to put it in"),
        ("/proc/nope", "/proc/nope: cannot be written: "),
        ("results", "holds the results of a run; choose another folder for the CSV files"),
        ("x" * 300, "cannot be used: File name too long"),
    ],
)
def test_places_that_cannot_be_used_are_refused(tmp_path, place, said):
    (tmp_path / "file").write_text("")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "manifest.json").write_text("{}")
    with pytest.raises(FolderError, match=said):
        check_csv_folder(tmp_path / place, case_id=CASE)


@pytest.mark.parametrize(("number", "kind"), [(13, FolderError), (28, ResourceError)])
def test_a_failure_at_any_write_leaves_no_new_folder(tmp_path, monkeypatch, number, kind):
    def fail(*_):
        raise OSError(number, "no")

    for name in ("open", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(store_files.os, name, fail)
            with pytest.raises(kind):
                write_csv_folder(tmp_path / "csv", FILES, case_id=CASE)
        assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_open_elsewhere_is_named_and_none_is_replaced(tmp_path, monkeypatch):
    write_csv_folder(tmp_path, FILES, case_id=CASE)
    before = held(tmp_path)

    def busy(self, target):
        raise PermissionError(13, "Permission denied", str(self), None, str(target))

    monkeypatch.setattr(store_files.Path, "replace", busy)
    with pytest.raises(FolderError, match=r"summary\.csv: cannot be written: Permission denied; is it open in another"):
        write_csv_folder(tmp_path, dict.fromkeys(FILES, b"new"), case_id=CASE)
    assert held(tmp_path) == before

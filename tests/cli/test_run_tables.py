"""`wom run --csv` and `--xlsx`: where tables go, what stands in them, which places are refused before anything runs."""

import json

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING
from wom_sim.report import tables as report_tables
from wom_sim.results import files as store_files


def rows(path, sheet):
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_tables_go_where_they_are_asked_for(wom, folder):
    done = wom("run", "s.toml", "--out", "x", "--no-plots", "--csv", "tables", "--xlsx", "r.xlsx")
    assert done.code == 0, done.err
    assert done.out.endswith("results  x\ntables   r.xlsx\ntables   tables\n")
    summary = json.loads((folder / "x" / "summary.json").read_text())["metrics"]["reach"]
    head, reach, *_ = rows(folder / "r.xlsx", "summary")
    assert dict(zip(head, reach, strict=True))["mean"] == pytest.approx(summary["mean"])
    from_csv = pd.read_csv(folder / "tables" / "replicas.csv")
    from_store = pq.read_table(folder / "x" / "replicas.parquet").to_pandas()
    assert from_csv["reach"].tolist() == from_store["reach"].tolist()
    assert [row[1] for row in rows(folder / "r.xlsx", "replicas")[1:]] == from_store["reach"].tolist()
    assert not list((folder / "x").glob("*.csv"))
    assert ("model.share_prob", 0.5, "given") in rows(folder / "r.xlsx", "settings")


def test_without_a_place_they_stand_beside_the_results(wom, folder):
    done = wom("run", "--csv", "s.toml", "--out", "x", "--no-plots", "--xlsx")
    assert done.code == 0, done.err
    assert done.out.endswith("results  x\ntables   x/tables.xlsx\n")
    names = {path.name for path in (folder / "x").iterdir()}
    assert {"tables.xlsx", "summary.csv", "means_by_step.csv", "settings.csv", "replicas.csv", "curves.csv"} <= names
    manifest = json.loads((folder / "x" / "manifest.json").read_text())
    assert {"tables.xlsx", "summary.csv"} <= set(manifest["files"])
    before = (folder / "x" / "tables.xlsx").read_bytes()
    assert wom("run", "s.toml", "--out", "x", "--no-plots").code == 0
    assert (folder / "x" / "tables.xlsx").read_bytes() == before
    wom("run", "s.toml", "--out", "x", "--no-plots", "--replicas", 50)
    assert not (folder / "x" / "tables.xlsx").exists()


def test_a_stored_result_gives_its_tables_without_running_again(wom, folder):
    wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx", "one.xlsx")
    again = wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx", "two.xlsx", "--csv=c", "--json")
    assert "nothing is run again" in again.err
    assert json.loads(again.out)["n_replicas"] == 40
    assert (folder / "one.xlsx").read_bytes() == (folder / "two.xlsx").read_bytes()
    first = {path.name: path.read_bytes() for path in (folder / "c").iterdir()}
    wom("run", "s.toml", "--out", "x", "--no-plots", "--csv", "c", "--threads", 2, "--overwrite")
    assert {path.name: path.read_bytes() for path in (folder / "c").iterdir()} == first


def test_a_campaign_has_its_groups_and_names_that_look_like_formulas_stay_text(wom, folder):
    (folder / "c.toml").write_text(EVERYTHING.replace('"video"', '"=1+1"'))
    done = wom("run", "c.toml", "--no-plots", "--replicas", 3, "--xlsx", "c.xlsx", "--csv", "csv")
    assert done.code == 0, done.err
    book = openpyxl.load_workbook(folder / "c.xlsx")
    assert {"means_by_segment", "means_by_item", "means_by_creator", "means_by_step"} <= set(book.sheetnames)
    cell = book["means_by_item"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert pd.read_csv(folder / "csv" / "means_by_item.csv")["item"].tolist() == ["=1+1", "post"]
    assert pd.read_csv(folder / "csv" / "means_by_step.csv")["date"][0] == "2026-03-02"


def test_replicas_that_no_sheet_holds_are_left_out_with_a_note(wom, folder, monkeypatch):
    monkeypatch.setattr(report_tables, "MAX_ROWS", 40)
    done = wom("run", "s.toml", "--no-plots", "--xlsx", "r.xlsx", "--csv", "c")
    said = "replicas: left out of the workbook, a sheet holds 39 rows and 16,384 columns, this table has 40 and 5"
    assert f"note: {said}" in done.err
    assert "replicas" not in openpyxl.load_workbook(folder / "r.xlsx").sheetnames
    assert any(note.startswith(said) for (note,) in rows(folder / "r.xlsx", "notes"))
    assert len(pd.read_csv(folder / "c" / "replicas.csv")) == 40


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--xlsx", "people.csv"), "people.csv: the name of a workbook ends in .xlsx"),
        (("--xlsx", "dir.xlsx"), "dir.xlsx: is a folder; name a file in it"),
        (("--xlsx", "none/r.xlsx"), "none/r.xlsx: there is no folder none to put it in"),
        (("--xlsx", "/proc/r.xlsx"), "/proc/r.xlsx: cannot be written: "),
        (("--xlsx", "mine.xlsx"), "mine.xlsx: is there already and is not as this program left it; choose another"),
        (("--csv", "people.csv"), "people.csv: is a file, not a folder; name a folder for the CSV files"),
        (("--csv", "/proc/nope"), "/proc/nope: cannot be written: "),
        (("--csv", "x"), "x: is the results folder; --csv without a folder writes there"),
        (("--xlsx", "dir.xlsx/../x/tables.xlsx"), "tables.xlsx: is kept with the results; --xlsx without a name"),
    ],
)
def test_places_that_cannot_be_used_are_refused_before_anything_runs(wom, folder, flags, said):
    (folder / "dir.xlsx").mkdir()
    (folder / "mine.xlsx").write_bytes(b"years of work")
    refused = wom("run", "s.toml", "--out", "x", *flags)
    assert refused.code == 2
    assert refused.out == ""
    assert refused.err.startswith("wom: ")
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert not (folder / "x").exists()
    assert (folder / "mine.xlsx").read_bytes() == b"years of work"


def test_a_workbook_of_another_case_is_replaced_only_when_asked(wom, folder):
    wom("run", "s.toml", "--no-plots", "--xlsx", "r.xlsx")
    before = (folder / "r.xlsx").read_bytes()
    refused = wom("run", "s.toml", "--no-plots", "--xlsx", "r.xlsx", "--rng-seed", 2)
    assert refused.code == 2
    assert "r.xlsx: holds the tables of another case" in refused.err
    assert (folder / "r.xlsx").read_bytes() == before
    assert wom("run", "s.toml", "--no-plots", "--xlsx", "r.xlsx", "--rng-seed", 2, "--overwrite").code == 0
    assert (folder / "r.xlsx").read_bytes() != before


def test_a_workbook_opened_while_the_run_went_on_is_said_and_stays(wom, folder, monkeypatch):
    wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx", "r.xlsx")
    before = (folder / "r.xlsx").read_bytes()
    real = store_files.Path.replace

    def busy(self, target):
        if str(target).endswith(".xlsx"):
            raise PermissionError(13, "Permission denied", str(self), None, str(target))
        return real(self, target)

    monkeypatch.setattr(store_files.Path, "replace", busy)
    failed = wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx", "r.xlsx", "--replicas", 50, "--quiet")
    assert failed.code == 2
    said = "r.xlsx: cannot be written: Permission denied; is it open in another program, or write-protected?"
    assert failed.err == f"wom: {said}\n"
    assert (folder / "r.xlsx").read_bytes() == before
    assert not list(folder.glob(f"*{store_files.TEMPORARY}*"))
    assert json.loads((folder / "x" / "summary.json").read_text())["n_replicas"] == 50


def test_a_table_beside_the_results_that_is_open_is_said_before_anything_runs(wom, folder, monkeypatch):
    wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx")
    real = store_files.Path.open

    def busy(self, mode="r", *args, **kwargs):
        if self.suffix == ".xlsx" and mode == "r+b":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, mode, *args, **kwargs)

    monkeypatch.setattr(store_files.Path, "open", busy)
    refused = wom("run", "s.toml", "--out", "x", "--no-plots", "--xlsx", "--replicas", 50, "--quiet")
    assert refused.code == 2
    assert refused.err.startswith("wom: x/tables.xlsx: cannot be written: Permission denied; is it open in another")
    assert json.loads((folder / "x" / "summary.json").read_text())["n_replicas"] == 40


def test_a_workbook_beside_the_results_opened_while_the_run_went_on_leaves_them_whole(wom, folder, monkeypatch):
    wom("run", "s.toml", "--out", "x", "--no-plots", "--csv", "--xlsx")
    before = {path.name: path.read_bytes() for path in (folder / "x").iterdir() if path.name != ".lock"}
    real = store_files.Path.replace

    def busy(self, target):
        if str(target).endswith(".xlsx"):
            raise PermissionError(13, "Permission denied", str(self), None, str(target))
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(store_files.Path, "replace", busy)
        failed = wom("run", "s.toml", "--out", "x", "--no-plots", "--csv", "--xlsx", "--replicas", 50, "--quiet")
    assert failed.code == 2
    assert failed.err.startswith("wom: x/tables.xlsx: cannot be written: Permission denied; is it open in another")
    assert {path.name: path.read_bytes() for path in (folder / "x").iterdir() if path.name != ".lock"} == before
    again = wom("run", "s.toml", "--out", "x", "--no-plots", "--csv", "--xlsx", "--replicas", 50)
    assert "40 replicas of this case are here already; 10 to go" in again.err


def test_fewer_replicas_than_are_there_still_give_tables_of_their_own(wom, folder):
    wom("run", "s.toml", "--out", "x", "--no-plots")
    less = wom("run", "s.toml", "--out", "x", "--no-plots", "--replicas", 5, "--xlsx", "--csv", "c")
    assert "their tables are not written there: name a place" in less.err
    assert len(pd.read_csv(folder / "c" / "replicas.csv")) == 5
    assert "tables.xlsx" not in less.out


def test_numbers_on_screen_have_thousands_apart_and_the_digits_that_are_known(wom, folder):
    network = 'generate = "everyone"\nn_people = 20_000'
    (folder / "s.toml").write_text((folder / "s.toml").read_text().replace('file = "people.csv"', network))
    seeding = ("--set", 'seeding={strategy="random",n_seed_nodes=1234}')
    done = wom("run", "s.toml", "--no-plots", "--set", "model.share_prob=0.0001", *seeding)
    assert done.code == 0, done.err
    assert "20,000 people" in done.out
    assert "1,234 seed nodes" in done.out
    (reach,) = (line for line in done.out.splitlines() if line.startswith("reach "))
    mean = reach.split()[1]
    assert len(mean.partition(".")[2]) <= 1
    assert float(mean.replace(",", "")) > 10_000
    assert mean[2] == ","

"""Tables of results with several curves, days and groups: written, read back, refused when they do not fit."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cases import Opinions, opinions, same
from wom_sim import FolderError
from wom_sim.engine.run import resume, run_case
from wom_sim.results import store
from wom_sim.results.folder import hold_folder


def tables_of(results):
    tables = {"replicas": store.replicas_table(results.counts), "curves": store.curves_table(results)}
    return tables | {f"by_{kind}": store.groups_table(results, kind) for kind in results.groups}


def save(folder, tables):
    for name, table in tables.items():
        (folder / f"{name}.parquet").write_bytes(store.parquet_bytes(table))


def test_curves_have_days_and_a_column_each():
    table = store.curves_table(run_case(opinions(4), threads=1))
    assert table.column_names == ["replica", "step", "time", "net", "said"]
    assert table["step"].to_pylist() == [0, 0, 1, 0, 1, 2, 0, 1, 2, 3]
    assert table["time"].to_pylist() == [7.0 * step for step in table["step"].to_pylist()]
    assert table["net"].to_pylist()[-4:] == [-3, -1, 1, 3]


def test_groups_are_a_row_each_with_their_names():
    table = store.groups_table(run_case(opinions(3), threads=1), "segment")
    assert table.column_names == ["replica", "segment", "said", "sold"]
    assert table["replica"].to_pylist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert table["segment"].to_pylist() == ["young", "old, or so", "älter"] * 3
    assert table["said"].to_pylist() == [0, 0, 0, 2, 4, 6, 6, 12, 18]
    assert store.csv_bytes(table).decode().splitlines()[2] == '0,"old, or so",0,0'


@pytest.mark.parametrize("at_most", [9, 5, 1])
def test_what_is_read_back_is_what_was_written(tmp_path, at_most):
    results = run_case(opinions(9), threads=1)
    save(tmp_path, tables_of(results))
    finished = store.read_finished(tmp_path, Opinions(), at_most=at_most)
    assert same(resume(opinions(9), finished), results.first(at_most))


def damaged(name, change):
    tables = tables_of(run_case(opinions(9), threads=1))
    tables[name] = change(tables[name])
    return tables


def with_column(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("replicas", lambda table: table.slice(0, 8)),
        ("replicas", lambda table: with_column(table, "said", [1] * 9)),
        ("curves", lambda table: table.slice(0, len(table) - 1)),
        ("by_item", lambda table: table.slice(0, 8)),
        ("by_segment", lambda table: table.slice(0, 26)),
        ("by_segment", lambda table: table.take(list(reversed(range(27))))),
        ("by_segment", lambda table: with_column(table, "segment", ["young", "old", "älter"] * 9)),
        ("by_segment", lambda table: with_column(table, "replica", [0] * 27)),
    ],
)
def test_tables_that_do_not_fit_together_are_refused(tmp_path, name, change):
    save(tmp_path, damaged(name, change))
    with pytest.raises(FolderError, match="do not fit together; --overwrite makes them anew"):
        store.read_finished(tmp_path, Opinions(), at_most=9)


@pytest.mark.parametrize(
    ("name", "column"), [("replicas", "sold"), ("curves", "net"), ("by_segment", "sold"), ("by_item", "item")]
)
def test_a_missing_column_is_said(tmp_path, name, column):
    save(tmp_path, damaged(name, lambda table: table.drop_columns([column])))
    with pytest.raises(FolderError, match="cannot be read"):
        store.read_finished(tmp_path, Opinions(), at_most=9)


def test_a_missing_table_of_groups_is_said(tmp_path):
    save(tmp_path, tables_of(run_case(opinions(9), threads=1)))
    (tmp_path / "by_item.parquet").unlink()
    with pytest.raises(FolderError, match="cannot be read"):
        store.read_finished(tmp_path, Opinions(), at_most=9)


def test_a_folder_covers_its_tables_of_groups(tmp_path):
    """Damage to one is noticed, none is taken for somebody else's, and those no longer written go."""
    results = run_case(opinions(9), threads=1)
    files = {f"{name}.parquet": store.parquet_bytes(table) for name, table in tables_of(results).items()}
    files["by_item.csv"] = store.csv_bytes(store.groups_table(results, "item"))
    manifest = {"format": 1, "status": "complete", "case_id": "0" * 12, "n_done": 9, "rng": "wom-1"}
    with hold_folder(tmp_path / "x") as folder:
        folder.commit(files, manifest)
        assert folder.manifest() is not None
        folder.refuse_foreign_files()
        (folder.path / "by_item.parquet").write_bytes(b"torn")
        assert folder.manifest() is None
        (folder.path / "by_hand.txt").write_text("somebody's")
        with pytest.raises(FolderError, match=r"holds files that are not ours \(by_hand.txt\)"):
            folder.refuse_foreign_files()
        del files["by_item.csv"], files["by_item.parquet"]
        folder.commit(files, manifest)
        assert folder.manifest() is not None
        assert {path.name for path in folder.path.iterdir()} == {*files, "manifest.json", ".lock", "by_hand.txt"}


def test_tables_are_parquet_that_others_read(tmp_path):
    save(tmp_path, tables_of(run_case(opinions(3), threads=1)))
    frame = pq.read_table(tmp_path / "by_segment.parquet").to_pandas()
    assert frame.groupby("segment", observed=True)["said"].sum().to_dict() == {
        "young": 8,
        "old, or so": 16,
        "älter": 24,
    }


def test_folders_made_on_the_way_are_removed_where_nothing_was_written(tmp_path):
    with hold_folder(tmp_path / "runs" / "a" / "b"):
        assert (tmp_path / "runs" / "a" / "b").is_dir()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "runs").mkdir()
    with hold_folder(tmp_path / "runs" / "a"):
        pass
    assert list(tmp_path.rglob("*")) == [tmp_path / "runs"]

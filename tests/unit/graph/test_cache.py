"""Networks on disk: the same when they come back, and no fault of the cache ever stops a run."""

import json
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from wom_sim.graph import cache
from wom_sim.graph.assemble import assemble
from wom_sim.graph.cache import load_graph, save_graph
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.graph.labels import Labels

KEY = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("WOM_SIM_CACHE_BYTES", raising=False)
    return tmp_path / "graphs"


def small_graph(n=5, *, labels=None):
    src, dst = np.array([0, 1, 2, 0], np.int32), np.array([1, 2, 3, 1], np.int32)
    return assemble(
        src,
        dst,
        labels or Labels(n),
        directed=True,
        columns={"p/../x": [0.1, 0.2, 0.3, 0.1]},
        parallel_ties="count",
        people_columns={"segment": np.array(list("abcde"))[:n]},
        notes=("a note",),
    )


GRAPHS = {
    "numbers": small_graph(),
    "names": small_graph(labels=Labels(pa.array(["Zoë", "b", "", "d", "e"], pa.large_string()))),
    "undirected": Graph.from_edges([0, 1], [1, 2], directed=False),
    "no ties": Graph.from_edges([], [], n_people=3),
    "everyone": complete_graph(10**9),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_what_comes_back_is_what_was_saved(name):
    graph = GRAPHS[name]
    save_graph(KEY, graph)
    back = load_graph(KEY)
    assert back is not None
    kept, back.__dict__["hash"] = back.__dict__["hash"], None
    del back.__dict__["hash"]
    assert kept == back.hash == graph.hash
    assert (back.directed, back.complete, back.notes, len(back.labels)) == (
        graph.directed,
        graph.complete,
        graph.notes,
        len(graph.labels),
    )
    assert type(back.indices) is np.ndarray
    assert not back.indptr.flags.writeable


def test_the_hash_is_not_computed_again():
    save_graph(KEY, small_graph())
    assert "hash" in load_graph(KEY).__dict__


def test_a_large_network_is_mapped_and_checked_against_its_hash(folder):
    n = 4_000_000
    indptr = np.arange(n + 1, dtype=np.int64) * 4
    graph = Graph(indptr, (np.arange(4 * n) % n).astype(np.int32), directed=True, labels=Labels(n))
    save_graph(KEY, graph)
    loaded = load_graph(KEY)
    assert loaded.n_ties == 4 * n
    assert isinstance(loaded.indices.base, np.memmap)
    assert loaded.hash == graph.hash
    graph.__dict__["hash"] = "0" * 64
    save_graph("ab" * 32, graph)
    assert load_graph("ab" * 32) is None


def test_python_objects_as_labels_are_not_saved():
    save_graph(KEY, small_graph(labels=Labels([(1, 2), "b", 3, 4.5, None])))
    assert load_graph(KEY) is None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "ABCDEF0123456789", "0123", KEY * 3, KEY + "\n"])
def test_keys_are_hex_digests(key):
    with pytest.raises(ValueError, match="hex digest"):
        load_graph(key)
    with pytest.raises(ValueError, match="hex digest"):
        save_graph(key, small_graph())


def cut_short(entry):
    file = entry / "indices.npy"
    file.write_bytes(file.read_bytes()[:-4])


def garbage_record(entry):
    (entry / "meta.json").write_bytes(b"\xff{]")


def other_format(entry):
    change(entry, format=99)


def other_size(entry):
    change(entry, n_people=6)


def wrong_people(entry):
    np.save(entry / "indices.npy", np.array([1, 2, 77], np.int32))


def negative_people(entry):
    np.save(entry / "indices.npy", np.array([1, 2, -1], np.int32))


def not_rising(entry):
    np.save(entry / "indptr.npy", np.array([0, 4, 2, 3, 3, 3]))


def other_type(entry):
    np.save(entry / "indices.npy", np.array([1.0, 2.0, 3.0], np.float32))


def pickled(entry):
    np.save(entry / "indices.npy", np.array([1, "a", None], object), allow_pickle=True)
    change(entry, sizes={})


def missing_array(entry):
    (entry / "indptr.npy").unlink()


def missing_record(entry):
    (entry / "meta.json").unlink()


def record_of_another_kind(entry):
    (entry / "meta.json").write_text("[1, 2]")


def change(entry, **values):
    meta = json.loads((entry / "meta.json").read_text())
    (entry / "meta.json").write_text(json.dumps(meta | values))


@pytest.mark.parametrize(
    "damage",
    [
        cut_short,
        garbage_record,
        other_format,
        other_size,
        wrong_people,
        negative_people,
        not_rising,
        other_type,
        pickled,
        missing_array,
        missing_record,
        record_of_another_kind,
    ],
)
def test_a_damaged_entry_is_ignored_and_replaced(folder, damage):
    save_graph(KEY, small_graph())
    damage(folder / KEY)
    assert load_graph(KEY) is None
    save_graph(KEY, small_graph())
    assert load_graph(KEY).hash == small_graph().hash


def test_killed_between_any_two_files_leaves_nothing_behind(folder, monkeypatch):
    """The disk fills up at the k-th file, for every k."""
    write = cache._write_synced
    n_written = 0

    def stop_at(k):
        def fail(file, what):
            nonlocal n_written
            n_written += 1
            if n_written == k:
                raise OSError(28, "No space left on device")
            write(file, what)

        return fail

    for k in range(1, 20):
        n_written = 0
        monkeypatch.setattr(cache, "_write_synced", stop_at(k))
        save_graph(KEY, small_graph())
        if n_written < k:
            break
        assert load_graph(KEY) is None
        assert list(folder.iterdir()) == []
    assert k > 4
    assert load_graph(KEY) is not None


def test_a_folder_left_by_a_killed_process_is_removed_after_a_day(folder):
    old, young = folder / "tmp-old", folder / "tmp-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (0, 0))
    save_graph(KEY, small_graph())
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("place", ["/proc/nope", "/dev/null/sub"])
def test_an_unwritable_place_means_no_cache(monkeypatch, place):
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", place)
    save_graph(KEY, small_graph())
    assert load_graph(KEY) is None


def test_home_that_does_not_exist(monkeypatch):
    monkeypatch.delenv("WOM_SIM_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/proc/nope")
    save_graph(KEY, small_graph())
    assert load_graph(KEY) is None


def test_the_least_recently_used_network_goes_first(folder, monkeypatch):
    keys = [digit * 16 for digit in "abc"]
    for age, key in enumerate(keys[:2]):
        save_graph(key, small_graph())
        os.utime(folder / key / "meta.json", (1000 + age, 1000 + age))
    assert load_graph(keys[0]) is not None  # used now, so that the other one is older
    size = sum(file.stat().st_size for file in (folder / keys[0]).iterdir())
    monkeypatch.setenv("WOM_SIM_CACHE_BYTES", str(2 * size + 10))
    save_graph(keys[2], small_graph())
    assert [load_graph(key) is not None for key in keys] == [True, False, True]


def test_a_network_larger_than_the_bound_removes_nothing(monkeypatch):
    save_graph("a" * 16, small_graph())
    monkeypatch.setenv("WOM_SIM_CACHE_BYTES", "100")
    save_graph("b" * 16, small_graph())
    assert load_graph("b" * 16) is None
    assert load_graph("a" * 16) is not None


def test_a_bound_of_zero_switches_the_cache_off(folder, monkeypatch):
    save_graph(KEY, small_graph())
    monkeypatch.setenv("WOM_SIM_CACHE_BYTES", "0")
    assert load_graph(KEY) is None
    save_graph("a" * 16, small_graph())
    assert not (folder / ("a" * 16)).exists()


def test_an_entry_that_is_there_is_kept(folder):
    save_graph(KEY, small_graph())
    before = (folder / KEY).stat().st_ino
    save_graph(KEY, small_graph())
    assert (folder / KEY).stat().st_ino == before
    assert [entry.name for entry in folder.iterdir()] == [KEY]


def test_two_processes_at_once(folder):
    program = f"""
from wom_sim.graph.cache import load_graph, save_graph
from wom_sim.graph.csr import Graph
graph = Graph.from_edges(range(2000), range(1, 2001))
for _ in range(20):
    save_graph({KEY!r}, graph)
    assert load_graph({KEY!r}).hash == graph.hash
"""
    children = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    assert [entry.name for entry in folder.iterdir()] == [KEY]

"""Built networks on disk, mapped into memory when they are used again.

One folder a network: arrays as ``.npy``, labels as an Arrow file, and ``meta.json``, written last, the commit record.
A folder is written under a temporary name beside its place and renamed, so that it is there whole or not at all. A
cache may only save time: whatever is wrong with it, the network is built again, and no error is raised.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pyarrow as pa
from numpy.typing import NDArray

from .csr import Graph
from .labels import Labels
from .layers import Layer

FORMAT = 2
"""Raised when the files change, or what `Graph.hash` is taken over: it is kept with the network."""
DEFAULT_BYTES = 10 * 2**30
TEMPORARY = "tmp-"
ABANDONED_AFTER = 24 * 3600.0
"""Seconds after which a temporary folder belongs to a process that was killed."""


def load_graph(key: str) -> Graph | None:
    """Return the network saved under a key, memory-mapped, or None.

    Parameters
    ----------
    key : str   hex digest (16 to 128 digits) of everything the network depends on

    Raises
    ------
    ValueError
        When the key is no such digest, our own mistake.
    """
    folder = _place(key)
    if folder is None:
        return None
    try:
        graph = _read(folder)
    except Exception:  # a damaged file can raise anything while it is read; such a network is built again
        return None
    with contextlib.suppress(OSError):
        os.utime(folder / "meta.json")  # used now: the least recently used go first
    return graph


def save_graph(key: str, graph: Graph) -> None:
    """Save a network under a key, unless it is there; remove the least recently used ones beyond the size bound.

    Networks whose labels are Python objects are not saved: text would not give them back.

    Raises
    ------
    ValueError
        When the key is no hex digest of 16 to 128 digits, our own mistake.
    """
    folder = _place(key)
    if folder is None or not _can_be_saved(graph):
        return
    temporary = None
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_room(folder.parent, _n_bytes(graph))
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder.parent))
        _write(temporary, graph)
        if folder.exists() and load_graph(key) is None:
            shutil.rmtree(folder, ignore_errors=True)  # damaged
        temporary.rename(folder)  # fails where another process was faster: its network is the same
        _sync_folder(folder.parent)
    except Exception:  # a full disk, a read-only home: the next run builds the network again
        pass
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def cache_folder() -> Path:
    """Return where networks are kept: ``$WOM_SIM_CACHE_DIR/graphs`` or the user's cache folder."""
    root = os.environ.get("WOM_SIM_CACHE_DIR")
    return (Path(root) if root else Path(platformdirs.user_cache_dir("wom_sim", appauthor=False))) / "graphs"


def _place(key: str) -> Path | None:
    if not re.fullmatch(r"[0-9a-f]{16,128}", key):
        raise ValueError(f"a cache key is a hex digest, got {key!r}")
    try:
        return cache_folder() / key if _bound() > 0 else None
    except (OSError, RuntimeError):  # no home folder
        return None


def _bound() -> int:
    text = os.environ.get("WOM_SIM_CACHE_BYTES", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else DEFAULT_BYTES


def _can_be_saved(graph: Graph) -> bool:
    kept = isinstance(graph.labels._values, int | pa.Array)
    return kept and not any(column.dtype.hasobject for column in graph.people_columns.values())


def _arrays(graph: Graph) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {"indptr": graph.indptr, "indices": graph.indices}
    if graph.tie_counts is not None:
        arrays["tie_counts"] = graph.tie_counts
    if graph.tie_layers is not None:
        arrays["tie_layers"] = graph.tie_layers
    if graph.tie_times is not None:
        arrays["tie_times"] = graph.tie_times
    # Columns are numbered: their names are the user's and need not be names of files.
    arrays |= {f"tie_column_{i}": column for i, column in enumerate(graph.tie_columns.values())}
    return arrays | {f"people_column_{i}": column for i, column in enumerate(graph.people_columns.values())}


def _n_bytes(graph: Graph) -> int:
    labels = 0 if graph.labels.are_numbers else graph.labels.as_arrow().nbytes
    return int(labels + sum(array.nbytes for array in _arrays(graph).values()))


def _write(folder: Path, graph: Graph) -> None:
    for name, array in _arrays(graph).items():
        _write_synced(folder / f"{name}.npy", partial(np.save, arr=array, allow_pickle=False))
    if not graph.labels.are_numbers:
        table = pa.table({"label": graph.labels.as_arrow()})
        with pa.OSFile(str(folder / "labels.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        _sync(folder / "labels.arrow")
    meta = {
        "format": FORMAT,
        "n_people": graph.n_people,
        "hash": graph.hash,
        "directed": graph.directed,
        "complete": graph.complete,
        "numbers_as_labels": graph.labels.are_numbers,
        "tie_columns": list(graph.tie_columns),
        "people_columns": list(graph.people_columns),
        "notes": list(graph.notes),
        "arrays": {name: [array.dtype.str, len(array)] for name, array in _arrays(graph).items()},
        "sizes": {file.name: file.stat().st_size for file in sorted(folder.iterdir())},
    }
    if graph.tie_layers is not None:
        meta["layers"] = [layer.model_dump(mode="json") for layer in graph.layers]
    if graph.tie_times is not None:
        meta["time_origin"] = graph.time_origin
    _write_synced(folder / "meta.json", lambda file: file.write(json.dumps(meta, indent=1).encode()))
    _sync_folder(folder)


def _read(folder: Path) -> Graph:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if meta["format"] != FORMAT or any((folder / name).stat().st_size != size for name, size in meta["sizes"].items()):
        raise ValueError("another format, or a file cut short")
    arrays = {name: _map(folder / f"{name}.npy", *kind) for name, kind in meta["arrays"].items()}
    n = meta["n_people"]
    if meta["numbers_as_labels"]:
        labels = Labels(n)
    else:
        with pa.memory_map(str(folder / "labels.arrow")) as source:
            labels = Labels(pa.ipc.open_file(source).read_all().column("label").combine_chunks())
    graph = Graph(
        arrays["indptr"],
        arrays["indices"],
        meta["directed"],
        labels,
        {name: arrays[f"tie_column_{i}"] for i, name in enumerate(meta["tie_columns"])},
        {name: arrays[f"people_column_{i}"] for i, name in enumerate(meta["people_columns"])},
        tie_counts=arrays.get("tie_counts"),
        complete=meta["complete"],
        notes=tuple(meta["notes"]),
        tie_layers=arrays.get("tie_layers"),
        layers=tuple(Layer.model_validate(layer) for layer in meta.get("layers", ())),
        tie_times=arrays.get("tie_times"),
        time_origin=meta.get("time_origin", 0.0),
    )
    _check(graph, n)
    if graph.hash != meta["hash"]:  # half a second for 16 million ties; wrong ties would be wrong results
        raise ValueError("damaged")
    return graph


def _check(graph: Graph, n_people: int) -> None:
    m, n_rows = len(graph.indices), 0 if graph.complete else n_people
    fits = (
        len(graph.labels) == n_people
        and len(graph.indptr) == n_rows + 1
        and (int(graph.indptr[0]), int(graph.indptr[-1])) == (0, m)
        and graph.indptr.dtype == np.dtype(np.int64)
        and graph.indices.dtype == np.dtype(np.int32)
        and all(len(column) == m for column in graph.tie_columns.values())
        and all(len(column) == n_people for column in graph.people_columns.values())
        and all(
            of_ties is None or len(of_ties) == m for of_ties in (graph.tie_counts, graph.tie_layers, graph.tie_times)
        )
    )
    if not fits:
        raise ValueError("the arrays do not fit together")
    # Kernels trust these numbers: a wrong one would read beyond an array. One pass over each, milliseconds.
    if (m and int(graph.indices.view(np.uint32).max()) >= n_people) or (np.diff(graph.indptr) < 0).any():
        raise ValueError("numbers out of range")


def _map(file: Path, dtype: str, length: int) -> NDArray[Any]:
    # An empty array cannot be mapped. As plain ndarray: numba would compile again for numpy.memmap.
    array: NDArray[Any] = np.load(file, mmap_mode="r" if length else None, allow_pickle=False)
    if array.dtype.str != dtype or array.shape != (length,):
        raise ValueError(f"{file.name} holds something else")
    return array.view(np.ndarray)


def _make_room(parent: Path, n_needed: int) -> None:
    """Remove abandoned temporary folders, then the least recently used networks until the new one fits."""
    entries = []
    for folder in parent.iterdir():
        if folder.name.startswith(TEMPORARY):
            if time.time() - folder.stat().st_mtime > ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
        elif re.fullmatch(r"[0-9a-f]{16,128}", folder.name):
            record = folder / "meta.json"
            used_at = record.stat().st_mtime if record.exists() else 0.0
            entries.append((used_at, folder.name, sum(file.stat().st_size for file in folder.iterdir())))
    n_kept = sum(size for _, _, size in entries)
    if n_needed > _bound():
        raise OSError("larger than the whole cache")
    for _, name, size in sorted(entries):
        if n_kept + n_needed <= _bound():
            break
        # Renamed first, so that no half-removed network is ever found.
        shutil.rmtree((parent / name).rename(parent / f"{TEMPORARY}{name}-{os.getpid()}"), ignore_errors=True)
        n_kept -= size


def _write_synced(file: Path, write: Callable[[Any], object]) -> None:
    with file.open("xb") as handle:
        write(handle)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)

"""How long a large file of edges takes to become a network, and how many bytes a tie then takes.

Run: python benchmarks/read_edges.py [--rows 16000000] [--repeats 3]

Times are end to end, from the path to a `Graph`, the median of the repeats after a warm-up on a small file; each kind
of file has a process of its own, so that the peak of memory is its own. Goal: 16 million rows in at most 10 s, and at
most 12 bytes a tie (indptr and indices, labels apart).
"""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from results_file import machine, replace_section

N_IDS = 2**20
SECONDS_ALLOWED = 10.0
BYTES_ALLOWED = 12.0


def write_files(folder: Path, n_rows: int) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """Write the same random ties in several forms; return each file with the attributes to read."""
    rng = np.random.default_rng(1)
    numbers = [pa.array(rng.integers(0, N_IDS, n_rows, dtype=np.int32)) for _ in range(2)]
    plain = pa.table(numbers, names=["source", "target"])
    named = [pc.binary_join_element_wise("u", column.cast(pa.string()), "") for column in numbers]
    text = pa.table(named, plain.schema.names)
    chances = plain.append_column("p", pa.array(rng.integers(0, 1000, n_rows) / 1000))
    bare = pa.csv.WriteOptions(quoting_style="none")
    pa.csv.write_csv(plain, folder / "numbers.csv", bare)
    pa.csv.write_csv(text, folder / "text.csv", bare)
    pa.csv.write_csv(chances, folder / "chances.csv", bare)
    pa.parquet.write_table(plain, folder / "numbers.parquet")
    return {
        "CSV, whole numbers": (folder / "numbers.csv", ()),
        "CSV, text labels": (folder / "text.csv", ()),
        "CSV, whole numbers and p": (folder / "chances.csv", ("p",)),
        "Parquet, whole numbers": (folder / "numbers.parquet", ()),
    }


def measure(path: Path, attributes: tuple[str, ...], repeats: int) -> tuple[list[float], int, float, float]:
    """Return the seconds of each repeat, the number of ties, bytes a tie, and the peak of memory in GB."""
    from wom_sim.graph.files import read_edges

    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.csv"
        small.write_text("u,v\na,b\n")
        read_edges(small)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        graph = read_edges(path, attributes=attributes)
        seconds.append(time.perf_counter() - start)
    kept = graph.indptr.nbytes + graph.indices.nbytes
    unit = 1 if platform.system() == "Darwin" else 1024
    return seconds, graph.n_ties, kept / graph.n_ties, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=16_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    lines = [
        "| file | MB | median s | slowest s | million rows/s | ties | bytes a tie | peak GB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for kind, (path, attributes) in write_files(Path(folder), asked.rows).items():
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                seconds, n_ties, per_tie, peak = pool.submit(measure, path, attributes, asked.repeats).result()
            median = statistics.median(seconds)
            met &= median <= SECONDS_ALLOWED and per_tie <= BYTES_ALLOWED
            lines.append(
                f"| {kind} | {path.stat().st_size / 1e6:.0f} | {median:.2f} | {max(seconds):.2f} "
                f"| {asked.rows / 1e6 / median:.1f} | {n_ties:,} | {per_tie:.2f} | {peak:.2f} |"
            )
            print(lines[-1], flush=True)
    goal = f"Goal, {SECONDS_ALLOWED:g} s and {BYTES_ALLOWED:g} bytes a tie: {'met' if met else 'MISSED'}."
    print(goal)
    explained = (
        f"`benchmarks/read_edges.py`: {asked.rows:,} random rows, people below 2^20, from the path to a `Graph`; "
        f"median of {asked.repeats}. Bytes are those of indptr and indices."
    )
    where = machine("wom-sim", "pyarrow", "numpy")
    replace_section("Reading ties", "\n".join([explained, "", where, "", *lines, "", goal]))


if __name__ == "__main__":
    main()

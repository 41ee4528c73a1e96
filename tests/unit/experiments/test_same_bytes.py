"""One table, whoever runs the parts, however the sweep is cut up, in whatever order, in one go or in several."""

import os
import random
import subprocess
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from threading import Event

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studies import CASCADE, GRID, MIXED, cut, here, run, study_of, table_of
from wom_sim.experiments.crew import Crew
from wom_sim.experiments.runner import Runner
from wom_sim.experiments.swept import swept_of
from wom_sim.experiments.work import Part, make_ready, run_part

SWEEPS = {
    "grid": GRID,
    "sets": f"{GRID}\nreplica_sets = 2",
    "models": MIXED,
    "precision": f'{GRID}\nprecision = {{ metric = "reach", relative = 0.1, at_most = 100 }}',
    "sobol": 'design = "sobol"\nn_cases = 8\n"model.share_prob" = { low = 0.05, high = 0.4 }\n"run.max_steps" = [2, 9]',
}
AT_RANDOM = {"strategy": "random", "n_seed_nodes": 2}
CUTTINGS = {
    "in one": lambda n: ((0, n), (12,)),
    "case by case": lambda n: (range(n + 1), (1, 2, 12)),
    "unevenly": lambda n: ((0, 1, n), (5, 12)),
}


@pytest.fixture(scope="module", autouse=True)
def _no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """SHA-256 of each sweep's table, and of its curves, as one thread runs it that nobody told how to cut it up."""
    found = {}
    for name, sweep in SWEEPS.items():
        folder = tmp_path_factory.mktemp("alone")
        outcome = run(study_of(sweep, curves=True), folder / "parts")
        found[name] = table_of(outcome, folder / "t.parquet"), table_of(outcome, folder / "c.parquet", curves=True)
    return found


def both(outcome, folder):
    return table_of(outcome, folder / "t.parquet"), table_of(outcome, folder / "c.parquet", curves=True)


@pytest.mark.parametrize("sweep", SWEEPS)
@pytest.mark.parametrize("cutting", CUTTINGS)
def test_the_table_does_not_depend_on_how_a_sweep_is_cut_up(sweep, cutting, expected, tmp_path):
    study = study_of(SWEEPS[sweep], curves=True)
    cut(tmp_path / "parts", study, *CUTTINGS[cutting](len(study.design)))
    assert both(run(study, tmp_path / "parts"), tmp_path) == expected[sweep]


def test_groups_of_rows_are_equally_long_however_a_sweep_is_cut_up(tmp_path, monkeypatch):
    monkeypatch.setattr("wom_sim.experiments.tidy.ROWS_OF_A_GROUP", 10)
    study, found = study_of(), set()
    for name, cutting in CUTTINGS.items():
        cut(tmp_path / name, study, *cutting(6))
        found.add(table_of(run(study, tmp_path / name), tmp_path / "t.parquet"))
        file = pq.ParquetFile(tmp_path / "t.parquet")
        assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [10] * 7 + [2]
    assert len(found) == 1


@pytest.mark.parametrize("sweep", SWEEPS)
def test_nor_on_the_number_of_threads(sweep, expected, tmp_path):
    study = study_of(SWEEPS[sweep], curves=True)
    cut(tmp_path / "parts", study, range(len(study.design) + 1), (4, 8, 12))
    assert both(run(study, tmp_path / "parts", threads=2), tmp_path) == expected[sweep]


class Shuffled(Executor):
    """Gathers some parts and runs them in a random order, each only once somebody waits for one of them."""

    def __init__(self, number):
        self._random, self._waiting = random.Random(number), []

    def submit(self, run, part, *others):
        future = Future()
        self._waiting.append((future, run, (part, *others)))
        return future

    def one(self):
        future, run, arguments = self._waiting.pop(self._random.randrange(len(self._waiting)))
        future.set_result(run(*arguments))


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("sweep", ["models", "precision"])
def test_nor_on_the_order_in_which_parts_come_back(sweep, number, expected, tmp_path, monkeypatch):
    study, pool = study_of(SWEEPS[sweep], curves=True), Shuffled(number)
    cut(tmp_path / "parts", study, range(len(study.design) + 1), (4, 8, 12))
    taking = Runner._take_back
    monkeypatch.setattr(Runner, "_take_back", lambda runner: (pool.one(), taking(runner)))
    assert both(run(study, tmp_path / "parts", Crew(pool, lambda: 3, dict)), tmp_path) == expected[sweep]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    groups=st.sets(st.integers(1, 5)),
    rounds=st.sets(st.integers(1, 12), min_size=1),
    stops=st.lists(st.integers(1, 6), max_size=4),
    sweep=st.sampled_from(["grid", "sets", "precision"]),
)
def test_stopped_anywhere_and_gone_on_with_it_is_the_same(groups, rounds, stops, sweep, expected, tmp_path_factory):
    folder, study = tmp_path_factory.mktemp("stopped"), study_of(SWEEPS[sweep], curves=True)
    cut(folder / "parts", study, (0, *sorted(groups), 6), sorted(rounds))
    for parts in stops:
        run(study, folder / "parts", here(), stop=after(parts))
    assert both(run(study, folder / "parts"), folder) == expected[sweep]


def after(parts):
    """A request to stop that comes once it was looked at so many times."""

    class Later(Event):
        looks = 0

        def is_set(self):
            self.looks += 1
            return self.looks > 2 * parts

    return Later()


def test_more_replicas_added_are_those_of_a_fresh_sweep_and_fewer_are_its_first(tmp_path):
    study = {n: study_of(values={"run": {**CASCADE["run"], "n_replicas": n}}) for n in (7, 12, 30)}
    fresh = {n: table_of(run(study[n], tmp_path / f"fresh-{n}"), tmp_path / f"{n}.parquet") for n in study}
    for n in (12, 30, 7, 12):
        again = run(study[n], tmp_path / "grown")
        assert again.complete
        assert table_of(again, tmp_path / "t.parquet") == fresh[n]
    few, many = (pq.read_table(tmp_path / f"{n}.parquet").to_pandas() for n in (7, 30))
    assert few.equals(many[many["replica"] < 7].reset_index(drop=True))


def test_nothing_is_run_again_that_is_there(tmp_path):
    study, crew = study_of(SWEEPS["precision"]), here()
    run(study, tmp_path / "parts")
    outcome = run(study, tmp_path / "parts", crew)
    assert crew.executor.parts == []
    assert outcome.progress.kept == outcome.progress.done == outcome.progress.total > 72


def test_a_worker_in_another_folder_finds_the_same_files(tmp_path, monkeypatch):
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    for folder, ties in ((there, "a,b\nb,c\n"), (elsewhere, "a,b\n")):
        folder.mkdir()
        (folder / "one.csv").write_text("source,target\na,c\n")
        (folder / "two.csv").write_text(f"source,target\n{ties}")
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(there)
    files = {"network": {"file": "one.csv"}, "seeding": {"nodes": ["a"]}}
    study = study_of('"network.file" = ["one.csv", "two.csv"]', values=files)
    part = Part(study.asked, study.travelling, (study.work(0), study.work(1)), 0, 3)
    networks = dict(study.networks)
    monkeypatch.chdir(elsewhere)
    assert list(study.networks) == list(networks)
    done = run_part(part, networks)
    assert done.failures == []
    assert [fact["n_people"] for fact in done.facts] == [2, 3]


def test_a_sweep_that_was_stopped_is_a_coarse_whole(tmp_path):
    """All cases advance together: after a stop no case is more than a round ahead."""
    study = study_of()
    cut(tmp_path / "parts", study, range(7), (4, 8, 12))
    outcome = run(study, tmp_path / "parts", here(), stop=after(9))
    n_done = [len(rows.get("replica", ())) for _, rows in swept_of(outcome).source.cases()]
    assert 0 < sum(n_done) < 72
    assert max(n_done) - min(n_done) <= 4


def test_nothing_depends_on_the_surroundings(expected, tmp_path):
    """Another order of hashing, another language, another time zone, optimised Python."""
    text = (
        "import sys\nfrom pathlib import Path\nfrom studies import *\n"
        "folder = Path(sys.argv[1])\n"
        "print(table_of(run(study_of(MIXED, curves=True), folder), folder / 't.parquet'))\n"
    )
    for number in ("0", "1"):
        around = {"PYTHONHASHSEED": number, "LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONOPTIMIZE": number}
        path = os.pathsep.join((*sys.path, str(Path(__file__).parents[2])))
        command = [sys.executable, "-c", text, str(tmp_path / number)]
        done = subprocess.run(
            command, env={**os.environ, **around, "PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
        assert done.stdout.strip() == expected["models"][0], done.stderr


def test_the_first_set_is_the_run_without_sets_and_the_others_are_other_luck_of_the_same_people(tmp_path):
    alone, sets = (tmp_path / name for name in ("alone.parquet", "sets.parquet"))
    one, three = (study_of(f"{GRID}\nreplica_sets = {n}") for n in (1, 3))
    table_of(run(one, tmp_path / "one"), alone)
    outcome = run(three, tmp_path / "three")
    table_of(outcome, sets)
    table = pq.read_table(sets).to_pandas()
    first = table[table["set"] == 0].drop(columns="set").reset_index(drop=True)
    assert first.equals(pq.read_table(alone).to_pandas())
    at_best = table[(table["model.share_prob"] == 0.3) & (table["seeding.n_seed_nodes"] == 4)]
    reach = [at_best[at_best["set"] == s]["reach"].to_numpy() for s in range(3)]
    for i in range(3):
        for other in reach[:i]:
            assert not np.array_equal(reach[i], other)
    assert outcome.facts(5)["n_seed_nodes"] == 4


def test_all_sets_of_a_case_start_with_the_same_people():
    study = study_of('"seeding.n_seed_nodes" = [3, 9]\nreplica_sets = 3', values={"seeding": AT_RANDOM})
    ready = make_ready(study.asked, study.work(1), study.bases[0])
    first, *others = (ready.case(12, s)[0] for s in range(3))
    for other in others:
        assert other.seed_nodes.tolist() == first.seed_nodes.tolist()
        assert other.graph is first.graph
    assert len(set(first.seed_nodes.tolist())) == 9

import numpy as np
import pytest

from kernel_runner import JIT_OFF
from wom_sim.engine import machine
from wom_sim.engine.machine import COPY, GATHER, Limit
from wom_sim.kernels.gather import copy, fill_places, gather


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "machine.json"


def test_places_are_all_over_the_values_and_gather_reads_them():
    places, values = np.empty(4096, np.int32), np.arange(64, dtype=np.int32)
    fill_places(np.uint64(1), places, 64)
    assert sorted(set(places.tolist())) == list(range(64))
    assert gather(places, values) == values[places].sum()


def test_a_copy_is_a_copy():
    source, target = np.arange(9.0), np.zeros(9)
    copy(source, target)
    assert target.tolist() == source.tolist()


@pytest.mark.skipif(JIT_OFF, reason="measures the compiled kernels, in minutes without the compiler")
def test_limits_are_measured_for_each_size_and_number_of_threads():
    found = machine.measure(threads=(1, 2), sizes=(1 << 12, 1 << 16))
    assert [row[:3] for row in found] == [
        (GATHER, 1 << 12, 1),
        (GATHER, 1 << 12, 2),
        (GATHER, 1 << 16, 1),
        (GATHER, 1 << 16, 2),
        (COPY, 1 << 16, 1),
        (COPY, 1 << 16, 2),
    ]
    assert all(row.rate > 0 for row in found)


def test_what_is_kept_is_known_again_on_this_machine_alone(monkeypatch):
    assert machine.known_limits() == []
    machine.keep([Limit(GATHER, 1024, 1, 700.0)])
    assert machine.known_limits() == [Limit(GATHER, 1024, 1, 700.0)]
    monkeypatch.setattr(machine, "name_of_machine", lambda: "another")
    assert machine.known_limits() == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"NAME": 3}', '{"NAME": [[1]]}'])
def test_a_damaged_file_counts_as_none(cache, text):
    cache.parent.mkdir(parents=True)
    cache.write_text(text.replace("NAME", machine.name_of_machine().replace('"', "")))
    assert machine.known_limits() == []


def test_random_reads_are_those_of_a_place_as_large_as_the_people():
    rows = [Limit(GATHER, 4000, 1, 9.0), Limit(GATHER, 400, 1, 70.0), Limit(GATHER, 400, 2, 99.0)]
    assert machine.random_reads(rows, 100) == 70.0
    assert machine.random_reads(rows, 101) == 9.0
    assert machine.random_reads(rows, 10**6) == 9.0
    assert machine.random_reads([], 10) is None

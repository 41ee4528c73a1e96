"""Workers of a Dask cluster: the same bytes, also when one is lost; whoever does not answer is named at once."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from kernel_runner import JIT_OFF
from slow_sweep import children_of, start, wait_for_parts

__all__ = ["start"]

pytest.importorskip("distributed")

on_linux = pytest.mark.skipif(JIT_OFF or not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def workers_of(process):
    """Process ids of the workers that a process has started."""
    found = []
    for child in children_of(process.pid):
        line = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"spawn_main" in line and child != process.pid:
            found.append(child)
    return found


@on_linux
def test_a_worker_that_is_killed_changes_nothing(start, folder):
    alone = start("--out", "alone")
    _, err = alone.communicate(timeout=60)
    assert alone.returncode == 0, err
    process = start("--out", "x", "--dask", "local", "--threads", "2", "--quiet")  # however long it takes
    wait_for_parts(folder, process, 2)
    assert len(workers_of(process)) == 2
    os.kill(workers_of(process)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""
    for name in ("table.parquet", "sweep.json"):
        assert (folder / "x" / name).read_bytes() == (folder / "alone" / name).read_bytes()


@on_linux
def test_an_interrupt_ends_the_workers_that_were_started_here(start, folder):
    """A terminal sends Ctrl-C to workers too."""
    process = start("--out", "x", "--replicas", "20000", "--dask", "local")
    wait_for_parts(folder, process, 2)
    assert workers_of(process)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 8
    assert process.returncode == 130, err
    assert "stopped: what is finished is saved" in err
    assert "Traceback" not in err
    assert nobody_left(process)


@on_linux
def test_workers_do_not_outlive_a_sweep_that_is_killed(start, folder):
    process = start("--out", "x", "--replicas", "20000", "--dask", "local")
    wait_for_parts(folder, process, 1)
    process.kill()
    process.communicate()
    assert nobody_left(process)


def nobody_left(process):
    for _ in range(200):
        if not children_of(process.pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "", "local "])
def test_what_is_no_address_is_refused(wom, folder, address):
    sweep(folder)
    done = wom("sweep", "s.toml", "--out", "x", "--dask", address)
    assert done.code == 2
    assert done.err == f"wom: --dask {address}: must be an address such as tcp://10.0.0.5:8786, or local\n"
    assert not (folder / "x").exists()


def test_where_nothing_listens_it_says_so_at_once(wom, folder):
    sweep(folder)
    began = time.monotonic()
    done = wom("sweep", "s.toml", "--out", "x", "--dask", "tcp://127.0.0.1:1")
    assert time.monotonic() - began < 5
    assert done.code == 2
    assert done.err.startswith("wom: --dask tcp://127.0.0.1:1: no scheduler answers there (")
    assert done.err.endswith("start one with `dask scheduler`, or write --dask local\n")
    assert not (folder / "x").exists()


@pytest.mark.skipif(JIT_OFF, reason="too slow without the compiler")
@pytest.mark.parametrize("greeting", [b"220 mail.example.org ESMTP" + b" " * 40, b""], ids=["talks", "is silent"])
def test_what_answers_but_is_no_scheduler_is_not_waited_for(start, folder, greeting):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=greet, args=(server, greeting), daemon=True).start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        process = start("--out", "x", "--replicas", "50", "--dask", address)
        _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 14
    assert process.returncode == 2
    assert err.startswith(f"wom: --dask {address}: no scheduler answers there (")
    assert err.count("\n") == 1
    assert not (folder / "x").exists()


def greet(server, greeting):
    kept = []
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            break
        connection.sendall(greeting)
        kept.append(connection)
    for connection in kept:
        connection.close()


def sweep(folder):
    with (folder / "s.toml").open("a") as file:
        file.write('\n[sweep]\n"model.share_prob" = [0.2, 0.4]\n')

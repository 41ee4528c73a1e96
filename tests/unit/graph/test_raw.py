"""Reading a file's bytes: what is refused, what is unpacked, what is hashed."""

import gzip
import hashlib
import io
import os
import sys
import types
from pathlib import Path

import pytest

from wom_sim.errors import GraphError
from wom_sim.graph.raw import read_file


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, content):
    Path(name).write_bytes(content)


def refusal(name, **caps):
    with pytest.raises(GraphError) as caught:
        read_file(name, **caps)
    return str(caught.value)


def test_plain_bytes_come_with_their_hash():
    write("net.CSV", b"a,b\n")
    file = read_file("net.CSV")
    assert (file.shown, file.suffix, file.content) == ("net.CSV", ".csv", b"a,b\n")
    assert file.sha256 == hashlib.sha256(b"a,b\n").hexdigest()


def test_gzip_is_hashed_as_it_lies_on_disk():
    packed = gzip.compress(b"a,b\n")
    write("net.csv.GZ", packed)
    file = read_file("net.csv.GZ")
    assert (file.suffix, file.content) == (".csv", b"a,b\n")
    assert file.sha256 == hashlib.sha256(packed).hexdigest()


def test_gzip_is_known_by_its_content():
    write("net.csv", gzip.compress(b"a,b\n"))
    assert read_file("net.csv").content == b"a,b\n"


def test_gzip_members_are_joined_and_zero_padding_ignored():
    write("net.csv.gz", gzip.compress(b"a,b\n") + gzip.compress(b"c,d\n") + bytes(700))
    assert read_file("net.csv.gz").content == b"a,b\nc,d\n"


def test_large_gzip_is_unpacked_whole():
    content = os.urandom(9_000_000)
    write("net.csv.gz", gzip.compress(content, 1) + gzip.compress(content[:5], 1))
    assert read_file("net.csv.gz").content == content + content[:5]


def test_gz_that_is_not_gzip():
    write("net.csv.gz", b"a,b\n")
    assert refusal("net.csv.gz") == "net.csv.gz: not gzip, although its name ends in .gz"


@pytest.mark.parametrize("kept", [3, 11, 40, -1, -8])
def test_truncated_gzip(kept):
    write("net.csv.gz", gzip.compress(bytes(range(256)) * 4)[:kept])
    assert refusal("net.csv.gz") == "net.csv.gz: truncated: the gzip data end too early"


def test_damaged_gzip():
    packed = bytearray(gzip.compress(b"source,target\n" * 40))
    packed[20] ^= 255
    write("net.csv.gz", bytes(packed))
    assert refusal("net.csv.gz").startswith("net.csv.gz: damaged gzip data")


def test_gzip_followed_by_something_else():
    write("net.csv.gz", gzip.compress(b"a,b\n") + b"and more")
    assert refusal("net.csv.gz") == "net.csv.gz: damaged gzip data, or something else follows them"


def test_gzip_bomb_by_ratio():
    write("bomb.csv.gz", gzip.compress(bytes(20_000_000)))
    assert refusal("bomb.csv.gz") == (
        "bomb.csv.gz: unpacks to more than 200 times its size; unpack it yourself if that is meant"
    )


def test_gzip_bomb_by_size():
    write("bomb.csv.gz", gzip.compress(os.urandom(3000)))
    assert refusal("bomb.csv.gz", max_bytes=2000) == (
        "bomb.csv.gz: unpacks to more than 2,000 bytes; unpack it yourself if that is meant"
    )


def test_small_files_may_shrink_as_they_like():
    write("zeros.csv.gz", gzip.compress(b"1" * 1_000_000))
    assert len(read_file("zeros.csv.gz").content) == 1_000_000


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".npy", ".npz"])
def test_files_that_can_carry_code(suffix):
    write("net" + suffix, b"\x80\x04N.")
    said = f"net{suffix}: {suffix} files are not read, for they can run code; save the edges as .csv or .parquet"
    assert refusal("net" + suffix) == said


def test_missing_file():
    assert refusal("nowhere.csv") == "nowhere.csv: cannot be read: No such file or directory"


def test_folder():
    Path("net.csv").mkdir()
    assert refusal("net.csv") == "net.csv: is a folder, not a file"


def test_nul_in_path():
    assert refusal("a\0b.csv") == "'a\\x00b.csv': is not a path"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_fifo_is_refused_without_waiting():
    os.mkfifo("pipe.csv")
    assert refusal("pipe.csv") == (
        "pipe.csv: is not a regular file; for a stream, save it to a file or use - (standard input)"
    )


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_endless_device_is_refused_also_behind_a_link():
    Path("zero.csv").symlink_to("/dev/zero")
    assert refusal("zero.csv").startswith("zero.csv: is not a regular file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file():
    write("net.csv", b"a,b\n")
    Path("net.csv").chmod(0)
    assert refusal("net.csv") == "net.csv: cannot be read: Permission denied"


def test_standard_input_with_a_cap(monkeypatch):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"1 2\n")))
    file = read_file("-")
    assert (file.shown, file.suffix, file.content) == ("-", ".txt", b"1 2\n")
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(bytes(11))))
    assert refusal("-", max_bytes=10) == "-: standard input holds more than 10 bytes; save it to a file"


def test_home_and_variables_are_not_expanded():
    assert refusal("~/net.csv").startswith("~/net.csv: cannot be read")
    assert refusal("$HOME/net.csv").startswith("$HOME/net.csv: cannot be read")

"""A disk that is full and a process that is killed, at every single step of writing: the same command ends the same."""

import errno
import json
import os
from pathlib import Path

import pytest

from wom_sim.cli.main import main
from wom_sim.results import files

SWEEP = '[sweep]\n"model.share_prob" = [0.2, 0.6]\n'


class Killed(BaseException):
    """As if the process were gone: nothing catches it, and nothing is cleaned up."""


class Steps:
    """Counts what is done to files, and fails at one step: with an error, or for good."""

    def __init__(self, patch, fails_at=None, *, dies=False):
        self.n, self.dead, self._fails_at, self._dies = 0, False, fails_at, dies
        for owner, name, do in (
            (files, "_open_anew", files._open_anew),
            (os, "fsync", lambda _: None),
            (Path, "replace", Path.replace),
        ):
            patch.setattr(owner, name, self._counted(do))
        for name in ("unlink", "rmdir"):
            patch.setattr(Path, name, self._alive(getattr(Path, name)))

    def _alive(self, do):
        def checked(*args, **named):
            if self.dead:
                raise Killed
            return do(*args, **named)

        return checked

    def _counted(self, do):
        def counted(*args, **named):
            self.n += 1
            if self.n == self._fails_at:
                self.dead = self._dies
                if not self._dies:
                    raise OSError(errno.ENOSPC, "No space left on device")
            if self.dead:
                raise Killed
            return do(*args, **named)

        return counted


def sweep(*more):
    """Run the command in this process; return its exit code, 137 where it was killed."""
    with pytest.raises((SystemExit, Killed)) as left:
        main(["sweep", "s.toml", "--out", "x", "--no-plots", "--quiet", "--threads", "1", *more])
    return 137 if left.type is Killed else int(left.value.code or 0)


@pytest.fixture
def small(folder, monkeypatch):
    """A sweep of two cases, in two parts, as the current folder; and the number of its steps, and its table."""
    text = (folder / "s.toml").read_text().replace("n_replicas = 40", "n_replicas = 5")
    (folder / "s.toml").write_text(text + SWEEP)
    assert sweep() == 0  # from now on the network comes from the cache
    clear(folder / "x")
    with monkeypatch.context() as patch:
        steps = Steps(patch)
        assert sweep() == 0
    table = (folder / "x" / "table.parquet").read_bytes()
    clear(folder / "x")
    return steps.n, table


def clear(folder):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.mark.parametrize("dies", [False, True], ids=["disk full", "killed"])
def test_after_a_fault_at_any_step_the_same_command_gives_the_same_table(small, folder, capfd, monkeypatch, dies):
    n_steps, table = small
    assert n_steps > 25
    for step in range(1, n_steps + 1):
        with monkeypatch.context() as patch:
            Steps(patch, step, dies=dies)
            code = sweep()
        assert code == (137 if dies else 5), step
        err = capfd.readouterr().err
        assert dies or (err.count("\n") == 1 and "full" in err), (step, err)
        assert sweep() == 0, (step, capfd.readouterr().err)
        assert (folder / "x" / "table.parquet").read_bytes() == table, step
        assert not list((folder / "x").rglob("*.tmp-*")), step
        clear(folder / "x")


def test_a_fault_while_replicas_are_added_leaves_those_that_were_there(small, folder, monkeypatch, capfd):
    n_steps, table = small
    assert sweep("--replicas", "12") == 0
    more = (folder / "x" / "table.parquet").read_bytes()
    for step in range(1, n_steps, 3):
        clear(folder / "x")
        assert sweep() == 0
        with monkeypatch.context() as patch:
            steps = Steps(patch, step, dies=step % 2 == 0)
            code = sweep("--replicas", "12")
        if steps.n < step:
            break
        assert code == (137 if steps.dead else 5)
        assert sweep("--replicas", "12") == 0
        assert (folder / "x" / "table.parquet").read_bytes() == more
        assert sweep() == 0, step
        assert (folder / "x" / "table.parquet").read_bytes() == table


def part(folder, ending):
    return min(path for path in (folder / "x" / "parts" / "main").glob(f"c*{ending}"))


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-7])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


DAMAGE = {
    "a part cut off": lambda folder: cut_off(part(folder, ".parquet")),
    "a part's flipped bit": lambda folder: flip(part(folder, ".parquet")),
    "a part gone": lambda folder: part(folder, ".parquet").unlink(),
    "a record cut off": lambda folder: cut_off(part(folder, ".json")),
    "a record's flipped bit": lambda folder: flip(part(folder, ".json")),
    "a record that is no record": lambda folder: part(folder, ".json").write_text("[1]"),
    "a record that forgets a metric": lambda folder: rewrite(part(folder, ".json"), '"peak_step", ', ""),
    "a record gone": lambda folder: part(folder, ".json").unlink(),
    "no parts": lambda folder: clear(folder / "x" / "parts"),
    "no table": lambda folder: (folder / "x" / "table.parquet").unlink(),
    "a damaged table": lambda folder: flip(folder / "x" / "table.parquet"),
    "a plan cut off": lambda folder: cut_off(folder / "x" / "parts" / "main" / "plan.json"),
    "an empty plan": lambda folder: (folder / "x" / "parts" / "main" / "plan.json").write_text(""),
    "a plan of other groups": lambda folder: replan(folder, groups=[0, 2]),
    "a plan that leaves out a case": lambda folder: replan(folder, groups=[1, 2]),
    "a plan without rounds": lambda folder: replan(folder, rounds=[]),
    "a manifest cut off": lambda folder: cut_off(folder / "x" / "manifest.json"),
    "an empty manifest": lambda folder: (folder / "x" / "manifest.json").write_text(""),
    "a manifest that is no table": lambda folder: (folder / "x" / "manifest.json").write_text("7"),
    "no manifest": lambda folder: (folder / "x" / "manifest.json").unlink(),
    "no asked.json": lambda folder: (folder / "x" / "asked.json").unlink(),
    "a damaged asked.json": lambda folder: cut_off(folder / "x" / "asked.json"),
    "leftovers": lambda folder: leave(folder),  # noqa: PLW0108 - it stands below
}


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def replan(folder, **changes):
    path = folder / "x" / "parts" / "main" / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def leave(folder):
    for path in (part(folder, ".parquet"), part(folder, ".json"), folder / "x" / "table.parquet"):
        path.with_name(f"{path.name}.tmp-0123abcd").write_bytes(b"half")


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_made_anew(small, folder, damage, capfd):
    _, table = small
    assert sweep() == 0
    DAMAGE[damage](folder)
    assert sweep() == 0, capfd.readouterr().err
    assert (folder / "x" / "table.parquet").read_bytes() == table
    assert json.loads((folder / "x" / "manifest.json").read_text())["status"] == "complete"
    assert not list((folder / "x").rglob("*.tmp-*"))


def test_overwriting_deletes_nothing_that_is_not_ours(small, folder):
    _, table = small
    mine = folder / "x" / "parts" / "main" / "of my car.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("keep me")
    assert sweep() == 2
    assert sweep("--overwrite") == 0
    assert sweep("--overwrite") == 0
    assert mine.read_text() == "keep me"
    assert (folder / "x" / "table.parquet").read_bytes() == table

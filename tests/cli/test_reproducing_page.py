"""docs/reproducing.md shows what the commands print."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from folders import change_cell, unpacked

PAGE = (Path(__file__).parents[2] / "docs" / "reproducing.md").read_text(encoding="utf-8")
FRIENDS = "who,whom\nanna,ben\nben,carla\ncarla,dora\nanna,dora\ndora,emil\nemil,fay\nfay,gus\ncarla,gus\n"


def shown():
    """Each command of the page with the lines it shows."""
    for block in re.findall(r"^```\n(\$ .*?)^```", PAGE, re.DOTALL | re.MULTILINE):
        for command, lines in re.findall(r"^\$ wom (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            yield command, [line for line in lines.splitlines() if line != "..."]


@pytest.fixture
def friends(folder):
    (folder / "friends.csv").write_text(FRIENDS)
    (folder / "friends.toml").write_text(PAGE.split("```toml\n")[1].split("```")[0])
    return folder


def test_every_command_prints_what_the_page_shows(wom, friends):
    n_reruns = n_checked = 0
    for command, lines in shown():
        if command == "rerun changed":
            shutil.copytree(friends / "spring", friends / "changed")
            change_cell(friends / "changed", "replicas", "reach", 12, 7)
        if command == "rerun spring":
            n_reruns += 1
            (friends / "friends.csv").write_text(FRIENDS + ("gus,hana\n" if n_reruns == 2 else ""))
        if command.startswith("pack"):
            (friends / "friends.csv").write_text(FRIENDS)
        if command == "rerun friends-a4b156ddb27a":
            unpacked(friends / "review.zip", friends / "there").rename(friends / "friends-a4b156ddb27a")
        done = wom(*shlex.split(command))
        # The size of a pack depends on the versions it names.
        printed = [re.sub(r"\([\d,]+ bytes", "(25,168 bytes", line) for line in (done.out + done.err).splitlines()]
        for line in lines:
            assert line in printed, command
            n_checked += 1
    assert n_checked > 15

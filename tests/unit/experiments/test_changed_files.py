"""Files that change between two sweeps of one program: never the old network, never a folder of both."""

import pytest

import wom_sim as wom
from studies import CASCADE
from wom_sim.errors import FolderError
from wom_sim.scenario.load import scenario_from

THREE, FIVE = "a,b\n1,2\n2,3\n", "a,b\n1,2\n2,3\n3,4\n4,5\n"


def everybody(folder, sweep):
    """A cascade that reaches everybody, from person 1 of a chain in a file."""
    values = {
        **CASCADE,
        "network": {"file": "net.csv"},
        "model": {"kind": "independent_cascade", "share_prob": 1.0},
        "seeding": {"strategy": "nodes", "nodes": ["1"]},
        "sweep": sweep,
    }
    return scenario_from(values, folder=folder)


@pytest.mark.parametrize("sweep", [{"run.max_steps": [8, 9]}, {"network.file": ["net.csv", "same.csv"]}])
def test_the_next_sweep_reads_a_changed_file(tmp_path, sweep):
    for text, reach in ((THREE, 3.0), (FIVE, 5.0)):
        for name in ("net.csv", "same.csv"):
            (tmp_path / name).write_text(text)
        assert wom.sweep(everybody(tmp_path, sweep), threads=1).cases["reach"].tolist() == [reach, reach]


@pytest.mark.parametrize(
    "sweep", [{"network.file": ["net.csv", "same.csv"]}, {"network": [{"file": "net.csv"}, {"file": "same.csv"}]}]
)
def test_a_folder_never_mixes_what_was_read_before_and_after_a_change(tmp_path, sweep):
    for name in ("net.csv", "same.csv"):
        (tmp_path / name).write_text(THREE)
    wom.sweep(everybody(tmp_path, sweep), threads=1, folder=tmp_path / "out")
    (tmp_path / "same.csv").write_text(FIVE)
    with pytest.raises(FolderError, match=r"files\.same\.csv was"):
        wom.sweep(everybody(tmp_path, sweep), threads=1, folder=tmp_path / "out")

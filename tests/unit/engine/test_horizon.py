"""A horizon is followed in whole steps: what that leaves out is said, and less than one step is refused."""

import pytest

import wom_sim as wom

CHAIN = wom.Graph.from_edges([0, 1, 2], [1, 2, 3])
MODEL = wom.TimedCascade(share_prob=1.0, delay={"kind": "fixed", "length": "1d"}, record_every="2d")


def run(horizon):
    return wom.simulate(CHAIN, MODEL, seed_nodes=[0], n_replicas=2, rng_seed=1, horizon=horizon)


def test_whole_steps_are_followed_and_the_rest_is_said():
    result = run("3d")
    assert result.reach.tolist() == [3, 3]
    assert "run: followed for 1 whole step of 2d, 2d of 3d" in result.warnings
    assert result.stop_reasons == {"horizon": 2}
    assert not [line for line in run("4d").warnings if "whole steps" in line]


def test_less_than_a_step_is_refused():
    with pytest.raises(
        wom.ScenarioError, match=r"run\.horizon: must be at least one step, 2d, got 1d; shorten the steps"
    ):
        run("1d")


def test_a_column_inside_a_table_is_named_with_its_key(tmp_path):
    (tmp_path / "ties.csv").write_text("source,target\na,b\n")
    (tmp_path / "s.toml").write_text(
        'format = 1\nname = "x"\n[network]\nfile = "ties.csv"\n[model]\nkind = "timed_cascade"\nshare_prob = 1.0\n'
        'delay = { kind = "exponential", mean = "wait" }\n[seeding]\nnodes = ["a"]\n[run]\nhorizon = "3d"\n'
    )
    with pytest.raises(wom.GraphError, match=r"model.delay.mean names the column"):
        wom.run(wom.read_scenario(tmp_path / "s.toml"))


@pytest.mark.parametrize("replicas", [9, -1, True, "a", [0.5]])
def test_replicas_that_are_none_are_refused(replicas):
    with pytest.raises(wom.ResultError, match="there is no replica"):
        run("4d").cascades(replicas)

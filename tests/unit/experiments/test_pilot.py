"""What a sweep is said to take."""

import pytest

from studies import run, study_of, table_of
from wom_sim.experiments.pilot import measure


@pytest.mark.parametrize("values", [None, {"model": {"kind": "sir", "infect_prob": 0.3, "recover_prob": 0.02}}])
def test_room_for_curves_is_counted(tmp_path, values):
    sweep = '"seeding.n_seed_nodes" = [1, 2, 3, 4]'
    plain, curves = (study_of(sweep, values=values, curves=curves) for curves in (False, True))
    outcome = run(curves, tmp_path / "parts")
    for name, kept in (("table", False), ("curves", True)):
        table_of(outcome, tmp_path / f"{name}.parquet", curves=kept)
    # Before compression: 8 bytes at least for each of a row's key, replica, step, time and curve.
    rows = sum(len(of["replica"]) for of in outcome.table.groups(curves=True))
    assert measure(curves).disk_bytes(curves) - measure(plain).disk_bytes(plain) > 24 * rows

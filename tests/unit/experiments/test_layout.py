"""How a sweep is cut up: parts stay short and groups of rows small, however many replicas are asked for later."""

import pytest

from studies import GRID, cut, run, study_of, table_of
from wom_sim.experiments.parts import Layout, Parts
from wom_sim.experiments.pilot import Measured, layout_of

CHEAP = Measured(
    setup_s=1e-3, replica_s=2e-5, n_columns=4, grain=64, case_bytes=1, network_bytes=1, tried=(0,)
)  # fmt: skip
ADAPTIVE = f'{GRID}\nprecision = {{ metric = "reach", relative = 0.02, at_most = 96 }}'


@pytest.mark.parametrize(("step", "rounds"), [(None, (4, 12, 50)), (10, (4, 12, 22, 32, 42, 50)), (100, (4, 12, 50))])
def test_more_replicas_come_in_rounds_of_a_part_each(step, rounds):
    layout = Layout((0, 6), (4, 12), step)
    assert layout.upto(50) == rounds
    assert layout.upto(12) == (4, 12)
    assert layout.upto(9) == (4, 9)
    assert layout.upto(3) == (3,)


def test_a_sweep_that_is_asked_for_many_more_replicas_has_no_longer_parts():
    few = study_of(
        "\n".join(f'"{key}" = [1, 2, 3, 4, 5, 6, 7, 8, 9]' for key in ("seeding.n_seed_nodes", "run.max_steps"))
    )
    layout = layout_of(few, CHEAP, workers=2)
    size = max(b - a for a, b in zip(layout.groups, layout.groups[1:], strict=False))
    longest = max(block.last - block.first for block in layout.blocks(1_000_000)) * size * CHEAP.replica_s
    assert longest < 16.0


def test_rows_of_a_group_stay_few_where_cases_may_get_many_replicas():
    study = study_of('"seeding.n_seed_nodes" = [1, 2, 3, 4, 5, 6, 7, 8, 9]\n'
                     'precision = { metric = "reach", relative = 0.02, at_most = 1_000_000 }')  # fmt: skip
    layout = layout_of(study, CHEAP, workers=1)
    assert max(b - a for a, b in zip(layout.groups, layout.groups[1:], strict=False)) == 2


def test_pieces_of_a_doubling_change_no_byte(tmp_path):
    study = study_of(ADAPTIVE)
    for name, step in (("whole", None), ("pieces", 7)):
        parts = Parts(tmp_path / name, study.study_id)
        parts.settle(Layout((0, 2, 6), (12,), step))
        first = run(study, tmp_path / name)
        assert first.progress.complete
        again = run(study, tmp_path / name)
        assert again.progress.kept == first.progress.total == again.progress.total
    assert len(list((tmp_path / "pieces").iterdir())) > len(list((tmp_path / "whole").iterdir()))
    whole, pieces = (
        table_of(run(study, tmp_path / name), tmp_path / f"{name}.parquet") for name in ("whole", "pieces")
    )
    assert whole == pieces


def test_replicas_added_in_pieces_are_those_of_one_go(tmp_path):
    few, many = study_of(), study_of(values={"run": {"n_replicas": 40, "rng_seed": 5}})
    Parts(tmp_path / "parts", few.study_id).settle(Layout((0, 4, 6), (12,), 9))
    run(few, tmp_path / "parts")
    more = run(many, tmp_path / "parts")
    assert more.progress.kept == 12 * 6
    cut(tmp_path / "one", many, (0, 6), (40,))
    assert table_of(more, tmp_path / "a.parquet") == table_of(run(many, tmp_path / "one"), tmp_path / "b.parquet")


def test_a_plan_without_rounds_or_with_steps_of_nothing_is_none():
    assert Layout((0, 6), (4,), 3).whole
    assert not Layout((0, 6), ()).whole
    assert not Layout((0, 6), (4,), 0).whole

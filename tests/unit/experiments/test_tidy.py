"""The tidy table: many small pieces take no more than few large ones; cases need not have what was asked for."""

from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq

from studies import run, study_of, table_of
from wom_sim.experiments import tidy
from wom_sim.experiments.sweeping import Share
from wom_sim.experiments.swept import _Merged

MODELS = """\
metrics = ["recovered"]
"seeding.n_seed_nodes" = [1, 2]
model = [
    { kind = "independent_cascade", share_prob = 0.2 },
    { kind = "sir", infect_prob = 0.2, recover_prob = 0.5 },
]
"""


class Piece:
    """So many rows, which notes how often they are counted."""

    counted = 0

    def __init__(self, n):
        self.n = n

    def __len__(self):
        Piece.counted += 1
        return self.n

    def slice(self, first, n=None):
        return Piece(self.n - first if n is None else min(n, self.n - first))

    def combine_chunks(self):
        return self


def test_pieces_are_counted_once_each(monkeypatch):
    monkeypatch.setattr(tidy, "pa", SimpleNamespace(concat_tables=lambda pieces: Piece(sum(p.n for p in pieces))))
    monkeypatch.setattr(Piece, "counted", 0)
    whole = [piece.n for piece in tidy._even(Piece(3) for _ in range(30_000))]
    assert whole == [tidy.ROWS_OF_A_GROUP, 90_000 - tidy.ROWS_OF_A_GROUP]
    assert Piece.counted < 30_100


def test_rows_of_shards_come_many_cases_at_once():
    def cases(*, curves):
        del curves
        return ((case, {"case": np.full(2, case), "reach": np.arange(2)}) for case in range(50))

    shards = [SimpleNamespace(table=SimpleNamespace(cases=cases)) for _ in range(3)]
    (together,) = _Merged(shards).groups()
    assert together["case"].tolist() == np.repeat(np.arange(150), 2).tolist()


def test_a_job_whose_cases_lack_the_metric_still_says_which_cases_it_ran(tmp_path):
    outcome = run(study_of(MODELS, share=Share(1, 2)), tmp_path / "parts")
    table_of(outcome, tmp_path / "table.parquet")
    table = pq.read_table(tmp_path / "table.parquet")
    assert table.column_names == ["seeding.n_seed_nodes", "model", "replica"]
    assert len(table) == 2 * outcome.study.n_replicas

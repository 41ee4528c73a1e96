"""Starters who take part are paid, in each replica as its lots fall; none without the campaign."""

import tomllib

import numpy as np
import pytest

from campaign_results import TALK, run_text
from wom_sim.engine.plan import plan_scenario
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels.campaign import draws
from wom_sim.kernels.rng import derive_key, set_uniforms_at
from wom_sim.metrics.table import replica_table, with_counts
from wom_sim.results.store import curves_table, parquet_bytes, read_finished, replicas_table
from wom_sim.scenario.load import scenario_from

PRICED = {
    "network.generate": "communities",
    "network.mean_contacts": 8,
    "seeding.cost_per_person": 5.1,
    "seeding.cost_per_contact": 0.25,
}


@pytest.fixture(scope="module")
def results():
    return run_text(TALK, **PRICED)


@pytest.fixture(scope="module")
def case():
    return plan_scenario(scenario_from(tomllib.loads(TALK), set=PRICED))


def test_starters_are_all_that_costs_and_cost_more_than_without_the_campaign(results):
    found = replica_table(results)
    assert found["spend"].tolist() == results.counts["seeding_cost"].tolist() == found["spend_seeding"].tolist()
    assert found["extra_spend"].tolist() == found["spend"].tolist()
    assert len(set(found["spend"].tolist())) > 1


def test_the_cost_is_that_of_the_people_whose_lots_fall(case, results):
    people, costs = case.seed_nodes.astype(np.int64), 5.1 + 0.25 * case.graph.out_degree[case.seed_nodes]
    for r, own in enumerate(campaign_keys(case.rng_seed, 0, results.n_replicas).own):
        lots = np.empty(len(people))
        set_uniforms_at(derive_key(own, draws.SEED_TAKES_PART), people, lots)
        assert results.counts["starters"][r] == (lots < 0.5).sum()
        assert results.counts["seeding_cost"][r] == pytest.approx(costs[lots < 0.5].sum())


def test_money_comes_back_from_a_folder_as_it_was(case, results, tmp_path):
    table = replicas_table(with_counts(replica_table(results), results))
    (tmp_path / "replicas.parquet").write_bytes(parquet_bytes(table))
    (tmp_path / "curves.parquet").write_bytes(parquet_bytes(curves_table(results)))
    back = read_finished(tmp_path, case.process, at_most=4)["counts"]
    assert back["seeding_cost"].tolist() == results.counts["seeding_cost"][:4].tolist()
    assert back["starters"].dtype == np.int64


def test_where_starters_are_free_nothing_is_counted():
    assert "seeding_cost" not in run_text(TALK, run__n_replicas=1).counts

"""A small campaign with plans and a goal, as files and asked about, and runs of plans made by hand."""

import json

import numpy as np
import pytest

from wom_sim.experiments.odds import Draws
from wom_sim.experiments.plan_runs import PlanRun
from wom_sim.scenario.load import scenario_from

SMALL = """\
format = 1
name = "A small launch"
start = 2026-03-02

[network]
generate = "communities"
n_people = 600
mean_contacts = 8
community_size = 60

[model]
kind = "campaign"
step = "1d"

[model.brand]
baseline_sales_per_day = 1.0

[model.trust]
friend_engages = 4.0

[model.word_of_mouth]
dissatisfied_fraction = 0.05

[[model.content]]
name = "film"
channel = "paid"
start = 2026-03-02
end = 2026-03-11
spend = 10
cost_per_mille = 8.0
engage_prob = 0.05
click_prob = 0.4
buy_prob = 0.3
share_prob = 0.2
contact_reach = 0.3

[model.value]
price = 20.0
margin = 5.0

[seeding]
strategy = "degree"
n_seed_nodes = 0

[goal]
metric = "conversions"
uplift = 0.3
within = "20d"

[run]
horizon = "20d"
n_replicas = 40
rng_seed = 7
"""

PLANS = """
[[plans]]
name = "ten"

[[plans]]
name = "twenty"
set = { "model.content.film.spend" = 20 }
"""

UNSURE = '\n[uncertain]\n"model.content.film.engage_prob" = { low = 0.01, high = 0.2, scale = "log" }\n'
GOALLESS = SMALL[: SMALL.index("[goal]")] + SMALL[SMALL.index("[run]") :]


@pytest.fixture
def launch(folder):
    """Files: p.toml has plans, in g.toml a key is uncertain, a.toml and b.toml have no goal."""
    (folder / "p.toml").write_text(SMALL + PLANS)
    (folder / "g.toml").write_text(SMALL + UNSURE)
    (folder / "a.toml").write_text(GOALLESS)
    (folder / "b.toml").write_text(GOALLESS.replace("spend = 10", "spend = 20").replace("A small", "A dear"))
    return folder


def document(wom, *args):
    """Ask; return the answer as a document."""
    done = wom(*args, "--json", "--no-plots", "--quiet")
    assert done.code == 0, done.err
    return json.loads(done.out)


def parsed(text=SMALL, **changes):
    """The scenario with dotted keys changed; underscores twice stand for dots."""
    import tomllib

    return scenario_from(tomllib.loads(text), set={key.replace("__", "."): value for key, value in changes.items()})


def plan_run(name, columns, *, draws=None, scenario=None, **facts):
    """A plan whose columns are given."""
    known = {
        "graph_hash": "h", "rng_seed": 1, "n_people": 600, "n_seed_nodes": 0, "model": "campaign", "case_id": name,
        "warnings": [],
    }  # fmt: skip
    columns = {key: np.asarray(values, np.float64) for key, values in columns.items()}
    over = None
    if draws is not None:
        over = Draws(
            {}, [{k: np.asarray(v, float) for k, v in each.items()} for each in draws], np.zeros(len(draws), int)
        )
    return PlanRun(name, scenario or parsed(), columns, {**known, **facts}, over)

"""Campaigns small enough to run in every test, and results made by hand."""

import tomllib

import numpy as np

import wom_sim as wom
from wom_sim.kernels.campaign.brands import BRAND_COUNTS
from wom_sim.kernels.campaign.codes import COUNTS, ITEM_COUNTS
from wom_sim.results.results import Results
from wom_sim.scenario.load import scenario_from

EVERYTHING = """\
format = 1
name = "Everything at once"
start = 2026-03-02

[network]
generate = "communities"
n_people = 600
mean_contacts = 10

[[segments]]
name = "students"
fraction = 0.4

[[segments]]
name = "families"
fraction = 0.6

[model]
kind = "campaign"

[model.brand]
customers_fraction = 0.1
customers_talk = true
followers_fraction = 0.2
baseline_sales_per_day = 1.0

[model.word_of_mouth]
satisfied_tells = 3.0
dissatisfied_fraction = 0.2

[[model.content]]
name = "video"
channel = "paid"
start = 2026-03-04
end = 2026-03-23
spend = 20
cost_per_mille = 10.0
segments = ["students"]
engage_prob = 0.3
click_prob = 0.8
buy_prob = 0.2
share_prob = 0.5
contact_reach = 0.5

[[model.content]]
name = "post"
channel = "owned"
start = 2026-03-05
spend = 7
engage_prob = 0.2
buy_prob = 0.2

[[model.creators]]
name = "accounts"
n = 3
followers = 50
segments = ["students"]
item = "video"
dates = [2026-03-03, 2026-03-06]
fee_per_post = 2.5
participation_prob = 0.5

[[model.crises]]
name = "rumour"
start = 2026-03-08
starts_with = 3
share_prob = 0.2
customer_loss_prob = 0.1

[[model.responses]]
to = "rumour"
delay = "1d"
lasts = "4d"
through = ["owned", "paid"]
spend = 8
cost_per_mille = 10.0

[model.value]
price = 10.0
margin = 4.0

[seeding]
strategy = "degree"
n_seed_nodes = 10
start_as = "sharer"
item = "video"
participation_prob = 0.5

[run]
horizon = "12d"
n_replicas = 30
rng_seed = 5
"""

HABIT = """\
format = 1
name = "A habit"
start = 2026-12-20

[network]
generate = "communities"
n_people = 300
mean_contacts = 8

[model]
kind = "campaign"
outcome = "habit"

[model.decision]
need = 2
relapse_per_month = 0.3

[seeding]
strategy = "neighbourhood"

[run]
horizon = "30d"
n_replicas = 5
rng_seed = 5
"""

TALK = """\
format = 1
name = "Talk alone"

[network]
generate = "everyone"
n_people = 500

[model]
kind = "campaign"

[seeding]
strategy = "random"
n_seed_nodes = 20
start_as = "satisfied"
participation_prob = 0.5

[run]
horizon = "9d"
n_replicas = 6
rng_seed = 5
"""


RIVALS = """\
format = 1
name = "Two rivals"
start = 2026-03-02

[network]
generate = "communities"
n_people = 600
mean_contacts = 10

[model]
kind = "campaign"

[model.brand]
customers_fraction = 0.3
followers_fraction = 0.3
switch_prob = 0.8

[model.word_of_mouth]
satisfied_tells = 3.0
dissatisfied_fraction = 0.2
rejecter_talk_prob = 0.5
persuasion_prob = 0.3

[model.value]
price = 10.0
margin = 4.0

[[model.content]]
name = "film"
channel = "paid"
start = 2026-03-03
end = 2026-03-12
spend = 20
cost_per_mille = 10.0
engage_prob = 0.3
click_prob = 0.8
buy_prob = 0.4
share_prob = 0.3
contact_reach = 0.5

[[model.competitors]]
name = "Loud"
customers_fraction = 0.3
switch_prob = 0.8

[[model.competitors.content]]
name = "jingle"
channel = "paid"
start = 2026-03-02
end = 2026-03-11
spend = 30
cost_per_mille = 10.0
engage_prob = 0.3
click_prob = 0.8
buy_prob = 0.4
share_prob = 0.3
contact_reach = 0.5

[[model.competitors.crises]]
name = "rumour"
start = 2026-03-05
starts_with = 3
share_prob = 0.3
customer_loss_prob = 0.3

[[model.competitors]]
name = "Loved"
customers_fraction = 0.1
followers_fraction = 0.2
baseline_sales_per_day = 2.0
switch_prob = 0.8

[model.competitors.word_of_mouth]
satisfied_tells = 5.0
dissatisfied_fraction = 0.4

[[model.competitors.content]]
name = "letter"
channel = "owned"
start = 2026-03-04
engage_prob = 0.5
click_prob = 0.8
buy_prob = 0.5

[run]
horizon = "14d"
n_replicas = 8
rng_seed = 5
"""


def run_text(text, **changes):
    """The results of a scenario's text; changes as in ``--set``, with dots as two underscores."""
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    return wom.run(scenario_from(tomllib.loads(text), set=keys))


def made_by_hand(*, facts=(), items=(), segments=(), creators=(), brands=(), newly=None, **counts):
    """Results of one or more replicas with these counts, all others 0; a purchase without content unless said."""
    n = len(next(iter(counts.values()))) if counts else 1
    columns = dict.fromkeys(
        (*COUNTS, "conversions", "visits", "tree_pairs", "tree_distance", "starters"), np.zeros(n, np.int64)
    )
    columns |= {name: number_column(count) for name, count in counts.items()}
    groups = {}
    if items:
        zero = dict.fromkeys(ITEM_COUNTS, np.zeros((n, len(dict(facts)["items"])), np.int64))
        groups["item"] = zero | {name: np.array(count, np.int64) for name, count in dict(items).items()}
    if segments:
        groups["segment"] = {name: np.array(count, np.int64) for name, count in dict(segments).items()}
    if creators:
        groups["creator"] = {name: np.array(count, np.int64) for name, count in dict(creators).items()}
    if brands:
        zero = dict.fromkeys(BRAND_COUNTS, np.zeros((n, len(BRANDS)), np.int64))
        groups["brand"] = zero | {name: np.array(count, np.int64) for name, count in dict(brands).items()}
    length = 1 if newly is None else len(next(iter(newly.values()))) // n
    return Results(
        name="made by hand",
        model="campaign",
        case_id="0" * 12,
        n_people=100,
        seed_nodes=(),
        rng_seed=1,
        family="campaign",
        last_step=np.full(n, length - 1, np.int64),
        stop=np.zeros(n, np.uint8),
        stop_names=("horizon",),
        counts=columns,
        newly=None if newly is None else {name: np.array(change, np.int32) for name, change in newly.items()},
        main_curve="reached" if newly is None else next(iter(newly)),
        groups=groups,
        group_names={"item": ("a", "b"), "segment": ("young", "old"), "brand": BRANDS},
        days_per_step=1.0,
        facts=FACTS | dict(facts),
    )


def number_column(values):
    """A column of counts, or of sums where one is a fraction."""
    column = np.array(values)
    return column if column.dtype == np.float64 else column.astype(np.int64)


BRANDS = ("the brand", "Loud", "Loved")
FACTS = {
    "outcome": "purchase",
    "start": None,
    "step": 1.0,
    "n_steps": 1,
    "content": False,
    "creators": False,
    "crises": False,
    "answers": False,
    "decision": False,
    "items": [],
    "creator_fees": [],
    "claims": [],
    "answer_starts": [],
    "answers_spend": 0.0,
    "spends_on": [],
    "cost_per_answer": 0.0,
    "referred_margin_factor": 1.0,
    "buys_again": False,
    "churns": False,
    "dialogue": False,
    "price": None,
    "margin": None,
    "value_horizon": "5y",
    "segments": ["everybody"],
    "segment_people": [100],
    "targeted_segments": None,
    "n_seed_nodes": 0,
    "start_as": "customer",
    "n_customers": 0,
    "n_talking": 0,
    "main_curve": "reached",
}

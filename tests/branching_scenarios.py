"""A small campaign with a bit of everything, whose past and futures tests run."""

import datetime

from wom_sim.scenario.load import scenario_from

START = datetime.date(2026, 3, 2)


def day(n):
    return START + datetime.timedelta(days=n)


FILM = {
    "name": "film",
    "channel": "paid",
    "start": START,
    "end": day(9),
    "spend": 2.0,
    "cost_per_mille": 8.0,
    "engage_prob": 0.3,
    "buy_prob": 0.5,
}
POST = {"name": "post", "channel": "owned", "start": day(1), "end": day(19), "every": "2d", "spend": 10.0}
CREATOR = {"name": "ann", "followers": 60, "item": "film", "dates": [day(2), day(8)], "fee_per_post": 5.0}
CLAIM = {"name": "claim", "start": day(3), "share_prob": 0.3, "believe_prob": 0.6}
ANSWER = {"to": "claim", "delay": "4d", "efficacy_half_life": "9d", "follower_reach": 0.8}
RIVAL = {"name": "rival", "customers_fraction": 0.2, "content": [{**FILM, "name": "loud"}]}


def scenario(*rules, n_replicas=12, horizon="20d", network=None, goal=None, rng_seed=11, seeding=None, **model):
    sections = {
        "brand": {"followers_fraction": 0.3, "baseline_sales_per_day": 1.0, "customers_fraction": 0.1},
        "content": [FILM, POST],
        "creators": [CREATOR],
        "crises": [CLAIM],
        "responses": [ANSWER],
        "competitors": [RIVAL],
        "value": {"price": 10.0, "margin": 4.0, "purchases_per_year": 12.0, "churn_per_year": 0.3},
        "dialogue": {"answers_per_day": 3.0, "cost_per_answer": 1.0},
        "rules": list(rules),
    }
    small = {"generate": "small_world", "n_people": 300, "contacts": 6, "rewired_fraction": 0.2}
    values = {
        "format": 1,
        "name": "branching",
        "start": START,
        "network": network or small,
        "model": {"kind": "campaign", **sections, **model},
        "run": {"horizon": horizon, "n_replicas": n_replicas, "rng_seed": rng_seed},
    }
    more = {"goal": goal, "seeding": seeding}
    return scenario_from(values | {key: value for key, value in more.items() if value is not None})


def rule(at, when, **change):
    return {"at": day(at), "when": when, "change": {key.replace("__", "."): value for key, value in change.items()}}

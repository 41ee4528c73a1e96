"""The reduced campaign in Mesa and in mesa-frames, each in a process of its own that works when it is told to.

    python campaign_peers.py mesa SETTING.npz

`campaign.py` starts it, with the Python that has the peer: mesa-frames wants an older NumPy than we do. A line of JSON
comes in, `{"n": replicas, "rng_seed": s}`, a line goes out. The clock runs while the model steps, not while it is
built.

The model: see `campaign.py`. A telling keeps its real time and is heard in the step it falls in, at the earliest in the
step after the one that caused it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from importlib.metadata import version
from math import floor
from types import SimpleNamespace
from typing import Any

import numpy as np

UNDECIDED, SATISFIED, DISSATISFIED, REJECTER = range(4)


def mesa_replica(setting: Any, rng_seed: int) -> tuple[float, np.ndarray]:
    """Run one replica of plain agents, a `step()` each; return seconds and people by status."""
    import mesa

    a, horizon, delay_rate = setting.persuasion, setting.days, 1.0 / setting.telling_delay

    class Person(mesa.Agent):
        def __init__(self, model: mesa.Model) -> None:
            super().__init__(model)
            self.status = UNDECIDED
            self.heard: dict[int, list[tuple[float, bool]]] = {}

        def step(self) -> None:
            if not self.heard:
                return
            told = self.heard.pop(self.model.today, None)
            if told is None or self.status != UNDECIDED:
                return
            draw = self.model.random.random
            good = [at for at, is_good in told if is_good and draw() < a]
            bad = [at for at, is_good in told if not is_good and draw() < a]
            if not good and not bad:
                return
            buys = bool(good)
            if good and bad:
                n_good = sum(is_good for _, is_good in told)
                for_it, against = 1.0 - (1.0 - a) ** n_good, 1.0 - (1.0 - a) ** (len(told) - n_good)
                buys = draw() < for_it / (for_it + against)
            if not buys:
                self.decide(REJECTER, min(bad))
            elif draw() < setting.dissatisfied_fraction:
                self.decide(DISSATISFIED, min(good))
            else:
                self.decide(SATISFIED, min(good))

        def decide(self, status: int, now: float) -> None:
            self.status = status
            luck, today = self.model.random, self.model.today
            if status == REJECTER and luck.random() >= setting.rejecter_talk_prob:
                return
            tells = setting.satisfied_tells if status == SATISFIED else setting.dissatisfied_tells
            for listener in luck.sample(self.contacts, min(tells, len(self.contacts))):
                at = now + luck.expovariate(delay_rate)
                if at < horizon:
                    listener.heard.setdefault(max(today + 1, floor(at)), []).append((at, status == SATISFIED))

    class Market(mesa.Model):
        def __init__(self) -> None:
            super().__init__(seed=rng_seed)
            self.today = 0
            people = list(Person.create_agents(self, len(setting.contacts)))
            for person, contacts in zip(people, setting.contacts.tolist(), strict=True):
                person.contacts = [people[v] for v in contacts]
            self.people = people

        def step(self) -> None:
            self.agents.do("step")
            self.today += 1

    market = Market()
    clock = time.perf_counter()
    for v in setting.starters:
        market.people[v].decide(SATISFIED, 0.0)
    for _ in range(horizon):
        market.step()
    seconds = time.perf_counter() - clock
    return seconds, np.bincount([person.status for person in market.people], minlength=4)


def mesa_frames_replica(setting: Any, rng_seed: int) -> tuple[float, np.ndarray]:
    """Run one replica with people and tellings as Polars frames; return seconds and people by status."""
    import polars as pl
    from mesa_frames import AgentSetPolars, ModelDF

    a, horizon, contacts = setting.persuasion, setting.days, setting.contacts
    rng = np.random.default_rng(rng_seed)
    tells = np.array([0, setting.satisfied_tells, setting.dissatisfied_tells, setting.dissatisfied_tells])
    order = np.arange(contacts.shape[1])

    class People(AgentSetPolars):
        def __init__(self, model: ModelDF) -> None:
            super().__init__(model)
            n = len(contacts)
            self += pl.DataFrame({"unique_id": np.arange(n), "status": np.zeros(n, np.int8)})
            self.by_day: dict[int, list[pl.DataFrame]] = {}

        def step(self) -> None:
            frames = self.by_day.pop(self.model.today, None)
            if frames is None:
                return
            told = pl.concat(frames)
            status = self.agents["status"].to_numpy()
            told = told.filter(pl.Series(status[told["listener"].to_numpy()] == UNDECIDED))
            won = pl.col("won")
            met = (
                told.with_columns(won=pl.Series(rng.random(len(told)) < a))
                .group_by("listener")
                .agg(
                    n_good=pl.col("good").sum(),
                    n=pl.len(),
                    good_at=pl.col("at").filter(won & pl.col("good")).min(),
                    bad_at=pl.col("at").filter(won & ~pl.col("good")).min(),
                )
                .filter(pl.col("good_at").is_not_null() | pl.col("bad_at").is_not_null())
            )
            if met.is_empty():
                return
            draws, happy = rng.random(len(met)), rng.random(len(met)) >= setting.dissatisfied_fraction
            for_it = 1.0 - (1.0 - a) ** pl.col("n_good")
            against = 1.0 - (1.0 - a) ** (pl.col("n") - pl.col("n_good"))
            both = pl.col("bad_at").is_not_null() & (pl.lit(pl.Series(draws)) >= for_it / (for_it + against))
            decided = met.with_columns(buys=pl.col("good_at").is_not_null() & ~both).select(
                "listener",
                now=pl.when("buys").then("good_at").otherwise("bad_at"),
                status=pl.when("buys")
                .then(pl.when(pl.Series(happy)).then(SATISFIED).otherwise(DISSATISFIED))
                .otherwise(REJECTER),
            )
            self.decide(*(decided[name].to_numpy() for name in ("listener", "status", "now")))

        def decide(self, who: np.ndarray, status: np.ndarray, now: np.ndarray) -> None:
            """Set the status of people, and let them tell: a frame of tellings for each day that hears some."""
            # Not `self["status"] = ...`, which joins all people once more and takes a millisecond.
            everyone = self.agents["status"].to_numpy().copy()
            everyone[who] = status
            self.agents = self.agents.with_columns(status=pl.Series(everyone))
            talks = (status != REJECTER) | (rng.random(len(who)) < setting.rejecter_talk_prob)
            who, status, now = who[talks], status[talks], now[talks]
            # The first `tells` contacts in a random order: distinct listeners.
            chosen = rng.random((len(who), len(order))).argsort(axis=1)
            is_told = order < tells[status][:, None]
            listener = np.take_along_axis(contacts[who], chosen, axis=1)[is_told]
            at = np.repeat(now, is_told.sum(axis=1)) + rng.exponential(setting.telling_delay, len(listener))
            good = np.repeat(status == SATISFIED, is_told.sum(axis=1))
            day = np.maximum(self.model.today + 1, at.astype(np.int64))
            tellings = pl.DataFrame({"day": day, "listener": listener, "at": at, "good": good})
            soon = tellings.filter(pl.col("at") < horizon)
            for (number,), frame in soon.partition_by("day", as_dict=True, include_key=False).items():
                self.by_day.setdefault(number, []).append(frame)

    class Market(ModelDF):
        def __init__(self) -> None:
            super().__init__()
            self.today = 0
            self.agents += People(self)
            self.people = self.get_agents_of_type(People)

        def step(self) -> None:
            self.agents.do("step")
            self.today += 1

    market = Market()
    people = market.people
    clock = time.perf_counter()
    n = len(setting.starters)
    people.decide(setting.starters, np.full(n, SATISFIED), np.zeros(n))
    for _ in range(horizon):
        market.step()
    seconds = time.perf_counter() - clock
    return seconds, np.bincount(people.agents["status"].to_numpy(), minlength=4)


PEERS = {"mesa": mesa_replica, "mesa-frames": mesa_frames_replica}
PACKAGES = {"mesa": ("mesa", "numpy"), "mesa-frames": ("mesa-frames", "polars", "numpy")}


def read_setting(file: str) -> SimpleNamespace:
    with np.load(file) as arrays:
        values = {name: array if array.ndim else array.item() for name, array in arrays.items()}
    return SimpleNamespace(**values)


def main() -> None:
    peer, setting = sys.argv[1], read_setting(sys.argv[2])
    try:
        versions = [f"{name} {version(name)}" for name in PACKAGES[peer]]
        PEERS[peer](SimpleNamespace(**{**vars(setting), "days": 1}), 0)
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), flush=True)
        return
    print(json.dumps({"versions": versions}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        luck = random.Random(asked["rng_seed"])
        runs = [PEERS[peer](setting, luck.getrandbits(32)) for _ in range(asked["n"])]
        people = np.array([counts for _, counts in runs])
        answer = {"seconds": sum(seconds for seconds, _ in runs), "people": people.tolist()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

"""A campaign in its surroundings, for kernel and oracle alike."""

import datetime
from dataclasses import dataclass
from functools import partial

import numpy as np

from oracles import campaign as oracle
from wom_sim.engine.campaign import CampaignProcess
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import Graph
from wom_sim.graph.segments import Segment
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign, Starting

START = datetime.date(2026, 3, 2)


@dataclass(frozen=True)
class Case:
    """A campaign in its surroundings, and which replicas of it to compare."""

    campaign: Campaign
    graph: Graph
    segments: tuple[Segment, ...]
    starting: Starting
    starters: list[int]
    days: int
    rng_seed: int
    replicas: range

    def process(self) -> CampaignProcess:
        """The case as the engine would run it."""
        setting = Setting(
            key=partial(purpose_key, self.rng_seed),
            start=START,
            horizon=float(self.days),
            segments=self.segments,
            starting=self.starting,
        )
        compiled = self.campaign.compile(self.graph, setting)
        process = CampaignProcess(compiled, np.array(self.starters, np.int32), rng_seed=self.rng_seed)
        process.check()
        return process

    def by_oracle(self, replica: int) -> oracle.Outcome:
        """What the definition says of a replica."""
        return oracle.run(
            self.campaign,
            self.starting,
            self.segments,
            self.graph,
            self.starters,
            rng_seed=self.rng_seed,
            replica=replica,
            start=START,
            horizon_days=self.days,
        )

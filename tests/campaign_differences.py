"""Runs a case by the campaign's kernel, and holds it against the oracle."""

from collections import Counter

import numpy as np
import pytest

from campaign_case import Case
from wom_sim.engine.campaign_memory import new_scratch, run_world
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels.campaign import codes
from wom_sim.kernels.campaign.brands import BRAND_COUNTS
from wom_sim.kernels.campaign.tables import CampaignOut

BY_REPLICA = [name for name in CampaignOut._fields if not name.startswith("log")]


def scratch_of(process, *, pool=1 << 12, halt=0):
    n_told = process.new_scratch(np.zeros(1, np.uint8)).state.chosen.size
    halts = np.full(1, halt, np.uint8)
    return new_scratch(process.world, halts, n_steps=process.n_steps, most_told=n_told, pool=pool)


def keys_of(case: Case):
    return campaign_keys(case.rng_seed, case.replicas.start, case.replicas.stop)


def by_kernel(case: Case, *, pool=1 << 12) -> CampaignOut:
    process = case.process()
    return run_world(process.world, keys_of(case), scratch_of(process, pool=pool))


def numbers_of(out: CampaignOut, replica=slice(None)) -> dict:
    return {name: getattr(out, name)[replica].tolist() for name in BY_REPLICA}


def of_own_items(case: Case, counts: dict) -> dict:
    """Without those of rivals, which come last."""
    return {name: numbers[: len(case.campaign.content)] for name, numbers in counts.items()}


def differences(case: Case, happened: Counter) -> dict:
    """Return where kernel and oracle differ: (replica, table, name) -> both; add what was counted to `happened`."""
    out, found = by_kernel(case), {}
    for i, replica in enumerate(case.replicas):
        expected = case.by_oracle(replica)
        happened.update({name: sum(numbers) for name, numbers in expected.counts.items()})
        happened.update({f"{name} of rivals": sum(numbers[1:]) for name, numbers in expected.brands.items()})
        tables = {
            "segments": (out.counts[i], codes.COUNTS, expected.counts),
            "items": (out.items[i], codes.ITEM_COUNTS, of_own_items(case, expected.items)),
            "steps": (out.series[i], codes.COUNTS, expected.series),
            "amounts": (out.amounts[i], codes.AMOUNTS, expected.amounts),
        }
        if case.campaign.competitors:
            tables["brands"] = out.brands[i], BRAND_COUNTS, expected.brands
        for table, (numbers, names, right) in tables.items():
            for column, name in enumerate(names):
                exactly = right[name] if table != "amounts" else pytest.approx(right[name], rel=1e-9)
                if numbers[:, column].tolist() != exactly:
                    found[replica, table, name] = numbers[:, column].tolist(), right[name]
    return found

"""From a user's `rng_seed` to the keys of every replica; the only place that makes keys."""

from __future__ import annotations

import secrets

import numpy as np

from ..kernels import rng
from ..kernels.campaign import tables
from ..kernels.diffusion import Keys

_DOMAIN = np.uint64(0x776F6D2D31)  # "wom-1"


def fresh_rng_seed() -> int:
    """Return a number for a user who gave none: 53 random bits, exact in every reader of JSON."""
    return secrets.randbits(53)


def purpose_key(rng_seed: int, purpose: int) -> np.uint64:
    """Return the key of one purpose; `rng_seed` in [0, 2^64), `purpose` one of the numbers in `kernels.rng`."""
    root = np.uint64(rng.mix64(np.uint64(rng_seed) ^ _DOMAIN))
    return rng.derive_key(root, purpose)


def replica_keys(rng_seed: int, first: int, last: int, *, purpose: int = rng.LIVE_TIE) -> Keys:
    """Return the keys of replicas first .. last - 1, each a pure function of `rng_seed` and the replica's number.

    Parameters
    ----------
    purpose : what a replica's own key is for; the coins of ties are the same for all
    """
    replicas = np.arange(first, last, dtype=np.int64)
    own = np.empty(last - first, np.uint64)
    block = np.empty(last - first, np.uint64)
    rng.words_at(purpose_key(rng_seed, purpose), replicas, own)
    rng.words_at(purpose_key(rng_seed, rng.TIE_COIN), replicas // rng.LANES, block)
    return Keys(own=own, block=block, lane=replicas % rng.LANES)


def campaign_keys(rng_seed: int, first: int, last: int) -> tables.Keys:
    """Return the campaign's keys of replicas first .. last - 1; its coins and choices are those of cascades."""
    cascade = replica_keys(rng_seed, first, last)
    own = np.empty(last - first, np.uint64)
    rng.words_at(purpose_key(rng_seed, rng.CAMPAIGN), np.arange(first, last, dtype=np.int64), own)
    return tables.Keys(own=own, choice=cascade.own, block=cascade.block, lane=cascade.lane)

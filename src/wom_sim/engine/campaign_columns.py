"""What the campaign's kernel counted, as columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign import codes
from ..kernels.campaign.tables import CampaignOut

TREES = ("tree_pairs", "tree_distance")
"""Pairs of people in one tree of shares (without content: of purchases won by others), the sum of their distances."""


def named_counts(out: CampaignOut) -> dict[str, NDArray[np.int64]]:
    """Return the totals over segments: name -> int64 (R,)."""
    totals = out.counts.sum(axis=1)
    trees = {name: np.ascontiguousarray(out.trees[:, i]) for i, name in enumerate(TREES)}
    return {name: column_of(totals, name) for name in (*codes.COUNTS, *codes.SUMS)} | trees


def named_amounts(out: CampaignOut) -> dict[str, NDArray[Any]]:
    """Return the totals over segments of what is no whole number: name -> float64 (R,)."""
    totals = out.amounts.sum(axis=1)
    return {name: np.ascontiguousarray(totals[:, i]) for i, name in enumerate(codes.AMOUNTS)}


def changes_of(series: Mapping[str, NDArray[np.int64]], name: str) -> NDArray[Any]:
    """Return the changes of a curve, one replica after another: int32, or int64 where one is too large for it.

    Parameters
    ----------
    series : by what names of curves end in: nothing for the run itself, ``_no_answer`` and the like for arms
    """
    arm = next((end for end in series if end and name.endswith(end)), "")
    changes: NDArray[Any] = column_of(series[arm], name.removesuffix(arm)).ravel()
    fits = len(changes) == 0 or bool(np.abs(changes).max() < 2**31)
    return changes.astype(np.int32) if fits else changes


def column_of(table: NDArray[Any], name: str) -> NDArray[Any]:
    """Return the column of a count, or of a sum of counts, in a table whose last axis is `codes.COUNTS`."""
    if name in codes.SUMS:
        parts = [codes.COUNTS.index(part) for part in codes.SUMS[name]]
        return np.asarray(table[..., parts].sum(axis=-1, dtype=table.dtype))
    return np.ascontiguousarray(table[..., codes.COUNTS.index(name)])

"""What if the chances of passing on are off: the same model with all of them multiplied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .base import ChoiceModel, CompiledModel, LiveEdgeModel, Model, coin_threshold
from .campaign.model import Campaign

_TWO_TO_64 = 2.0**64


def off_by(
    model: Model, compiled: CompiledModel, factor: float, compile_model: Callable[[Model], CompiledModel]
) -> tuple[Model, CompiledModel] | None:
    """Return a model whose chances of passing on are `factor` times as large, at most 1; None where that is not known.

    Of independent cascades the chance of each tie; of linear thresholds each weight, where the sum allows it; of a
    campaign the chances to share and to persuade; of other models `share_prob` where it is a number.

    Parameters
    ----------
    compile_model : compiles a model on the same network
    """
    if isinstance(compiled, LiveEdgeModel):
        prob = np.minimum(1.0, compiled.arrays.threshold.astype(np.float64) / _TWO_TO_64 * factor)
        return model, replace(compiled, arrays=compiled.arrays._replace(threshold=coin_threshold(prob)))
    if isinstance(compiled, ChoiceModel):
        return (model, _less_weight(compiled, factor)) if factor < 1.0 and not compiled.arrays.complete else None
    changed = _changed(model, factor)
    return None if changed is None else (changed, compile_model(changed))


def _changed(model: Model, factor: float) -> Model | None:
    if isinstance(model, Campaign):
        talk = model.word_of_mouth
        changes: dict[str, Any] = {
            "content": tuple(
                item.model_copy(update={"share_prob": min(1.0, item.share_prob * factor)}) for item in model.content
            ),
            "word_of_mouth": talk.model_copy(update={"persuasion_prob": min(1.0, talk.persuasion_prob * factor)}),
        }
        return model.model_copy(update=changes)
    chance = getattr(model, "share_prob", None)
    if not isinstance(chance, float):
        return None
    return model.model_copy(update={"share_prob": min(1.0, chance * factor)})


def _less_weight(compiled: ChoiceModel, factor: float) -> ChoiceModel:
    """Leave part of everybody's choice to nobody: each share of [0, 2^63) is `factor` times as wide."""
    ties = compiled.arrays
    end: NDArray[np.uint64] = ties.end
    if not len(end):
        size = np.diff(ties.in_indptr)
        rank = np.arange(1, len(ties.sources) + 1) - np.repeat(ties.in_indptr[:-1], size)
        end = (rank / np.repeat(size, size) * 2.0**63).astype(np.uint64)
    return replace(compiled, arrays=ties._replace(end=(end * factor).astype(np.uint64)))

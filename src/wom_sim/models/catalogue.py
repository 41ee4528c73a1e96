"""The models by name: one line each."""

from __future__ import annotations

from .base import Model
from .campaign import Campaign
from .cascades import IndependentCascade, WeightedCascade
from .linear_threshold import LinearThreshold

MODELS: dict[str, type[Model]] = {
    "independent_cascade": IndependentCascade,
    "weighted_cascade": WeightedCascade,
    "linear_threshold": LinearThreshold,
    "campaign": Campaign,
}

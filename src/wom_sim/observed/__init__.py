"""What was observed: cascades of who got it from whom, and adoption on a network, measured as simulated ones are."""

from .adoption import adoption_curve, exposures, infectiousness, susceptibility, thresholds
from .cascades import Cascades, Curve
from .tables import read_cascades

__all__ = [
    "Cascades",
    "Curve",
    "adoption_curve",
    "exposures",
    "infectiousness",
    "read_cascades",
    "susceptibility",
    "thresholds",
]

"""Cascades that were observed: who got it from whom, read from a table, measured as simulated ones are."""

from .cascades import Cascades, Curve
from .tables import read_cascades

__all__ = ["Cascades", "Curve", "read_cascades"]

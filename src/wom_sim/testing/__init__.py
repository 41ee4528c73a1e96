"""For people who write their own model: the checks that every model of the catalogue passes."""

from .checks import check_model
from .faults import ModelError

__all__ = ["ModelError", "check_model"]

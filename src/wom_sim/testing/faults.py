"""What a check raises."""

from __future__ import annotations


class ModelError(AssertionError):
    """A model broke what every model keeps: one line for each check that failed."""


def hold(holds: bool, said: str) -> None:
    """Raise ModelError, saying what was found, unless it holds."""
    if not holds:
        raise ModelError(said)

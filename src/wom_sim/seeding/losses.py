"""What might be lost by settling on people of a choice before more sets are seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.settling import Rivals


def expected_losses(rivals: Rivals) -> NDArray[np.float64]:
    """Return how many sets fewer each person hits than whoever is best in her place, as far as can be expected.

    What she hits beyond the one in her place is seen with an error: the root of the number of sets that one of the two
    hits and the other does not. The loss is that of a normal difference where it falls below 0.

    Returns
    -------
    float64 (k,)
        Sets, not negative.
    """
    instead = _loss(rivals.own - rivals.rival, rivals.own + rivals.rival - 2 * rivals.both)
    return np.asarray(np.maximum(instead, _loss(rivals.own - rivals.left, rivals.own + rivals.left)))


def _loss(ahead: NDArray[np.int64], variance: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of max(0, -x) of a normal x with these means and variances: float64 (k,)."""
    from scipy.special import ndtr

    error = np.sqrt(np.maximum(variance, 1))
    z = ahead / error
    return np.asarray(error * (np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) - z * ndtr(-z)))

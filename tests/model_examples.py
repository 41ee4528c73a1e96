"""Models of the catalogue with parameters that take every way through their kernels."""

from wom_sim import ExposureResponse, IndependentCascade, LinearThreshold, WeightedCascade

EXAMPLES = [
    IndependentCascade(share_prob=0.3),
    IndependentCascade(share_prob="p"),
    WeightedCascade(),
    LinearThreshold(),
    LinearThreshold(weight="w", normalise=True),
    ExposureResponse(adopt_prob=[0.1, 0.4, 0.0, 0.9]),
]

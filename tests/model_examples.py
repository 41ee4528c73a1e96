"""Models of the catalogue with parameters that take every way through their kernels."""

from wom_sim import (
    BadNews,
    CompetitiveCascade,
    ExposureResponse,
    IndependentCascade,
    LinearThreshold,
    NegativeOpinion,
    TalkOfTheNetwork,
    WeightedCascade,
)

EXAMPLES = [
    IndependentCascade(share_prob=0.3),
    IndependentCascade(share_prob="p"),
    WeightedCascade(),
    LinearThreshold(),
    LinearThreshold(weight="w", normalise=True),
    ExposureResponse(adopt_prob=[0.1, 0.4, 0.0, 0.9]),
    TalkOfTheNetwork(advertise_prob=0.02, weak_ties=3),
    TalkOfTheNetwork(advertise_prob=0.02, weak_ties=3, weak="fixed"),
    TalkOfTheNetwork(advertise_prob=0.02, weak_ties=0),
    BadNews(advertise_prob=0.02, weak_ties=3),
    BadNews(advertise_prob=0.02, weak_ties=3, weak="fixed", dissatisfied_prob=0.5, negative_power=5.0),
    NegativeOpinion(share_prob=0.3, quality=0.8),
    NegativeOpinion(share_prob="p", quality=0.8),
    CompetitiveCascade(brands=[{"name": "ours", "share_prob": 0.3}, {"name": "theirs", "share_prob": 0.2}]),
    CompetitiveCascade(
        brands=[{"name": "a", "share_prob": "p"}, {"name": "b", "share_prob": 0.2, "seed_share": 3.0}],
        tie_rule="first_brand",
        split="blocks",
    ),
]

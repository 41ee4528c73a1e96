"""Self-exciting posts against published and computed values: MODELS.md 10, and Borel's law from 7.

Tolerance: 4 sd / sqrt(R), sd that of the replicas themselves unless a formula is named.
"""

import numpy as np
import pytest
from scipy.integrate import quad

from diffusion_runner import columns
from kernel_runner import compiled_only
from wom_sim import simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.self_exciting import SelfExciting
from wom_sim.theory.memory import ExponentialMemory, PowerLawMemory, SeismicMemory
from wom_sim.theory.self_exciting import expected_descendants

pytestmark = compiled_only

ONE_PERSON = complete_graph(1)
ALIKE = {"kind": "constant", "value": 1.0}
A_DAY = {"kind": "exponential", "rate_per_day": 1.0}


def posts_of(values, n_replicas, *, graph=ONE_PERSON, seed_nodes=(0,), **options):
    model = SelfExciting(**{"memory": A_DAY, "marks": ALIKE, "max_posts": 20_000} | values)
    return columns(graph, model, list(seed_nodes), n_replicas, **options)


def is_mean(values, expected):
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values))


def is_chance(hits, expected):
    assert abs(hits.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / len(hits))


def curves_of(values, n_replicas, days, **options):
    """Posts beyond the starter's own, at the end of each day: (R, days)."""
    model = SelfExciting(**{"marks": ALIKE, "max_posts": 20_000, "record_every": "1d"} | values)
    found = simulate(ONE_PERSON, model, seed_nodes=[0], n_replicas=n_replicas, horizon=f"{days}d", **options)
    return np.asarray(found.curve)[:, 1:] - 1


@pytest.mark.parametrize(
    ("branching", "chances", "many", "tail"),
    [(0.5, (0.60653, 0.18394), 10, 0.013616), (0.9, (np.exp(-0.9), 0.9 * np.exp(-1.8)), 100, 0.017420)],
)
def test_alike_posts_make_a_cascade_of_borel_s_law(branching, chances, many, tail):
    """P(N = n) = e^(-mu n) (mu n)^(n - 1) / n!, mean 1 / (1 - mu), variance mu / (1 - mu)^3."""
    posts = posts_of({"branching_factor": branching}, 400_000, rng_seed=11)["posts"]
    for n, chance in enumerate(chances, 1):
        is_chance(posts == n, chance)
    is_chance(posts >= many, tail)
    assert abs(posts.mean() - 1 / (1 - branching)) < 4 * np.sqrt(branching / (1 - branching) ** 3 / len(posts))


def test_descendants_by_time_under_exponential_delays():
    """n* / (1 - n*) (1 - e^(-nu (1 - n*) t)), n* = 0.5, nu = 1."""
    found = curves_of({"memory": A_DAY, "branching_factor": 0.5}, 200_000, 10, rng_seed=3)
    for day, expected in ((1, 0.39347), (2, 0.63212), (5, 0.91792), (10, 0.99326)):
        is_mean(found[:, day - 1], expected)


@pytest.mark.parametrize(
    ("memory", "theory"),
    [
        ({"kind": "power_law", "cutoff": "1d", "exponent": 0.8}, PowerLawMemory(c=1.0, theta=0.8)),
        ({"kind": "power_law", "cutoff": "6h", "exponent": 1.7}, PowerLawMemory(c=0.25, theta=1.7)),
        ({"kind": "seismic"}, SeismicMemory(s0=300 / 86_400)),
        ({"kind": "exponential", "half_life": "2d"}, ExponentialMemory(rate=np.log(2) / 2)),
    ],
)
def test_descendants_by_time_solve_the_renewal_equation(memory, theory):
    found = curves_of({"memory": memory, "branching_factor": 0.7}, 100_000, 20, rng_seed=8)
    days = np.array([1.0, 3.0, 8.0, 20.0])
    expected = expected_descendants(days, branching=0.7, memory=theory, n_steps=8000)
    for day, mean in zip(days, expected, strict=True):
        is_mean(found[:, int(day) - 1], mean)


def test_reposts_of_one_post_are_a_poisson_number_at_the_published_delays():
    """Hub with 200,000 followers who have none: at most 5 in 10^6 reposts are the hub's again.

    By time t the number is Poisson(200,000 kappa G(t)). SEISMIC: 1 - G is 0.4568 at 1 h, 0.2189 at 1 d, 0.1395 at 7 d,
    and G is 1/2 at 40.6 minutes, here 2,437 seconds: 1 s of rounding moves G by 1.0e-4.
    """
    n, kappa, n_replicas = 200_000, 0.02, 400
    hub = Graph.from_edges(np.zeros(n, np.int64), np.arange(1, n + 1), n_people=n + 1)
    for record_every, later in (("2437s", 0.5), ("1h", 0.4568), ("1d", 0.2189), ("1w", 0.1395)):
        values = {"memory": {"kind": "seismic"}, "marks": {"kind": "network"}, "kappa": kappa}
        values["record_every"] = record_every
        direct = posts_of(values, n_replicas, graph=hub, max_steps=1, rng_seed=21)["direct"]
        mean = kappa * n * (1 - later)
        assert abs(direct.mean() - mean) < 4 * np.sqrt(mean / n_replicas) + 1.0e-4 * kappa * n
        assert abs(direct.var() / mean - 1) < 4 * np.sqrt((2 + 1 / mean) / n_replicas) + 1e-3


@pytest.mark.parametrize("beta", [0.0, 0.6, 1.5])
def test_followers_of_a_limited_power_law(beta):
    """Mean of m and of m^beta by numerical integration; cascades of 1 / (1 - n*) posts in the mean."""
    marks = {"kind": "power_law", "exponent": 2.016, "minimum": 2.0, "maximum": 100.0}
    mass, _ = quad(lambda m: m**-2.016, 2, 100)
    followers, _ = quad(lambda m: m**-1.016 / mass, 2, 100)
    pull, _ = quad(lambda m: m ** (beta - 2.016) / mass, 2, 100)
    values = {"marks": marks, "beta": beta, "kappa": 0.6 / pull}
    model = SelfExciting(memory=A_DAY, **values)
    assert model.branching(np.zeros(0)) == pytest.approx(0.6)
    found = posts_of(values, 200_000, rng_seed=5)
    is_mean(found["posts"], 2.5)
    is_mean(found["direct"], 0.6)
    is_mean(posts_of(values | {"kappa": 0.0}, 200_000, rng_seed=6)["audience"], followers)


def test_the_kernel_shown_with_followers_up_to_ten_thousand():
    """kappa 0.8, beta 0.6, c 10 s, theta 0.8: kappa E[m^beta] / (theta c^theta) reposts of a post in the mean."""
    mass, _ = quad(lambda m: m**-2.016, 1, 10_000, limit=500)
    pull, _ = quad(lambda m: m**-1.416 / mass, 1, 10_000, limit=500)
    branching = 0.8 * pull / (0.8 * 10**0.8)
    values = {
        "memory": {"kind": "power_law", "cutoff": "10s", "exponent": 0.8},
        "marks": {"kind": "power_law", "exponent": 2.016, "maximum": 1e4},
        "kappa": 0.8,
        "beta": 0.6,
    }
    assert SelfExciting(**values).branching(np.zeros(0)) == pytest.approx(branching, rel=1e-6)
    found = posts_of(values, 400_000, rng_seed=9, max_steps=2**31 - 1)
    is_mean(found["direct"], branching)
    is_mean(found["posts"], 1 / (1 - branching))


def test_followers_of_a_network_are_those_of_a_person_drawn_at_random():
    """Starter with 9 listeners, 3 in the mean over 10 people: 1 + 9 kappa / (1 - 3 kappa) posts."""
    src = np.array([0] * 9 + [1] * 8 + [2] * 7 + [3] * 6)
    dst = np.concatenate([[v for v in range(10) if v != u][:k] for u, k in enumerate((9, 8, 7, 6))])
    graph = Graph.from_edges(src, dst, n_people=10)
    found = posts_of({"marks": {"kind": "network"}, "branching_factor": 0.6}, 200_000, graph=graph, rng_seed=2)
    is_mean(found["direct"], 9 * 0.2)
    is_mean(found["posts"], 1 + 9 * 0.2 / 0.4)
    is_mean(found["audience"], 9 + 9 * 0.2 / 0.4 * 3)


def test_above_one_a_cascade_dies_out_with_the_chance_of_its_branching():
    """1 - e^(-1.5 F) = F: dies out with chance 0.417188; one of 3,000 posts does so with less than 10^-200."""
    found = posts_of({"branching_factor": 1.5, "max_posts": 3000}, 5000, rng_seed=4)
    is_chance(found["cut_short"] == 0, 0.417188)
    assert (found["cut_short"] == found["unfinished"]).all()

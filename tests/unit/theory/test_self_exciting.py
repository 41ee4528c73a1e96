"""Self-exciting posts: branching factors, sizes, memories, and descendants by time."""

import numpy as np
import pytest
from scipy.integrate import quad

from wom_sim.theory import self_exciting as posts
from wom_sim.theory.memory import ExponentialMemory, PowerLawMemory, SeismicMemory

MEMORIES = [
    ExponentialMemory(rate=0.7),
    PowerLawMemory(c=2.0, theta=0.8),
    PowerLawMemory(c=2.0, theta=1.0),
    SeismicMemory(),
    SeismicMemory(s0=2.0, theta=1.0),
    SeismicMemory(s0=2.0, theta=1.5),
]


def test_a_published_branching_factor_and_prediction():
    mark_mean = posts.mean_mark_power(beta=1.015493, alpha=2.016)
    found = posts.power_law_branching(kappa=1, c=250.657531, theta=1.338108, mark_mean=mark_mean)
    assert found == pytest.approx(0.9222946, abs=1e-3)
    assert posts.final_size(43, to_come=13.4134243, branching=0.9222946) == pytest.approx(215.6, abs=0.05)


def test_the_branching_factor_of_the_kernel_shown():
    mark_mean = posts.mean_mark_power(beta=0.6, alpha=2.016)
    assert posts.power_law_branching(kappa=0.8, c=10, theta=0.8, mark_mean=mark_mean) == pytest.approx(
        0.38708, abs=5e-6
    )
    assert posts.exponential_branching(kappa=0.8, mark_mean=mark_mean) == pytest.approx(0.8 * 1.016 / 0.416)


def test_the_mean_pull_is_its_integral():
    wanted, _ = quad(lambda m: m**0.6 * 1.016 * m**-2.016, 1, np.inf)
    assert posts.mean_mark_power(beta=0.6, alpha=2.016) == pytest.approx(wanted, rel=1e-4)


def test_branching_is_the_integral_of_the_kernel():
    wanted, _ = quad(lambda t: 0.8 * (t + 10) ** -1.8, 0, np.inf)
    assert posts.power_law_branching(kappa=0.8, c=10, theta=0.8) == pytest.approx(wanted, rel=1e-6)
    new = posts.reactions_to_come([0.0], [1.0], kappa=0.8, beta=0.6, memory=PowerLawMemory(c=10, theta=0.8))
    assert new == pytest.approx(wanted, rel=1e-6)


def test_reactions_to_come_add_up_over_posts():
    memory = PowerLawMemory(c=3.0, theta=0.5)
    wanted = sum(quad(lambda t, m=m: 0.2 * m**0.9 * (t + 3) ** -1.5, age, np.inf)[0] for age, m in ((4, 10), (7, 500)))
    assert posts.reactions_to_come([4, 7], [10, 500], kappa=0.2, beta=0.9, memory=memory) == pytest.approx(wanted)


def test_the_published_memory():
    memory = SeismicMemory()
    assert memory.flat_density == pytest.approx(6.265725e-4, rel=1e-6)
    assert memory.median / 60 == pytest.approx(40.6, abs=0.05)
    assert memory.ccdf([3600, 86_400, 7 * 86_400]) == pytest.approx([0.4568, 0.2189, 0.1395], abs=5e-5)


@pytest.mark.parametrize("theta", [0.2, 0.9, 1.0, 1.5, 4.0])
def test_half_of_the_reactions_come_by_the_median(theta):
    memory = SeismicMemory(s0=2.0, theta=theta)
    assert memory.cdf(memory.median) == pytest.approx(0.5)


@pytest.mark.parametrize("memory", MEMORIES, ids=repr)
def test_memories_are_distributions(memory):
    ends = np.array([0.5, 2.0, 10.0, 400.0])
    for end in ends:
        kink = {"points": [min(getattr(memory, "s0", end), end)], "limit": 200}
        mass, _ = quad(lambda t: memory.pdf(t)[0], 0, end, **kink)
        assert 1 - memory.ccdf(end)[0] == pytest.approx(mass, abs=1e-8)
        mean, _ = quad(lambda t: memory.ccdf(t)[0], 0, end, **kink)
        assert memory.mean_within(end)[0] == pytest.approx(mean, rel=1e-8)
    assert memory.ccdf(0) == 1
    assert memory.mean_within(0) == 0


def test_descendants_under_exponential_delays():
    found = posts.exponential_descendants([1, 2, 5, 10], branching=0.5, rate=1)
    assert found == pytest.approx([0.39347, 0.63212, 0.91792, 0.99326], abs=5e-6)
    assert posts.exponential_descendants([3], branching=1, rate=2) == pytest.approx([6])
    assert posts.exponential_descendants([1e9], branching=0.8, rate=1) == pytest.approx([4])
    grown = posts.exponential_descendants([2], branching=1.5, rate=1)
    assert grown == pytest.approx([3 * (np.e - 1)])


def test_the_renewal_equation_gives_the_exponential_closed_form():
    times = [10, 0, 1, 5]
    for branching in (0.5, 1.0):
        found = posts.expected_descendants(times, branching=branching, memory=ExponentialMemory(rate=1.0))
        assert found == pytest.approx(posts.exponential_descendants(times, branching=branching, rate=1), abs=2e-5)


def test_a_steep_power_law_is_nearly_exponential():
    """(1 + nu t / theta)^-theta goes to e^(-nu t)."""
    found = posts.expected_descendants([1, 5], branching=0.6, memory=PowerLawMemory(c=1e6, theta=1e6))
    assert found == pytest.approx(posts.exponential_descendants([1, 5], branching=0.6, rate=1), abs=1e-5)


@pytest.mark.parametrize("memory", [PowerLawMemory(c=2.0, theta=0.8), SeismicMemory(s0=2.0)], ids=repr)
def test_descendants_add_up_over_generations(memory):
    """Few reactions: n G + n^2 G*G + n^3 (at most n^3 G of it)."""
    t, n = 9.0, 0.01
    reacted = lambda s: 1 - memory.ccdf(s)[0]
    second, _ = quad(lambda s: memory.pdf(s)[0] * reacted(t - s), 0, t, points=[min(2.0, t), t - 2.0])
    found = posts.expected_descendants([t], branching=n, memory=memory)[0]
    assert n * reacted(t) + n**2 * second - 1e-9 < found < n * reacted(t) + n**2 * second + n**3


def test_the_power_law_solves_its_equation_and_settles_with_the_grid():
    memory, times = PowerLawMemory(c=1.0, theta=0.5), np.linspace(0, 20, 2001)
    m = posts.expected_descendants(times, branching=0.9, memory=memory, n_steps=2000)
    again, _ = quad(lambda s: memory.pdf(s)[0] * np.interp(20 - s, times, m), 0, 20, limit=400, epsabs=1e-7)
    assert m[-1] == pytest.approx(0.9 * (1 - memory.ccdf(20)[0] + again), abs=1e-5)
    coarse = posts.expected_descendants([20], branching=0.9, memory=memory, n_steps=500)[0]
    assert coarse == pytest.approx(m[-1], abs=1e-3)
    assert (np.diff(m) > 0).all()


def test_all_come_in_the_end_and_none_without_reactions():
    memory = PowerLawMemory(c=1.0, theta=3.0)
    assert posts.expected_descendants([300], branching=0.5, memory=memory) == pytest.approx([1], abs=1e-3)
    assert posts.expected_descendants([3, 0], branching=0, memory=memory).tolist() == [0, 0]
    assert posts.expected_descendants([0], branching=0.5, memory=memory).tolist() == [0]
    assert posts.final_size(1, to_come=0.5, branching=0.5) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: posts.mean_mark_power(beta=1.1, alpha=2), "beta: must be below alpha - 1 = 1, got 1.1"),
        (lambda: posts.mean_mark_power(beta=-1, alpha=2), "beta: must be at least 0"),
        (lambda: posts.mean_mark_power(beta=0, alpha=1), "alpha: must be above 1 and finite, got 1"),
        (lambda: posts.power_law_branching(kappa=-1, c=1, theta=1), "kappa: must be at least 0"),
        (lambda: posts.exponential_branching(kappa=1, mark_mean=-1), "mark_mean: must be at least 0"),
        (lambda: posts.final_size(1, to_come=1, branching=1), r"branching: must be in \[0, 1\), got 1"),
        (lambda: posts.expected_descendants([1], branching=2, memory=MEMORIES[0]), r"branching: must be in \[0, 1\]"),
        (lambda: posts.expected_descendants([1], branching=0, memory=MEMORIES[0], n_steps=0), "n_steps: must be at"),
        (
            lambda: posts.reactions_to_come([1], [1, 2], kappa=1, beta=1, memory=MEMORIES[1]),
            "marks: must be as many as ages, 1, got 2",
        ),
        (lambda: ExponentialMemory(rate=0), "rate: must be above 0"),
        (lambda: PowerLawMemory(c=0, theta=1), "c: must be above 0"),
        (lambda: SeismicMemory(theta=-1), "theta: must be above 0"),
        (lambda: SeismicMemory().pdf(-1), "delays: must be at least 0 and finite, got -1.0"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)

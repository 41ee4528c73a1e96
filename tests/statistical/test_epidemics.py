"""Epidemics agree with enumeration, with formulas of final sizes, and with curves; MODELS.md sections 0.3 and 8.

Tolerance: 4 s / sqrt(R), plus the bias that the test states.
"""

from itertools import product

import numpy as np
import pytest

import wom_sim as wom
from campaign_runner import poisson_network, regular
from diffusion_runner import columns
from kernel_runner import compiled_only, standard_errors_off, store
from wom_sim.graph.csr import complete_graph
from wom_sim.models.epidemics import SEIR, SI, SIR, SIS

pytestmark = compiled_only

PATH_AND_BACK = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 2), (2, 3)]


def simulate(graph, model, seeds=(0,), n_replicas=20_000, rng_seed=11, **options):
    return wom.simulate(graph, model, seed_nodes=seeds, n_replicas=n_replicas, rng_seed=rng_seed, **options)


def chain_of(n, ties, b, g, n_steps, *, again=False):
    """The distribution over states after each step, from the definition: a Markov chain over 3^n states."""
    now = {(1, *[0] * (n - 1)): 1.0}
    history = [now]
    for _ in range(n_steps):
        then: dict = {}
        for state, chance in now.items():
            hit = [1 - np.prod([1 - b for u, v in ties if v == w and state[u] == 1]) for w in range(n)]
            options = []
            for w in range(n):
                if state[w] == 0:
                    options.append([(0, 1 - hit[w]), (1, hit[w])])
                elif state[w] == 1:
                    options.append([(1, 1 - g), (0 if again else 2, g)])
                else:
                    options.append([(2, 1.0)])
            for outcome in product(*options):
                p = chance * np.prod([share for _, share in outcome])
                if p:
                    key = tuple(value for value, _ in outcome)
                    then[key] = then.get(key, 0.0) + p
        now = then
        history.append(now)
    return history


def mean_in(history, wanted):
    return [sum(p * sum(s == wanted for s in state) for state, p in now.items()) for now in history]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("complete", [False, True])
def test_steps_on_a_tiny_network_have_the_chances_of_the_chain(again, complete):
    """Mean number of infectious and susceptible people at steps 0 .. 8, by enumeration of 3^4 states."""
    b, g = 0.3, 0.4
    ties = [(u, v) for u in range(4) for v in range(4) if u != v] if complete else PATH_AND_BACK
    graph = complete_graph(4) if complete else store(4, ties)
    model = (SIS if again else SIR)(infect_prob=b, recover_prob=g)
    history = chain_of(4, ties, b, g, 8, again=again)
    for step in (1, 2, 3, 5, 8):
        found = columns(graph, model, [0], 20_000, max_steps=step)
        assert standard_errors_off(found["infectious"], mean_in(history, 1)[step]) < 4
        assert standard_errors_off(found["susceptible"], mean_in(history, 0)[step]) < 4


def period(length):
    return {"kind": "fixed", "length": length}


LAW = {"kind": "power_law", "minimum": "1d", "exponent": 3.0}


@pytest.mark.parametrize(
    ("model", "t"),
    [
        (SIR(infect_prob=0.1, recover_prob=0.2), 0.357143),
        (SEIR(infect_prob=0.1, recover_prob=0.2, onset_prob=0.5), 0.357143),
        (SIR(infect_prob=0.3, duration_steps=3), 1 - 0.7**3),
        (SIR(infect_prob=0.3, duration_steps=1), 0.3),
        (SIR(clock="events", infect_rate=0.1, recover_rate=0.2), 1 / 3),
        (SEIR(clock="events", infect_rate=0.1, recover_rate=0.2, onset_rate=0.5), 1 / 3),
        (SIR(clock="events", infect_rate=0.1, duration=period("5d")), 1 - np.exp(-0.5)),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_tie_passes_with_the_chance_of_its_formula(model, t):
    """b / (b + g - b g), 1 - (1 - b)^d, beta / (beta + gamma), 1 - exp(-beta d); by network and where two meet."""
    for graph in (store(2, [(0, 1)]), complete_graph(2)):
        assert standard_errors_off(simulate(graph, model, n_replicas=40_000).reach - 1, t) < 4


def test_a_power_law_of_periods_passes_with_its_integral():
    """1 - E exp(-beta D), D = (1 - u)^(-1/2) days, by the midpoint rule."""
    u = (np.arange(200_000) + 0.5) / 200_000
    t = 1 - np.exp(-0.3 * (1 - u) ** -0.5).mean()
    model = SIR(clock="events", infect_rate=0.3, duration=LAW)
    for graph in (store(2, [(0, 1)]), complete_graph(2)):
        found = simulate(graph, model, n_replicas=40_000, horizon="10000d")
        assert standard_errors_off(found.reach - 1, t) < 4


def chances(t):
    """Two models in which a tie passes with chance t, for steps and for events."""
    b = 0.2
    return (
        SIR(infect_prob=b, recover_prob=b * (1 / t - 1) / (1 - b)),
        SIR(clock="events", infect_rate=b, recover_rate=b * (1 / t - 1)),
    )


@pytest.mark.parametrize("clock", [0, 1])
@pytest.mark.parametrize(
    ("network", "t", "share"),
    [((3,), 0.6, 0.703704), ((4,), 0.4, 0.541503), ((4,), 0.5, 0.854102), ((), 0.3, 0.582812), ((), 0.4, 0.796812)],
)
def test_a_large_outbreak_reaches_the_share_of_its_formula(network, t, share, clock):
    """Section 8, random 3- and 4-regular and ER 5; n = 20,000, 20 start, which adds at most .002; tolerance .01."""
    graph = regular(20_000, network[0], 1) if network else poisson_network(20_000, 5.0, 1)
    reach = simulate(graph, chances(t)[clock], seeds=range(20), n_replicas=20).reach
    assert reach.mean() / 20_000 == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("clock", [0, 1])
@pytest.mark.parametrize(("t", "size"), [(0.2, 3.0), (0.25, 5.0)])
def test_a_small_outbreak_has_the_mean_of_its_formula(t, size, clock):
    """4-regular below the threshold, 1 + T z / (1 - T (z - 1)); loops of 20,000 people take off less than .01."""
    reach = simulate(regular(20_000, 4, 1), chances(t)[clock], n_replicas=20_000).reach
    assert standard_errors_off(reach, size, stated=0.01) < 4


def test_curves_follow_the_edge_based_equations():
    """ER 5, b = .3, g = .5, rho = .001: S and I at days 2, 5, 10, 20, 40; n = 100,000.

    Tolerance .006 plus 4 s / sqrt(R): with 100 who start, when an outbreak takes off differs by some hours.
    """
    n = 100_000
    graph = poisson_network(n, 5.0, 2)
    model = SIR(clock="events", infect_rate=0.3, recover_rate=0.5, record_every="1d")
    seeds = np.random.default_rng(5).choice(n, 100, replace=False).tolist()
    expected = {
        2: (0.99251, 0.00493),
        5: (0.93658, 0.03663),
        10: (0.47215, 0.19077),
        20: (0.24343, 0.01098),
        40: (0.24049, 0.0),
    }
    for day, (susceptible, infectious) in expected.items():
        found = columns(graph, model, seeds, 20, max_steps=day)
        for name, value in (("susceptible", susceptible), ("infectious", infectious)):
            share = found[name] / n
            assert abs(share.mean() - value) < 0.006 + 4 * share.std(ddof=1) / np.sqrt(20), (day, name)


MIXING = [(1.5, 0.582812), (2.0, 0.796812), (3.0, 0.940480)]


@pytest.mark.parametrize(("r0", "share"), MIXING)
@pytest.mark.parametrize("kind", [SIR, SEIR])
def test_where_everybody_meets_everybody_the_share_is_that_of_mass_action(r0, share, kind):
    """F = 1 - exp(-R0 F), R0 = beta (n - 1) / gamma, 1 % start: F = 1 - .99 exp(-R0 F); tolerance .01, n = 20,000."""
    n = 20_000
    latent = {"onset_rate": 0.5} if kind is SEIR else {}
    model = kind(clock="events", infect_rate=0.2 * r0 / (n - 1), recover_rate=0.2, **latent)
    for _ in range(200):
        share = 1 - 0.99 * np.exp(-r0 * share)
    reach = simulate(complete_graph(n), model, seeds=range(n // 100), n_replicas=10).reach
    assert reach.mean() / n == pytest.approx(share, abs=0.01)


def test_steps_of_everybody_meeting_everybody_have_the_share_of_mass_action():
    """In steps: a person escapes all n F others with (1 - T)^(n F), T = b / (b + g - b g); 1 % start."""
    n, b, g = 20_000, 0.4 / 20_000, 0.2
    share = 0.8
    for _ in range(200):
        share = 1 - 0.99 * np.exp(-n * share * b / (b + g - b * g))
    reach = simulate(complete_graph(n), SIR(infect_prob=b, recover_prob=g), seeds=range(200), n_replicas=10).reach
    assert reach.mean() / n == pytest.approx(share, abs=0.01)


def test_an_infection_that_comes_back_settles_where_as_many_fall_ill_as_recover():
    """SIS where all meet all: 1 - gamma / (beta (n - 1)) are infectious, up to a bias of order 1 / n."""
    n = 2_000
    model = SIS(clock="events", infect_rate=0.5 / (n - 1), recover_rate=0.2)
    found = columns(complete_graph(n), model, list(range(1000)), 20, max_steps=60)
    assert found["infectious"].mean() / n == pytest.approx(0.6, abs=0.01)


def test_infection_without_recovery_grows_logistically():
    """SI where all meet all: i = 1 / (1 + (1 / i0 - 1) exp(-beta n t)); n = 20,000, a tenth starts."""
    n = 20_000
    model = SI(clock="events", infect_rate=0.5 / (n - 1))
    for day in (2, 5, 10):
        reach = simulate(complete_graph(n), model, seeds=range(2_000), n_replicas=10, horizon=f"{day}d").reach
        assert reach.mean() / n == pytest.approx(1 / (1 + 9 * np.exp(-0.5 * day)), abs=0.005)

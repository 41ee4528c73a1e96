"""Rumours among few people against every order of contacts, exactly.

MODELS.md section 9. Tolerance 4 s / sqrt(R); of distributions, chi-square within 4 of its standard deviations.
"""

from functools import cache

import numpy as np
import pytest

from campaign_runner import agrees, regular
from diffusion_runner import columns
from kernel_runner import compiled_only, store
from rumour_chain import chain_ends, fits, of_ends
from wom_sim import IndependentCascade, simulate
from wom_sim.graph.csr import complete_graph
from wom_sim.models.rumour import Rumour

pytestmark = compiled_only

RULES = ["maki_thompson", "daley_kendall"]

# Complete mixing.


@pytest.mark.parametrize("clock", ["events", "steps"])
def test_two_who_do_not_know_it_yet(clock):
    """Gani: one spreader and two ignorants leave 2, 1, 0 of them with chances 0, 1/4, 3/4.

    In steps: the first tells one for sure; then both call, the other and the ignorant alike. Both find the ignorant, or
    one does and the other stops: at least one of two wins with 3/4; else both stop.
    """
    assert of_ends(chain_ends(3), 0, 3).tolist() == [0.75, 0.25, 0.0, 0.0]
    found = columns(complete_graph(3), Rumour(clock=clock), [0], 10_000, rng_seed=31)["ignorants"]
    assert agrees(found == 1, 0.25)
    assert agrees(found == 0, 0.75)
    assert not (found == 2).any()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("keys", [{}, {"spread": 0.6, "stifle": 0.7}, {"stifle": 0.5, "forget": 0.2}, {"forget": 0.5}])
def test_ends_and_peaks_among_few_are_those_of_the_chain(rule, keys):
    n = 25
    ends = chain_ends(n, rule=rule, **keys)
    assert sum(ends.values()) == pytest.approx(1.0)
    names = {"spread": "spread_prob", "stifle": "stifle_prob", "forget": "forget_rate"}
    spec = Rumour(rule=rule, **{names[key]: value for key, value in keys.items()})
    found = columns(complete_graph(n), spec, [0], 20_000, rng_seed=32)
    assert fits(found["ignorants"], of_ends(ends, 0, n))
    assert fits(found["peak_spreaders"].astype(int), of_ends(ends, 1, n))


def test_a_rumour_between_two_takes_as_long_as_it_should():
    """Rate 2 a day: told after 1/2 day; then both call, and have stopped after 3/4; meeting at rate 2, after 1/2."""
    for rule, days in (("maki_thompson", 1.25), ("daley_kendall", 1.0)):
        found = columns(complete_graph(2), Rumour(rule=rule, contact_rate=2.0), [0], 20_000, rng_seed=33)
        assert agrees(found["duration"], days)


def test_along_one_tie_it_is_told_before_it_is_forgotten():
    """Rates of telling 1.5 x 0.4 and of forgetting 0.5: told with chance 0.6 / 1.1."""
    spec = Rumour(contacts="every_tie", contact_rate=1.5, spread_prob=0.4, forget_rate=0.5)
    assert agrees(columns(store(2, [(0, 1)]), spec, [0], 20_000, rng_seed=34)["reach"] - 1, 0.6 / 1.1)


# A small network: every order of contacts.

TIES = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 1)]


def who_hears(graph, *, rule, every_tie, stifle, forget):
    """Chance of every number of people who have heard at the end, from person 0; contact rate 1."""
    ends = [graph.indices[graph.indptr[u] : graph.indptr[u + 1]].tolist() for u in range(graph.n_people)]

    @cache
    def outcomes(heard, talking):
        rates = {}

        def add(after, rate):
            rates[after] = rates.get(after, 0.0) + rate

        for u in range(graph.n_people):
            if not talking >> u & 1:
                continue
            without_u = talking & ~(1 << u)
            if forget:
                add((heard, without_u), forget)
            for v in ends[u]:
                rate = 1.0 if every_tie else 1.0 / len(ends[u])
                if not heard >> v & 1:
                    add((heard | 1 << v, talking | 1 << v), rate)
                elif rule == "daley_kendall" and talking >> v & 1:
                    meet = rate / 2 if u in ends[v] else rate
                    add((heard, without_u & ~(1 << v)), meet * stifle**2)
                    add((heard, without_u), meet * stifle * (1 - stifle))
                    add((heard, talking & ~(1 << v)), meet * stifle * (1 - stifle))
                else:
                    add((heard, without_u), rate * stifle)
        if not rates:
            return {heard.bit_count(): 1.0}
        found = {}
        for after, rate in rates.items():
            for end, chance in outcomes(*after).items():
                found[end] = found.get(end, 0.0) + chance * rate / sum(rates.values())
        return found

    chances = np.zeros(graph.n_people + 1)
    for size, chance in outcomes(1, 1).items():
        chances[size] = chance
    return chances


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("every_tie", [False, True])
@pytest.mark.parametrize("directed", [False, True])
def test_who_hears_on_a_small_network(rule, every_tie, directed):
    """Seven ties among six people, one way or both, 3 -> 2 besides: exactly, with and without forgetting."""
    graph = store(6, [*TIES, (3, 2)] if directed else TIES, directed=directed)
    for forget in (0.0, 0.3):
        exact = who_hears(graph, rule=rule, every_tie=every_tie, stifle=0.8, forget=forget)
        contacts = "every_tie" if every_tie else "one_at_a_time"
        spec = Rumour(rule=rule, contacts=contacts, stifle_prob=0.8, forget_rate=forget)
        reach = columns(graph, spec, [0], 20_000, rng_seed=35)["reach"]
        assert agrees(reach, exact @ np.arange(7))
        assert fits(reach, exact)


def test_spreaders_for_one_step_are_an_independent_cascade():
    """Every tie in use once, then forgotten: the same distribution as a cascade with the chance to tell."""
    graph = regular(200, 4, 1)
    spec = Rumour(clock="steps", contacts="every_tie", spread_prob=0.3, forget_prob=1.0)
    found = columns(graph, spec, [0, 1], 10_000, rng_seed=53)["reach"]
    cascade = simulate(graph, IndependentCascade(share_prob=0.3), seed_nodes=[0, 1], n_replicas=10_000, rng_seed=54)
    error = cascade.reach.std() / np.sqrt(10_000)
    assert agrees(found, cascade.reach.mean(), stated=error)
    assert agrees(found**2, (cascade.reach**2).mean(), stated=(cascade.reach**2).std() / np.sqrt(10_000))

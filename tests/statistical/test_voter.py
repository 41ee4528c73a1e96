"""The voter model against its conservation laws and against exact chains of few people.

Tolerance 4 s / sqrt(R); exact numbers come from linear systems over all 2^n divisions of n people, written from the
definition, or over the number of supporters in complete mixing.
"""

import itertools

import numpy as np
import pytest

from diffusion_runner import columns, make_process
from kernel_runner import compiled_only, pairs, standard_errors_off, store
from wom_sim.graph.csr import complete_graph
from wom_sim.models.voter import Voter

pytestmark = compiled_only

MANY = 20_000
LONG = 10**6
KITE = store(5, [(0, 1), (0, 2), (0, 3), (1, 2), (3, 4)], directed=False)
HUBS = store(
    10, [(0, v) for v in range(1, 6)] + [(6, v) for v in range(5, 10) if v != 6] + [(1, 2), (3, 7)], directed=False
)


def found(graph, model, seeds, *, rng_seed, max_steps=LONG, n_replicas=MANY):
    return columns(graph, model, seeds, n_replicas, rng_seed=rng_seed, max_steps=max_steps)


def agrees(sample, expected):
    off = standard_errors_off(np.asarray(sample, float), expected)
    assert off < 4, f"mean {np.mean(sample):.5g}, expected {expected:.5g}, {off:.1f} standard errors off"


# Conservation laws: what is conserved says how likely the supporters win.


@pytest.mark.parametrize(
    ("rule", "weight"),
    [
        ("node", lambda degree: degree),
        ("invasion", lambda degree: 1.0 / degree),
        ("link", lambda degree: np.ones(len(degree))),
    ],
)
@pytest.mark.parametrize("seeds", [[0], [1, 9, 4]])
def test_supporters_win_as_often_as_what_is_conserved_says(rule, weight, seeds):
    """Sood, Antal & Redner (2008): sum of w over supporters / sum of w, w = degree, 1 / degree, 1."""
    w = weight(HUBS.out_degree.astype(float))
    ends = found(HUBS, Voter(rule=rule), seeds, rng_seed=1)
    assert ends["consensus"].all()
    agrees(ends["supporters_won"], w[seeds].sum() / w.sum())


def test_supporters_win_by_degree_when_all_update_at_once_too():
    degree = HUBS.out_degree
    ends = found(HUBS, Voter(clock="steps", update_prob=0.8), [0, 9], rng_seed=2)
    agrees(ends["supporters_won"], degree[[0, 9]].sum() / degree.sum())


def test_a_random_start_wins_as_often_as_its_share():
    ends = found(HUBS, Voter(initial_share=0.3), [], rng_seed=3)
    agrees(ends["supporters_won"], 0.3)


# Complete mixing: the number of supporters k goes up and down at rate k (n - k) / (n - 1).


def birth_and_death(n, *, noise=0.0):
    """Generator of the number of supporters, at update rate 1."""
    k = np.arange(n + 1)
    up = (n - k) * ((1 - noise) * k / (n - 1) + noise / 2)
    down = k * ((1 - noise) * (n - k) / (n - 1) + noise / 2)
    return np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
def test_mean_time_to_consensus_in_complete_mixing(rule):
    """Mean consensus time from k supporters: the system G t = -1 over 0 < k < n, the same by all rules."""
    n, k, rate = 20, 7, 2.0
    time = np.linalg.solve(birth_and_death(n)[1:-1, 1:-1], -np.ones(n - 1))[k - 1] / rate
    model = Voter(rule=rule, update_rate=rate, record_every="1h")
    ends = found(complete_graph(n), model, list(range(k)), rng_seed=4, n_replicas=10_000)
    agrees(ends["consensus_time"], time)
    agrees(ends["supporters_won"], k / n)


def test_mean_time_grows_as_the_known_formula():
    """From one half: n ln 2 days in the limit of many people; the exact number for n = 200 is within 1 % of it."""
    n = 200
    exact = np.linalg.solve(birth_and_death(n)[1:-1, 1:-1], -np.ones(n - 1))[n // 2 - 1]
    assert exact == pytest.approx(n * np.log(2), rel=0.01)
    ends = found(complete_graph(n), Voter(), list(range(n // 2)), rng_seed=5, n_replicas=1000)
    agrees(ends["consensus_time"], exact)


@pytest.mark.parametrize("noise", [0.02, 0.2])
def test_noise_leads_to_the_stationary_share(noise):
    """Mean 1/2, and the variance of the birth-and-death chain's stationary law, after 8 relaxation times 1 / noise."""
    n = 20
    chain = birth_and_death(n, noise=noise)
    law = np.linalg.lstsq(np.vstack([chain.T, np.ones(n + 1)]), np.append(np.zeros(n + 1), 1.0), rcond=None)[0]
    k = np.arange(n + 1)
    ends = found(complete_graph(n), Voter(noise_prob=noise), [0], rng_seed=6, max_steps=int(8 / noise), n_replicas=4000)
    assert ends["unfinished"].all()
    agrees(ends["supporters"], n / 2)
    agrees((ends["supporters"] - n / 2) ** 2, law @ (k - n / 2) ** 2)
    agrees(ends["supporters_won"], law[-1])


def test_noise_pulls_the_mean_towards_half():
    """Link rule, undirected: with rate 1, mean share at t is 1/2 + (x0 - 1/2) exp(-noise t) on a regular network."""
    n, noise, day = 12, 0.1, 8
    ring = store(n, [(v, (v + 1) % n) for v in range(n)], directed=False)
    ends = found(ring, Voter(rule="link", noise_prob=noise), [0, 1, 2], rng_seed=7, max_steps=day)
    agrees(ends["supporters"] / n, 0.5 - 0.25 * np.exp(-noise * day))


# Few people on any network: every division of them, exactly.


def divisions(n):
    return list(itertools.product([0, 1], repeat=n))


def one_update(graph, rule, fixed, noise):
    """Chances of one update, from each division to each: the definition, outcome by outcome."""
    n, ties = graph.n_people, pairs(graph)
    states = divisions(n)
    place = {state: i for i, state in enumerate(states)}
    into = [[u for u, w in ties if w == v] for v in range(n)]
    out = [[w for u, w in ties if u == v] for v in range(n)]
    if rule == "node":
        moves = [(u, v, 1 / n / len(into[v])) for v in range(n) for u in into[v]]
        moves += [(v, v, 1 / n) for v in range(n) if not into[v]]
    elif rule == "invasion":
        moves = [(u, v, 1 / n / len(out[u])) for u in range(n) for v in out[u]]
    else:
        moves = [(u, v, 1 / len(ties)) for u, v in ties]
    chance = np.zeros((len(states), len(states)))
    for state in states:
        for u, v, p in moves:
            for opinion, q in ((state[u], 1 - noise), (0, noise / 2), (1, noise / 2)):
                new = state if v in fixed else (*state[:v], opinion, *state[v + 1 :])
                chance[place[state], place[new]] += p * q
        chance[place[state], place[state]] += 1 - sum(p for _, _, p in moves)
    return chance


def one_step(graph, update, fixed, noise):
    """Chances of one step in which all update at once, independently given the division before."""
    n, ties = graph.n_people, pairs(graph)
    states = divisions(n)
    into = [[u for u, w in ties if w == v] or [v] for v in range(n)]
    chance = np.ones((len(states), len(states)))
    for i, state in enumerate(states):
        for v in range(n):
            copied = np.mean([state[u] for u in into[v]])
            one = (1 - update) * state[v] + update * ((1 - noise) * copied + noise / 2)
            one = state[v] if v in fixed else one
            chance[i] *= [one if new[v] else 1 - one for new in states]
    return chance


def consensus(chance, start, n):
    """Chance of ending with everybody's 1, and mean number of updates, or steps, until all agree."""
    inner = slice(1, 2**n - 1)  # all divisions but the first and the last, in which everybody agrees
    system = np.eye(2**n - 2) - chance[inner, inner]
    i = divisions(n).index(start) - 1
    return np.linalg.solve(system, chance[inner, -1])[i], np.linalg.solve(system, np.ones(2**n - 2))[i]


def division(n, seeds):
    return tuple(int(v in seeds) for v in range(n))


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
@pytest.mark.parametrize("seeds", [[0], [2, 4]])
def test_chance_and_time_on_a_small_network(rule, seeds):
    """An update every 1 / n days in the mean."""
    won, updates = consensus(one_update(KITE, rule, (), 0.0), division(5, seeds), 5)
    ends = found(KITE, Voter(rule=rule), seeds, rng_seed=8)
    agrees(ends["supporters_won"], won)
    agrees(ends["consensus_time"], updates / 5)


@pytest.mark.parametrize("update", [0.5, 1.0])
def test_chance_and_time_when_all_update_at_once(update):
    won, steps = consensus(one_step(KITE, update, (), 0.0), division(5, [0]), 5)
    ends = found(KITE, Voter(clock="steps", update_prob=update), [0], rng_seed=9)
    agrees(ends["supporters_won"], won)
    agrees(ends["consensus_time"], steps)


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
def test_one_stubborn_person_wins_in_the_end(rule):
    won, updates = consensus(one_update(KITE, rule, (3,), 0.0), division(5, [3]), 5)
    assert won == pytest.approx(1.0)
    ends = found(KITE, Voter(rule=rule, stubborn_seeds=True), [3], rng_seed=10, n_replicas=5000)
    assert ends["supporters_won"].all()
    agrees(ends["consensus_time"], updates / 5)


@pytest.mark.parametrize("rule", ["node", "invasion", "link"])
def test_supporters_after_some_days_on_a_directed_network(rule):
    """With noise and somebody who never changes: exp(t n (P - 1)) of the chain of updates, here t = 3 days."""
    graph = store(5, [(0, 1), (1, 2), (2, 0), (2, 3), (0, 3), (3, 1)])
    n, states = 5, np.array(divisions(5))
    chance = one_update(graph, rule, (0,), 0.1)
    law, term = np.zeros(2**n), np.eye(2**n)[divisions(n).index(division(n, [0]))]
    for k in range(1, 120):
        law, term = law + term, term @ chance * (3 * n / k)
    law *= np.exp(-3 * n)
    assert law.sum() == pytest.approx(1.0)
    ends = found(graph, Voter(rule=rule, noise_prob=0.1, stubborn_seeds=True), [0], rng_seed=11, max_steps=3)
    agrees(ends["supporters"], law @ states.sum(axis=1))
    agrees(ends["supporters_won"], law[-1])


def test_the_curve_of_steps_on_a_directed_network():
    graph = store(5, [(0, 1), (1, 2), (2, 0), (2, 3), (0, 3), (3, 1)])
    chance, states = one_step(graph, 0.7, (), 0.1), np.array(divisions(5))
    process = make_process(graph, Voter(clock="steps", update_prob=0.7, noise_prob=0.1), [0, 3], max_steps=6)
    chunk = process.run_chunk(0, MANY, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    curves = np.cumsum(chunk.newly["supporters"].reshape(MANY, 7), axis=1)
    law = np.eye(2**5)[divisions(5).index(division(5, [0, 3]))]
    for step in range(1, 7):
        law = law @ chance
        agrees(curves[:, step], law @ states.sum(axis=1))

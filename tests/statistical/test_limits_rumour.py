"""Talk by one contact after another is a rumour: who knows it already makes the teller stop.

MODELS.md 18.5 L9. Tolerance 4 s / sqrt(R) plus the bias that the test states; of distributions, chi-square within
4 of its standard deviations.
"""

from functools import cache

import numpy as np
import pytest

from campaign_runner import agrees, run_campaign
from kernel_runner import compiled_only, store
from wom_sim.durations import Duration
from wom_sim.graph.csr import complete_graph
from wom_sim.models.campaign import Campaign, Limits, Starting, WordOfMouth

pytestmark = compiled_only

SATISFIED = Starting(start_as="satisfied")
MANY = 20_000
LIMIT = 0.2031879

SURE = {"persuasion_prob": 1.0}


def rumour(*, step="1d", delay="1d", talk=SURE, **limits):
    return Campaign(
        step=step,
        word_of_mouth=WordOfMouth(**talk, dissatisfied_fraction=0.0, telling_delay=Duration(delay)),
        limits=Limits(talk="contacts", **limits),
    )


def spread(campaign, graph, *, starters=(0,), days=100, n_replicas, rng_seed, curves=("positive_tells",)):
    """Run until nobody talks any more: no telling in the last quarter of the run."""
    runs = run_campaign(
        campaign,
        graph,
        starters,
        days=days,
        n_replicas=n_replicas,
        rng_seed=rng_seed,
        starting=SATISFIED,
        curves=curves,
    )
    told = runs.curves["positive_tells"]
    assert (told[:, -1] == told[:, told.shape[1] * 3 // 4]).all()
    return runs


def fits(found, chances):
    """Numbers 0, 1, .. in `found` have these chances: chi-square over groups of neighbours of 10 expected or more."""
    expected = len(found) * np.asarray(chances)
    group = np.floor(np.cumsum(expected) / 10).astype(int)
    counts = np.bincount(group, np.bincount(found, minlength=len(expected)))
    expected = np.bincount(group, expected)
    possible = expected > 0
    assert counts[~possible].sum() == 0
    counts, expected = counts[possible], expected[possible]
    free = len(expected) - 1
    return ((counts - expected) ** 2 / expected).sum() <= free + 4 * np.sqrt(2 * free)


def ignorants_left(n, stifle):
    """P(0), P(1), .. ignorants at the end from one spreader among n: by the next contact that changes anything.

    With x ignorants it finds one with x / (n - 1), and stops its caller with stifle (1 - x / (n - 1)), whoever calls.
    """
    reached, end = np.zeros((n, n + 2)), np.zeros(n)
    reached[n - 1, 1] = 1.0
    for x in range(n - 1, -1, -1):
        new = x / (n - 1)
        finds = new / (new + stifle * (1.0 - new))
        for y in range(n - x, 0, -1):
            if x > 0:
                reached[x - 1, y + 1] += reached[x, y] * finds
            reached[x, y - 1] += reached[x, y] * (1.0 - finds)
        end[x] = reached[x, 0]
    return end


def test_ignorants_left_among_three_by_hand():
    """Gani: one spreader and two ignorants leave 2, 1, 0 of them with chances 0, 1/4, 3/4."""
    assert ignorants_left(3, 1.0).tolist() == [0.75, 0.25, 0.0]


@pytest.mark.parametrize(("n", "stifle"), [(3, 1.0), (60, 1.0), (60, 0.4)])
def test_how_many_never_hear_of_it(n, stifle):
    """L9: the embedded chain of Maki & Thompson in complete mixing, exactly."""
    campaign = rumour(delay="6h", stifle_prob=stifle)
    runs = spread(campaign, complete_graph(n), n_replicas=40_000, rng_seed=91)
    left, chances = n - runs.total("satisfied"), ignorants_left(n, stifle)
    assert chances.sum() == pytest.approx(1.0)
    assert agrees(left, chances @ np.arange(n))
    assert fits(left, chances)
    if stifle == 1.0:  # every contact wins somebody or ends a talk
        assert (runs.total("positive_tells") == 2 * (n - left) - 1).all()
    assert not runs.total("tells_wanted").any()
    assert not runs.total("tells_planned").any()


def left_of_many(stifle, started):
    """Part of ignorants at the end, x = x0 exp(-(y0 + (1 + s) (x0 - x)) / s): from dy / dx = -(1 + s) + s / x."""
    x, x0 = 0.1, 1.0 - started
    for _ in range(1000):
        x = x0 * np.exp(-(started + (1.0 + stifle) * (x0 - x)) / stifle)
    return x


def left_of_many_in_step(chance, started):
    """The same of those who make a contact a step with a chance, all at once, stifle 1; chance to 0 is Gillespie."""
    x, y = 1.0 - started, started
    while y > 1e-12:
        after = x * np.exp(-chance * y)
        x, y = after, y * (1.0 - chance * (1.0 - x)) + x - after
    return x


@pytest.mark.parametrize("stifle", [1.0, 0.4])
def test_bias_of_few_people(stifle):
    """The exact mean of n people is within .09 / n of the limit of many: what `BIAS` below rests on."""
    for n in (60, 240):
        mean = ignorants_left(n, stifle) @ np.arange(n) / n
        assert abs(mean - left_of_many(stifle, 0.0)) < 0.09 / n


BIAS = 1.0 / MANY
"""O(1 / n): ten times what it is with one contact at a time, for the synchronous clock and more starters."""


def left_by_kernel(campaign, *, n_starters=1, days, rng_seed):
    starters = np.arange(n_starters)
    runs = spread(campaign, complete_graph(MANY), starters=starters, days=days, n_replicas=200, rng_seed=rng_seed)
    return 1.0 - runs.total("satisfied") / MANY


@pytest.mark.parametrize("delay", ["1d", "6h"])
def test_how_many_of_many_never_hear_of_it(delay):
    """L9: x = e^(-2 (1 - x)) = .2031879 from one spreader, whatever the step."""
    assert left_of_many(1.0, 0.0) == pytest.approx(LIMIT, abs=5e-8)
    assert agrees(left_by_kernel(rumour(delay=delay), days=100, rng_seed=92), LIMIT, bias=BIAS)


@pytest.mark.parametrize("stifle", [1.0, 0.4])
def test_many_spreaders_from_the_start(stifle):
    """One in ten spreads it from the start: y0 = .1 and x0 = .9 above."""
    left = left_by_kernel(rumour(stifle_prob=stifle), n_starters=MANY // 10, days=200, rng_seed=97)
    assert agrees(left, left_of_many(stifle, 0.1), bias=BIAS)


@pytest.mark.parametrize(
    ("delay", "days", "limit"),
    [("1d", 100, 0.1745445), ("2d", 200, 0.18906), ("5d", 500, 0.19760), ("10d", 900, 0.20041)],
)
def test_contacts_all_at_once_reach_more(delay, days, limit):
    """L9 with the synchronous clock, a contact every 1, 2, 5, 10 steps: MODELS.md 0.3, 7.

    x' = x e^(-e y), as contacts fall on anybody; y' = y (1 - e (1 - x)) + x - x': callers stop by what was.
    """
    exact = left_of_many_in_step(1.0 / Duration(delay), 1e-6)
    assert exact == pytest.approx(limit, abs=6e-6)
    assert agrees(left_by_kernel(rumour(delay=delay, clock="sync"), days=days, rng_seed=93), exact, bias=BIAS)


def test_many_spreaders_from_the_start_all_at_once():
    left = left_by_kernel(rumour(delay="2d", clock="sync"), n_starters=MANY // 10, days=200, rng_seed=98)
    assert agrees(left, left_of_many_in_step(0.5, 0.1), bias=BIAS)


def test_most_spreaders_at_once():
    """The peak of spreaders is 1 - ln 2, when half have heard: y = 1 + 2 (those who bought) - contacts.

    Bias: it is read up to an hour late, in which at most .013 n more hear: y falls by twice the square of that, 3.4e-4.
    """
    curves = ("satisfied", "positive_tells")
    runs = spread(rumour(step="1h"), complete_graph(MANY), days=60, n_replicas=100, rng_seed=94, curves=curves)
    heard, told = runs.curves["satisfied"], runs.curves["positive_tells"]
    half = (heard >= MANY / 2).argmax(axis=1)
    rows = np.arange(len(heard))
    assert (heard[rows, half] < (0.5 + 0.013) * MANY).all()
    assert agrees((2 * heard - 1 - told)[rows, half] / MANY, 1.0 - np.log(2.0), bias=3.4e-4 + BIAS)


def test_steps_change_nothing():
    """Contacts come in the order of their times: steps of 1/4 of the mean delay and of 4 are the same rumour."""
    totals = [
        spread(rumour(step=step, delay=delay, stifle_prob=0.7), complete_graph(200), n_replicas=200, rng_seed=95)
        for step, delay in (("1d", "1d"), ("6h", "1d"), ("1d", "6h"))
    ]
    for name in ("satisfied", "positive_tells"):
        assert (totals[0].total(name) == totals[1].total(name)).all()
        assert (totals[0].total(name) == totals[2].total(name)).all()


# A small network.

TIES = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 1)]


def who_hears(n, listeners, convinces, stifle):
    """Chance of every set of people who have heard it at the end, as a bit each, from person 0.

    Whoever talks is as likely as the others to be next, and whom she meets is any of her listeners. v is convinced with
    chance convinces[v]; one who is not stays as she is and stops nobody.
    """

    @cache
    def ends(heard, talking):
        if talking == 0:
            return {heard: 1.0}
        rates = {}
        for u in range(n):
            if not talking >> u & 1:
                continue
            for v in listeners[u]:
                knows = heard >> v & 1
                after = (heard, talking & ~(1 << u)) if knows else (heard | 1 << v, talking | 1 << v)
                rate = (stifle if knows else convinces[v]) / len(listeners[u])
                rates[after] = rates.get(after, 0.0) + rate
        found = {}
        for after, rate in rates.items():
            for end, chance in ends(*after).items():
                found[end] = found.get(end, 0.0) + chance * rate / sum(rates.values())
        return found

    chances = np.zeros(1 << n)
    for end, chance in ends(1, 1).items():
        chances[end] = chance
    return chances


def test_who_hears_of_it_among_five_is_the_chain_of_complete_mixing():
    others = [[v for v in range(5) if v != u] for u in range(5)]
    chances = who_hears(5, others, [1.0] * 5, 0.6)
    left = np.array([5 - end.bit_count() for end in range(32)])
    assert np.bincount(left, chances) == pytest.approx([*ignorants_left(5, 0.6), 0.0])


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("persuasion", [0.7, None])
def test_who_hears_of_it_on_a_small_network(directed, persuasion):
    """L9 on seven ties among six people against every order of contacts, exactly; None: 1 / (people she hears)."""
    graph = store(6, TIES, directed=directed)
    listeners = [graph.indices[graph.indptr[u] : graph.indptr[u + 1]].tolist() for u in range(6)]
    limits = {"persuasion": "one_over_contacts"} if persuasion is None else {}
    chance = {} if persuasion is None else {"persuasion_prob": persuasion}
    convinces = 1.0 / graph.in_degree if persuasion is None else [persuasion] * 6
    campaign = rumour(delay="6h", talk=chance, stifle_prob=0.8, **limits)
    exact = who_hears(6, listeners, convinces, 0.8)

    runs = spread(campaign, graph, n_replicas=40_000, rng_seed=96)

    sizes = np.array([end.bit_count() for end in range(64)])
    assert agrees(runs.total("satisfied"), exact @ sizes)
    assert fits(runs.total("satisfied"), np.bincount(sizes, exact))

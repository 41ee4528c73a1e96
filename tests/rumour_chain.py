"""What a rumour among few people in complete mixing comes to, by recursion over all states; and do samples fit it?"""

import numpy as np


def chain_ends(n, *, rule="maki_thompson", spread=1.0, stifle=1.0, forget=0.0, peaks=True):
    """Chance of every (ignorants at the end, most spreaders) from one spreader among n; contact rate 1.

    With x ignorants, y spreaders, z stiflers: told at l x y / (n - 1). Maki-Thompson: one stops at
    a y (n - 1 - x) / (n - 1). Daley-Kendall: one at a y z / (n - 1), and of the pairs of spreaders, of whom
    y (y - 1) / 2 / (n - 1) meet, both with a^2, one with 2 a (1 - a). One forgets at d y.
    """
    by_sum = [{} for _ in range(2 * n)]  # of 2 x + y, which falls with every event
    by_sum[2 * n - 1] = {(n - 1, 1, 1): 1.0}
    ends = {}
    for (x, y, peak), chance in ((state, now[state]) for now in reversed(by_sum) for state in now):
        if y == 0:
            ends[x, peak] = ends.get((x, peak), 0.0) + chance
            continue
        one, two = stifle * y * (n - 1 - x) / (n - 1), 0.0
        if rule == "daley_kendall":
            pairs = y * (y - 1) / 2 / (n - 1)
            one = stifle * y * (n - x - y) / (n - 1) + pairs * 2 * stifle * (1 - stifle)
            two = pairs * stifle**2
        rates = {
            (x - 1, y + 1, max(peak, y + 1) if peaks else 0): spread * x * y / (n - 1),
            (x, y - 1, peak): one + forget * y,
            (x, y - 2, peak): two,
        }
        for after, rate in rates.items():
            if rate > 0:
                later = by_sum[2 * after[0] + after[1]]
                later[after] = later.get(after, 0.0) + chance * rate / sum(rates.values())
    return ends


def of_ends(ends, which, n):
    chances = np.zeros(n + 1)
    for end, chance in ends.items():
        chances[end[which]] += chance
    return chances


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

"""The best case: the most of what is wanted, the least of what is not."""

import numpy as np
import pytest

from wom_sim.experiments.responses import best_case


def cases(name, means):
    for case, mean in enumerate(means):
        yield case, {"set": np.repeat([0, 1], 4), name: np.full(8, float(mean)) + np.tile([-1, 0, 0, 1], 2)}


@pytest.mark.parametrize(("metric", "best"), [("reach", 1), ("purchases", 1), ("believers_ever", 2), ("lost@30d", 2)])
def test_the_best_case_is_the_one_that_is_wanted(metric, best):
    found = best_case(cases(metric, [5, 9, 2]), metric)
    assert found.case == best
    assert found.chosen_on == found.judged_on == [5, 9, 2][best]

"""Several studies asked in one folder: each is kept, and a stop before its end is no answer."""

from threading import Event

import numpy as np
import pytest

from plans_and_goals import parsed
from studies import here
from wom_sim.experiments.asking import Asking, Stopped
from wom_sim.experiments.designs import PlansDesign

ONE = PlansDesign(("one",))


def asked(ask, n=4):
    return ask([parsed()], ONE, n_replicas=n, metrics=("conversions",), what="plans")


def test_what_is_asked_again_is_read_back(tmp_path):
    crew, told = here(), []
    ask = Asking(tmp_path, crew, stop=Event(), progress=lambda what, so_far: told.append((what, so_far.done)))
    first = asked(ask).columns(0)["conversions"]
    n_parts = len(crew.executor.parts)
    np.testing.assert_array_equal(asked(ask).columns(0)["conversions"], first)
    assert len(crew.executor.parts) == n_parts
    assert told[-1] == ("plans", 4)


def test_a_study_that_is_stopped_is_no_answer_and_is_gone_on_with(tmp_path):
    stop = Event()
    stop.set()
    with pytest.raises(Stopped):
        asked(Asking(tmp_path, here(), stop=stop, progress=lambda *_: None))
    outcome = asked(Asking(tmp_path, here(), stop=Event(), progress=lambda *_: None))
    assert len(outcome.columns(0)["conversions"]) == 4

"""Choosing by simulation: how far it is, how long it takes, and when it takes too long."""

import pytest

from wom_sim.cli import notes
from wom_sim.errors import ResourceError


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    now = [100.0]
    monkeypatch.setattr(notes.time, "monotonic", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


def test_the_time_is_foreseen_from_the_first_part_on_and_said_once(clock, capsys):
    with notes.choosing_progress(quiet=False) as show:
        show(0, 1000)
        clock(50.0)  # compiling
        show(100, 1000)
        clock(5.0)
        show(200, 1000)
        clock(5.0)
        show(300, 1000)
        show(1000, 1000)
    err = capsys.readouterr().err
    assert "note: choosing who starts takes up to 1,000 simulations, up to about 50 s; Ctrl-C leaves" in err
    assert err.count("note:") == 1
    assert "300 of 1,000 simulations" in err


def test_short_choices_and_quiet_ones_say_nothing(clock, capsys):
    for quiet, seconds in ((False, 1.5), (True, 500.0)):
        with notes.choosing_progress(quiet=quiet) as show:
            for done in (0, 500, 800, 1000):
                show(done, 1000)
                clock(seconds)
    assert capsys.readouterr().err == ""


def test_what_takes_longer_than_the_patience_is_given_up(clock):
    with notes.choosing_progress(quiet=True, patience=60.0) as show:
        show(0, 1000)
        show(10, 1000)
        clock(2.0)
        with pytest.raises(ResourceError, match="choosing would take up to about 3 minutes; name it to wait for it"):
            show(20, 1000)
        show(0, 10)
        show(10, 10)

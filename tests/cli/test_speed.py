"""What `wom run` says about its speed."""

from types import SimpleNamespace

from wom_sim.cli.run import speed
from wom_sim.engine import machine


def results(**timings):
    return SimpleNamespace(timings={"ties_examined": 8_000_000, "kernel_s": 2.0, **timings}, n_people=1000)


def test_ties_a_replica_and_ties_a_second_of_what_was_run_just_now(folder):
    del folder
    assert speed(results(), n_run=100) == "speed    80,000 ties a replica, 4 million ties/s"


def test_the_share_of_the_limit_where_it_was_measured(folder):
    del folder
    machine.keep([machine.Limit(machine.GATHER, 1 << 20, 1, 2.0)])
    assert speed(results(), n_run=100).endswith("4 million ties/s: 2 times the random reads of one core")
    slow = speed(results(kernel_s=2000.0), n_run=100)
    assert slow.endswith("0.0040 million ties/s: less than 0.01 times the random reads of one core")


def test_nothing_where_nothing_was_timed_or_no_ties_were_looked_at(folder):
    del folder
    assert speed(results(kernel_s=0.01), n_run=100) == ""
    without = results()
    del without.timings["ties_examined"]
    assert speed(without, n_run=100) == ""

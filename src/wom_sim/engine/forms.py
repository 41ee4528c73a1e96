"""Which form runs replicas: one by one, or so many at once, a bit each. No result depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import NamedTuple

from . import limits

ALONE = 1
"""The form that runs replicas one by one: every kernel has it, and it needs no more than the memory all need."""


class Form(NamedTuple):
    """A way to run replicas at once.

    lanes : replicas at once     n_bytes : memory a thread needs for it, beside that of running replicas one by one
    takes : time of one run, whole or not, in a unit that the forms of a process share
    fewest : with fewer replicas they are fastest one by one, of so many a run takes as long; where a run cannot be cut,
        one of n replicas takes as long as sqrt(fewest n) one by one (docs/performance.md)
    cut : lanes to which a run may be cut so that all threads have some; `lanes`: it cannot be cut
    worth_it : replicas that must share a tie, on average, each time it is loaded; below this another form is faster
    """

    lanes: int
    n_bytes: int
    takes: float
    fewest: int
    cut: int
    worth_it: float


class Forms:
    """The forms of a process, and the one in use.

    forms : Form             with more lanes each than the one before; none: one by one
    n_replicas : how many are wanted
    """

    def __init__(self, forms: Sequence[Form], n_replicas: int) -> None:
        self.forms, self.n_replicas = {form.lanes: form for form in forms}, n_replicas
        self.chosen = ALONE

    def settle(self, threads: int) -> int:
        """Choose the form by how often each thread has to run it; return its grain, see `Process.settle`."""
        n = self.n_replicas
        most = limits.usable_memory() // (2 * max(threads, 2))
        possible = [form for form in self.forms.values() if form.n_bytes < most and _pays(form, n, threads)]
        self.chosen = ALONE
        if not possible:
            return ALONE
        best = min(possible, key=lambda form: form.takes * ceil(n / form.lanes / threads))
        self.chosen = grain = best.lanes
        while grain > best.cut and n <= grain * (threads - 1):
            grain //= 2
        return grain

    def judge(self, lanes: int, n: int, examined: int, loaded: int) -> None:
        """Take the form below where replicas turn out to share too few ties.

        Parameters
        ----------
        lanes : form in which n replicas were run     n : replicas
        examined, loaded : ties examined in all replicas together; ties loaded for them, 0 where that is not known
        """
        if lanes == ALONE or not loaded:
            return
        if examined < loaded * self.forms[lanes].worth_it * n / max(lanes, n):
            below = [form for form in self.forms if form < lanes]
            self.chosen = min(self.chosen, max(below, default=ALONE))

    @property
    def n_bytes(self) -> int:
        """Memory a thread needs for the form in use, beside that of running replicas one by one."""
        return 0 if self.chosen == ALONE else self.forms[self.chosen].n_bytes


def _pays(form: Form, n: int, threads: int) -> bool:
    """Say whether n replicas are sooner done in a form than one by one."""
    if form.cut < form.lanes:
        return n >= form.fewest
    return sqrt(form.fewest * min(n, form.lanes)) * ceil(n / form.lanes / threads) * threads <= n

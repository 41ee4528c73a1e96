"""The verification finds known bugs that are planted in the kernels of thresholds, rumours and Bass."""

from dataclasses import replace

import numpy as np
import pytest

from kernel_runner import compiled_only
from wom_sim.models.bass import Bass
from wom_sim.models.rumour import Rumour
from wom_sim.models.threshold import Threshold
from wom_sim.verify import verify
from wom_sim.verify.catalogue import all_cases

# Bugs: each takes the kernel's world, and gives that of a kernel that is wrong.


def more_is_needed_than_given(world):
    return world._replace(need=np.minimum(world.need, np.iinfo(world.need.dtype).max - 1) + 1)


def drawn_fractions_are_a_tenth_off(world):
    return world._replace(law=world.law._replace(scale=world.law.scale * 1.1))


def only_callers_stifle(world):
    return world._replace(both=False)


def forgets_a_tenth_too_often(world):
    return world._replace(forget_rate=world.forget_rate * 1.1)


def follows_a_twentieth_too_fast(world):
    if "imitate_rate" in world._fields:
        return world._replace(imitate_rate=world.imitate_rate * 1.05)
    return world._replace(scale=world.scale / 1.05)


def an_innovator_is_late(world):
    if "innovate_rate" in world._fields:
        return world._replace(innovate_rate=world.innovate_rate * 0.95)
    return world._replace(own_rate=world.own_rate * 0.95)


def cases_of(model):
    kind = model.model_fields["kind"].default
    return [case for case in all_cases() if case.kind == kind and not case.needs]


def planted(monkeypatch, model, bug):
    """Compile the model right, and hand its kernel the wrong world."""
    right = model.compile

    def compile_wrong(self, graph, setting):
        compiled = right(self, graph, setting)

        def kernel(world, *rest):
            compiled.kernel(bug(world), *rest)

        return replace(compiled, kernel=kernel)

    monkeypatch.setattr(model, "compile", compile_wrong)


@compiled_only
@pytest.mark.parametrize(
    ("model", "bug", "n_out"),
    [
        (Threshold, more_is_needed_than_given, 9),
        (Threshold, drawn_fractions_are_a_tenth_off, 5),
        (Rumour, only_callers_stifle, 2),
        (Rumour, forgets_a_tenth_too_often, 3),
        (Bass, follows_a_twentieth_too_fast, 5),
        (Bass, an_innovator_is_late, 5),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_kernel_with_a_known_bug_falls_out(monkeypatch, model, bug, n_out):
    planted(monkeypatch, model, bug)
    report = verify(cases=cases_of(model))
    out = [row.case.name for row in report.judged if row.verdict == "OUT" and not row.outcome.fault]
    assert len(out) >= n_out, out


@compiled_only
@pytest.mark.parametrize("model", [Threshold, Rumour, Bass], ids=lambda model: model.__name__)
def test_a_kernel_without_a_bug_does_not(monkeypatch, model):
    planted(monkeypatch, model, lambda world: world)
    assert verify(cases=cases_of(model)).passed

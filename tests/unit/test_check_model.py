"""Every model of the catalogue passes the checks, and each check finds the fault it is there for."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from model_examples import EXAMPLES
from wom_sim import ExposureResponse
from wom_sim.kernels.exposure import exposure_chunk
from wom_sim.models.base import Promises
from wom_sim.models.catalogue import MODELS
from wom_sim.testing import ModelError, check_model


def test_every_model_has_examples():
    assert {model.kind for model in EXAMPLES} == set(MODELS) - {"campaign"}


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: f"{model.kind} {sorted(model.model_fields_set)}")
def test_every_model_of_the_catalogue_passes(model):
    check_model(model)


def broken(after=None, *, before=None, **changes):
    """Exposure response with a fault planted around its kernel, or in what it says of itself."""

    def kernel(world, seed_nodes, keys, max_steps, scratch, out):
        if before is not None:
            keys, max_steps = before(keys, max_steps, scratch)
        exposure_chunk(world, seed_nodes, keys, max_steps, scratch, out)
        if after is not None:
            after(world, max_steps, scratch, out)

    class Broken(ExposureResponse):
        definitions: ClassVar = changes.get("definitions", ExposureResponse.definitions)
        promises: ClassVar = changes.get("promises", ExposureResponse.promises)

        def compile(self, graph, setting):
            return replace(super().compile(graph, setting), kernel=kernel)

    return Broken(adoption_prob=[0.2, 0.6])


def leaves_a_person_adopted(world, max_steps, scratch, out):
    scratch.adopted[world.n_people - 1] = 1


def a_curve_that_misses_one(world, max_steps, scratch, out):
    out.changes[:, 0, 0] -= 1


def a_curve_that_falls(world, max_steps, scratch, out):
    for r in range(len(out.stop)):
        if 2 <= out.last_step[r] < out.changes.shape[2] and out.changes[r, 0, 2] > 0:
            out.changes[r, 0, 1] += out.changes[r, 0, 2] + 1
            out.changes[r, 0, 2] = -1


def luck_by_place_in_the_chunk(keys, max_steps, scratch):
    return keys._replace(lane=(keys.lane + np.arange(len(keys.lane))) % 512), max_steps


def luck_by_the_end(keys, max_steps, scratch):
    return keys._replace(lane=(keys.lane + max_steps) % 512), max_steps


def followers_before_leaders(world, max_steps, scratch, out):
    n = out.counts[-1, 0] if len(out.counts) else 0
    scratch.order[:n] = scratch.order[:n][::-1].copy()


def one_more_than_there_are(world, max_steps, scratch, out):
    out.counts[:, 0] += 1
    out.changes[:, 0, 0] += 1


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (broken(leaves_a_person_adopted), "memory is left clean: .* run again they differ"),
        (broken(a_curve_that_misses_one), "counts fit curves: .* reach is not where its curve ends"),
        (broken(a_curve_that_falls), "counts fit curves: .* reach falls, and `promises.rises` says it never does"),
        (broken(before=luck_by_place_in_the_chunk), "chunks change nothing: .* one by one they differ"),
        (broken(before=luck_by_the_end), "first steps do not depend on the end: reach of replica"),
        (broken(followers_before_leaders), "starters come first: .*, who has not joined before"),
        (broken(one_more_than_there_are), "certain parameters do what they promise: .* 2 start"),
        (broken(definitions={}), "everything counted is defined: exposed has no entry in `definitions`"),
        (
            broken(promises=Promises(always={"adoption_prob": [0.9]})),
            r"certain parameters do what they promise: .* people with \{'adoption_prob': \[0.9\]\}, ties lead to 24",
        ),
        (broken(promises=Promises(adds_up=("exposed",))), "counts fit curves: .* exposed is not everybody at the end"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_found(model, said):
    with pytest.raises(ModelError, match=f"(?s)exposure_response: {said}"):
        check_model(model)


def test_a_model_that_takes_anything_is_found():
    class Loose(ExposureResponse):
        model_config: ClassVar = {"extra": "allow", "frozen": False}

    with pytest.raises(ModelError, match=r"wrong parameters are refused: \{'no_such_parameter': 1\} is taken"):
        check_model(Loose(adoption_prob=[0.5]))


def test_a_model_in_which_more_means_fewer_is_found():
    class Contrary(ExposureResponse):
        promises: ClassVar = Promises(grows_with=("adoption_prob",))

        def compile(self, graph, setting):
            less = ExposureResponse(adoption_prob=[1.0 - p for p in self.adoption_prob])
            return ExposureResponse.compile(less, graph, setting)

    with pytest.raises(ModelError, match=r"more never means fewer: .* gives fewer than"):
        check_model(Contrary(adoption_prob=[0.3, 0.5]))


def test_a_model_that_raises_is_found():
    with pytest.raises(ModelError, match="chunks change nothing: raises ZeroDivisionError"):
        check_model(broken(lambda world, max_steps, scratch, out: 1 // 0))


def test_all_faults_are_said_at_once():
    with pytest.raises(ModelError) as caught:
        check_model(broken(one_more_than_there_are, definitions={}))
    assert len(str(caught.value).splitlines()) >= 2

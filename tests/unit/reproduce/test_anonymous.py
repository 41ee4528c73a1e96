"""What names people in a scenario is known, so that it can be left out."""

import pytest

from wom_sim.key_docs import key_docs
from wom_sim.models.catalogue import MODELS
from wom_sim.reproduce.anonymous import LABEL_KEYS
from wom_sim.seeding.catalogue import STRATEGIES


def keys_about_labels(spec):
    return {key for key, said in key_docs(spec).items() if "label" in said.lower()}


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_key_of_a_strategy_that_takes_labels_is_renamed(name):
    assert keys_about_labels(STRATEGIES[name]) <= set(LABEL_KEYS)


def test_all_keys_of_labels_are_keys_of_some_strategy():
    assert set(LABEL_KEYS) == {key for name in STRATEGIES for key in keys_about_labels(STRATEGIES[name])}


@pytest.mark.parametrize("name", MODELS)
def test_no_model_takes_labels(name):
    assert keys_about_labels(MODELS[name]) == set()

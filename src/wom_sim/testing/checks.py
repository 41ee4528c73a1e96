"""All checks that every model must pass."""

from __future__ import annotations

from collections.abc import Callable

from ..models.base import Model
from .faults import ModelError
from .parameters import everything_counted_is_defined, parameters_survive_being_written, wrong_parameters_are_refused
from .promises import (
    certain_parameters_do_what_they_promise,
    counts_fit_curves,
    more_never_means_fewer,
    starters_come_first,
)
from .runs import (
    a_run_can_be_halted,
    chunks_change_nothing,
    estimates_are_numbers,
    first_steps_do_not_depend_on_the_end,
    memory_is_left_clean,
    threads_change_nothing,
)

CHECKS = (
    parameters_survive_being_written,
    wrong_parameters_are_refused,
    everything_counted_is_defined,
    counts_fit_curves,
    memory_is_left_clean,
    chunks_change_nothing,
    threads_change_nothing,
    first_steps_do_not_depend_on_the_end,
    a_run_can_be_halted,
    starters_come_first,
    certain_parameters_do_what_they_promise,
    more_never_means_fewer,
    estimates_are_numbers,
)


def check_model(model: Model) -> tuple[str, ...]:
    """Hold a model to what every model of the catalogue keeps.

    Run it in a test of your own model, for each set of parameters that takes another way through the kernel. The model
    is tried on small networks: a ring with shortcuts, directed and not, with people who know nobody; one person; people
    without ties; complete mixing. docs/models/own_model.md goes through the checks.

    Parameters
    ----------
    model : with its parameters; what it promises in `Model.promises` is tried too

    Returns
    -------
    tuple of str
        What was checked.

    Raises
    ------
    ModelError
        One line for each check that failed: which, on what network, what was found.
    """
    faults = []
    for check in CHECKS:
        try:
            check(model)
        except ModelError as fault:
            faults.append(f"{_name(check)}: {fault}")
        except Exception as error:  # a model may raise anything
            faults.append(f"{_name(check)}: raises {type(error).__name__}: {error}")
    if faults:
        raise ModelError(f"{model.kind}: " + f"\n{model.kind}: ".join(faults))
    return tuple(_name(check) for check in CHECKS)


def _name(check: Callable[[Model], None]) -> str:
    return check.__name__.replace("_", " ")

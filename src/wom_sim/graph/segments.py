"""Segments: groups of people who differ in how they react and in whom they know."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import GraphError
from ..spec import Probability, Spec


class Segment(Spec):
    """A group of people, by its share of everybody."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What the segment is called; unique."""

    fraction: Probability | None = None
    """Part of all people, in [0, 1]; the fractions of all segments sum to 1. Only in generated networks, where people
    beyond a list make up for what it lacks; in a network from a file people are counted."""

    homophily: Probability = 0.0
    """Chance that a contact is of the own segment, beyond chance; used by `communities`.

    A contact is of the own segment for sure with this chance h, and otherwise left to chance: P(own) = h + (1 - h) *
    share, where share is the segment's part of all the contacts left to chance. It is the segment's fraction when all
    segments have the same homophily.
    """

    engage_factor: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0
    """Multiplies the chance that one who sees content engages; at least 0; used by the model `campaign`."""

    buy_factor: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0
    """Multiplies the chance to buy, after a visit or a telling; at least 0; used by the model `campaign`."""


def check_segments(segments: Sequence[Segment]) -> None:
    """Refuse fractions that are missing or do not sum to 1, and names that occur twice.

    Raises
    ------
    GraphError
        One line, with the sum or the name.
    """
    if not segments:
        return
    check_names(segments)
    names = [segment.name for segment in segments]
    missing = [segment.name for segment in segments if segment.fraction is None]
    if missing:
        raise GraphError(f"segments.{missing[0]}.fraction: is missing")
    total = sum(_fractions(segments))
    if abs(total - 1) > 1e-9:
        raise GraphError(f"segments: fractions must sum to 1, got {total:.9g} ({', '.join(names)})")


def check_names(segments: Sequence[Segment]) -> None:
    """Raise GraphError where a name occurs twice."""
    names = [segment.name for segment in segments]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise GraphError(f"segments: names must be unique, got {repeated[0]!r} {names.count(repeated[0])} times")


def check_listed(segments: Sequence[Segment]) -> None:
    """Refuse what only generated people have: a fraction, or homophily in their ties.

    Raises
    ------
    GraphError
        One line, naming the key.
    """
    check_names(segments)
    for segment in segments:
        for key in ("fraction", "homophily"):
            if key in segment.model_fields_set:
                raise GraphError(f"segments.{segment.name}.{key}: only for generated networks; people in files have it")


def _fractions(segments: Sequence[Segment]) -> list[float]:
    return [0.0 if segment.fraction is None else segment.fraction for segment in segments]


def assign_segments(segments: Sequence[Segment], n_people: int, key: np.uint64) -> NDArray[np.int32]:
    """Give every person a segment, by shuffling people.

    Shares are exact: each segment has its fraction of the people rounded down, and the people left go to the segments
    with the largest remainders, earlier ones first where equal.

    Parameters
    ----------
    segments : at least one Segment
    n_people : int
    key : uint64

    Returns
    -------
    int32 (n,)
        The position of each person's segment in `segments`.

    Raises
    ------
    GraphError
        See `check_segments`.
    """
    check_segments(segments)
    numbers = np.repeat(np.arange(len(segments), dtype=np.int32), _shares(_fractions(segments), n_people))
    assigned = np.empty(n_people, np.int32)
    assigned[random_order(n_people, key)] = numbers
    return assigned


def fill_segments(
    segments: Sequence[Segment], listed: NDArray[np.int32], n_people: int, key: np.uint64
) -> NDArray[np.int32]:
    """Give the people beyond a list a segment, so that everybody together comes close to the fractions.

    A segment lacks its fraction of all people less those listed, or nothing where more are listed. The people beyond
    the list are shared out in proportion to what the segments lack, as whole people by largest remainder, and
    shuffled.

    Parameters
    ----------
    segments : at least one Segment
    listed : int32 (k,)   position in `segments` of the segment of people 0 .. k - 1
    n_people : int, at least k
    key : uint64

    Returns
    -------
    int32 (n,)
        The position of each person's segment in `segments`; the first k are `listed`.
    """
    n_listed = np.bincount(listed, minlength=len(segments)).tolist()
    wanted = [Fraction(repr(fraction)) * n_people for fraction in _fractions(segments)]
    lacking = [max(Fraction(0), share - n) for share, n in zip(wanted, n_listed, strict=True)]
    n_left = n_people - len(listed)
    weights = lacking if any(lacking) else wanted  # nothing lacks where all are listed, or but for rounding
    exact = [weight * n_left / sum(weights) for weight in weights]
    numbers = np.repeat(np.arange(len(segments), dtype=np.int32), _whole(exact, n_left))
    assigned = np.empty(n_people, np.int32)
    assigned[: len(listed)] = listed
    assigned[len(listed) + random_order(n_left, key)] = numbers
    return assigned


def segment_column(segments: Sequence[Segment], assigned: NDArray[np.int32]) -> NDArray[Any]:
    """Return each person's segment by name: text (n,)."""
    return np.array([segment.name for segment in segments], dtype=np.str_)[assigned]


def random_order(n: int, key: np.uint64) -> NDArray[np.int32]:
    """Return 0 .. n - 1 in random order: int32 (n,)."""
    from ..kernels.generate import shuffle

    order = np.arange(n, dtype=np.int32)
    shuffle(order, n, key)
    return order


def _shares(fractions: list[float], n: int) -> list[int]:
    # Exact arithmetic: 0.3 * 10 is 3 people on every machine; a fraction is taken as the decimal it is written as.
    return _whole([Fraction(repr(fraction)) * n for fraction in fractions], n)


def _whole(exact: list[Fraction], n: int) -> list[int]:
    """Round shares that sum to about n to whole numbers that sum to n, by largest remainder, earlier ones first."""
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: n - sum(shares)]:
        shares[i] += 1
    return shares

"""A city: communities of people, circles of friends in them, and a few people with very many contacts."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..kernels.rng import derive_key
from ..spec import ASSUMPTION, Probability
from .assemble import assemble
from .csr import MAX_PEOPLE, Graph
from .generate import check_mean, empty_table
from .generated import GeneratedNetwork, Plan
from .labels import Labels
from .segments import random_order

if TYPE_CHECKING:
    from ..kernels.communities import People, Stubs

MAX_OVER_MEAN = 25
"""The cut-off: nobody has more contacts than this many times the mean."""

CIRCLE_OVER_MEAN = 0.7
"""People in a circle for each contact that people have on average; at least 4, at most 40."""

# Sub-keys of the ties' key.
_DEGREES, _ORDER, _MIXING, _CIRCLES, _INSIDE, _OUTSIDE, _LAST = 1, 2, 3, 4, 5, 6, 7
_FLAG_NEAR, _FLAG_FAR, _TOP_UP = 8, 9, 10


_HALF_THE_MEAN = {**ASSUMPTION, "when_left_out": "half of mean_contacts, rounded"}


class Communities(GeneratedNetwork):
    """Clustered communities with a heavy-tailed number of contacts, in which like may know like.

    The number of contacts is a discrete power law from `min_contacts` to 25 times the mean (or everybody), with the
    exponent that gives the mean asked for. A person's contacts are split: the fraction `mixing` outside the own
    community, the others inside; of these the fraction `circle_fraction` in circles of friends (about 0.7 times
    `mean_contacts` people, 4 to 40; who has many contacts belongs to several). Partners are then matched at random
    within circle, community or network, and within the own segment for the part of contacts given by its homophily.
    Contacts who find no partner inside are found outside, so that the mean is kept and `mixing` slightly exceeded.

    People of a community have consecutive numbers, unless a list of people comes with the network; the people column
    "community" holds its number.
    Source of the plan (degrees, communities, contacts inside and outside): Lancichinetti, Fortunato & Radicchi (2008),
    Physical Review E 78, 046110. Circles and homophily are our additions.
    """

    uses_homophily: ClassVar[bool] = True

    generate: Literal["communities"] = "communities"

    mean_contacts: Annotated[float, Field(ge=1, json_schema_extra=ASSUMPTION)] = 14.0
    """Realised mean number of contacts, at most n_people - 1."""

    min_contacts: Annotated[int | None, Field(ge=1, le=MAX_PEOPLE, json_schema_extra=_HALF_THE_MEAN)] = None
    """Fewest contacts anybody has, at most mean_contacts. Left out: half the mean, rounded, which makes the exponent
    of the power law about 3."""

    community_size: Annotated[int, Field(ge=2, le=MAX_PEOPLE, json_schema_extra=ASSUMPTION)] = 150
    """Mean number of people in a community; all are equally large but for one person."""

    mixing: Annotated[Probability, Field(json_schema_extra=ASSUMPTION)] = 0.2
    """Fraction of a person's contacts outside the own community."""

    circle_fraction: Annotated[Probability, Field(json_schema_extra=ASSUMPTION)] = 0.6
    """Fraction of a person's contacts inside the community that are in circles of friends, where friends know each
    other; 0 leaves the least clustering."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_mean(self.mean_contacts, self.n_people)
        fewest, mean = self.fewest_contacts(), self.mean_contacts
        if fewest > mean:
            raise ValueError(f"min_contacts must be at most mean_contacts ({mean:g}), got {fewest}")
        inside = mean * (1 - self.mixing)
        if self._n_communities() > 1 and inside > self.community_size - 1:
            raise ValueError(
                f"community_size must be above mean_contacts * (1 - mixing) ({inside:g}), got {self.community_size}"
            )
        return self

    def fewest_contacts(self) -> int:
        """Return `min_contacts`, or what it is when left out."""
        return max(1, int(self.mean_contacts / 2 + 0.5)) if self.min_contacts is None else self.min_contacts

    def expected_ties(self) -> int:
        """Return 2 * round(n * mean_contacts / 2)."""
        return 2 * int(self.n_people * self.mean_contacts / 2 + 0.5)

    def _n_communities(self) -> int:
        return max(1, int(self.n_people / self.community_size + 0.5))

    def _tie(self, plan: Plan) -> Graph:
        from ..kernels import communities as kernels

        n, key = self.n_people, plan.key
        starts = np.arange(self._n_communities() + 1, dtype=np.int64) * n // self._n_communities()
        people = kernels.People(
            starts,
            np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts)),
            np.zeros(n, np.int32) if plan.assigned is None else plan.assigned,
            np.array([segment.homophily for segment in plan.segments] or [0.0]),
        )
        degrees = self._draw_degrees(key)
        n_edges = int(degrees.sum()) // 2
        stubs = self._split(degrees, people, key)
        size = min(40, max(4, int(CIRCLE_OVER_MEAN * self.mean_contacts + 0.5)))
        ties = kernels.Ties(
            np.empty(n_edges, np.int32), np.empty(n_edges, np.int32), empty_table(n_edges + 1), np.zeros(1, np.int64)
        )
        most_stubs = int(np.add.reduceat(stubs.circle + stubs.near.sum(axis=1), starts[:-1]).max())
        slots = np.add.reduceat(-(-stubs.circle.astype(np.int64) // (size - 2)), starts[:-1])
        scratch = kernels.Scratch(
            np.empty(int(np.diff(starts).max()), np.int32),
            np.empty(int(slots.max()), np.int32),
            np.empty(int(slots.max()), np.int32),
            np.empty(most_stubs, np.int32),
        )
        kernels.tie_inside(people, stubs, size, derive_key(key, _INSIDE), ties, scratch)
        pool = np.empty(int(stubs.far.sum()), np.int32)
        n_left = kernels.tie_outside(people, stubs.far, derive_key(key, _OUTSIDE), ties, pool)
        n_left = kernels.settle(pool, n_left, derive_key(key, _LAST), ties)
        src, dst = ties.src[: ties.n_made[0]], ties.dst[: ties.n_made[0]]
        if n_left:
            src, dst = self._top_up(src, dst, derive_key(key, _TOP_UP))
        notes = self._notes(src, dst, people.community)
        return assemble(
            src,
            dst,
            Labels(n),
            directed=False,
            parallel_ties="error",
            self_loops="error",
            notes=notes,
            people_columns={"community": people.community},
        )

    def _draw_degrees(self, key: np.uint64) -> NDArray[np.int32]:
        """Draw everybody's number of contacts: int32 (n,), the sum exactly `expected_ties`.

        One person from each n-th part of the distribution, shuffled; what the sum then lacks or has too much is spread
        over the first people, one contact each.
        """
        n, low = self.n_people, self.fewest_contacts()
        high = min(n - 1, max(low, int(MAX_OVER_MEAN * self.mean_contacts)))
        values = np.arange(low, high + 1)
        cumulative = np.cumsum(power_law(values, self.mean_contacts))
        places = (np.arange(n) + uniforms(derive_key(key, _DEGREES), n)) / n
        ranks = np.minimum(np.searchsorted(cumulative, places, side="right"), len(values) - 1)
        degrees = np.empty(n, np.int32)
        degrees[random_order(n, derive_key(key, _ORDER))] = values[ranks]
        while missing := self.expected_ties() - int(degrees.sum()):
            step = 1 if missing > 0 else -1
            free = np.flatnonzero((degrees + step >= low) & (degrees + step <= high))[: abs(missing)]
            degrees[free] += step
        return degrees

    def _split(self, degrees: NDArray[np.int32], people: People, key: np.uint64) -> Stubs:
        from ..kernels.communities import Stubs

        n_here = np.diff(people.starts)[people.community]
        mixing = self.mixing if len(people.starts) > 2 else 0.0
        outside = np.maximum(_round_at_random(mixing * degrees, derive_key(key, _MIXING)), degrees - (n_here - 1))
        inside = degrees - outside
        circle = _round_at_random(self.circle_fraction * inside, derive_key(key, _CIRCLES))
        homophily = people.homophily[people.segment]
        split = []
        for part, purpose in ((inside - circle, _FLAG_NEAR), (outside, _FLAG_FAR)):
            flagged = _round_at_random(homophily * part, derive_key(key, purpose))
            split.append(np.column_stack((part - flagged, flagged)).astype(np.int32))
        return Stubs(circle.astype(np.int32), *split)

    def _top_up(
        self, src: NDArray[np.int32], dst: NDArray[np.int32], key: np.uint64
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Add edges between strangers where the contacts drawn do not fit together, as in tiny or dense networks.

        First for people below `min_contacts`, then until the mean is reached.
        """
        n, order = self.n_people, random_order(self.n_people, key).tolist()
        lacking = self.fewest_contacts() - np.bincount(np.concatenate((src, dst)), minlength=n)
        known = set(zip(np.minimum(src, dst).tolist(), np.maximum(src, dst).tolist(), strict=True))
        for u in np.flatnonzero(lacking > 0).tolist():
            strangers = (pair for v in order if v != u and (pair := (min(u, v), max(u, v))) not in known)
            new = list(islice(strangers, max(0, int(lacking[u]))))
            np.subtract.at(lacking, np.array(new, np.int64).ravel(), 1)
            known.update(new)
        pairs = (
            (min(u, v), max(u, v)) for gap in range(1, n) for u, v in zip(order, order[gap:] + order[:gap], strict=True)
        )
        while 2 * len(known) < self.expected_ties():
            known.add(next(pairs))
        ends = np.array(sorted(known), np.int32)
        return ends[:, 0], ends[:, 1]

    def _notes(self, src: NDArray[np.int32], dst: NDArray[np.int32], community: NDArray[np.int32]) -> tuple[str, ...]:
        if self._n_communities() == 1:
            return ("there is one community only, so that mixing has no effect",) if self.mixing > 0 else ()
        realised = float(np.mean(community[src] != community[dst]))
        if abs(realised - self.mixing) <= 0.02:
            return ()
        return (f"mixing is {realised:.3f} instead of {self.mixing:g}: communities are too small or too few for it",)


def power_law(values: NDArray[np.int64], mean: float) -> NDArray[np.float64]:
    """Return the chances of `values` in proportion to value^-exponent, with the exponent that gives the mean.

    A mean above the middle of the values (few people, many contacts) gives a negative exponent.
    """
    logs = np.log(values)
    flattest, steepest = -1e5, 1e5
    for _ in range(100):
        exponent = (flattest + steepest) / 2
        weights = _normalised(-exponent * logs)
        if float(weights @ values) > mean:
            flattest = exponent
        else:
            steepest = exponent
    return weights


def uniforms(key: np.uint64, n: int) -> NDArray[np.float64]:
    """Return float64 (n,) in [0, 1): entry i is ``rng.uniform_at(key, i)``."""
    from ..kernels.generate import set_uniforms

    numbers = np.empty(n)
    set_uniforms(key, numbers)
    return numbers


def _normalised(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.exp(logs - logs.max())
    weights /= weights.sum()
    return weights


def _round_at_random(values: NDArray[np.floating[Any]], key: np.uint64) -> NDArray[np.int64]:
    """Round to one of the two nearest whole numbers so that the mean is kept."""
    return np.floor(values + uniforms(key, len(values))).astype(np.int64)

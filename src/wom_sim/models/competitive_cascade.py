"""Competitive cascade: several brands spread at once on one network, and each person adopts one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..graph.csr import Graph
from ..kernels.competitive_cascade import (
    FIRST_BRAND,
    RANDOM_BRAND,
    RANDOM_NEIGHBOUR,
    BrandsScratch,
    BrandsWorld,
    competitive_cascade_chunk,
)
from ..spec import ASSUMPTION, ProbabilityOrColumn, Spec, refuse, repeated
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, coin_threshold, network_arrays
from .cascades import IndependentCascade
from .chances import at_least_one, chances
from .labelled import labels_at_once

MAX_BRANDS = 16

_TIE_RULES = {"random_neighbour": RANDOM_NEIGHBOUR, "first_brand": FIRST_BRAND, "random_brand": RANDOM_BRAND}


def _plain(name: str) -> str:
    """Refuse names that do not go into the name of a column."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise PydanticCustomError("name", 'must be letters, digits, "_" or "-", got {name}', {"name": repr(name)})
    return name


class CascadeBrand(Spec):
    """A brand that spreads: `[[model.brands]]`."""

    name: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]
    """What the brand is called: letters, digits, "_" and "-"; unique. Its adopters are counted as reach_<name>."""
    share_prob: ProbabilityOrColumn
    """Chance that an adopter's one exposure wins a listener: a number in [0, 1], or the name of a tie column."""
    seed_share: float = Field(default=1.0, ge=0.0, le=1e6)
    """How many of the seed nodes start with it, in proportion to the other brands' numbers; at least 0."""


class CompetitiveCascade(Model):
    """Several independent cascades at once: a person adopts the brand that reaches her first, once and for all.

    u, who adopted brand b at step t, tries to win each listener v who has adopted nothing, once, at step t + 1, with
    chance p_b(uv), independently of all else. Where only tries for one brand succeed at v in a step, v adopts that
    brand; where several brands' do, `tie_rule` decides:

    - "random_neighbour": one of the successful tries, each equally likely, so that brands win in proportion to them
    - "first_brand": the one that stands first in the list of brands
    - "random_brand": one of the brands that succeeded, each equally likely

    v follows a successful try for the brand she adopts, each equally likely. A tie has one number u_e, that of the
    independent cascade, and the try over it succeeds if u_e < p_b(e): nobody tries twice over a tie, so this is no
    loss. Where all brands have the same chances, adopters of any brand are at every step those whom an independent
    cascade from all seed nodes reaches, replica by replica. Where c parallel ties are counted, the chance is
    1 - (1 - p)^c.

    Seed nodes are dealt out in the order in which the scenario lists them, each to the brand for which
    (number it has + 1/2) / seed_share is smallest, the earlier brand of two equals. `split = "blocks"` gives each brand
    as many as that, the first brand the first of the list, and so on.
    """

    source: ClassVar[str] = (
        "Bharathi, Kempe & Salek (2007); Carnes, Nagarajan, Wild & van Zuylen (2007); Budak, Agrawal & El Abbadi (2011)"
    )
    promises: ClassVar[Promises] = Promises(
        never={"brands": [{"name": "a", "share_prob": 0.0}, {"name": "b", "share_prob": 0.0}]},
        always={"brands": [{"name": "a", "share_prob": 1.0}, {"name": "b", "share_prob": 1.0}]},
    )

    kind: Literal["competitive_cascade"] = "competitive_cascade"
    brands: Annotated[
        tuple[CascadeBrand, ...],
        Field(max_length=MAX_BRANDS),
        BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given),
    ]
    """The brands, from 2 to 16; their order matters for `tie_rule = "first_brand"` and for who gets which seed node."""
    tie_rule: Literal["random_neighbour", "first_brand", "random_brand"] = Field(
        default="random_neighbour", json_schema_extra=ASSUMPTION
    )
    """Which brand a person adopts at whom several succeed in the same step: see above."""
    split: Literal["in_turn", "blocks"] = Field(default="in_turn", json_schema_extra=ASSUMPTION)
    """How seed nodes are dealt out to brands: in turn, or the first ones to the first brand, the next to the second."""

    @model_validator(mode="after")
    def _check(self) -> CompetitiveCascade:
        problems = repeated([brand.name for brand in self.brands], section="brands")
        if len(self.brands) < 2:
            problems.append(f"brands: must be two at least, got {len(self.brands)}; one is an independent_cascade")
        elif not any(brand.seed_share for brand in self.brands):
            problems.append("brands: seed_share must be above 0 for one brand at least, got 0 for all")
        refuse(problems)
        return self

    def defined(self) -> Mapping[str, tuple[str, str]]:
        """Return unit and meaning of the counts, some of which are named after brands."""
        own = {_count(brand): ("people", f"adopters of {brand.name}, seed nodes included") for brand in self.brands}
        return own | {"contested": ("people", "people at whom several brands succeeded in the same step")}

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the columns of chances that brands name."""
        return {brand.share_prob: (0.0, 1.0) for brand in self.brands if isinstance(brand.share_prob, str)}

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the line of the independent cascade where all brands have its chances; see `Model.theory_line`."""
        first = self.brands[0].share_prob
        if any(brand.share_prob != first for brand in self.brands):
            return None
        return IndependentCascade(share_prob=first).theory_line(graph, seed_nodes, n_steps)

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Take the coins of the independent cascade, with each brand's chances; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, n_brands = graph.n_people, len(self.brands)
        coins = [coin_threshold(at_least_one(graph, chances(graph, brand.share_prob))) for brand in self.brands]
        per_tie = any(len(its) == len(graph.indices) for its in coins)
        width = len(graph.indices) if per_tie else 1
        threshold = np.concatenate([np.broadcast_to(its, width) for its in coins])
        names = tuple(_count(brand) for brand in self.brands)
        seed_share, in_turn = np.array([brand.seed_share for brand in self.brands]), self.split == "in_turn"
        alike = all(np.array_equal(its, coins[0]) for its in coins[1:])

        def new_scratch(halt: NDArray[np.uint8]) -> BrandsScratch:
            return BrandsScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                brand=np.zeros(n, np.uint8),
                rank=np.zeros(n, np.uint64),
                turn=np.zeros(n, np.uint64),
                met=np.zeros(n, np.uint8),
                dealt=np.zeros(n, np.uint8),
                given=np.zeros(n_brands, np.int64),
                lane_keys=np.zeros(64, np.uint64),
                halt=halt,
            )

        return DiffusionModel(
            kernel=competitive_cascade_chunk,
            world=BrandsWorld(
                **network_arrays(graph),
                threshold=threshold,
                width=width,
                per_tie=int(per_tie),
                seed_share=seed_share,
                in_turn=in_turn,
                tie_rule=_TIE_RULES[self.tie_rule],
            ),
            expects={
                "threshold": Expected(np.uint64, n_brands * width),
                "seed_share": Expected(np.float64, n_brands, low=0.0),
            },
            new_scratch=new_scratch,
            counts=("reach", *names, "contested"),
            curves=("reach", *names),
            ties_examined=graph.n_ties + n,
            at_once=labels_at_once(
                graph,
                threshold,
                per_tie=per_tie,
                n_labels=n_brands,
                same_chances=alike,
                tie_rule=_TIE_RULES[self.tie_rule],
                seed_share=seed_share,
                in_turn=in_turn,
            ),
        )


def _count(brand: CascadeBrand) -> str:
    return f"reach_{brand.name}"

"""Talk of the network: strong ties, random meetings and advertising (Goldenberg, Libai & Muller 2001)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.talk_of_the_network import OWN_TIES, TalkScratch, TalkWorld, talk_chunk
from ..spec import Probability
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, network_arrays

MAX_CONTACTS = 1_000_000
_LITTLE = 1e-3


class StrongAndWeakTies(Model):
    """What both models of this kind read: who is in contact with whom, and how strong each contact is."""

    needs_seeding: ClassVar[bool] = False

    advertise_prob: Probability = 0.00525
    """Chance that advertising alone informs a person in a period, in [0, 1]. Published range: 0.0005 to 0.01; the
    defaults are the middle of the published ranges."""
    weak_ties: int = Field(default=17, ge=0, le=MAX_CONTACTS)
    """People outside whom each person meets in a period, 0 or more. Published range: 5 to 29."""
    weak_prob: Probability = 0.01
    """Chance that one informed weak tie informs a person in a period, in [0, 1]. Published range: 0.005 to 0.015."""
    strong_prob: Probability = 0.04
    """Chance that one informed strong tie informs a person in a period, in [0, 1]. Published range: 0.01 to 0.07."""
    weak: Literal["meetings", "fixed"] = "meetings"
    """Whether weak ties are met anew each period, or are the same people throughout a replica."""
    strong_ties: int | None = Field(default=None, ge=0, le=MAX_CONTACTS)
    """Only where everybody is tied to everybody: this many strong ties a person, drawn anew each period among all
    others. Left out: all ties of the network are strong."""

    def unused(self) -> frozenset[str]:
        """Return the keys of weak ties where there are none."""
        return frozenset() if self.weak_ties else frozenset({"weak_prob", "weak"})

    def contact_fields(self, graph: Graph) -> dict[str, Any]:
        """Return the fields of a kernel's world that describe network and contacts.

        Raises
        ------
        GraphError
            When a number of strong ties is given beside a network that has its own.
        """
        if self.strong_ties is not None and not graph.complete:
            raise GraphError(
                f"strong_ties = {self.strong_ties} is for everybody-to-everybody; "
                "the strong ties of this network are its own ties, leave strong_ties out"
            )
        weight = np.ones(1, np.int32) if graph.tie_counts is None else graph.tie_counts.astype(np.int32)
        return {
            **network_arrays(graph),
            "tie_weight": weight,
            "counted": int(graph.tie_counts is not None),
            "advertise_prob": float(self.advertise_prob),
            "strong_prob": float(self.strong_prob),
            "weak_prob": float(self.weak_prob),
            "strong_ties": OWN_TIES if self.strong_ties is None else self.strong_ties,
            "weak_ties": self.weak_ties if graph.n_people > 1 else 0,
            "fixed": self.weak == "fixed",
        }

    def drawn_anew(self, graph: Graph) -> int | None:
        """Return how many strong ties a person has where all ties count as drawn anew each period; else None.

        So they do, up to 1 in 1,000 of what they do together, where everybody is tied to everybody and a tie does
        little, and where strong ties do nothing at all.
        """
        if self.weak == "fixed" and self.weak_ties:
            return None
        if self.strong_prob == 0.0 or not graph.complete:
            return 0 if self.strong_prob == 0.0 else None
        if self.strong_ties is not None:
            return self.strong_ties
        return graph.n_people - 1 if graph.n_people * self.strong_prob**2 < _LITTLE else None

    def examined(self, graph: Graph) -> float:
        """Return about how many ties and people a replica looks at."""
        met = self.weak_ties if self.weak == "fixed" else 0
        return len(graph.indices) + 24.0 * graph.n_people * (1 + met)

    @staticmethod
    def expects(weight: NDArray[np.int32], graph: Graph) -> dict[str, Expected]:
        """Return what the arrays of `contact_fields` must be."""
        counted = graph.tie_counts is not None
        return {"tie_weight": Expected(weight.dtype, len(graph.indices) if counted else 1, low=1)}


class TalkOfTheNetwork(StrongAndWeakTies):
    """People are informed by advertising, by strong ties of their own network, and by people they meet.

    In each period, a person who is not informed and of whose strong ties m and weak ties j were informed when the
    period began, is informed with probability

        p = 1 - (1 - alpha) (1 - beta_w)^j (1 - beta_s)^m,

    alpha = `advertise_prob`, beta_w = `weak_prob`, beta_s = `strong_prob`. All people are updated at once; the informed
    stay so. Strong ties of v are the ties u -> v of the network; c parallel ties count as c. Weak ties of v are
    `weak_ties` draws, one by one, among all others with equal chances (strong ties are not excluded, the same person
    may be drawn twice): new ones each period, or with ``weak = "fixed"`` once a replica. With complete mixing and
    `strong_ties`, strong ties are drawn like meetings.

    New meetings leave no trace but j, which is binomial with the fraction x of the informed among all others, so that
    the mean of (1 - beta_w)^j, (1 - beta_w x)^w, stands for them without changing the distribution of anything.
    Each person v has one number u in [0, 1) and is informed as soon as u < 1 - Q, Q being the product of all
    factors (1 - alpha), (1 - beta_s)^m, (1 - beta_w x)^w met so far.

    A replica ends when all are informed or nobody can be any more; seed nodes, if any, are informed in period 0.
    """

    source: ClassVar[str] = "Goldenberg, Libai & Muller (2001), Marketing Letters 12, the cellular automaton"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "t16": ("periods", "first period by whose end 16 % of all people were informed"),
        "t95": ("periods", "first period by whose end 95 % of all people were informed"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"advertise_prob": 0.0, "weak_prob": 0.0, "strong_prob": 0.0},
        always={"advertise_prob": 0.0, "weak_prob": 0.0, "strong_prob": 1.0},
        grows_with=("advertise_prob", "weak_prob", "strong_prob"),
    )

    kind: Literal["talk_of_the_network"] = "talk_of_the_network"

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the map of an endless crowd, where nobody is informed at the start; see `Model.theory_line`."""
        from ..theory import informed_by_step

        n_strong = self.drawn_anew(graph)
        if n_strong is None or len(seed_nodes):
            return None
        share = informed_by_step(
            n_steps,
            n_strong=n_strong,
            n_weak=self.weak_ties,
            advertising=self.advertise_prob,
            strong_prob=self.strong_prob,
            weak_prob=self.weak_prob,
        )
        return TheoryLine(share * graph.n_people, "theory: ties drawn anew each period, endless crowd")

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Take over network and chances; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, fields = graph.n_people, self.contact_fields(graph)

        def new_scratch(halt: NDArray[np.uint8]) -> TalkScratch:
            return TalkScratch(
                left=np.zeros(n),
                heard=np.zeros(n, np.int64),
                waiting=np.zeros(n, np.int32),
                joined=np.zeros(n, np.int32),
                informed=np.zeros(n, np.uint8),
                halt=halt,
            )

        return DiffusionModel(
            kernel=talk_chunk,
            world=TalkWorld(**fields, need_16=people_for(0.16, n), need_95=people_for(0.95, n)),
            expects=self.expects(fields["tie_weight"], graph),
            new_scratch=new_scratch,
            counts=("reach",),
            amounts=("t16", "t95"),
            curves=("reach",),
            ends="nobody_left",
            ties_examined=self.examined(graph),
        )


def people_for(share: float, n_people: int) -> int:
    """Return how many people make up a share of all: 0.95 of 20 are 19, whatever 0.95 is in binary."""
    return math.ceil(share * n_people - 1e-9 * n_people)

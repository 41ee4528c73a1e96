"""The specification of a campaign; docs/campaign.md defines what it does."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from ...durations import Duration, PositiveDuration
from ...graph.columns import PeopleColumn
from ...graph.csr import Graph
from ...kernels.campaign.codes import MAX_ANSWERS
from ...spec import ASSUMPTION, Spec, refuse
from ..base import CompiledModel, Model, PassingOn, Setting
from .brand import Brand, Trust
from .checks import problems_inside
from .crisis import Crisis, Response
from .decision import Decision, Limits
from .dialogue import Dialogue
from .fields import Entries
from .item import Creator, Item
from .rival import MAX_RIVALS, Competitor
from .starting import Starting
from .talk import WordOfMouth
from .tracking import MAX_RULES, Rule
from .value import Value


class Campaign(Model):
    """A campaign: ads, posts, creators, customers who talk, claims and answers, among people who meet each other.

    People see content, engage, share and buy; customers tell others for good or ill; false claims spread and are
    answered; a habit needs company and may lapse. docs/campaign.md defines every event, chance and draw.
    """

    needs_seeding: ClassVar[bool] = False
    source: ClassVar[str] = "docs/campaign.md; sources of the defaults stand with each key"

    elsewhere: ClassVar[dict[str, type[Spec]]] = {"seeding": Starting}
    """Keys of a campaign in other sections of a scenario."""

    kind: Literal["campaign"] = "campaign"
    step: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Length of a step; what is caused in one step happens in a later one. Online talk needs short ones: "1h"."""
    outcome: Literal["purchase", "habit"] = "purchase"
    """What people are won for: a first purchase, or a habit that they adopt and may lapse from."""
    recall_half_life: PositiveDuration = Duration("17d")
    """Half of those who saw or heard of the brand have forgotten it after this time. Default: adstock, 2.5 weeks."""
    buy_delay: Duration = Duration("0d")
    """Mean time between a visit that ends in a purchase and the purchase."""
    brand: Brand = Brand()
    trust: Trust = Trust()
    word_of_mouth: WordOfMouth = WordOfMouth()
    content: Entries[Item] = ()
    creators: Entries[Creator] = ()
    crises: Entries[Crisis] = ()
    responses: Annotated[Entries[Response], Field(max_length=MAX_ANSWERS)] = ()
    decision: Decision | None = None
    """Left out: nobody decides by company."""
    value: Value = Value()
    dialogue: Dialogue | None = None
    """Left out: nobody complains or asks."""
    competitors: Annotated[Entries[Competitor], Field(max_length=MAX_RIVALS)] = ()
    rules: Annotated[Entries[Rule], Field(max_length=MAX_RULES)] = ()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _check(self) -> Campaign:
        refuse(problems_inside(self))
        return self

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write the values that are used where a default depends on the channel; leave out keys of other channels."""
        written: dict[str, Any] = write(self)
        if "value" not in self.model_fields_set:
            written.pop("value", None)
        other = frozenset({"adopt_prob"} if self.outcome == "purchase" else {"click_prob", "buy_prob"})
        for section, entries in (("content", self.content), ("responses", self.responses)):
            if section in written:
                written[section] = [
                    _in_use(entry, values, left_out=other)
                    for entry, values in zip(entries, written[section], strict=True)
                ]
        for rival, its in zip(self.competitors, written.get("competitors", ()), strict=False):
            if "content" in its:
                its["content"] = [
                    _in_use(item, values, left_out=other)
                    for item, values in zip(rival.content, its["content"], strict=True)
                ]
        return written

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of the decision's weights, if one is named."""
        weight = self.decision.weight if self.decision else None
        return {} if weight is None else {weight: (0.0, 1.0)}

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the column of the decision's thresholds, if one is named."""
        return self.decision.people_columns() if self.decision else {}

    def unused(self) -> frozenset[str]:
        """Return sections and keys whose defaults play no part, or are those of published models."""
        no_part = {"trust", "limits"}
        if self.outcome == "habit":
            no_part |= {"word_of_mouth", "content.click_prob"}
        if not self.competitors:
            no_part |= {"brand.switch_prob"}
        if not self.crises:
            no_part |= {"dialogue.crisis_question_prob"}
        if not self.value.buys_again:
            no_part |= {"word_of_mouth.tells_per_repeat"}
        return frozenset(no_part)

    def n_steps(self, horizon: Duration) -> int:
        """Return how many steps a run of this length has."""
        return round(horizon / self.step)

    def passing_on(self, graph: Graph, setting: Setting) -> PassingOn:
        """Return what starters begin, handed on from contact to contact; see `campaign.passing_on`."""
        from .passing_on import passing_on

        return passing_on(self, graph, setting)

    def compile(self, graph: Graph, setting: Setting) -> CompiledModel:
        """Turn the campaign into the kernel's tables; see `Model.compile`."""
        from .eras import compile_eras

        return compile_eras(self, graph, setting)


def _in_use(entry: Spec, values: dict[str, Any], *, left_out: frozenset[str]) -> dict[str, Any]:
    left_out = left_out | entry.unused()
    return {key: entry.in_use(key) if value is None else value for key, value in values.items() if key not in left_out}

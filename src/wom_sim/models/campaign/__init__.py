"""The campaign: people, content, creators, word of mouth, crises and answers in one model."""

from .brand import Brand, Trust
from .crisis import Crisis, Response
from .decision import Decision, Limits
from .dialogue import Dialogue
from .goal import Goal, ObservedSeries
from .item import Creator, Item
from .model import Campaign
from .rival import Competitor, RivalTalk
from .starting import Starting
from .talk import WordOfMouth
from .tracking import Rule
from .value import Value

__all__ = [
    "Brand",
    "Campaign",
    "Competitor",
    "Creator",
    "Crisis",
    "Decision",
    "Dialogue",
    "Goal",
    "Item",
    "Limits",
    "ObservedSeries",
    "Response",
    "RivalTalk",
    "Rule",
    "Starting",
    "Trust",
    "Value",
    "WordOfMouth",
]

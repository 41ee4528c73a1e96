"""The campaign: people, content, creators, word of mouth, crises and answers in one model."""

from .brand import Brand, Trust, Value
from .crisis import Crisis, Response
from .decision import Decision, Limits
from .item import Creator, Item
from .model import Campaign
from .starting import Starting
from .talk import WordOfMouth

__all__ = [
    "Brand",
    "Campaign",
    "Creator",
    "Crisis",
    "Decision",
    "Item",
    "Limits",
    "Response",
    "Starting",
    "Trust",
    "Value",
    "WordOfMouth",
]

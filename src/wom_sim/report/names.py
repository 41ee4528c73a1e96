"""Names for the people of a story, made up from their numbers; never from data."""

from __future__ import annotations

# fmt: off
_NAMES = (
    "Ana", "Ben", "Cem", "Dana", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Jana", "Kofi", "Lea", "Mara", "Nils",
    "Olga", "Pablo", "Quinn", "Rosa", "Sami", "Tara", "Uwe", "Vera", "Wim", "Xenia", "Yusuf", "Zoe", "Adam",
    "Bella", "Carlos", "Dora", "Elif", "Finn", "Greta", "Hugo", "Iris", "Jonas", "Kira", "Luca", "Mina", "Noah",
    "Oskar", "Paula", "Ravi", "Selma", "Timo", "Una", "Viktor", "Wanda", "Yara", "Zeno", "Aisha", "Boris", "Clara",
    "Dario", "Eva", "Felix", "Gül", "Henri", "Ida", "Jakob", "Karim", "Lin", "Marco", "Nora", "Omar", "Pia",
    "Rafael", "Sofia", "Theo", "Ulla", "Vlad", "Wiebke", "Yan", "Zita", "Amir", "Birte", "Cora", "David", "Erik",
    "Frida", "Gustav", "Helga", "Isak", "Julia", "Klara", "Leon", "Maya", "Nico", "Oda", "Peter", "Runa", "Stefan",
    "Tilda", "Urs", "Vito", "Wera", "Yves", "Zara",
)
# fmt: on


def name_of(person: int) -> str:
    """Return the name of a person in stories: the same for the same number, in every story."""
    # Neighbours get names far apart in the list: 61 shares no factor with its length.
    return f"{_NAMES[person * 61 % len(_NAMES)]} (no. {person})"

"""What stands below the keys of a spec, for those who ask."""

from wom_sim.key_docs import key_docs
from wom_sim.spec import Spec


class Parcel(Spec):
    """Something sent."""

    weight: float = 1.0
    """In kilograms,
    wrapping included."""
    colour: str = "brown"


class Letter(Parcel):
    """Something written."""

    stamp: int
    """In cents."""
    weight: float = 0.02
    """In kilograms."""


def test_docs_are_those_of_the_class_and_of_what_it_is_made_of():
    assert key_docs(Parcel) == {"weight": "In kilograms,\nwrapping included."}
    assert key_docs(Letter) == {"weight": "In kilograms.", "stamp": "In cents."}


def test_the_schema_has_them():
    schema = Letter.model_json_schema()

    assert {key: said.get("description") for key, said in schema["properties"].items()} == {
        "weight": "In kilograms.",
        "colour": None,
        "stamp": "In cents.",
    }


def test_a_class_without_source_has_none():
    assert key_docs(type("Planted", (Spec,), {"__module__": "nowhere"})) == {}

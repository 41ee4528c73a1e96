"""`wom models campaign` explains every key, of every table; `wom check` writes nested tables as a file would."""

from wom_sim.cli.check import _section


def test_every_table_of_a_campaign_is_explained(wom):
    explained = wom("models", "campaign").out
    for table in ("[model.brand]", "[[model.content]]", "[[model.responses]]", "[model.decision]", "[seeding]"):
        assert f"\n{table}\n" in explained
    assert "\nstep  (default 1d)\n" in explained
    assert "\nthrough  (default owned)\n" in explained
    assert "\nstart_as  (default none)\n" in explained


def test_nested_tables_are_written_with_their_headers():
    content = [{"name": "a", "end": None, "appeal": {"us": 2.0}}, {"name": "b", "start": "2026-03-02", "segments": []}]
    values = {"kind": "campaign", "brand": {"followers_fraction": 0.1}, "value": {"price": None}, "content": content}
    assert _section("model", values) == [
        "[model]",
        '  kind = "campaign"',
        "",
        "[model.brand]",
        "  followers_fraction = 0.1",
        "",
        "[[model.content]]",
        '  name = "a"',
        "  appeal = { us = 2.0 }",
        "",
        "[[model.content]]",
        '  name = "b"',
        "  start = 2026-03-02",
        "",
    ]

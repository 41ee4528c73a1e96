"""A scenario's values written as TOML read back as they were."""

import datetime
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from wom_sim.scenario.write import toml_text

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
plain = st.one_of(
    text,
    st.booleans(),
    st.integers(-(2**63), 2**64),
    st.floats(allow_nan=False),
    st.dates(),
    st.times(),
    st.datetimes(),
)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3))


@given(st.dictionaries(text, values, max_size=5))
def test_what_is_written_reads_back(given):
    assert tomllib.loads(toml_text(given)) == given


def test_sections_stand_apart_and_lists_of_tables_on_lines_of_their_own():
    written = toml_text(
        {
            "format": 1,
            "start": datetime.date(2026, 3, 2),
            "segments": [{"name": "a", "fraction": 0.5}, {"name": "b", "fraction": 0.5}],
            "run": {"rng_seed": 1, "horizon": "9d"},
        }
    )
    assert written == (
        "format = 1\nstart = 2026-03-02\nsegments = [\n"
        '    { name = "a", fraction = 0.5 },\n    { name = "b", fraction = 0.5 },\n]\n'
        '\n[run]\nrng_seed = 1\nhorizon = "9d"\n'
    )

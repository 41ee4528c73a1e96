"""The shipped list of customers, as a new user meets it; and faults of a list on the command line."""

import json
from pathlib import Path

import pytest

from kernel_runner import JIT_OFF

SCENARIOS = Path(__file__).parents[2] / "scenarios"
COLUMN = "model.decision.fraction: column 'friends_needed'"


def customers():
    """The shipped list: 200 invented people, made by this recipe."""
    lines = ["id,segment,customer,stands_for,visits_per_year,friends_needed"]
    for i in range(1, 201):
        segment = "students" if i % 10 < 3 else "families" if i % 10 < 8 else "seniors"
        visits = (i * i + 3 * i) % 25
        customer = "yes" if visits > 18 else "no"
        needed = 0.1 + (37 * i) % 17 * 0.05
        lines.append(f"c{i:03},{segment},{customer},{10 + (11 * i) % 21 / 2:g},{visits},{needed:.2f}")
    return "\n".join(lines) + "\n"


def test_the_shipped_list_is_what_its_recipe_makes():
    assert (SCENARIOS / "customers.csv").read_text(encoding="utf-8") == customers()


def test_a_template_comes_with_its_data(wom, folder):
    done = wom("new", "customer_list", "my.toml")

    assert done.out == "wrote my.toml and customers.csv; run it with:  wom run my.toml\n"
    assert (folder / "customers.csv").read_text(encoding="utf-8") == customers()
    assert wom("new", "customer_list").out == "wrote customer_list.toml; run it with:  wom run customer_list.toml\n"


def test_data_of_ones_own_are_not_overwritten(wom, folder):
    (folder / "customers.csv").write_text("id\nanna\n")
    refused = wom("new", "customer_list")

    assert refused.code == 2
    assert refused.err == "wom: customers.csv: exists already and holds something else; move it, or --overwrite\n"
    assert not (folder / "customer_list.toml").exists()
    assert (folder / "customers.csv").read_text() == "id\nanna\n"
    assert wom("new", "customer_list", "--overwrite").code == 0
    assert (folder / "customers.csv").read_text(encoding="utf-8") == customers()
    assert "is what the scenario calls its data" in wom("new", "customer_list", "customers.csv", "--overwrite").err


@pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")
def test_what_the_template_says_of_its_results_is_so(wom):
    """Own thresholds spread to twice as many as one half for all; fewer friends needed elsewhere reach nearly all."""

    def adopters(*setting):
        changes = ("--set", *setting) if setting else ()
        done = wom("run", "customer_list.toml", "--no-plots", "--quiet", "--json", "--replicas", 20, *changes)
        return json.loads(done.out)["metrics"]["adopters"]["mean"]

    wom("new", "customer_list")
    own = adopters()
    assert 1_000 < own < 1_250
    assert adopters("model.decision.fraction=0.5") < 0.55 * own
    assert adopters("network.unlisted.friends_needed=0.3") > 3_500


def test_checking_shows_the_list_and_its_people_can_be_named(wom):
    wom("new", "customer_list")
    done = wom("check", "customer_list.toml", "--set", 'seeding.nodes=["c001", "c002#2", "3999"]')

    assert done.code == 0
    assert 'people = "customers.csv"' in done.out
    assert "seed nodes  3: c001, c002#2, 3999" in done.out


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "c300,pupils,no,1,3,0.5",
            "network: customers.csv:202: there is no segment 'pupils'; [[segments]] has",
        ),
        (
            "c007,seniors,no,1,3,0.5",
            "network: customers.csv:202: 'c007' stands in line 8 already; keep one row",
        ),
        (
            "c300,seniors,no,2000,3,0.5",
            "network: customers.csv: its 201 rows stand for 4,993 people, more than",
        ),
        (
            "c300,seniors,no,1,3,",
            f"{COLUMN}: must hold a number for everybody, got none for 1 person, such as 'c300'; fill it in",
        ),
        (
            "c300,seniors,no,1,3,1.5",
            f"{COLUMN}: must be a number in [0, 1], got 1.5 for 'c300'",
        ),
    ],
)
def test_a_faulty_row_is_exit_2_and_one_line(wom, folder, row, said):
    wom("new", "customer_list", "c.toml")
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    done = wom("check", "c.toml")

    assert done.code == 2
    assert done.err.startswith(f"wom: c.toml: {said}")
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_networks_explains_the_list(wom):
    for name in ("everyone", "communities", "scale_free"):
        said = wom("networks", name).out
        assert "people  (default none)" in said
        assert "`stands_for` (how many people the row is, 1 unless given)" in said

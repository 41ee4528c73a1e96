"""`[sweep]`: lists, ranges, linked keys, designs and options are read; everything wrong is said at once."""

import datetime
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from studies import CASCADE
from wom_sim import ScenarioError
from wom_sim.scenario.json_schema import json_schema
from wom_sim.scenario.load import scenario_from
from wom_sim.scenario.ranges import Span

CRISIS = tomllib.loads((Path(__file__).parents[2] / "contract" / "crisis.toml").read_text(encoding="utf-8"))
SHARE = '"model.share_prob"'
SEEDS = '"seeding.n_seed_nodes"'


def sweep_of(text, values=CASCADE):
    return scenario_from({**values, "sweep": tomllib.loads(f"[sweep]\n{text}")["sweep"]}).sweep


def problems(text, values=CASCADE):
    with pytest.raises(ScenarioError) as caught:
        sweep_of(text, values)
    return [line.removeprefix("scenario: ").removeprefix("sweep") for line in caught.value.problems]


def test_lists_make_a_grid():
    sweep = sweep_of(f"{SHARE} = [0.1, 0.2]\n{SEEDS} = [1, 2, 3]")
    assert (sweep.design, sweep.keys) == ("grid", ("model.share_prob", "seeding.n_seed_nodes"))
    assert [len(axis) for axis in sweep.axes] == [2, 3]
    assert (sweep.replica_sets, sweep.metrics, sweep.precision) == (1, None, None)


def test_values_may_be_of_any_kind():
    text = 'start = [2026-06-01]\n"model.crises.0.start" = [2026-06-08]\n"model.brand.customers_talk" = [true, false]'
    sweep = sweep_of(
        text + '\n"model.responses.0.delay" = ["1h"]\n"model.responses.0.through" = [["owned", "paid", "press"]]',
        CRISIS,
    )
    first = [axis.parts[0].values[0] for axis in sweep.axes]
    assert first == [datetime.date(2026, 6, 1), datetime.date(2026, 6, 8), True, "1h", ["owned", "paid", "press"]]
    networks = sweep_of('network = [{ generate = "everyone", n_people = 5 }]')
    assert networks.axes[0].parts[0].values[0]["n_people"] == 5


def test_ranges_are_sampled():
    text = f'{SHARE} = {{ low = 0.01, high = 0.1, scale = "log" }}\n{SEEDS} = {{ low = 1, high = 9 }}\n'
    sweep = sweep_of(text + 'design = "sobol"\nn_cases = 64')
    assert [axis.parts[0].span for axis in sweep.axes] == [
        Span(low=0.01, high=0.1, log=True),
        Span(low=1.0, high=9.0, unit=1.0),
    ]
    assert (sweep.n_cases, sweep.design_seed) == (64, 5)


def test_ranges_have_levels_on_a_grid():
    sweep = sweep_of(f"{SHARE} = {{ low = 0.1, high = 0.2, levels = 3 }}")
    assert sweep.axes[0].parts[0].values == (0.1, 0.15, 0.2)


def test_durations_make_ranges_in_whole_steps_where_a_key_asks_for_them():
    design = 'design = "random"\nn_cases = 3'
    campaign = {**CASCADE, "model": {"kind": "campaign"}, "run": {"horizon": "2d"}}
    horizon = sweep_of(f'"run.horizon" = {{ low = "1d", high = "9d" }}\n{design}', campaign).axes[0].parts[0].span
    assert (horizon.duration, horizon.unit, horizon.at(0.3)) == (True, 1.0, "3d")
    delay = sweep_of(f'"model.responses.0.delay" = {{ low = "1h", high = "7d", scale = "log" }}\n{design}', CRISIS)
    assert (delay.axes[0].parts[0].span.low, delay.axes[0].parts[0].span.duration) == (1 / 24, True)


def test_keys_of_a_table_move_together():
    sweep = sweep_of(f"[[sweep.together]]\n{SHARE} = [0.1, 0.2, 0.3]\n{SEEDS} = {{ low = 1, high = 5 }}")
    (axis,) = sweep.axes
    assert [part.values for part in axis.parts] == [(0.1, 0.2, 0.3), (1, 3, 5)]
    design = 'design = "random"\nn_cases = 3\n'
    (axis,) = sweep_of(f"{design}[[sweep.together]]\n{SHARE} = [0.1, 0.2]\n{SEEDS} = {{ low = 1, high = 4 }}").axes
    assert [part.at(0.9) for part in axis.parts] == [0.2, 4]
    assert [part.at(1.0) for part in axis.parts] == [0.2, 4]


def test_linked_values_need_be_valid_only_together():
    network = {"generate": "small_world", "n_people": 50, "contacts": 4, "rewired_fraction": 0.1}
    text = '[[sweep.together]]\n"network.n_people" = [50, 4]\n"network.contacts" = [4, 2]'
    assert sweep_of(text, {**CASCADE, "network": network}).keys == ("network.n_people", "network.contacts")


def test_the_design_has_a_number_of_its_own_or_the_runs():
    sampled = f'{SHARE} = [0.1, 0.2]\ndesign = "random"\nn_cases = 3\n'
    assert sweep_of(sampled).design_seed == 5
    assert sweep_of(sampled + "design_seed = 0").design_seed == 0
    assert sweep_of(sampled, {**CASCADE, "run": {}}).design_seed == 0


def test_options_are_kept():
    text = (
        f'{SHARE} = [0.1]\nreplica_sets = 2\nmetrics = ["reach"]\nprecision = {{ metric = "reach", relative = 0.02 }}'
    )
    sweep = sweep_of(text)
    assert (sweep.replica_sets, sweep.metrics) == (2, ("reach",))
    assert (sweep.precision.relative, sweep.precision.at_most) == (0.02, 10_000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'{SHARE} = {{ low = 0.1, high = 0.2 }}\ndesign = "sobol"\nn_cases = 100',
            '.n_cases: design = "sobol" needs a power of two: 64 or 128, got 100',
        ),
        (
            f"{SHARE} = {{ low = 0.1, high = 0.2 }}",
            (
                '.model.share_prob: a range is sampled: add design = "latin_hypercube", "sobol" or "random" and '
                "n_cases = 64 to [sweep]; or, on a grid, say how many values it takes: levels = 5"
            ),
        ),
        (
            f'{SHARE} = {{ low = 0.1, high = 0.2, levels = 5 }}\ndesign = "random"\nn_cases = 3',
            ".model.share_prob: levels is for a grid; random takes values from all of the range; remove it",
        ),
        (
            f"{SEEDS} = {{ low = 1, high = 5, levels = 9 }}",
            ".seeding.n_seed_nodes: only 5 of 9 levels differ once rounded; lower levels",
        ),
        (
            f'{SHARE} = {{ low = 0.1, high = 1.2 }}\ndesign = "random"\nn_cases = 3',
            ".model.share_prob, value 1.2: model.share_prob: must be at most 1, got 1.2",
        ),
        (
            f'{SEEDS} = {{ low = 1.5, high = 9 }}\ndesign = "random"\nn_cases = 3',
            ".seeding.n_seed_nodes, value 1.5: seeding.n_seed_nodes: must be a whole number, got 1.5",
        ),
        (f'{SHARE} = {{ low = "0.1", high = 0.2 }}', ".model.share_prob.low: write 0.1 without quotes"),
        (f"{SHARE} = {{ low = nan, high = 0.2 }}", ".model.share_prob.low: must be a finite number, got nan"),
        (
            f"{SHARE} = {{ low = 2026-01-02, high = 0.2 }}",
            (
                '.model.share_prob.low: must be a number, or a duration such as "6h", got the date 2026-01-02; '
                "list dates one by one"
            ),
        ),
        (f"{SHARE} = {{ lo = 0.1, high = 0.2 }}", "unknown key 'lo' in [sweep.model.share_prob]; did you mean 'low'?"),
        (
            'desing = "sobol"',
            (
                ": unknown key 'desing'; a key to vary names its section, such as \"model.share_prob\"; "
                "did you mean 'design'?"
            ),
        ),
        (
            'design = "sobol"\nn_cases = 4',
            ': varies nothing; add a key and its values, such as "seeding.n_seed_nodes" = [1, 3, 10]',
        ),
        (
            '"run.n_replicas" = [10, 20]',
            (
                ".run.n_replicas: cases with equally many are compared replica by replica; see [sweep.precision]; "
                "remove it"
            ),
        ),
        ('"model.share_prb" = [0.1]', None),
        (f"{SHARE} = [0.1, 0.1]", ".model.share_prob, value 0.1: stands there twice; remove one of them"),
        (
            f'{SHARE} = [0.1]\nmodel = [{{ kind = "weighted_cascade" }}]',
            ".model.share_prob: lies inside model, which is varied as well; remove one of them",
        ),
        (
            f"{SHARE} = [0.1]\n'\"model\".share_prob' = [0.2]",
            '."model".share_prob: is varied twice, above as model.share_prob; remove one of them',
        ),
        (
            '"plans.0.set" = [1]',
            ".plans.0.set: `wom compare` sets plans against each other; vary the keys that they set; remove it",
        ),
        (
            f"{SHARE} = [0.1, 0.2]\nn_cases = 5",
            ".n_cases: a grid takes all combinations, 2 of them; remove it or choose another design",
        ),
        (
            f"{SHARE} = [0.1, 0.2]\ndesign_seed = 5",
            ".design_seed: nothing is drawn in a grid; remove it or choose another design",
        ),
        (
            f'{SHARE} = [0.1, 0.2]\ndesign = "latin_hypercube"',
            ('.n_cases: is missing; say how many cases design = "latin_hypercube" is to sample, such as n_cases = 64'),
        ),
        (f"{SHARE} = [0.1]\nreplica_sets = 101", ".replica_sets: must be at most 100, got 101"),
        (f"{SHARE} = [0.1]\nmetrics = []", ".metrics: must not be empty, got an empty list"),
        (f'{SHARE} = [0.1]\nmetrics = ["a", "a"]', ".metrics: 'a' stands there 2 times; remove all but one"),
        (
            f'{SHARE} = [0.1]\nprecision = {{ metric = "reach" }}',
            ".precision.relative: is missing; say how precise, such as relative = 0.02, or half_width = 5.0",
        ),
        (
            f'{SHARE} = [0.1]\nprecision = {{ metric = "reach", relative = 0.1, half_width = 5.0 }}',
            ".precision.relative: not together with half_width; remove one of them",
        ),
        (
            f'{SHARE} = [0.1]\nprecision = {{ metric = "reach", relative = 0.1, at_most = 10 }}',
            ".precision.at_most: must be at least run.n_replicas = 12, got 10",
        ),
        (
            f"[sweep.together]\n{SHARE} = [0.1]",
            ".together: must be tables, write [[sweep.together]], got a table",
        ),
        (
            f"[[sweep.together]]\n{SHARE} = [0.1]",
            ".together.0: needs two keys or more, which move together, got 1",
        ),
        (
            f"[[sweep.together]]\n{SHARE} = [0.1]\n{SEEDS} = [1, 2]",
            (
                ".together.0: lists that move together must be of equal length, got 1 of model.share_prob, "
                "2 of seeding.n_seed_nodes"
            ),
        ),
        (
            f"[[sweep.together]]\n{SHARE} = [0.1, 0.2]\n{SEEDS} = [1, -2]",
            ".together.0, values 0.2 and -2: seeding.n_seed_nodes: must be at least 0, got -2",
        ),
        (
            f"[[sweep.together]]\n{SHARE} = {{ low = 0.1, high = 0.2, levels = 4 }}\n{SEEDS} = [1, 2]",
            ".together.0.model.share_prob: levels must be 2, as long as the lists it moves with, got 4",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text, said):
    if said is None:
        said = ".model.share_prb, value 0.1: unknown key 'share_prb' in [model]; did you mean 'share_prob'?"
    assert problems(text) == [said]


def test_everything_wrong_is_said_at_once():
    text = f'format = [1]\n{SHARE} = [2.0]\n"modle.x" = [1]\ndesign = "sobol"\nn_cases = 3\nmetrics = ["a", "a"]'
    assert [line.partition(":")[0] for line in problems(text)] == [
        ".format",
        ".model.share_prob, value 2.0",
        ".modle.x, value 1",
        ".n_cases",
        ".metrics",
    ]


def test_a_grid_that_cannot_be_counted_is_refused():
    segments = [{"name": f"s{i}", "fraction": 0.02} for i in range(50)]
    values = {**CASCADE, "segments": segments, "model": {"kind": "campaign"}, "run": {"horizon": "4d"}}
    names = [f'"segments.{i}.homophily" = [0.1, 0.2]' for i in range(50)]
    assert problems("\n".join(names), values) == [
        ": a grid of at most 1,000,000,000,000 cases can be counted, got 1.1e+15; sample, or vary less"
    ]


def test_the_json_schema_knows_the_forms():
    schema = json_schema()
    sweep = {
        "model.share_prob": {"low": 0.1, "high": 0.2, "levels": 3},
        "seeding.n_seed_nodes": [1, 2],
        "run.horizon": {"low": "1d", "high": "2d"},
        "design": "grid",
        "together": [{"model.a": [1], "model.b": [1]}],
        "precision": {"metric": "reach", "relative": 0.1},
    }
    jsonschema.validate({**CASCADE, "sweep": sweep}, schema)
    for wrong in ({"design": "gird"}, {"model.share_prob": []}, {"model.share_prob": {"lo": 1}}, {"replica_sets": 0}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**CASCADE, "sweep": wrong}, schema)
    json.dumps(schema)

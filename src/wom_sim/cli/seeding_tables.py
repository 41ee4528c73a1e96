"""What `wom seeding` prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .answers import print_answer
from .numbers import known_digits, number, percent
from .tables import aligned


def print_trials(document: dict[str, Any], *, as_json: bool, path: Path) -> None:
    """Print the document, or a table of it."""
    pictures = [n for n in ("strategies", "budget_curve", "chosen_people") if (path / f"{n}.png").exists()]
    people = [f"people   {path / 'seed_nodes.csv'}"]
    print_answer(document, lines_of, path, pictures=pictures, as_json=as_json, also=people)


def lines_of(document: Mapping[str, Any]) -> list[str]:
    """Return a comparison of strategies as a table."""
    found = document["strategies"]
    money = any(trial["cost"] for trial in found)
    factors = [off["factor"] for off in next((trial["off"] for trial in found if trial["off"]), [])]
    heads = ["", f"mean {document['objective']}", "95 % interval", "behind the best", "people"]
    heads += ["cost"] if money else []
    heads += ["shared", "seconds", "certain", *(f"chances x{factor:g}" for factor in factors)]
    rows = [tuple(heads)]
    for trial in found:
        objective, behind, certificate = trial["objective"], trial["behind_best"], trial["certificate"]
        error = objective["standard_error"]
        ends = objective["interval"]
        row = [
            trial["strategy"],
            known_digits(objective["mean"], error),
            "-" if ends is None else " .. ".join(known_digits(end, error) for end in ends),
            _behind(behind) if trial is not found[0] else "-",
            f"{trial['n_people']:,}",
        ]
        row += [number(trial["cost"])] if money else []
        row += [percent(trial["shared_with_best"]), f"{trial['seconds']:.3g}"]
        row.append(_certain(certificate))
        off = {each["factor"]: each for each in trial["off"]}
        row += [_off(off.get(factor)) for factor in factors]
        rows.append(tuple(row))
    lines = [
        f"{document['name']}: {document['model']}, {document['n_people']:,} people",
        f"{document['n_replicas']:,} replicas that had no part in choosing, rng_seed {document['rng_seed']}",
        "",
        *aligned(rows),
        "",
    ]
    if any(trial["certificate"] for trial in found):
        says = next(trial["certificate"]["says"] for trial in found if trial["certificate"])
        lines.append(f"certain: {says} (each with its own confidence, see the notes)")
    lines.append(
        "the best: with the largest mean here; behind it: on the same luck, replica by replica; "
        "shared: people it chose too"
    )
    if factors:
        lines.append(
            "chances x: people chosen all the same if the chances of passing on are taken to be so many times as large,"
            " and what is lost"
        )
    points = document["curve"]["points"]
    if len(points) > 1:
        lines += ["", f"{document['curve']['strategy']}: the first people of its choice alone", *_curve(points, money)]
    for trial in found:
        lines += [f"note: {trial['strategy']}: {line.removeprefix('seeding: ')}" for line in trial["notes"]]
    lines += [f"note: {line}" for line in document["warnings"]]
    return lines


def _curve(points: list[dict[str, Any]], money: bool) -> list[str]:
    rows = [("people", *(("cost",) if money else ()), "mean", "95 % interval", "a further one adds")]
    for before, point in zip([None, *points[:-1]], points, strict=True):
        ends, error = point["interval"], point["standard_error"]
        more = "-"
        if before is not None and before["mean"] is not None and point["mean"] is not None:
            more = number((point["mean"] - before["mean"]) / (point["n_people"] - before["n_people"]))
        interval = "-" if ends is None else " .. ".join(known_digits(end, error) for end in ends)
        cost = (number(point["cost"]),) if money else ()
        rows.append((f"{point['n_people']:,}", *cost, known_digits(point["mean"], error), interval, more))
    return aligned(rows)


def _behind(behind: dict[str, Any]) -> str:
    ends, error = behind["interval"], behind["standard_error"]
    if behind["mean"] is None:
        return "-"
    margin = "" if ends is None or not error else f" +- {known_digits(1.96 * error, error)}"
    return f"{known_digits(behind['mean'], error)}{margin}"


def _certain(certificate: dict[str, Any] | None) -> str:
    if certificate is None:
        return "-"
    return f"{int(100 * certificate['ratio']):d} %{' (stand-in)' if certificate['stand_in'] else ''}"


def _off(off: dict[str, Any] | None) -> str:
    if off is None:
        return "-"
    change = off["change"]
    lost = "" if change is None else f", {round(100.0 * change, 1) + 0.0:+.1f} %"
    return f"{percent(off['shared'])}{lost}"

"""Which pictures a sweep gets: lines of one key, a map and lines of two, points of more or of a sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..durations import Duration

if TYPE_CHECKING:
    from ..experiments.responses import Response
    from ..experiments.swept import Swept
    from ..report.sweep_figures import Axis, Measure

MOST_POINTS = 1_000
"""Cases of a sample that are drawn: more would hide each other."""

MOST_VALUES = 100
"""Values of an axis of a grid; where there are more, it is a sample."""

_LONGEST = 8
"""Characters of a number on an axis."""

_DELAY = "delay"
_RATIO = 8.0
"""An axis that spans more than this ratio, in steps that grow, is drawn by ratio."""


def pictures(swept: Swept, found: Mapping[str, Response], shown: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the pictures: PNG and SVG.

    Parameters
    ----------
    found : how metrics respond     shown : those that are drawn
    """
    from ..report import sweep_figures as draw
    from ..report.figures import image_bytes

    told = [found[name] for name in shown]
    measures = [draw.Measure(response.metric, response.mean, response.error) for response in told]
    sets = f", {swept.n_sets} sets" if swept.n_sets > 1 else ""
    said = (
        f"{len(swept.design):,} cases, {swept.n_replicas:,} replicas each{sets}, all with the same luck "
        f"(rng_seed {swept.rng_seed}); bars: 95 % intervals of the mean"
    )
    drawn: dict[str, Any] = {}
    axes = grid_axes(swept)
    if axes is not None and len(axes) == 1:
        drawn["sweep"] = _of_one(swept.name, axes[0], told, measures, said, found.get("margin"))
    elif axes is not None and len(axes) == 2:
        up, across = axes
        drawn["sweep"] = draw.heat_figure(f"{measures[0].label}", swept.name, across, up, measures[0], said=said)
        drawn["sweep_lines"] = draw.lines_figure(measures[0].label, swept.name, across, up, measures[0], said=said)
    else:
        picked = np.unique(np.linspace(0, len(swept.design) - 1, min(len(swept.design), MOST_POINTS)).astype(int))
        if len(picked) < len(swept.design):
            said += f"; {len(picked):,} cases are drawn"
        columns = list(zip(*(swept.design[case].shown for case in picked.tolist()), strict=True))
        keyed = [axis_of(key, values) for key, values in zip(swept.design.keys, columns, strict=True)]
        points = draw.Measure(measures[0].label, measures[0].mean[picked], measures[0].error[picked])
        drawn["sweep"] = draw.scatter_figure(points.label, swept.name, keyed, points, said=said)
    return {f"{name}.{kind}": image_bytes(figure, kind) for name, figure in drawn.items() for kind in ("png", "svg")}


def _of_one(
    name: str, axis: Axis, told: Sequence[Response], measures: list[Measure], said: str, margin: Response | None
) -> Any:
    from ..report import sweep_figures as draw

    title = ", ".join(measure.label for measure in measures)
    lost = next((r for r in told if r.metric in ("purchases", "conversions")), None)
    if _DELAY in axis.label and lost is not None and axis.at is not None:
        # What nobody bought because of the delay: against the first case, on the same luck.
        title = "What an hour costs" if "hours" in axis.label else "What waiting costs"
        measures = [m for m in measures if m.label != lost.metric]
        change = np.where(np.isnan(lost.change), 0.0, lost.change)
        error = np.where(np.isnan(lost.change_error), 0.0, lost.change_error)
        measures.append(draw.Measure(f"{lost.metric} lost against {axis.ticks[0]}", 0.0 - change, error))
        unit = "hour" if "hours" in axis.label else "day"
        said += f"\nfrom {axis.ticks[0]} to {axis.ticks[-1]} each {unit} costs {_slope(axis, lost)} {lost.metric}"
        said += f" and {_slope(axis, margin)} of margin, on average" if margin is not None else " on average"
    return draw.line_figure(title, name, axis, measures, said=said)


def _slope(axis: Axis, response: Response) -> str:
    """Say what is lost per unit of the axis, from its first case to its last."""
    assert axis.at is not None
    return f"{-float(response.change[-1]) / float(axis.at[-1] - axis.at[0]):,.3g}"


def grid_axes(swept: Swept) -> list[Axis] | None:
    """Return the axes of a whole grid, the slowest first; None of other designs, and of a shard of one."""
    design = swept.design
    columns = list(zip(*(design[case].shown for case in range(len(design))), strict=True))
    values: list[list[Any]] = [list(dict.fromkeys(map(_hashable, column))) for column in columns]
    sizes = [len(value) for value in values]
    if math.prod(sizes) != len(design) or len(design) < 2 or max(sizes) > MOST_VALUES:
        return None
    for k, column in enumerate(columns):
        inner = math.prod(sizes[k + 1 :])
        expected = [values[k][(case // inner) % sizes[k]] for case in range(len(design))]
        if list(map(_hashable, column)) != expected:
            return None
    return [axis_of(key, value) for key, value in zip(design.keys, values, strict=True) if len(value) > 1]


def axis_of(key: str, values: Sequence[Any]) -> Axis:
    """Return how the values of a key lie on an axis: as numbers, as lengths of time in one unit, or side by side."""
    from ..report.sweep_figures import Axis

    ticks = tuple(_tick(value) if isinstance(value, float) else str(value) for value in values)
    days = [_days(value) for value in values]
    label = key
    numbers: list[float] | None = None
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        numbers = [float(value) for value in values]
    elif all(day is not None for day in days):
        in_hours = min(day for day in days if day is not None) < 2.0
        numbers = [float(day or 0.0) * (24.0 if in_hours else 1.0) for day in days]
        label = f"{key}, {'hours' if in_hours else 'days'}"
    if numbers is None:
        return Axis(label, ticks, None, log=False)
    at = np.array(numbers)
    ordered = np.sort(at)
    log = bool(ordered[0] > 0.0 and ordered[-1] / ordered[0] > _RATIO and len(at) > 2 and _grows(ordered))
    return Axis(label, ticks, at, log=log)


def _tick(value: float) -> str:
    """Write a value as it is, or shortly where that would be long."""
    from ..report.plain_sheet import tick
    from ..report.sweep_figures import shortly

    exact = tick(value)
    return exact if len(exact) <= _LONGEST else shortly(value)


def _grows(ordered: np.ndarray[Any, Any]) -> bool:
    steps = np.diff(ordered)
    return bool(steps[-1] > 2.0 * steps[0])


def _days(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        return float(Duration(value))
    except ValueError:
        return None


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else str(value)

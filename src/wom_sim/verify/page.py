"""The verification as one page of its own: the table, a picture of all distances, curves over theory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..results.provenance import environment, now
from .run import FAMILY_ERROR, OUT, Report, Row, written

_TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Verification of wom_sim</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top; }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2), .left { text-align: left; }
td.left { color: #6b6b6b; font-size: 13px; } .out { color: #D55E00; font-weight: 700; }
h2 { margin-top: 2.5rem; } figure { margin: 1rem 0; display: inline-block; max-width: 34rem; vertical-align: top; }
figure svg { width: 100%; height: auto; } h3 { margin: 1.5rem 0 .3rem; font-family: ui-monospace, monospace; }
</style></head><body>
<h1>Verification of wom_sim {{ version }}</h1>
<p>{{ n }} cases, {{ "all agree" if passed else n_out ~ " fell out" }}. Each holds a number of this program against one
from elsewhere. A case falls out where a right program would be as far off with a chance below {{ bound }}; over the
whole table a right program fails with chance {{ family }}. Level {{ level }}, rng_seed {{ rng_seed }}, made {{ made }}
with {{ machine }}.</p>
<figure>{{ quantiles }}</figure>
{% for kind, rows in groups %}
<h3 id="{{ kind }}">{{ kind }}</h3>
<table><tr><th>case</th><th>against</th><th>expected</th><th>got</th><th>errors apart</th><th>replicas</th>
<th>verdict</th></tr>
{% for row in rows %}<tr><td>{{ row.case.name }}</td>
<td class="left">{{ row.case.against }}{% if row.case.bias %}; stated bias: {{ row.case.bias }}{% endif %}</td>
{% if row.outcome %}<td>{{ number(row.outcome.expected) }}</td><td>{{ number(row.outcome.got) }}</td>
<td>{{ "%.2f"|format(row.outcome.off) }}</td><td>{{ "{:,}".format(row.outcome.n) }}</td>
{% else %}<td>-</td><td>-</td><td>-</td><td>-</td>{% endif %}
<td class="{{ 'out' if row.verdict == 'OUT' else '' }}">{{ row.verdict }}</td></tr>
{% endfor %}</table>
{% for row, picture in pictures if row.case.kind == kind %}<figure>{{ picture }}</figure>{% endfor %}
{% endfor %}
</body></html>
"""


def page_bytes(report: Report) -> bytes:
    """Return the page: HTML with everything inside, nothing fetched."""
    import jinja2
    from markupsafe import Markup

    made = environment()
    kinds = list(dict.fromkeys(row.case.kind for row in report.rows))
    drawn = [(row, Markup(_curve(row))) for row in report.judged if row.outcome and row.outcome.drawing]  # noqa: S704
    text = (
        jinja2.Environment(autoescape=True)
        .from_string(_TEMPLATE)
        .render(
            version=made["packages"]["wom-sim"],
            n=len(report.judged),
            n_out=sum(row.verdict == OUT for row in report.rows),
            passed=report.passed,
            bound=f"{report.bound:.1e}",
            family=f"{FAMILY_ERROR:g}",
            level=report.level,
            rng_seed=report.rng_seed,
            made=now(),
            machine=f"Python {made['python']}, numba {made['packages']['numba']}, {made['system']}",
            quantiles=Markup(_quantiles(report)),  # noqa: S704 - drawn here
            groups=[(kind, [row for row in report.rows if row.case.kind == kind]) for kind in kinds],
            pictures=drawn,
            number=written,
        )
    )
    return text.encode()


def _quantiles(report: Report) -> str:
    """Draw the p-values in order against those of right programs, which are spread evenly."""
    p_values = np.sort([row.outcome.p_value for row in report.judged if row.outcome and row.outcome.p_value < 1.0])
    n = len(p_values)
    figure, axes = _sheet()
    if n:
        even = (np.arange(n) + 0.5) / n
        axes.plot([0, 1], [0, 1], linestyle="--", color="#6b6b6b", linewidth=1.0, label="a right program")
        band = 1.36 / np.sqrt(n)
        axes.fill_between([0, 1], [-band, 1 - band], [band, 1 + band], color="#6b6b6b", alpha=0.12, linewidth=0)
        axes.plot(even, p_values, marker="o", markersize=3.5, linestyle="", color="#0072B2", label="this program")
        axes.legend(loc="upper left")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("rank of the case")
    axes.set_ylabel("p-value")
    axes.set_title("Distances as a whole (random cases; band: Kolmogorov, 95 %)", fontsize=10)
    return _svg(figure)


def _curve(row: Row) -> str:
    assert row.outcome is not None
    drawing: Any = row.outcome.drawing
    figure, axes = _sheet()
    axes.plot(drawing.x, drawing.expected, linestyle="--", color="#222222", linewidth=1.2, label=row.case.against)
    axes.errorbar(
        drawing.x, drawing.got, yerr=2.0 * drawing.error, fmt="o", markersize=3.5, color="#0072B2", label="simulated"
    )
    axes.set_xlabel(drawing.label)
    axes.set_title(row.case.name, fontsize=10)
    axes.legend(fontsize=8)
    return _svg(figure)


def _sheet() -> tuple[Any, Any]:
    from ..report.pictures import small_sheet

    return small_sheet()


def _svg(figure: Any) -> str:
    from ..report.figures import image_bytes

    text = image_bytes(figure, "svg").decode()
    return text[text.index("<svg") :]

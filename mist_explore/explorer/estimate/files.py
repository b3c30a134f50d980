"""Files of the estimate page: its sample, its numbers, and a report of both."""

from __future__ import annotations

import json
from html import escape

import numpy as np

from mist_explore.explorer.estimate.compute import EstimateResult, as_command, as_python
from mist_explore.explorer.estimate.insight import insight
from mist_explore.explorer.estimate.views import fan_figure, truth_in, warnings_of
from mist_explore.explorer.html import insight_html, interval_text, table_html
from mist_explore.explorer.report import figure_html, report_html
from mist_explore.explorer.theme import asset
from mist_explore.plots import mark_of, plot_sample, shown

__all__ = ["estimates_json", "estimates_table_html", "report", "sample_csv"]


def sample_csv(result: EstimateResult) -> str:
    """Return the rows of the sample after a line of names, without a loss of digits."""
    sample = result.sample
    names = [f"x{i + 1}" for i in range(sample.dim_x)] + [f"y{i + 1}" for i in range(sample.dim_y)]
    rows = np.hstack([sample.x, sample.y]).tolist()
    return "\n".join([",".join(names), *(",".join(map(repr, row)) for row in rows)]) + "\n"


def estimates_json(result: EstimateResult) -> str:
    """Return the state, the truth and all quantiles, in the units of the state."""
    units = result.state.units
    estimates: dict[str, dict[str, object]] = {}
    for name, estimate in result.estimates.items():
        if estimate is None:
            estimates[name] = {"error": result.failures.get(name, "")}
        else:
            inside = estimate.to(units)
            estimates[name] = {
                "levels": list(inside.levels),
                "quantiles": list(inside.quantiles),
                "warnings": list(inside.warnings),
            }
    content = {
        "link": f"?{result.state.to_query()}",
        "units": units,
        "truth": truth_in(result, units),
        "provenance": result.provenance,
        "estimates": estimates,
    }
    return json.dumps(content, indent=2) + "\n"


def estimates_table_html(result: EstimateResult) -> str:
    """Return a table of every estimator with its value and its interval."""
    units, level = result.state.units, result.state.level
    rows = [("True value", shown(truth_in(result, units)), escape(result.provenance))]
    for name, estimate in result.estimates.items():
        inside = estimate and estimate.to(units)
        value = shown(inside.median) if inside else "no estimate"
        interval = interval_text(inside, level) if inside and not inside.is_point else ""
        rows.append((mark_of(name).label, value, interval))
    return table_html("Estimates", ("estimator", units, f"{level:.0%} interval"), rows)


def report(result: EstimateResult) -> str:
    """Return the view as one HTML file: numbers, figures, warnings, and code for them."""
    return report_html(
        "Mutual information of a known distribution, estimated",
        (
            insight_html(insight(result)),
            estimates_table_html(result),
            warnings_of(result),
            figure_html(fan_figure(result), first=True),
            figure_html(plot_sample(result.sample)),
            "<h2>The same numbers again</h2>",
            f"<pre>{escape(as_python(result.state))}</pre>",
            f"<pre>{escape(as_command(result.state))}</pre>",
            asset("estimate/reading.html"),
        ),
    )

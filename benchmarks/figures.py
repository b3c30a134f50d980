"""Draw the results of `make bench` as SVG files: `make figures`."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from benchmarks import out_of_distribution, speed
from mist_explore.evaluation.shipped import Score, Shipped, read_results
from mist_explore.files import replace_file
from mist_explore.plots import (
    LIGHT,
    plot_calibration,
    plot_error_curve,
    plot_out_of_distribution,
    plot_scaling,
)
from mist_explore.resources import results_directory

__all__ = ["FOLDER", "figures", "main"]

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "figures"
WIDTH = 760
EDGES = {
    "n_samples": (10, 30, 60, 100, 150, 200, 300, 400, 501),
    "dim": (2, 4, 8, 12, 16, 20, 24, 28, 33),
}
AXES = {"n_samples": "rows", "dim": "columns a side"}
# Names within a picture are random: with a seed, a picture that shows the same is the same file.
DRAW = """async ([figure, size]) => {
  let state = 1;
  Math.random = () => (state = state * 16807 % 2147483647) / 2147483647;
  const place = document.createElement('div');
  document.body.append(place);
  await Plotly.newPlot(place, figure.data, figure.layout, {staticPlot: true});
  const picture = await Plotly.toImage(place, {format: 'svg', ...size});
  return decodeURIComponent(picture.replace('data:image/svg+xml,', ''));
}"""


def figures(
    results: Shipped, speeds: dict[str, list[dict[str, float]]], likeness: dict[str, Any]
) -> Iterator[go.Figure]:
    """Return all figures, each with its file name as `layout.meta`."""
    m_test = results.of("m-test")
    for axis, edges in EDGES.items():
        curves = {a.estimator: a.error_by(axis, edges) for a in m_test.estimates}
        figure = plot_error_curve(edges, curves, AXES[axis], "mean squared error, nats²")
        figure.update_xaxes(tickvals=edges[:-1], ticktext=[str(edge) for edge in edges[:-1]])
        yield figure.update_layout(meta=f"error-by-{AXES[axis].split()[0]}")
    for suite in results.suites:
        scores = results.of(suite).calibrated
        names = dict.fromkeys(score.estimator for score in scores)
        shares = {name: _pooled([s for s in scores if s.estimator == name]) for name in names}
        if shares:
            yield plot_calibration(shares).update_layout(meta=f"calibration-{suite}")
    costs = {
        name: [(p["n_samples"], p["seconds"], p["megabytes"]) for p in points]
        for name, points in speeds.items()
    }
    yield plot_scaling(costs).update_layout(meta="cost-by-rows")
    points = {
        kind: [(share, error) for share, error, _ in datasets]
        for kind, datasets in likeness["datasets"].items()
    }
    figure = plot_out_of_distribution(points, likeness["flagged"])
    yield figure.update_layout(meta="error-by-out-of-distribution-score")


def main() -> int:
    """Render the figures in a browser and write the files."""
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if chromium is None:
        print("expected chromium: run 'apt-get install chromium', or set CHROMIUM", file=sys.stderr)
        return 2
    speeds = json.loads(speed.FILE.read_text())["speed"]
    likeness = json.loads(out_of_distribution.FILE.read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(content=get_plotlyjs())
        for figure in figures(read_results(results_directory()), speeds, likeness):
            # A standalone picture includes its background.
            figure.update_layout(paper_bgcolor=LIGHT.paper)
            size = {"width": WIDTH, "height": figure.layout.height}
            file = FOLDER / f"{figure.layout.meta}.svg"
            replace_file(file, page.evaluate(DRAW, [json.loads(figure.to_json()), size]).encode())
            print(file)
        browser.close()
    return 0


def _pooled(scores: Sequence[Score]) -> dict[float, float]:
    """Return the share of true values below the quantile by level, over all groups."""
    total = sum(score.n_datasets for score in scores)
    return {
        level: sum(score.n_datasets * score.calibration[level] for score in scores) / total
        for level in scores[0].calibration
    }


if __name__ == "__main__":
    sys.exit(main())

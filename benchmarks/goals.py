"""Goals of the default estimator and how far they are reached, from `results/`.

`python -m benchmarks.goals` writes the section `goals` of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import stdev
from typing import Any

from mist_explore.evaluation import write_section

__all__ = ["DOCUMENT", "Goal", "goals", "goals_table", "main"]

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
NETWORK = "mist-qr"
COVERS = (0.9, 1.0)
NATS_PER_BIT = math.log(2)
FIRST_GENERATION = 26.2 / 9.74
"""Run time of its `mist-qr` in that of `mist-smooth` in the same run: 500 rows, 5 + 5 columns."""


@dataclass(frozen=True)
class Goal:
    """A measured number and the range it should be in.

    Args:
        suite: what was measured on.
        quantity: what was measured, with its unit.
        value: the number.
        standard_error: over distributions; None where there is none.
        low, high: the range.

    Example:
        >>> Goal("shift", "error (nats)", 0.08, 0.01, 0, 0.09).is_reached
        True
    """

    suite: str
    quantity: str
    value: float
    standard_error: float | None
    low: float
    high: float

    @property
    def is_reached(self) -> bool:
        """Whether the number is in the range."""
        return self.low <= self.value <= self.high

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """A line of the table."""
        measured = f"{self.value:.3g}"
        if self.standard_error is not None:
            measured += f" ± {self.standard_error:.2g}"
        if self.low <= 0:
            bound = f"≤ {self.high:.3g}"
        elif self.high in (1.0, math.inf):
            bound = f"≥ {self.low:g}"
        else:
            bound = f"{self.low:g} to {self.high:g}"
        reached = "yes" if self.is_reached else "**no**"
        return self.suite, self.quantity, bound, measured, reached


def main() -> int:
    """Write the section."""
    table = goals_table(list(goals()))
    write_section(DOCUMENT, "goals", table)
    print(table)
    return 0


def goals_table(found: list[Goal]) -> str:
    """Return one line for each goal."""
    titles = ("measured on", "quantity", "goal", "measured", "reached")
    lines = [titles, ("---", "---", "---:", "---:", "---"), *(goal.cells for goal in found)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    reached = sum(goal.is_reached for goal in found)
    return (
        f"{table}\n\n{reached} of {len(found)} are reached. ± is one standard error over "
        "distributions. Made by `python -m benchmarks.goals` from `benchmarks/results`."
    )


def goals() -> Iterator[Goal]:
    """Yield the goals of the second generation of `mist-qr`, in the order of its issue."""
    ties = _groups("ties")
    yield _goal("tied and mixed columns", "error (nats)", ties, "error", high=0.05)
    yield _goal("tied and mixed columns", "90 % interval covers", ties, "0.9", *COVERS)
    yield _goal("tied and mixed columns", "width (nats)", ties, "width", high=0.25)
    yield from _left_out()
    shift = _groups("shift")
    yield _goal("shift", "error (nats)", shift, "error", high=0.09)
    yield _goal("shift", "90 % interval covers", shift, "0.9", 0.87, 0.95)
    m_test = _groups("m-test")
    for group, limit in zip(m_test, (1.0, 0.03, 0.018, 1.4, 0.03, 0.015), strict=True):
        yield _goal(f"M_test, {group['group']}", "error (nats²)", [group], "error", high=limit)
    yield _goal("M_test", "90 % interval covers", m_test, "0.9", 0.88, 0.92)
    for rows, limit in (("", 0.04), ("-5000", 0.03), ("-10000", 0.025)):
        label = f"BMI-40, {int(rows[1:] or 1_000):,} rows"
        yield _goal(label, "error (nats)", _groups(f"bmi-40{rows}"), "error", high=limit)
    for rows, limit, waves in (("", 0.06, 0.3), ("-5000", 0.04, 0.15)):
        groups = _groups(f"bmi-mixtures{rows}")
        label = f"BMI mixtures, {int(rows[1:] or 1_000):,} rows"
        yield _goal(label, "error (nats)", groups, "error", high=limit)
        only = [group for group in groups if group["group"].startswith("Waves")]
        yield _goal(f"{label}, Waves", "error (nats)", only, "error", high=waves)
        least = min(group["coverage"]["0.9"]["mean"] for group in groups)
        yield Goal(label, "least coverage of a task", least, None, 0.8, 1.0)
    yield from _lowdim()
    grid = _groups("lmi-grid")
    yield _goal("LMI grid", "error (bits)", grid, "error", high=0.05, unit=NATS_PER_BIT)
    yield _goal("LMI grid", "90 % interval covers", grid, "0.9", 0.88, 1.0)
    yield from _independence()
    yield from _run_times()


def _left_out() -> Iterator[Goal]:
    kinds = _read("leave-one-out")
    out, known = (kinds["overall"][name] for name in ("out of kind", "in kind"))
    ratios = [
        kind["mean_absolute_error"] / min(kind["KSG"], kind["Gaussian copula"])
        for kind in kinds["kinds"].values()
    ]
    better = min(out["KSG"], out["Gaussian copula"])
    label = "kinds left out of both stages"
    ratio = out["mean_absolute_error"] / better
    error = stdev(ratios) / len(ratios) ** 0.5
    yield Goal(label, "error over the better of KSG and copula", ratio, error, 0, 0.5)
    yield Goal(label, "90 % interval covers", out["coverage_90"], None, 0.87, 0.93)
    yield Goal("kinds of the training", "share flagged", known["flagged"], None, 0, 0.05)
    yield Goal(label, "share of the misses flagged", out["misses_flagged"], None, 0.5, 1.0)


def _lowdim() -> Iterator[Goal]:
    for rows in ("", "-1000"):
        groups = _groups(f"lowdim{rows}")
        label = f"`lowdim`, {int(rows[1:] or 10_000):,} rows"
        if not rows:
            below = [
                g["below_published"]
                for g in groups
                if g["below_published"] is not None and _nats(g["group"]) <= 6
            ]
            share = sum(below) / len(below)
            quantity = "share of cells up to 6 nats below the best published"
            yield Goal(label, quantity, share, None, 1.0, 1.0)
            five = [g for g in groups if g["group"].startswith("normal, 5 nats")]
            yield _goal(f"{label}, normal, 5 nats", "error (nats)", five, "error", high=0.05)
        covered = [g["coverage"]["0.9"]["mean"] >= 0.85 for g in groups]
        share = sum(covered) / len(covered)
        yield Goal(label, "share of cells covered ≥ .85", share, None, 1.0, 1.0)


def _nats(group: str) -> float:
    """The mutual information in the name of a group of `lowdim`."""
    return float(group.split(", ")[1].split()[0])


def _independence() -> Iterator[Goal]:
    rows = _read("independence")["independence"][NETWORK]
    above = sum(r["lower end above"]["0"]["mean"] * r["draws"] for r in rows)
    share = above / sum(r["draws"] for r in rows)
    yield Goal("independence", "share of intervals above 0", share, None, 0, 0.005)
    upper = max(r["upper end"]["mean"] for r in rows if r["n_samples"] == 500)
    yield Goal("independence, 500 rows", "largest mean upper end (nats)", upper, None, 0, 0.15)


def _run_times() -> Iterator[Goal]:
    few, many = _read("speed")["in turn"]
    assert [(each["n_samples"], each["dim"]) for each in (few, many)] == [(500, 5), (5_000, 10)]
    label = "one estimate, 500 rows, 5 + 5 columns"
    ratio = few["seconds"][NETWORK] / few["seconds"]["mist-smooth"]
    yield Goal(label, "run time in that of mist-smooth", ratio, None, 0, 1.6 * FIRST_GENERATION)
    label = "one estimate, 5,000 rows, 10 + 10 columns"
    yield Goal(label, "run time (s)", many["seconds"][NETWORK], None, 0, 0.25)
    drawn = _read("ui")["control_to_figure"]["p95"]
    yield Goal("slider to figure", "95 % quantile of the time (s)", drawn, None, 0, 0.3)


def _goal(
    suite: str,
    quantity: str,
    groups: list[dict[str, Any]],
    key: str,
    low: float = 0.0,
    high: float = 1.0,
    *,
    unit: float = 1.0,
) -> Goal:
    """Return the mean of a quantity over all datasets of groups, and its standard error."""
    parts = [g["coverage"][key] if key in g["coverage"] else g[key] for g in groups]
    counts = [g["n_datasets"] for g in groups]
    total = sum(counts)
    value = sum(n * part["mean"] for n, part in zip(counts, parts, strict=True)) / total
    squares = ((n * part["standard_error"]) ** 2 for n, part in zip(counts, parts, strict=True))
    return Goal(suite, quantity, value / unit, math.sqrt(sum(squares)) / total / unit, low, high)


def _groups(name: str) -> list[dict[str, Any]]:
    summary: list[dict[str, Any]] = _read(f"{name}-{NETWORK}")["summary"]
    return summary


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return content


if __name__ == "__main__":
    sys.exit(main())

"""Errors and coverage on distribution families held out from members and calibration.

`make leave-one-out` (from the cached features of `make train`; existing files are reused)

The kinds of training are divided into folds (`training.recipes.FOLDS`). Members that were trained
without a fold answer its datasets; their intervals are calibrated on the other folds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from mist_explore.estimators.diagnostics import FLAGGED
from mist_explore.evaluation import write_section
from mist_explore.files import replace_file
from mist_explore.network import StackedEnsemble
from mist_explore.network.stacking import BASE_ESTIMATES, TYPES
from mist_explore.resources import models_directory
from mist_explore.training import RECIPES
from mist_explore.training.calibration import (
    Answers,
    answers_of_folds,
    calibrate,
    folds_without,
    summarise_quantiles,
)
from mist_explore.training.feature_cache import (
    Cached,
    components_of,
    compute,
    folder_name,
    read,
)
from mist_explore.training.run import Run

__all__ = ["RESULT", "main", "table"]

RECIPE = RECIPES["mist-qr"]
RUN = Path("runs/mist-qr")
RESULT = Path(__file__).parent / "results" / "leave-one-out.json"
CARD = models_directory() / "mist-qr" / "README.md"

CLASSICAL = {
    "KSG": {"continuous": "KSG, all columns", "mixed": "Ross, k = 3", "discrete": "Miller-Madow"},
    "Gaussian copula": {
        "continuous": "Gaussian copula",
        "mixed": "linear discriminants",
        "discrete": "chi-squared",
    },
}
"""The base estimates that stand for a classical estimator on each type."""


def main() -> None:
    """Compute missing results; write the file and the table of the model card."""
    torch.set_num_threads(1)
    network = Run.begun(RECIPE).network
    assert isinstance(network, StackedEnsemble)
    folder = RUN / folder_name(RECIPE)
    for share in compute(RECIPE, network, folder):
        print(f"features: {share:.1%}", flush=True)
    cached = read(folder, RECIPE)
    for found in answers_of_folds(RECIPE, cached, network.backbones.state_dict(), folder):
        if isinstance(found, Answers):
            kinds, overall = measured(network, cached, found)
    content = {
        "command": "make leave-one-out",
        "datasets": len(cached),
        "folds": [list(fold) for fold in RECIPE.folds],
        "kinds": kinds,
        "overall": overall,
    }
    replace_file(RESULT, (json.dumps(content, indent=1) + "\n").encode())
    write_section(CARD, "leave-one-out:mist-qr", table(kinds, overall))


def measured(
    network: StackedEnsemble, cached: Cached, answers: Answers
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Return errors and coverage by kind, calibrated without its fold, and in-distribution."""
    families = [c.family for c in components_of(RECIPE)]
    rows_of: dict[str, list[Tensor]] = {}
    quantiles = torch.zeros(len(answers.truth), len(network.config.levels))
    for fold in range(len(RECIPE.folds)):
        calibrate(network, folds_without(answers, fold))
        rows = (answers.fold == fold).nonzero()[:, 0]
        quantiles[rows] = network.calibrated(answers.combined[rows]).clamp(min=0)
        first = cached.component[answers.rows[rows], 0]
        for family in RECIPE.folds[fold]:
            members = torch.tensor([i for i, name in enumerate(families) if name == family])
            inside = torch.isin(first, members) & answers.out_of_kind[rows]
            rows_of.setdefault(family, []).append(rows[inside])
    kinds = {
        family: _summary(network, cached, answers, quantiles, torch.cat(rows))
        for family, rows in sorted(rows_of.items())
        if sum(map(len, rows))
    }
    out = answers.out_of_kind.nonzero()[:, 0]
    inside = (~answers.out_of_kind).nonzero()[:, 0]
    overall = {
        "out of kind": _summary(network, cached, answers, quantiles, out),
        "in kind": _summary(network, cached, answers, quantiles, inside),
    }
    return kinds, overall


def _summary(
    network: StackedEnsemble, cached: Cached, answers: Answers, quantiles: Tensor, rows: Tensor
) -> dict[str, float]:
    truth, own = answers.truth[rows], quantiles[rows]
    levels = network.config.levels
    summary: dict[str, float] = {"datasets": len(rows)}
    summary |= summarise_quantiles(own, truth, levels)
    low, high = (own[:, levels.index(level)] for level in (0.05, 0.95))
    missed = (truth < low) | (truth > high)
    flagged = answers.combined.ood_score[rows] >= FLAGGED
    summary["width_90"] = float((high - low).mean())
    summary["flagged"] = float(flagged.float().mean())
    summary["misses_flagged"] = float(flagged[missed].float().mean()) if missed.any() else 0.0
    features = cached.features[answers.rows[rows]]
    for name, columns in CLASSICAL.items():
        places = torch.tensor([BASE_ESTIMATES[t].index(columns[t]) for t in TYPES])
        value = features.base.gather(1, places[features.types][:, None])[:, 0]
        summary[name] = float((value - truth).abs().mean())
    return {name: round(value, 4) for name, value in summary.items()}


def table(
    kinds: Mapping[str, Mapping[str, float]], overall: Mapping[str, Mapping[str, float]]
) -> str:
    """Return errors and coverage by kind as Markdown."""
    lines = [
        "| kind | datasets | mean absolute error | KSG | Gaussian copula | 50 % | 80 % | 90 % "
        "| 95 % | flagged |",
        "| --- " + "| ---: " * 9 + "|",
    ]
    for kind, found in [*kinds.items(), *((f"**{k}**", v) for k, v in overall.items())]:
        cover = " | ".join(f"{found[f'coverage_{level}']:.0%}" for level in (50, 80, 90, 95))
        lines.append(
            f"| {kind} | {found['datasets']:.0f} | {found['mean_absolute_error']:.3f} "
            f"| {found['KSG']:.3f} | {found['Gaussian copula']:.3f} | {cover} "
            f"| {found['flagged']:.0%} |"
        )
    return "\n".join(
        [
            *lines,
            "",
            "Nats. Members and calibration have seen neither the kind nor the others of its fold; "
            "the percentages say how often intervals of that level contain the true value. KSG and "
            "Gaussian copula stand for their counterparts where a side is categorical. In kind: "
            "held-out datasets of all other kinds. Made by `make leave-one-out`.",
        ]
    )


if __name__ == "__main__":
    main()

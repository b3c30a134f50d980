"""Write the training section of model cards from the checkpoint and its log.

`python -m benchmarks.card models/mist-qr models/mist-smooth`
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import write_section
from mist_explore.network import NetworkConfig, load_checkpoint
from mist_explore.network.published import MOST_COLUMNS, PUBLISHED_DATASETS

__all__ = ["main", "training_section"]


def training_section(directory: Path) -> str:
    """Return the training data, recipe and validation of a checkpoint as Markdown."""
    estimator = LearnedEstimator(load_checkpoint(directory))
    checkpoint = estimator.checkpoint
    meta, training, config = checkpoint.meta, checkpoint.training, checkpoint.network.config
    with (directory / "training.csv").open() as stream:
        last = list(csv.DictReader(stream))[-1]
    families: dict[str, list[str]] = {}
    for component in meta.components:
        families.setdefault(component.family, []).append(component.transform)
    kinds = "; ".join(
        f"{family} ({', '.join(dict.fromkeys(maps))})" for family, maps in families.items()
    )
    recipe = training["recipe"]
    facts = {
        "parameters": f"{estimator.n_parameters:,}",
        "network": f"{_shape(config)}, {len(config.levels)} quantile levels "
        f"from {config.levels[0]:g} to {config.levels[-1]:g}",
        "families (maps)": kinds,
        **_more(recipe),
        "rows": f"{meta.n_samples[0]}-{meta.n_samples[1]}, log-uniform in "
        f"{meta.log_n_samples:.0%} of the datasets, uniform in the others",
        "columns of a side": f"{meta.dims[0]}-{meta.dims[1]}, equal on both sides in "
        f"{meta.equal_dims:.0%} of the datasets",
        "datasets seen": f"{training['datasets']:,} in {training['steps']:,} steps"
        f"{_cached(recipe)}",
        "optimizer": f"AdamW, learning rate {recipe['learning_rate']:g} with warm-up and cosine, "
        f"weight decay {recipe['weight_decay']:g}, gradient norm {recipe['clip']:g}, "
        f"{recipe['batches']} batches a step, seed {recipe['seed']}",
        "time": f"{training['minutes']:.0f} minutes on {training['machine']}, "
        f"torch {training['versions']['torch']}{', after the features' if config.members else ''}",
        "held-out datasets at the end": f"pinball loss {float(last['held_out_loss']):.4f}, "
        f"90 % interval covers {float(last['coverage_90']):.1%}",
        "weights": f"sha256 {checkpoint.sha256[:16]}...",
    }
    before = training.get("began_from")
    if before and config.members:
        names, hashes = before["name"].split("+"), before["sha256"].split("+")
        named = zip(names, hashes, strict=True)
        networks = "; ".join(f"{name}, weights {sha256[:16]}..." for name, sha256 in named)
        facts["backbones"] = f"{networks}; not trained further"
    elif before:
        facts["began from"] = (
            f"weights {before['sha256'][:16]}... of a first part of {before['steps']:,} steps and "
            f"{before['datasets']:,} datasets ({before['minutes']:.0f} minutes)"
        )
    share = checkpoint.published_share
    if share is not None:
        facts["share of the published training"] = f"{share:.2%} of {PUBLISHED_DATASETS:,} datasets"
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in facts.items())]
    return "\n".join([*lines, "", f"Made by `python -m benchmarks.card {directory}`."])


def _more(recipe: Mapping[str, Any]) -> dict[str, str]:
    """Return the further meta-distributions."""
    more = recipe.get("more") or ()
    counts = recipe.get("more_cached") or ()
    total = recipe.get("cached", 0) + sum(counts)
    return {
        f"meta-distribution {number}": (
            f"{len({c['family'] for c in meta['components']})} families, "
            f"{meta['n_samples'][0]}-{meta['n_samples'][1]} rows, "
            f"{count / total:.0%} of the batches"
        )
        for number, (meta, count) in enumerate(zip(more, counts, strict=True), 2)
    }


def _shape(config: NetworkConfig) -> str:
    if config.architecture == "published":
        return (
            f"published architecture: {MOST_COLUMNS} columns, width {config.width}, "
            f"{config.heads} heads, {config.blocks} blocks of self-attention and as many induced"
        )
    shape = (
        f"width {config.width}, {config.blocks} blocks, {config.heads} heads, rows of width "
        f"{config.row_width}"
    )
    members = f"; {config.members} members for each of three types of data"
    return f"{shape}{members}" if config.members else shape


def _cached(recipe: Mapping[str, Any]) -> str:
    cached = recipe.get("cached", 0) + sum(recipe.get("more_cached") or ())
    return f", from the cached features of {cached:,} batches" if cached else ""


def main() -> None:
    """Write the section to each model card."""
    for directory in map(Path, sys.argv[1:]):
        section = f"training:{directory.name}"
        write_section(directory / "README.md", section, training_section(directory))


if __name__ == "__main__":
    main()

"""`mist-explore models`: the estimators at hand."""

from __future__ import annotations

import inspect
from argparse import Namespace
from pathlib import Path

from mist_explore.cli.parser import Subparsers

__all__ = ["add", "run"]

EXAMPLE = """\
example:
  mist-explore models
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "models",
        help="list the trained models and the other estimators",
        description="List the trained models with what they were trained on, and the estimators. "
        "Those that you save on the page Train lie in ~/.local/share/mist-explore/models, or in "
        "the folder that MIST_EXPLORE_MODELS names.",
        epilog=EXAMPLE,
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print a paragraph for each estimator."""
    from mist_explore.estimators import ESTIMATORS, available_models

    found = available_models()
    for name in sorted({*found, *ESTIMATORS}):
        source = name if name in ESTIMATORS else found[name]
        print("\n  ".join([name, *_description(source)]))
    return 0


def _description(source: str | Path) -> list[str]:
    from mist_explore.estimators import LearnedEstimator, load
    from mist_explore.network import CheckpointError

    try:
        estimator = load(source)
    except CheckpointError as error:
        return [f"cannot be used: {error}"]
    if not isinstance(estimator, LearnedEstimator):
        return [(inspect.getdoc(type(estimator)) or "").splitlines()[0]]
    checkpoint, training = estimator.checkpoint, estimator.checkpoint.training
    meta, share = checkpoint.meta, checkpoint.published_share
    kind = "network" if share is None else f"published recipe, {share:.1%} of its training, network"
    return [
        f"{kind} of {estimator.n_parameters:,} parameters, weights {checkpoint.sha256[:12]}",
        f"trained for {training['steps']:,} steps on {training['datasets']:,} datasets of "
        f"{len(meta.components)} kinds",
        f"for {meta.n_samples[0]}-{meta.n_samples[1]} rows and {meta.dims[0]}-{meta.dims[1]} "
        "columns a side",
    ]

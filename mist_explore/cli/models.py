"""`mist-explore models`: the available estimators."""

from __future__ import annotations

import inspect
from pathlib import Path

__all__ = ["EXAMPLES", "models"]

EXAMPLES = """\
Models saved on the page Train lie in ~/.local/share/mist-explore/models, or in the folder that
MIST_EXPLORE_MODELS names.

Example:
```
  mist-explore models
```
"""


def models() -> None:
    """List the trained models with their training, and the other estimators."""
    from mist_explore.estimators import ESTIMATORS, available_models

    trained = available_models()
    for name in sorted({*trained, *ESTIMATORS}):
        source = name if name in ESTIMATORS else trained[name]
        print("\n  ".join([name, *_description(source)]))


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

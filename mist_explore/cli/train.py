"""`mist-explore train`: train a network, or continue its training."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mist_explore.cli.progress import pause_on_interrupt
from mist_explore.cli.values import Whole
from mist_explore.progress import Progress

if TYPE_CHECKING:
    from mist_explore.training import Recipe

__all__ = ["EXAMPLES", "train"]

EXAMPLES = """\
Ctrl-C saves and pauses; the same command goes on, and ends in the same weights.

Examples:
```
  mist-explore train --out models/mine --max-minutes 30
  mist-explore train --out models/smooth --recipe mist-smooth
  mist-explore train --out models/broad --recipe mist-smooth-broad \\
      --start models/smooth
  mist-explore train --out models/small --recipe recipe.json --steps 2000 \\
      --seed 1 --fresh
  torchrun --nproc-per-node=2 --no-python mist-explore train --out models/mine
```
"""


def train(
    *,
    out: Path,
    recipe: str = "mist-qr",
    steps: Whole | None = None,
    seed: Whole | None = None,
    max_minutes: float | None = None,
    threads: Whole | None = None,
    resume: bool = False,
    fresh: bool = False,
    start: Path | None = None,
) -> None:
    """Train a network into a directory, which also keeps the state to go on from.

    Args:
        out: directory of the model.
        recipe: recipe of a shipped network, or a JSON file.
        steps: optimizer steps in all.
        seed: seed of the weights and of the datasets.
        max_minutes: pause after this time.
        threads: CPU threads to use.
        resume: go on from the state in the directory, if any; this is the default.
        fresh: start again at step 0.
        start: directory of a network of the same shape whose weights to begin with.
    """
    import torch

    from mist_explore.network import load_checkpoint
    from mist_explore.training import iter_train

    if resume and fresh:
        raise ValueError("expected --resume or --fresh; got both: choose one")
    settings = _recipe(recipe, steps, seed)
    if threads:
        torch.set_num_threads(threads)
    step = None
    with pause_on_interrupt() as cancellation:
        for progress in iter_train(
            settings,
            out,
            name=out.resolve().name,
            resume=not fresh,
            max_minutes=max_minutes,
            cancellation=cancellation,
            start=load_checkpoint(start) if start else None,
        ):
            print(_line(progress), flush=True)
            step = progress.step
    if os.environ.get("RANK", "0") != "0":  # of several processes only the first one prints
        return
    done = step is None or step == settings.steps
    print(f"{out} is trained" if done else "paused: the same command goes on")


def _recipe(name: str, steps: int | None, seed: int | None) -> Recipe:
    from mist_explore.training import RECIPES, Recipe

    recipe = RECIPES.get(name)
    if recipe is None:
        try:
            recipe = Recipe.from_json(Path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ValueError(
                f"expected a recipe among {', '.join(RECIPES)}, or a file; got {name}"
            ) from None
        except ValueError as error:
            raise ValueError(f"could not read {name} as a recipe: {error}") from error
    changes: dict[str, Any] = {"steps": steps, "seed": seed}
    return replace(recipe, **{key: value for key, value in changes.items() if value is not None})


def _line(progress: Progress) -> str:
    numbers = ", ".join(f"{name} {value:.4g}" for name, value in progress.metrics.items())
    left = progress.seconds_left
    ahead = f"{left / 60:.0f} min left, " if math.isfinite(left) else ""
    return (
        f"step {progress.step} of {progress.total}, {progress.seconds / 60:.1f} min, "
        f"{ahead}{numbers}"
    )

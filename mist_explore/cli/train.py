"""`mist-explore train`: train a network, or go on training it."""

from __future__ import annotations

import math
import os
import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Subparsers, whole_number
from mist_explore.progress import Cancellation, Progress

if TYPE_CHECKING:
    from mist_explore.training import Recipe

__all__ = ["add", "run"]

EXAMPLE = """\
Ctrl-C saves and pauses; the same command goes on, and ends in the same weights.

examples:
  mist-explore train --out models/mine --max-minutes 30
  mist-explore train --out models/smooth --recipe mist-smooth
  mist-explore train --out models/small --recipe recipe.json --steps 2000 --seed 1 --fresh
  torchrun --nproc-per-node=2 --no-python mist-explore train --out models/mine
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "train",
        help="train a network, or go on training it",
        description="Train a network into a directory, which also keeps the state to go on from.",
        epilog=EXAMPLE,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder")
    parser.add_argument(
        "--recipe",
        default="mist-qr",
        metavar="NAME|FILE",
        help="that of a shipped network, or JSON (default: %(default)s)",
    )
    parser.add_argument("--steps", type=whole_number, help="optimizer steps in all")
    parser.add_argument("--seed", type=whole_number, help="of the weights and the datasets")
    parser.add_argument("--max-minutes", type=float, metavar="M", help="pause after this time")
    parser.add_argument("--threads", type=whole_number, metavar="K", help="CPU threads to use")
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--resume", action="store_true", help="go on from the state in DIR, if any (the default)"
    )
    start.add_argument("--fresh", action="store_true", help="start again at step 0")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Train, printing one line for each record of progress."""
    import torch

    from mist_explore.training import train

    recipe = _recipe(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    step = None
    with _pause_on_interrupt() as cancellation:
        for progress in train(
            recipe,
            options.out,
            name=options.out.resolve().name,
            resume=not options.fresh,
            max_minutes=options.max_minutes,
            cancellation=cancellation,
        ):
            print(_line(progress), flush=True)
            step = progress.step
    if os.environ.get("RANK", "0") != "0":  # of several processes the first one speaks
        return 0
    done = step is None or step == recipe.steps
    print(f"{options.out} is trained" if done else "paused: the same command goes on")
    return 0


def _recipe(options: Namespace) -> Recipe:
    from mist_explore.training import RECIPES, Recipe

    recipe = RECIPES.get(options.recipe)
    if recipe is None:
        try:
            recipe = Recipe.from_json(Path(options.recipe).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ValueError(
                f"expected a recipe among {', '.join(RECIPES)}, or a file; got {options.recipe}"
            ) from None
        except ValueError as error:
            raise ValueError(f"could not read {options.recipe} as a recipe: {error}") from error
    given = {name: getattr(options, name) for name in ("steps", "seed")}
    return replace(recipe, **{name: value for name, value in given.items() if value is not None})


def _line(progress: Progress) -> str:
    numbers = ", ".join(f"{name} {value:.4g}" for name, value in progress.metrics.items())
    left = progress.seconds_left
    ahead = f"{left / 60:.0f} min left, " if math.isfinite(left) else ""
    return (
        f"step {progress.step} of {progress.total}, {progress.seconds / 60:.1f} min, "
        f"{ahead}{numbers}"
    )


@contextmanager
def _pause_on_interrupt() -> Iterator[Cancellation]:
    cancellation = Cancellation()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {s: signal.signal(s, lambda *_: cancellation.set()) for s in signals}
    try:
        yield cancellation
    finally:
        for s, handler in previous.items():
            signal.signal(s, handler)

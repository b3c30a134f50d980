"""A recipe to take along: as a file, as a command and as Python."""

from __future__ import annotations

from mist_explore.explorer.downloads import download_html
from mist_explore.explorer.share import share_html
from mist_explore.explorer.training.critic_state import CriticState
from mist_explore.explorer.training.state import TrainingState

__all__ = ["RECIPE", "as_command", "as_python", "critics_as_python", "training_share_html"]

RECIPE = "recipe.json"
"""The name of the file."""


def as_command(folder: str = "my-network") -> str:
    """Commands that train the recipe in its file, and list what is at hand."""
    return (
        f"mist-explore train --recipe {RECIPE} --out {folder}\n"
        f"mist-explore estimate table.csv --x height --y weight --estimator {folder}\n"
    )


def as_python(state: TrainingState) -> str:
    """Lines of Python that train what a state describes, to the same weights."""
    recipe = state.recipe
    meta, network = recipe.meta, recipe.network
    return (
        "from pathlib import Path\n"
        "from mist_explore.meta import Component, MetaDistribution\n"
        "from mist_explore.network import NetworkConfig\n"
        "from mist_explore.training import Recipe, train\n\n"
        f"families = {state.families!r}\n"
        f"transforms = {state.transforms!r}\n"
        "meta = MetaDistribution(\n"
        "    tuple(Component(f, t) for f in families for t in transforms),\n"
        f"    n_samples={meta.n_samples!r}, dims={meta.dims!r},\n"
        f"    equal_dims={meta.equal_dims!r}, log_n_samples={meta.log_n_samples!r},\n"
        ")\n"
        f"network = NetworkConfig(width={network.width}, row_width={network.row_width},\n"
        f"    heads={network.heads}, blocks={network.blocks}, members={network.members})\n"
        f"recipe = Recipe(meta, network, steps={recipe.steps},\n"
        f"    learning_rate={recipe.learning_rate!r}, warmup={recipe.warmup},\n"
        f"    backbone={recipe.backbone!r}, seed={recipe.seed})\n"
        'train(recipe, Path("my-network"), progress=True)\n'
    )


def critics_as_python(state: CriticState) -> str:
    """Lines of Python that train one of the critics of a state on its dataset."""
    return (
        "import mist_explore as mx\n"
        "from mist_explore.estimators import Critic\n\n"
        f'family = mx.FAMILIES["{state.family}"]\n'
        f"strength = {{family.parameters[0].name: {state.strength!r}}}\n"
        f"distribution = family.distribution({state.dim}, {state.dim}, **strength)\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        f'critic = Critic("infonce", batch={state.batch}, steps={state.steps}, seed={state.seed})\n'
        "for progress in critic.iter_train(sample):\n"
        "    print(progress.step, dict(progress.metrics))\n"
    )


def training_share_html(state: TrainingState, critics: CriticState) -> str:
    """The link of the page, the recipe as a file, and both trainings as texts."""
    file = download_html(RECIPE, state.recipe.to_json(), f"Download {RECIPE}")
    texts = {
        "Python": as_python(state),
        "commands": as_command(),
        "Python for a critic": critics_as_python(critics),
    }
    query = f"{state.to_query()}&{critics.to_query()}"
    return f'<p class="mist-hint">{file}</p>{share_html(query, texts)}'

"""Critics in training on one dataset, as the page shows them, without widgets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.distributions import FAMILIES
from mist_explore.estimators.critics import BOUNDS as CRITICS
from mist_explore.estimators.critics import Critic
from mist_explore.explorer.job import Steps
from mist_explore.explorer.training.critic_state import CriticState
from mist_explore.interfaces import JointDistribution
from mist_explore.progress import Cancellation

__all__ = ["Critics", "critics", "not_begun"]

LOOK_EVERY = 5


@dataclass(frozen=True, eq=False)
class Critics:
    """Critics in training, as far as they have come; values in nats.

    Args:
        state: what they are trained on.
        truth: the mutual information of the distribution.
        curves: (step, value on the batches, value on the held-out rows), by estimator.
        ceilings: what an estimator can never exceed, by its name.
        step: steps of the slowest.
        seconds: time spent, pauses left out.
        recorded: whether they were trained before and elsewhere.
    """

    state: CriticState
    truth: float
    curves: Mapping[str, tuple[tuple[float, float, float], ...]]
    ceilings: Mapping[str, float]
    step: int = 0
    seconds: float = 0.0
    recorded: bool = False

    @property
    def total(self) -> int:
        """Steps in all."""
        return self.state.steps


def not_begun(state: CriticState) -> Critics:
    """The dataset of a state before its critics are trained."""
    ceiling = math.log(min(state.batch, state.n_samples // 2))
    return Critics(
        state,
        float(_distribution(state).mutual_information),
        dict.fromkeys(CRITICS, ()),
        {name: ceiling for name, bound in CRITICS.items() if bound.has_ceiling},
    )


def critics(state: CriticState, cancellation: Cancellation) -> Steps[Critics, Critics]:
    """Train one critic for each bound on the same dataset, in turns, yielding the curves so far.

    None stops early, so that one sees what happens after its best step.

    Raises:
        ValueError: if a side of the dataset is wholly constant.
    """
    sample = _distribution(state).sample(state.n_samples, state.seed)
    trainings = {
        name: Critic(
            name,
            batch=state.batch,
            steps=state.steps,
            check_every=LOOK_EVERY,
            patience=state.steps,
            seed=state.seed,
        ).iter_train(sample, cancellation=cancellation)
        for name in CRITICS
    }
    here = not_begun(state)
    yield here
    began = time.monotonic()
    while trainings:
        for name in list(trainings):
            progress = next(trainings[name], None)
            if progress is None:
                del trainings[name]
                continue
            values = (progress.metrics["training"], progress.metrics["held_out"])
            curve = (*here.curves[name], (float(progress.step), *values))
            here = replace(here, curves={**here.curves, name: curve}, step=progress.step)
        here = replace(here, seconds=here.seconds + time.monotonic() - began)
        yield here
        began = time.monotonic()
    return here


def _distribution(state: CriticState) -> JointDistribution:
    family = FAMILIES[state.family]
    return family.distribution(state.dim, state.dim, **{family.parameters[0].name: state.strength})

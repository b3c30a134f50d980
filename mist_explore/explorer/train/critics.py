"""Critics in training on one dataset, without widgets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.distributions import FAMILIES
from mist_explore.estimators.critics import BOUNDS as CRITICS
from mist_explore.estimators.critics import Critic
from mist_explore.explorer.job import Steps
from mist_explore.explorer.train.settings import CriticState
from mist_explore.interfaces import JointDistribution
from mist_explore.progress import Cancellation

__all__ = ["Critics", "critics", "critics_as_python", "not_begun"]

MEASURE_EVERY = 5


@dataclass(frozen=True, eq=False)
class Critics:
    """Critics after some of their steps; values in nats.

    Args:
        state: their dataset and training.
        truth: the mutual information of the distribution.
        curves: (step, value on the batches, value on the held-out rows), by estimator.
        ceilings: upper bounds on the estimates, by the name of the estimator.
        step: steps of the slowest.
        seconds: time of the steps done, without pauses.
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
    """Return the dataset of a state before its critics are trained."""
    ceiling = math.log(min(state.batch, state.n_samples // 2))
    return Critics(
        state,
        float(_distribution(state).mutual_information),
        dict.fromkeys(CRITICS, ()),
        {name: ceiling for name, bound in CRITICS.items() if bound.has_ceiling},
    )


def critics(state: CriticState, cancellation: Cancellation) -> Steps[Critics, Critics]:
    """Train a critic for each bound on the same dataset, in turns, and yield the curves so far.

    None stops early: the curves go on after its best step.

    Raises:
        ValueError: if X or Y is constant.
    """
    sample = _distribution(state).sample(state.n_samples, state.seed)
    trainings = {
        name: Critic(
            name,
            batch=state.batch,
            steps=state.steps,
            check_every=MEASURE_EVERY,
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


def critics_as_python(state: CriticState) -> str:
    """Return lines of Python that train one of the critics of a state on its dataset."""
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


def _distribution(state: CriticState) -> JointDistribution:
    family = FAMILIES[state.family]
    return family.distribution(state.dim, state.dim, **{family.parameters[0].name: state.strength})

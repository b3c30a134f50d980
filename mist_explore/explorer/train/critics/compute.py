"""Critics in training on one dataset, and recorded ones, without widgets."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from mist_explore.distributions import FAMILIES
from mist_explore.estimators.critics import BOUNDS as CRITICS
from mist_explore.estimators.critics import Critic
from mist_explore.explorer.job import Steps
from mist_explore.explorer.theme import asset
from mist_explore.explorer.train.compute import RECORDED
from mist_explore.explorer.train.critics.settings import CriticState
from mist_explore.interfaces import JointDistribution
from mist_explore.progress import Cancellation

__all__ = ["Critics", "critics", "critics_as_python", "result"]

MEASURE_EVERY = 5
DIGITS = 3


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

    def to_mapping(self) -> dict[str, Any]:
        """Return the critics as JSON values."""
        return {
            "query": self.state.to_query(),
            "truth": self.truth,
            "curves": {name: np.round(one, DIGITS).tolist() for name, one in self.curves.items()},
            "ceilings": dict(self.ceilings),
            "step": self.step,
            "seconds": round(self.seconds, 1),
        }


def result(state: CriticState) -> Critics:
    """Return the recorded critics of a state, or else its dataset before they are trained."""
    recorded = _recorded()
    return recorded if recorded.state == state else _not_begun(state)


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
    here = _not_begun(state)
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


def _not_begun(state: CriticState) -> Critics:
    ceiling = math.log(min(state.batch, state.n_samples // 2))
    return Critics(
        state,
        float(_distribution(state).mutual_information),
        dict.fromkeys(CRITICS, ()),
        {name: ceiling for name, bound in CRITICS.items() if bound.has_ceiling},
    )


@cache
def _recorded() -> Critics:
    kept = json.loads(asset(RECORDED))["critics"]
    return Critics(
        CriticState.from_query(kept["query"]),
        kept["truth"],
        {name: tuple(map(tuple, curve)) for name, curve in kept["curves"].items()},
        kept["ceilings"],
        kept["step"],
        kept["seconds"],
        recorded=True,
    )

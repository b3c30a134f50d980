"""Results of the page on the inside of an estimator: seeded, cached, no widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import Estimate
from mist_explore.estimators import KSG
from mist_explore.estimators.ksg_anatomy import KSGAnatomy, ksg_anatomy
from mist_explore.estimators.sample_estimator import estimate_sample
from mist_explore.explorer.baselines import LEARNED, estimator
from mist_explore.explorer.inside_an_estimator.settings import EstimatorsState
from mist_explore.interfaces import JointDistribution
from mist_explore.network.pairs import radii
from mist_explore.network.scores import normal_scores
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed

__all__ = ["OTHERS", "EstimatorsResult", "as_python", "distribution", "result"]

OTHERS = 30
"""Other samples of the distribution that separate bias from chance."""


@dataclass(frozen=True, eq=False)
class EstimatorsResult:
    """The results of a state; information is in nats.

    Args:
        state: the state of the results.
        sample: rows of its distribution.
        truth: the mutual information of the distribution.
        provenance: closed form, or numerical with its error.
        order: the rows from left to right, `(n,)`.
        anatomy: the parts of the estimate of KSG.
        ksg: that estimate.
        others: the estimates of KSG on `OTHERS` other samples.
        learned: the estimate of the network, with its base estimates.
        scores: normal scores of the ranks of X and of Y, `(2, n)`.
        distances: normal scores of the distances of both scores from their middle, `(2, n)`.
    """

    state: EstimatorsState
    sample: Sample
    truth: float
    provenance: str
    order: NDArray[np.intp]
    anatomy: KSGAnatomy
    ksg: Estimate
    others: NDArray[np.float64]
    learned: Estimate
    scores: NDArray[np.float64]
    distances: NDArray[np.float64]

    @property
    def row(self) -> int:
        """The row of the chosen point."""
        return int(self.order[self.state.place])

    def at(self, row: int) -> EstimatorsState:
        """Return the state with another row as the chosen point."""
        return self.state.at(int(np.flatnonzero(self.order == row)[0]))


def distribution(state: EstimatorsState) -> JointDistribution:
    """Return the distribution of a state, with one column of X and one of Y."""
    family = FAMILIES[state.family]
    return family.distribution(1, 1, **{family.parameters[0].name: state.strength})


def result(state: EstimatorsState) -> EstimatorsResult:
    """Draw the sample of a state and take both estimates apart."""
    return replace(_estimated(state.with_(point=0.0)), state=state)


def as_python(state: EstimatorsState) -> str:
    """Return lines of Python that print the numbers of a state."""
    parameter = FAMILIES[state.family].parameters[0].name
    return (
        "import numpy as np\n"
        "import mist_explore as mx\n"
        "from mist_explore.estimators import KSG\n"
        "from mist_explore.estimators.ksg_anatomy import ksg_anatomy\n"
        f'distribution = mx.distribution("{state.family}", 1, 1, {parameter}={state.strength!r})\n'
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        f"anatomy = ksg_anatomy(sample, {state.neighbours})\n"
        f"row = np.argsort(sample.x[:, 0], kind='stable')[{state.place}]\n"
        "n_x, n_y = (counts[row] - 1 for counts in anatomy.counts)\n"
        "print(n_x, n_y, anatomy.terms[row], anatomy.terms.mean())\n"
        f"ksg = KSG(n_neighbors={state.neighbours})\n"
        "print(ksg.estimate(sample.x, sample.y, rows_independent=True).median)\n"
        "learned = mx.load().estimate(sample.x, sample.y, rows_independent=True)\n"
        "print(learned.median, learned.interval(0.9))\n"
        "for base in learned.explanation:\n"
        "    print(base.name, base.value, base.weight)\n"
        "print(float(distribution.mutual_information))\n"
    )


@lru_cache(maxsize=64)
def _estimated(state: EstimatorsState) -> EstimatorsResult:
    joint, ksg = distribution(state), KSG(n_neighbors=state.neighbours)
    sample = joint.sample(state.n_samples, state.seed)
    others = [
        joint.sample(state.n_samples, derive_seed(state.seed, "others", number))
        for number in range(OTHERS)
    ]
    columns = np.hstack([sample.x, sample.y]).T
    scores = normal_scores(torch.from_numpy(np.ascontiguousarray(columns))[None])
    distances = torch.cat(radii(scores[:, :1], scores[:, 1:]), 1)
    return EstimatorsResult(
        state=state,
        sample=sample,
        truth=float(joint.mutual_information),
        provenance=joint.provenance,
        order=sample.x[:, 0].argsort(kind="stable"),
        anatomy=ksg_anatomy(sample, state.neighbours),
        ksg=estimate_sample(ksg, sample),
        others=np.array([estimate_sample(ksg, other).median for other in others]),
        learned=_learned(state.with_(neighbours=EstimatorsState().neighbours)),
        scores=scores[0].numpy(),
        distances=distances[0].numpy(),
    )


@lru_cache(maxsize=64)
def _learned(state: EstimatorsState) -> Estimate:
    """Return the estimate of the network, which does not depend on k."""
    return estimate_sample(
        estimator(LEARNED), distribution(state).sample(state.n_samples, state.seed)
    )

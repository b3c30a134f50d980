"""From a state to everything that its page shows: seeded, cached, without widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import Estimate
from mist_explore.estimators import LearnedEstimator
from mist_explore.explorer.estimate.state import EstimateState
from mist_explore.explorer.peers import BASELINE, CRITICS, LEARNED, estimates_of, estimator
from mist_explore.interfaces import Estimator, JointDistribution
from mist_explore.meta import MetaDistribution
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import TRANSFORMS, Elementwise, transformed

__all__ = ["MANY_ROWS", "EstimateResult", "distribution", "result", "unseen"]

MANY_ROWS = 5_000


@dataclass(frozen=True, eq=False)
class EstimateResult:
    """What the estimate page shows for a state; informations are in nats.

    Args:
        state: what it was computed from.
        sample: the rows that were drawn.
        truth: the mutual information of the distribution.
        provenance: how the truth is known.
        estimates: by the name of the estimator, the learned one first; None where it failed.
        failures: why an estimator failed, by its name.
        unseen: what of the distribution the training of the learned estimator never held, in words.
        baseline_with_many_rows: the baseline on `MANY_ROWS` other rows of the distribution, which
            tells whether its error comes from few rows or from the shape of the dependence.
    """

    state: EstimateState
    sample: Sample
    truth: float
    provenance: str
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    unseen: tuple[str, ...]
    baseline_with_many_rows: float

    def with_estimate(self, name: str, estimate: Estimate | None, failure: str) -> EstimateResult:
        """This result with what a slow estimator has come to."""
        failures = {k: v for k, v in self.failures.items() if k != name}
        return replace(
            self,
            estimates={**self.estimates, name: estimate},
            failures=failures | ({name: failure} if failure else {}),
        )


def distribution(state: EstimateState) -> JointDistribution:
    """The distribution that a state describes.

    Raises:
        ValueError: if the transform does not fit the numbers of columns.
    """
    base = FAMILIES[state.family].distribution(state.dim_x, state.dim_y, **dict(state.parameters))
    if state.transform == "flow":
        return transformed(base, "flow", state.transform_seed, state.transform_strength)
    return transformed(base, state.transform, seed=state.transform_seed)


def result(state: EstimateState) -> EstimateResult:
    """Draw the sample of a state and ask the quick estimators.

    The same state gives the same result, here, in Python and on the command line. Critics, and
    intervals from resampling, take seconds: they follow from `slow.slow_estimates`.

    Raises:
        ValueError: if the transform does not fit the numbers of columns.
    """
    answer = replace(_experiment(state.experiment), state=state)
    for peer in state.peers:
        if peer not in CRITICS:
            answer = answer.with_estimate(peer, *_asked(state.experiment, peer))
    return answer


@lru_cache(maxsize=64)
def _experiment(state: EstimateState) -> EstimateResult:
    joint = distribution(state)
    sample = joint.sample(state.n_samples, state.seed)
    estimates, failures = estimates_of(sample)
    many = joint.sample(MANY_ROWS, derive_seed(state.seed, "many rows"))
    return EstimateResult(
        state=state,
        sample=sample,
        truth=float(joint.mutual_information),
        provenance=joint.provenance,
        estimates=estimates,
        failures=failures,
        unseen=unseen(state, estimator(LEARNED)) if estimates[LEARNED] else (),
        baseline_with_many_rows=estimator(BASELINE).estimate(many.x, many.y).median,
    )


@lru_cache(maxsize=256)
def _asked(state: EstimateState, name: str) -> tuple[Estimate | None, str]:
    estimates, failures = estimates_of(_experiment(state).sample, [name])
    return estimates[name], failures.get(name, "")


def unseen(state: EstimateState, learned: Estimator) -> tuple[str, ...]:
    """The family and the transform, if neither the network nor its backbone was trained on them.

    Transforms of single columns are undone by ranks, before the network sees anything.
    """
    if not isinstance(learned, LearnedEstimator):
        return ()
    components = learned.checkpoint.meta.components
    recipe = learned.checkpoint.training["recipe"]
    for more in recipe.get("more") or ():
        components += MetaDistribution.from_mapping(more).components
    if backbone := recipe.get("backbone"):
        heard = estimator(backbone)
        assert isinstance(heard, LearnedEstimator)
        components += heard.checkpoint.meta.components
    family, transform = FAMILIES[state.family], TRANSFORMS[state.transform]
    maps = transform.make(state.dim_x, state.dim_y, state.transform_seed)
    plain = all(isinstance(one, Elementwise) for one in maps)
    found = []
    if family.name not in {c.family for c in components}:
        found.append(f"the family “{family.label}”")
    if not plain and transform.name not in {c.transform for c in components}:
        found.append(f"the transform “{transform.label}”")
    return tuple(found)

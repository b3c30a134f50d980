"""Results of the estimate page from a state: seeded, cached, without widgets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.estimators import LearnedEstimator
from mist_explore.estimators.learned import load_learned
from mist_explore.explorer.baselines import BASELINE, CRITICS, LEARNED, estimates_of, estimator
from mist_explore.explorer.estimate.limits import Limits, limits
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.verdict import Verdict
from mist_explore.interfaces import Estimator
from mist_explore.meta import Component, MetaDistribution
from mist_explore.resources import models_directory
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.transforms import (
    TRANSFORMS,
    Elementwise,
    TransformedDistribution,
    transformed,
)

__all__ = [
    "RESAMPLES",
    "EstimateResult",
    "as_command",
    "as_python",
    "distribution",
    "result",
    "unseen",
]

OUTSIDE = re.compile(r"\b(trained on|training data)\b")
"""In a warning of the network: a sample outside its training."""

RESAMPLES = 199
"""Enough for every level that the page offers."""


@dataclass(frozen=True, eq=False)
class EstimateResult:
    """The results of a state; information is in nats.

    Args:
        state: the state of the results.
        sample: rows of its distribution.
        truth: the mutual information of the distribution.
        provenance: closed form, or numerical with its error.
        estimates: by the name of the estimator, the learned one first; None where it failed.
        failures: why an estimator failed, by its name.
        unseen: the parts of the distribution that were in no training data, in words.
        limits: the sources of the errors of the baseline.
    """

    state: EstimateState
    sample: Sample
    truth: float
    provenance: str
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    unseen: tuple[str, ...]
    limits: Limits

    @property
    def outside_training(self) -> bool:
        """Whether the distribution or the sample lies outside the training data of the network."""
        learned = self.estimates[LEARNED]
        warnings = learned.warnings if learned else ()
        return bool(self.unseen) or any(OUTSIDE.search(warning) for warning in warnings)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The estimates beside the truth, by the name of the estimator, in `state.units`."""
        per_unit = NATS_PER_UNIT[self.state.units]
        errors = dict.fromkeys((LEARNED, BASELINE), self.limits.sampling_error)
        return {
            name: Verdict(
                estimate.median / per_unit,
                self.truth / per_unit,
                errors.get(name, self.limits.local_error) / per_unit,
            )
            for name, estimate in self.estimates.items()
            if estimate is not None
        }

    def with_estimate(self, name: str, estimate: Estimate | None, failure: str) -> EstimateResult:
        """Return this result with one more estimate, or with why there is none."""
        failures = {k: v for k, v in self.failures.items() if k != name}
        return replace(
            self,
            estimates={**self.estimates, name: estimate},
            failures=failures | ({name: failure} if failure else {}),
        )


def distribution(state: EstimateState) -> TransformedDistribution:
    """Return the distribution of a state.

    Raises:
        ValueError: if the transform does not fit the numbers of columns.
    """
    base = FAMILIES[state.family].distribution(state.dim_x, state.dim_y, **dict(state.parameters))
    if state.transform == "flow":
        return transformed(base, "flow", state.transform_seed, state.transform_strength)
    return transformed(base, state.transform, seed=state.transform_seed)


def result(state: EstimateState) -> EstimateResult:
    """Draw the sample of a state and run the quick estimators.

    The same state gives the same result, here, in Python and on the command line. Critics, and
    intervals from resampling, take seconds: they follow from `slow.slow_estimates`.

    Raises:
        ValueError: if the transform does not fit the numbers of columns.
    """
    answer = replace(_experiment(state.experiment), state=state)
    for name in state.baselines:
        if name not in CRITICS:
            answer = answer.with_estimate(name, *_estimated(state.experiment, name))
    return answer


def unseen(state: EstimateState, learned: Estimator) -> tuple[str, ...]:
    """Return the family and the transform if neither the network nor a backbone trained on them.

    Transforms of single columns do not count: ranks undo them before the network.
    """
    if not isinstance(learned, LearnedEstimator):
        return ()
    components = _trained_on(learned)
    family, transform = FAMILIES[state.family], TRANSFORMS[state.transform]
    maps = transform.make(state.dim_x, state.dim_y, state.transform_seed)
    plain = all(isinstance(one, Elementwise) for one in maps)
    found = []
    if family.name not in {c.family for c in components}:
        found.append(f"the family “{family.label}”")
    if not plain and transform.name not in {c.transform for c in components}:
        found.append(f"the transform “{transform.label}”")
    return tuple(found)


def as_python(state: EstimateState) -> str:
    """Return lines of Python that print the numbers of a state."""
    parameters = "".join(f", {name}={value!r}" for name, value in state.parameters)
    transform = ""
    if state.transform != "base":
        transform = f', transform="{state.transform}", transform_seed={state.transform_seed}'
    if state.transform == "flow":
        transform += f", transform_strength={state.transform_strength!r}"
    units = "" if state.units == "nats" else f'.to("{state.units}")'
    compared = ""
    if state.baselines or state.intervals:
        names = ", ".join(repr(name) for name in (LEARNED, BASELINE, *state.baselines))
        resamples = f", n_resamples={RESAMPLES}" if state.intervals else ""
        text = f"mx.compare(sample.x, sample.y, [{names}]{resamples}){units}"
        compared = f"print({text}.as_text({state.level:g}))\n"
    return (
        "import mist_explore as mx\n"
        "distribution = mx.distribution(\n"
        f'    "{state.family}", {state.dim_x}, {state.dim_y}{parameters}{transform}\n'
        ")\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        f"estimate = mx.load().estimate(sample.x, sample.y){units}\n"
        f"print(estimate.median, estimate.interval({state.level:g}))\n"
        "print(float(distribution.mutual_information))\n"
        f"{compared}"
    )


def as_command(state: EstimateState) -> str:
    """Return commands that print the numbers of a state."""
    parameters = "".join(f" --param {name}={value!r}" for name, value in state.parameters)
    strength = f" --flow {state.transform_strength!r}" if state.transform == "flow" else ""
    return (
        f"mist-explore sample --family {state.family}{parameters} \\\n"
        f"    --transform {state.transform} --transform-seed {state.transform_seed}{strength} \\\n"
        f"    --n-samples {state.n_samples} --dim-x {state.dim_x} --dim-y {state.dim_y} "
        f"--seed {state.seed} --out sample.npz\n"
        f"mist-explore estimate sample.npz --x x --y y "
        f"--level {state.level:g} --units {state.units}\n"
    )


@lru_cache(maxsize=8)
def _trained_on(learned: LearnedEstimator) -> tuple[Component, ...]:
    """Return the components of the training of a network and of its backbones."""
    components = learned.checkpoint.meta.components
    recipe = learned.checkpoint.training["recipe"]
    for more in recipe.get("more") or ():
        components += MetaDistribution.from_mapping(more).components
    for name in learned.checkpoint.backbones:
        components += load_learned(models_directory() / name).checkpoint.meta.components
    return components


@lru_cache(maxsize=64)
def _experiment(state: EstimateState) -> EstimateResult:
    joint = distribution(state)
    sample = joint.sample(state.n_samples, state.seed)
    estimates, failures = estimates_of(sample)
    return EstimateResult(
        state=state,
        sample=sample,
        truth=float(joint.mutual_information),
        provenance=joint.provenance,
        estimates=estimates,
        failures=failures,
        unseen=unseen(state, estimator(LEARNED)) if estimates[LEARNED] else (),
        limits=_limits(state.with_(seed=EstimateState().seed)),
    )


@lru_cache(maxsize=64)
def _limits(state: EstimateState) -> Limits:
    """Return the limits of a state, the same for every seed of its sample."""
    return limits(distribution(state), state.n_samples, derive_seed(state.seed, "many rows"))


@lru_cache(maxsize=256)
def _estimated(state: EstimateState, name: str) -> tuple[Estimate | None, str]:
    estimates, failures = estimates_of(_experiment(state).sample, [name])
    return estimates[name], failures.get(name, "")

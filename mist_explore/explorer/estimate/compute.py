"""Results of the estimate page from a state: seeded, cached, without widgets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation.error_sources import ErrorSources, error_sources
from mist_explore.explorer.baselines import BASELINE, CRITICS, LEARNED, estimates_of, estimator
from mist_explore.explorer.estimate.settings import EstimateState
from mist_explore.explorer.links import csv_text
from mist_explore.explorer.verdict import Verdict
from mist_explore.interfaces import Estimator
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
    "estimates_json",
    "result",
    "sample_csv",
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
        sources: the sources of the errors of the baseline.
    """

    state: EstimateState
    sample: Sample
    truth: float
    provenance: str
    estimates: Mapping[str, Estimate | None]
    failures: Mapping[str, str]
    unseen: tuple[str, ...]
    sources: ErrorSources

    @property
    def per_unit(self) -> float:
        """Nats in one of `state.units`."""
        return NATS_PER_UNIT[self.state.units]

    @property
    def outside_training(self) -> bool:
        """Whether the distribution or the sample lies outside the training data of the network."""
        learned = self.estimates[LEARNED]
        warnings = learned.warnings if learned else ()
        return bool(self.unseen) or any(OUTSIDE.search(warning) for warning in warnings)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The estimates beside the truth, by the name of the estimator, in `state.units`."""
        per_unit = self.per_unit
        errors = dict.fromkeys((LEARNED, BASELINE), self.sources.sampling_error)
        return {
            name: Verdict(
                estimate.median / per_unit,
                self.truth / per_unit,
                errors.get(name, self.sources.local_error) / per_unit,
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
    intervals from resampling, take seconds: they follow from `slow_estimates`.

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
    components = learned.trained_on
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


def sample_csv(answer: EstimateResult) -> str:
    """Return the rows of the sample after a line of names, without a loss of digits."""
    sample = answer.sample
    names = [f"x{i + 1}" for i in range(sample.dim_x)] + [f"y{i + 1}" for i in range(sample.dim_y)]
    return csv_text(names, np.hstack([sample.x, sample.y]).tolist())


def estimates_json(answer: EstimateResult) -> str:
    """Return the state, the truth and all quantiles, in the units of the state."""
    units = answer.state.units
    estimates: dict[str, dict[str, object]] = {}
    for name, estimate in answer.estimates.items():
        if estimate is None:
            estimates[name] = {"error": answer.failures.get(name, "")}
        else:
            inside = estimate.to(units)
            estimates[name] = {
                "levels": list(inside.levels),
                "quantiles": list(inside.quantiles),
                "warnings": list(inside.warnings),
            }
    content = {
        "link": f"?{answer.state.to_query()}",
        "units": units,
        "truth": answer.truth / answer.per_unit,
        "provenance": answer.provenance,
        "estimates": estimates,
    }
    return json.dumps(content, indent=2) + "\n"


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
        sources=_sources(state.with_(seed=EstimateState().seed)),
    )


@lru_cache(maxsize=64)
def _sources(state: EstimateState) -> ErrorSources:
    """Return the sources of the errors of a state, the same for every seed of its sample."""
    seed = derive_seed(state.seed, "many rows")
    return error_sources(estimator(BASELINE), distribution(state), state.n_samples, seed)


@lru_cache(maxsize=256)
def _estimated(state: EstimateState, name: str) -> tuple[Estimate | None, str]:
    estimates, failures = estimates_of(_experiment(state).sample, [name])
    return estimates[name], failures.get(name, "")

"""The 40 tasks of the BMI benchmark, as distributions and transforms of this package.

Source: Czyz et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators"
(NeurIPS 2023, arXiv 2306.11078), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from mist_explore.distributions import FAMILIES
from mist_explore.interfaces import JointDistribution
from mist_explore.transforms import transformed

__all__ = ["BMI_TASKS", "Task"]


@dataclass(frozen=True, eq=False)
class Task:
    """A distribution to estimate the mutual information of, and its name.

    Example:
        >>> task = BMI_TASKS["spiral-normal-cdf-2pair-3v3"]
        >>> task.distribution.dim_x, round(float(task.distribution.mutual_information), 5)
        (3, 1.02165)
    """

    name: str
    distribution: JointDistribution

    def through(self, *transforms: str) -> Task:
        """The task of the transformed variables, the first transform acting first."""
        name, distribution = self.name, self.distribution
        for transform in transforms:
            name, distribution = f"{transform}-{name}", transformed(distribution, transform)
        return Task(name, distribution)


def _normal(dim: int, correlation: float) -> Task:
    distribution = FAMILIES["normal-dense"].distribution(dim, dim, correlation=correlation)
    return Task(f"normal-{dim}v{dim}-{correlation}", distribution)


def _two_pairs(dim: int) -> Task:
    return Task(f"2pair-{dim}v{dim}", FAMILIES["normal-2pair"].distribution(dim, dim, strength=2.0))


def _student(dim: int, df: int) -> Task:
    distribution = FAMILIES["student-dense"].distribution(dim, dim, correlation=0.0, df=df)
    return Task(f"student-{dim}v{dim}-{df}", distribution)


def _additive(epsilon: float) -> Task:
    distribution = FAMILIES["additive-noise"].distribution(1, 1, epsilon=epsilon)
    return Task(f"additive-1v1-{epsilon}", distribution)


_PAIR = _normal(1, 0.75)

BMI_TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        _PAIR,
        *(_PAIR.through(t) for t in ("normal-cdf", "bimodal", "wigglify", "halfcube")),
        _PAIR.through("swiss-roll"),
        *(_additive(epsilon) for epsilon in (0.1, 0.75)),
        _student(1, 1),
        _student(1, 1).through("asinh"),
        *(_normal(dim, 0.5) for dim in (2, 3, 5, 25, 50)),
        *(_two_pairs(dim) for dim in (2, 3, 5, 25)),
        *(
            _two_pairs(dim).through(*names)
            for names in (("normal-cdf",), ("halfcube",), ("spiral",), ("normal-cdf", "spiral"))
            for dim in (3, 5, 25)
        ),
        *(_student(dim, df) for dim, df in ((2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3))),
        *(_student(dim, df).through("asinh") for dim, df in ((2, 1), (3, 2), (5, 2))),
    )
}
"""The 40 tasks by name; transforms stand before their argument, as in f(g(x))."""

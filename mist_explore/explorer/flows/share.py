"""A state of the flows page as Python: the same numbers everywhere."""

from __future__ import annotations

from mist_explore.distributions import FAMILIES
from mist_explore.distributions.strength import strength_at
from mist_explore.explorer.flows.compute import asked
from mist_explore.explorer.flows.state import FlowsState

__all__ = ["as_python"]


def as_python(state: FlowsState) -> str:
    """Lines of Python that print the truth and what each estimator says.

    Raises:
        ValueError: if the family does not reach the mutual information.
    """
    family = FAMILIES[state.family]
    strength = strength_at(family, state.information, state.dim, state.dim)
    parameter = f"{family.parameters[0].name}={strength!r}"
    return (
        "import mist_explore as mx\n"
        "from mist_explore.transforms import warped\n"
        f'law = mx.FAMILIES["{state.family}"].law({state.dim}, {state.dim}, {parameter})\n'
        f"law = warped(law, strength={state.strength!r}, seed={state.flow_seed})\n"
        f"sample = law.sample({state.n_samples}, seed={state.seed})\n"
        'print("truth", float(law.mutual_information))\n'
        f"for name in {asked(state)!r}:\n"
        "    print(name, mx.load(name).estimate(sample.x, sample.y).median)\n"
    )

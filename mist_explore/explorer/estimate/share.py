"""The state of the estimate page as Python and as commands: the same numbers everywhere."""

from __future__ import annotations

from mist_explore.explorer.estimate.slow import RESAMPLES
from mist_explore.explorer.estimate.state import EstimateState
from mist_explore.explorer.peers import BASELINE, LEARNED

__all__ = ["as_command", "as_python"]


def as_python(state: EstimateState) -> str:
    """Lines of Python that reproduce the numbers of a state."""
    parameters = "".join(f", {name}={value!r}" for name, value in state.parameters)
    transform = ""
    if state.transform != "base":
        transform = f', transform="{state.transform}", transform_seed={state.transform_seed}'
    if state.transform == "flow":
        transform += f", transform_strength={state.transform_strength!r}"
    units = "" if state.units == "nats" else f'.to("{state.units}")'
    peers = ""
    if state.peers or state.intervals:
        names = ", ".join(repr(name) for name in (LEARNED, BASELINE, *state.peers))
        resamples = f", resamples={RESAMPLES}" if state.intervals else ""
        text = f"mx.compare(sample.x, sample.y, [{names}]{resamples}){units}"
        peers = f"print({text}.as_text({state.level:g}))\n"
    return (
        "import mist_explore as mx\n"
        "distribution = mx.distribution(\n"
        f'    "{state.family}", {state.dim_x}, {state.dim_y}{parameters}{transform}\n'
        ")\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        f"estimate = mx.load().estimate(sample.x, sample.y){units}\n"
        f"print(estimate.median, estimate.interval({state.level:g}))\n"
        "print(distribution.mutual_information)\n"
        f"{peers}"
    )


def as_command(state: EstimateState) -> str:
    """Commands that reproduce the numbers of a state."""
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

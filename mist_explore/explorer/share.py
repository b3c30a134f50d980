"""A state as a link, as Python and as a command: the same numbers everywhere."""

from __future__ import annotations

from html import escape

from mist_explore.explorer.state import EstimateState

__all__ = ["as_command", "as_python", "share_html"]


def as_python(state: EstimateState) -> str:
    """Lines of Python that reproduce the numbers of a state."""
    parameters = "".join(f", {name}={value!r}" for name, value in state.parameters)
    units = "" if state.units == "nats" else f'.to("{state.units}")'
    return (
        "import mist_explore as mx\n"
        f'law = mx.FAMILIES["{state.family}"].law({state.dim_x}, {state.dim_y}{parameters})\n'
        f'law = mx.transformed(law, "{state.transform}", seed={state.transform_seed})\n'
        f"sample = law.sample({state.n_samples}, seed={state.seed})\n"
        f"estimate = mx.load().estimate(sample.x, sample.y){units}\n"
        f"print(estimate.median, estimate.interval({state.level:g}), law.mutual_information)\n"
    )


def as_command(state: EstimateState) -> str:
    """Commands that reproduce the numbers of a state."""
    parameters = "".join(f" --param {name}={value!r}" for name, value in state.parameters)
    return (
        f"mist-explore sample --family {state.family}{parameters} \\\n"
        f"    --transform {state.transform} --transform-seed {state.transform_seed} \\\n"
        f"    --n-samples {state.n_samples} --dim-x {state.dim_x} --dim-y {state.dim_y} "
        f"--seed {state.seed} --out sample.npz\n"
        f"mist-explore estimate sample.npz --x x --y y "
        f"--level {state.level:g} --units {state.units}\n"
    )


def share_html(state: EstimateState) -> str:
    """The link, the Python lines and the command of a state, each with a button that copies it."""
    link = (
        '<div class="mist-share-item"><span>Link</span>'
        f'<button type="button" data-query="{escape(state.to_query())}" '
        "onclick=\"navigator.clipboard.writeText(location.origin + location.pathname + '?' + "
        "this.dataset.query); this.textContent = 'Copied'\">Copy link</button></div>"
    )
    return (
        f'<div class="mist-share" data-state="{escape(state.to_query())}">{link}'
        f"{_snippet('Python', as_python(state))}{_snippet('commands', as_command(state))}</div>"
    )


def _snippet(label: str, text: str) -> str:
    return (
        f'<div class="mist-share-item"><span>{label}</span>'
        f'<button type="button" onclick="navigator.clipboard.writeText('
        "this.nextElementSibling.textContent); this.textContent = 'Copied'\">"
        f"Copy as {label}</button><pre>{escape(text)}</pre></div>"
    )

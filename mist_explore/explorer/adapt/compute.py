"""A run of the adapt page: flows, datasets and fine-tuning, interrupted and resumed."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.adaptation import (
    AdaptationCard,
    AdaptationProgress,
    FlowFit,
    FlowReport,
    iter_adapt,
)
from mist_explore.adaptation.folder import digest
from mist_explore.explorer.adapt.settings import AdaptState
from mist_explore.explorer.job import Steps
from mist_explore.explorer.run_folder import empty_folder, interrupted_run, locked_folder
from mist_explore.explorer.table_code import column_arguments, open_and_prepare
from mist_explore.explorer.tables import Opened, prepared
from mist_explore.explorer.theme import asset
from mist_explore.files import replace_file
from mist_explore.network.checkpoint import CONFIG
from mist_explore.preparation import Prepared
from mist_explore.progress import Cancellation

__all__ = [
    "DRAWS",
    "MOST_ROWS",
    "RECORDED",
    "SHOWN",
    "Run",
    "as_command",
    "as_python",
    "result",
    "run",
]

MOST_ROWS = 5_000
"""Rows that are drawn from a larger table; adapted datasets have no more."""

RECORDED = "adapt/recorded.json"
"""The run of the first screen, among the assets of the pages; `make recording` runs it anew."""

DRAWS = 400
"""Rows of a flow that are drawn beside the data, at most."""

SHOWN = 2
"""Columns of a side that are drawn."""

DIGITS = 5
RUN = "run.json"
WRITE_EVERY = 2.0
"""Seconds between two records of a run in its folder."""


@dataclass(frozen=True, eq=False)
class FlowCurve:
    """The flow of one side, as far as it is fitted.

    Args:
        curve: held-out log-likelihood in nats a row after each epoch, the Gaussian copula first.
        epochs: the largest number of epochs.
        draws: rows of the flow, its first columns, `(m, columns)`; None before it is fitted.
        report: how well it fits; None before.
    """

    curve: tuple[float, ...] = ()
    epochs: int = 1
    draws: NDArray[np.float64] | None = None
    report: FlowReport | None = None

    @classmethod
    def of(cls, fit: FlowFit, epochs: int, rows: int, seed: int) -> FlowCurve:
        """Return a fitted flow, with as many draws as there are rows, up to `DRAWS`."""
        draws = fit.sample(min(rows, DRAWS), seed)[:, :SHOWN]
        return cls(fit.curve, max(epochs, len(fit.curve) - 1), draws, fit.report)


@dataclass(frozen=True, eq=False)
class Run:
    """An adaptation after some of its steps.

    Args:
        state: the table, its columns and the budget.
        opened: the table.
        prepared: the sample, with notes on its preparation.
        flows: of X and of Y.
        errors: (share of the fine-tuning, error on held-out adapted datasets in nats).
        references: errors of other estimators on them, by name.
        step: thousandths of the whole that are done.
        seconds: time of these steps, without pauses.
        card: errors and coverage before and after; None before the end.
        folder: of the adapted network; None before the end, and for a recording.
        recorded: whether it was run to its end before.
    """

    state: AdaptState
    opened: Opened
    prepared: Prepared
    flows: tuple[FlowCurve, FlowCurve] = (FlowCurve(), FlowCurve())
    errors: tuple[tuple[float, float], ...] = ()
    references: Mapping[str, float] | None = None
    step: int = 0
    seconds: float = 0.0
    card: AdaptationCard | None = None
    folder: Path | None = None
    recorded: bool = False

    @property
    def total(self) -> int:
        """Steps in all."""
        return 1_000

    def after(self, progress: AdaptationProgress, seconds: float) -> Run:
        """Return the run after a record of its adaptation, `seconds` later."""
        flows, metrics = list(self.flows), progress.metrics
        for side, fit in enumerate(progress.flows):
            if flows[side].report is None:
                rows = self.prepared.sample.n_samples
                flows[side] = FlowCurve.of(fit, flows[side].epochs, rows, self.state.seed)
        if "flow" in metrics:
            side = len(progress.flows)
            curve = flows[side].curve or (metrics["gaussian_copula"],)
            flows[side] = FlowCurve((*curve, metrics["held_out"]), int(metrics["epochs"]))
        errors = self.errors
        if "error" in metrics:
            errors = (*errors, (metrics["fine-tuning"], metrics["error"]))
        return replace(
            self,
            flows=(flows[0], flows[1]),
            errors=errors,
            references=progress.references,
            step=progress.step,
            seconds=seconds,
        )

    def to_mapping(self) -> dict[str, Any]:
        """Return all but the table and the network as JSON values."""
        return {
            "query": self.state.to_query(),
            "flows": [
                {
                    "curve": np.round(flow.curve, DIGITS).tolist(),
                    "epochs": flow.epochs,
                    "draws": None if flow.draws is None else np.round(flow.draws, 3).tolist(),
                    "report": flow.report and flow.report.to_mapping(),
                }
                for flow in self.flows
            ],
            "errors": np.round(self.errors, DIGITS).tolist(),
            "references": {k: round(v, DIGITS) for k, v in (self.references or {}).items()},
            "step": self.step,
            "seconds": round(self.seconds, 1),
            "card": self.card and self.card.to_mapping(),
        }

    def with_mapping(self, kept: Mapping[str, Any]) -> Run:
        """Return the run with all that a mapping of `to_mapping` holds."""
        flows = tuple(
            FlowCurve(
                tuple(one["curve"]),
                one["epochs"],
                None if one["draws"] is None else np.array(one["draws"]),
                one["report"] and FlowReport.from_mapping(one["report"]),
            )
            for one in kept["flows"]
        )
        return replace(
            self,
            flows=(flows[0], flows[1]),
            errors=tuple((share, error) for share, error in kept["errors"]),
            references=kept["references"],
            step=kept["step"],
            seconds=kept["seconds"],
            card=kept["card"] and AdaptationCard.from_mapping(kept["card"]),
        )


def result(state: AdaptState, table: Opened) -> Run:
    """Return the run of a state that was interrupted or finished, the recorded one, or none yet.

    Raises:
        ValueError: if the columns make no sample.
    """
    new = Run(state, table, prepared(state, table, MOST_ROWS, state.seed))
    if found := interrupted_run(_key(new), RUN, partial(_kept, new)):
        return found
    recorded = json.loads(asset(RECORDED))
    if state == AdaptState.from_query(recorded["query"]):
        return replace(new.with_mapping(recorded), recorded=True)
    return new


def run(
    state: AdaptState, table: Opened, cancellation: Cancellation, *, resume: bool = False
) -> Steps[Run, Run]:
    """Adapt the shipped network to the columns of a table, and yield the run so far.

    What was cancelled, or whose page has gone, can be resumed, and ends in the same network.

    Args:
        state: the columns and the budget.
        table: the table.
        cancellation: set it to stop at the next record.
        resume: whether to resume an interrupted run, if there is one.

    Raises:
        ValueError: if the columns make no sample that flows can be fitted to, or another page
            adapts to them.
    """
    here = Run(state, table, prepared(state, table, MOST_ROWS, state.seed))
    yield here
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder(_key(here)))
        except TimeoutError:
            raise ValueError(
                "expected columns that no other page adapts to; wait for it, or change the seed"
            ) from None
        if resume and (folder / RUN).exists():
            here = replace(here, seconds=_kept(here, folder).seconds)
        elif not resume:
            empty_folder(folder)
        sample, settings = here.prepared.sample, state.adaptation
        job = iter_adapt(sample.x, sample.y, folder, settings=settings, cancellation=cancellation)
        began, written = time.monotonic(), -math.inf
        while True:
            try:
                progress = next(job)
            except StopIteration as end:
                adaptation = end.value
                break
            here = here.after(progress, here.seconds + time.monotonic() - began)
            if time.monotonic() - written > WRITE_EVERY:
                _write(here, folder)
                written = time.monotonic()
            yield here
            began = time.monotonic()
        if adaptation is not None:
            here = replace(here, step=here.total, card=adaptation.card, folder=folder)
        _write(here, folder)
        return here


def as_python(state: AdaptState) -> str:
    """Return lines of Python that adapt the same network."""
    return (
        "from dataclasses import replace\n"
        "import mist_explore as mx\n"
        "from mist_explore.adaptation import AdaptationSettings\n"
        f"{open_and_prepare(state, MOST_ROWS, state.seed)}"
        f"settings = AdaptationSettings().scaled({float(state.budget):g})\n"
        f"settings = replace(settings, seed={state.seed})\n"
        'adaptation = mx.adapt(ready.sample.x, ready.sample.y, "my-network", settings=settings)\n'
        "print(adaptation.card.before.error, adaptation.card.after.error)\n"
    )


def as_command(state: AdaptState) -> str:
    """Return commands that adapt the same network, and estimate with it."""
    columns = column_arguments(state, MOST_ROWS, state.seed)
    return (
        f"mist-explore adapt {columns} \\\n    --budget {float(state.budget):g} --out my-network\n"
        f"mist-explore estimate {columns} \\\n    --estimator my-network\n"
    )


def _key(here: Run) -> str:
    return f"adapt {digest(here.prepared.sample)} {here.state.adaptation.to_json()}"


def _kept(new: Run, folder: Path) -> Run:
    kept = new.with_mapping(json.loads((folder / RUN).read_text(encoding="utf-8")))
    if (folder / CONFIG).exists():
        return replace(kept, folder=folder, recorded=True)
    return replace(kept, card=None)


def _write(here: Run, folder: Path) -> None:
    replace_file(folder / RUN, json.dumps(here.to_mapping()).encode())

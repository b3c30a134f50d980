"""An adaptation after some of its steps, and the same as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.adaptation import AdaptationCard, AdaptationProgress, FlowFit, FlowReport
from mist_explore.explorer.adapt.settings import AdaptState
from mist_explore.explorer.tables import Opened
from mist_explore.preparation import Prepared

__all__ = ["DRAWS", "SHOWN", "FlowCurve", "Run"]

DRAWS = 400
"""Rows of a flow that are drawn beside the data, at most."""

SHOWN = 2
"""Columns of a side that are drawn."""

DIGITS = 5


@dataclass(frozen=True, eq=False)
class FlowCurve:
    """The flow of one side, as far as it is fitted.

    Args:
        curve: held-out log-likelihood in nats a row after each epoch, the Gaussian copula first.
        epochs: at most so many.
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
        card: what has changed; None before the end.
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
        """Return the run after a record of its adaptation, which came after so many seconds."""
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

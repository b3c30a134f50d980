"""What to notice on the flows page, worked out from its numbers."""

from __future__ import annotations

import numpy as np

from mist_explore.explorer.flows.compute import STRENGTHS, Drift
from mist_explore.plots import mark_of, shown

__all__ = ["moved", "notice"]

CLOSE = 0.1
CLOSE_IN_NATS = 0.03


def notice(drift: Drift) -> str:
    """The truth stands still; which estimators move with the flow, and which do not."""
    if not drift.places:
        return ""
    end = STRENGTHS[drift.places - 1]
    still, moving = [], []
    for name, values in drift.estimates.items():
        first, last = np.median(values[0]), np.median(values[-1])
        label = mark_of(name).short
        if moved(first, last):
            direction = "rises" if last > first else "falls"
            moving.append(f"{label} {direction} from {shown(first)} to {shown(last)}")
        else:
            still.append(f"{label} stays at {shown(last)}")
    truth = (
        f"From strength 0 to {end:g} the true value stays at {shown(drift.truth)} nats: "
        "the flows can be undone, so nothing that X tells about Y is lost."
    )
    verdict = "; ".join((*moving, *still))
    why = " What moves is how hard it is to see." if moving else ""
    return f"{truth} {verdict}.{why}"


def moved(first: float, last: float) -> bool:
    """Whether an estimate in nats differs visibly between two places."""
    return abs(last - first) > max(CLOSE * first, CLOSE_IN_NATS)

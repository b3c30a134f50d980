"""What to notice: one sentence worked out from the numbers that a figure shows."""

from __future__ import annotations

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.estimate.compute import MANY_ROWS, EstimateResult
from mist_explore.explorer.numbers import interval_text
from mist_explore.explorer.peers import BASELINE, LEARNED
from mist_explore.plots import shown

__all__ = ["notice", "truth_in"]

CLOSE = 0.1
CLOSE_IN_NATS = 0.03


def notice(result: EstimateResult) -> str:
    """Whether the interval holds the truth, how far off the baseline is, and why."""
    sentences = (_about_learned(result), _about_baseline(result))
    return " ".join(sentence for sentence in sentences if sentence)


def truth_in(result: EstimateResult, units: str) -> float:
    """The true mutual information in `units`."""
    return result.truth / NATS_PER_UNIT[units]


def _about_learned(result: EstimateResult) -> str:
    estimate, level, units = result.estimates[LEARNED], result.state.level, result.state.units
    if estimate is None:
        return ""
    low, high = estimate.interval(level)
    interval = interval_text(estimate.to(units), level)
    truth = f"the true value, {shown(truth_in(result, units))} {units}"
    if low <= result.truth <= high:
        return f"The network's {level:.0%} interval, {interval}, holds {truth}."
    side = "above" if low > result.truth else "below"
    why = (
        f"that should happen for {1 - level:.0%} of the distributions it learned from, on "
        "either side"
        if not result.unseen
        else "it has learned from no distribution of this kind"
    )
    return f"The network's {level:.0%} interval, {interval}, lies {side} {truth}: {why}."


def _about_baseline(result: EstimateResult) -> str:
    estimate, units = result.estimates[BASELINE], result.state.units
    if estimate is None:
        return ""
    per_unit = NATS_PER_UNIT[units]
    error = estimate.median - result.truth
    limit = result.baseline_with_many_rows
    value, many = shown(estimate.median / per_unit), shown(limit / per_unit)
    if _close(estimate.median, result.truth):
        if _close(limit, result.truth):
            return f"The Gaussian copula says {value} and is right as well: {_why_right(result)}."
        return (
            f"The Gaussian copula says {value}, close by luck: "
            f"on {MANY_ROWS:,} rows it says {many}."
        )
    gap = f"{_gap(value, shown(result.truth / per_unit))} too {'high' if error > 0 else 'low'}"
    if _close(limit, result.truth):
        n, columns = result.sample.n_samples, result.sample.dim_x + result.sample.dim_y
        return (
            f"The Gaussian copula says {value}, {gap}, because {n:,} rows are few for "
            f"{columns} columns: on {MANY_ROWS:,} rows it says {many}."
        )
    if (limit - result.truth) * error < 0:
        return (
            f"The Gaussian copula says {value}, {gap}, because the rows are few; "
            f"with {MANY_ROWS:,} it says {many}, and that is "
            f"too {'low' if error > 0 else 'high'}: {_why_wrong(result)}."
        )
    return (
        f"The Gaussian copula says {value}, {gap}, and more rows do not help "
        f"({many} on {MANY_ROWS:,} rows): {_why_wrong(result)}."
    )


def _close(value: float, truth: float) -> bool:
    return abs(value - truth) <= max(CLOSE * truth, CLOSE_IN_NATS)


def _gap(value: str, truth: str) -> str:
    """The distance of two numbers as they are shown, so that readers find it themselves."""
    digits = max(len(text.partition(".")[2]) for text in (value, truth))
    return f"{abs(float(value) - float(truth)):.{digits}f}"


def _why_right(result: EstimateResult) -> str:
    if FAMILIES[result.state.family].blind_spot:
        return "at these settings there is little that correlation does not see"
    if result.state.transform == "base":
        return "the columns are, after ranks, close to jointly Gaussian"
    return "ranks undo the transform, and what remains is close to jointly Gaussian"


def _why_wrong(result: EstimateResult) -> str:
    blind_spot = FAMILIES[result.state.family].blind_spot
    if blind_spot:
        return blind_spot
    return "the transform bends the columns together, and ranks of single columns cannot undo that"

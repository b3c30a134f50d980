"""What to notice on the gradient page, worked out from its numbers."""

from __future__ import annotations

from mist_explore.explorer.gradient.compute import STEPS, Climb, Field
from mist_explore.explorer.gradient.selection import Selection
from mist_explore.plots import shown

__all__ = ["climb_notice", "field_notice", "selection_notice"]


def field_notice(found: Field) -> str:
    """How the estimate changed in the last move, against what the gradient promised."""
    now = f"{found.information:.3f} nats"
    if found.before is None or found.expected is None:
        return (
            f"The estimate of these points is {now}. Arrows are long where a small move changes "
            "it much; points that lie alone at the edge have none, since moving them changes no "
            "rank."
        )
    change = found.information - found.before
    direction = "uphill" if found.state.moves > 0 else "downhill"
    far = abs(found.information - found.truth)
    distribution = f" The distribution that the points were drawn from has {shown(found.truth)}" + (
        ": the moved points are no sample of it any more." if far > 0.2 else "."
    )
    return (
        f"After {abs(found.state.moves)} {'step' if abs(found.state.moves) == 1 else 'steps'} "
        f"{direction} the estimate is {now}. The last step changed it by {change:+.3f}; the "
        f"gradient alone said {found.expected:+.3f}.{distribution}"
    )


def climb_notice(found: Climb) -> str:
    """Where the climb has got to, against the best direction there is."""
    done, value = len(found.estimates) - 1, found.estimates[-1]
    where = f"After {done} of {STEPS} steps" if done < STEPS else "At the end"
    words = (
        f"{where} the projection is estimated to tell {shown(value)} nats about Y, on rows it has "
        f"not seen {shown(found.unseen[-1])}; the best one tells {shown(found.truth)}."
    )
    if found.alignment > 0.95:
        return f"{words} Its direction is all but the best one (cosine {found.alignment:.2f})."
    if done < STEPS:
        return f"{words} Cosine of the angle to the best direction: {found.alignment:.2f}."
    blind = value < 0.5 * found.truth
    why = (
        "the smooth network hardly sees this kind of dependence, so there is little to climb"
        if blind
        else "the estimate of so few rows is too rough to climb further"
    )
    return f"{words} It misses the best direction (cosine {found.alignment:.2f}): {why}."


def selection_notice(found: Selection, kept: int) -> str:
    """What the chosen features do, against chance and against all of them."""
    by_information, by_f, by_chance = (values[kept - 1] for values in found.accuracy.values())
    everything = next(iter(found.accuracy.values()))[-1]
    best = ", ".join(found.names[i] for i in (-found.scores).argsort(kind="stable")[:kept][:4])
    more = ", ..." if kept > 4 else ""
    features = "feature" if kept == 1 else "features"
    return (
        f"With the {kept} {features} that tell most ({best}{more}) the classifier is right in "
        f"{by_information:.0%} of the rows held out; with as many by the F-test in {by_f:.0%}, "
        f"by chance in {by_chance:.0%}, with all {len(found.names)} in {everything:.0%}."
    )

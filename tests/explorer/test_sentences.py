"""The sentences of every page, in hundreds of states, against the numbers that they are about."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, spearmanr

from mist_explore.datasets import DATASETS
from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.evaluation import Pairwise, Stability
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.benchmarks.compute import view
from mist_explore.explorer.benchmarks.settings import SUITES, ResultsState
from mist_explore.explorer.benchmarks.views import insight as results_insight
from mist_explore.explorer.differentiable import GradientState
from mist_explore.explorer.differentiable import result as field
from mist_explore.explorer.differentiable.compute import STEPS, start
from mist_explore.explorer.differentiable.views import climb_insight, field_insight
from mist_explore.explorer.estimate import EstimateState
from mist_explore.explorer.estimate import result as estimate_result
from mist_explore.explorer.estimate.compute import EstimateResult, distribution
from mist_explore.explorer.estimate.sampling.compute import Sampling
from mist_explore.explorer.estimate.sampling.views import sampling_insight
from mist_explore.explorer.estimate.views import insight as estimate_insight
from mist_explore.explorer.failure_modes.compute import TABS, recorded_maps
from mist_explore.explorer.failure_modes.search.compute import recorded_search
from mist_explore.explorer.failure_modes.search.views import search_insight
from mist_explore.explorer.failure_modes.settings import FailureState
from mist_explore.explorer.failure_modes.views import insights
from mist_explore.explorer.flows.compute import SensitivityCurve
from mist_explore.explorer.flows.settings import FlowsState
from mist_explore.explorer.flows.views import sensitivity_insight
from mist_explore.explorer.home import HomeState
from mist_explore.explorer.home import result as home_result
from mist_explore.explorer.home.settings import SHAPES
from mist_explore.explorer.home.views import insight as home_insight
from mist_explore.explorer.mutual_information import InformationState
from mist_explore.explorer.mutual_information import result as information_result
from mist_explore.explorer.mutual_information.views import (
    gallery_insight,
    pointwise_insight,
    steps_insight,
)
from mist_explore.explorer.page import Section
from mist_explore.explorer.tables import bundled
from mist_explore.explorer.train import Course, CriticState, TrainingState
from mist_explore.explorer.train import result as training_result
from mist_explore.explorer.train.critics.compute import result as critics_result
from mist_explore.explorer.train.critics.views import critics_insight
from mist_explore.explorer.train.views import captions
from mist_explore.explorer.train.views import insight as training_insight
from mist_explore.explorer.your_data import DataState
from mist_explore.explorer.your_data import result as data_result
from mist_explore.explorer.your_data.pairs.views import matrix_insight
from mist_explore.explorer.your_data.views import insight as data_insight
from mist_explore.explorer.your_data.views import stability_insight
from mist_explore.plots import mark_of, shown, signed

GAP = re.compile(r"([\d.]+), ([\d.]+) too (high|low)")
FURTHEST = re.compile(r"strength [\d.]+ ([^.]+) is furthest off, ([\d.]+) too (high|low)")
FLOOR = 0.005
"""The error that no page counts."""

Rng = np.random.Generator


def random(seed: str) -> Rng:
    return np.random.default_rng(list(seed.encode()))


def check_gaps(text: str, truth: float) -> None:
    """Each value beside its error: the error is their distance from the truth as it is shown."""
    for value, gap, side in GAP.findall(text):
        error = float(value) - float(shown(truth))
        assert abs(error) == pytest.approx(float(gap), abs=1e-9), text
        assert (error > 0) == (side == "high"), text


# Estimate


BASES = [
    EstimateState(family=family, parameters=(), transform=transform, n_samples=60, dim_x=3, dim_y=3)
    for family, transform in (
        ("normal-dense", "base"),
        ("normal-2pair", "linear"),
        ("normal-2pair", "wigglify"),
        ("normal-2pair", "spiral"),
        ("normal-2pair", "halfcube-linear"),
        ("student-identity", "base"),
        ("independent", "base"),
    )
]


def estimate_states(base: EstimateResult) -> Iterator[EstimateResult]:
    """Results of a base with other estimates, limits, units and warnings."""
    truth, error = base.truth, base.sources.sampling_error
    scale = max(error, 0.02)
    intervals = [(-1, 0, 1), (-9, 3, 9), (-9, -8, -7), (-2.2, -1.7, -1.2), (1.5, 2.5, 3.5)]
    for place, copula, ksg, limit, unseen, units in product(
        intervals, (-6, -1.5, 0.5, 1.7, 6), (0, -9), (0, 8), ((), ("x",)), ("nats", "bits")
    ):
        quantiles = [max(truth + k * scale, 0.0) for k in place]
        values = {
            LEARNED: Estimate((0.05, 0.5, 0.95), quantiles, estimator=LEARNED),
            BASELINE: Estimate((0.5,), (max(truth + copula * scale, 0.0),), estimator=BASELINE),
            "ksg": Estimate((0.5,), (max(truth + ksg * scale, 0.0),), estimator="ksg"),
        }
        sources = replace(base.sources, few_rows=truth + copula * scale * (place[0] > -5))
        if limit:
            sources = replace(sources, many_rows=truth + limit * scale)
            if base.sources.untransformed == base.sources.many_rows:  # ranks undo the transform
                sources = replace(sources, untransformed=sources.many_rows)
        yield replace(
            base,
            state=base.state.with_(units=units),
            estimates=values,
            sources=sources,
            unseen=unseen,
        )


@pytest.mark.parametrize("state", BASES, ids=lambda s: f"{s.family} {s.transform}")
def test_estimate(state: EstimateState) -> None:
    base = estimate_result(state)
    joint = distribution(state)
    before = joint.base.sample(state.n_samples, state.seed)
    ranks = all(
        all(abs(spearmanr(a, b).statistic) > 1 - 1e-9 for a, b in zip(one.T, other.T, strict=True))
        for one, other in ((before.x, base.sample.x), (before.y, base.sample.y))
    )
    fit = np.linalg.lstsq(before.x, base.sample.x, rcond=None)[0]
    linear = np.allclose(before.x @ fit, base.sample.x, atol=1e-6)
    gaussian = state.family.startswith("normal")
    for found in (base, *estimate_states(base)):
        text = estimate_insight(found)
        check_estimate(found, text)
        # The reasons hold for the distribution.
        assert ranks or "ranks undo" not in text
        assert not ranks or "ranks of single columns cannot" not in text
        assert gaussian or "Gaussian columns" not in text
        assert gaussian or "jointly Gaussian" not in text
        assert linear or "a linear mix" not in text


def check_estimate(found: EstimateResult, text: str) -> None:
    """The words on each estimator fit its error, and the worst one is named with its error."""
    per_unit = NATS_PER_UNIT[found.state.units]
    truth, chance = found.truth / per_unit, found.sources.sampling_error / per_unit
    chance = max(chance, FLOOR)
    medians = {k: e.median / per_unit for k, e in found.estimates.items() if e}
    errors = {name: abs(value - truth) for name, value in medians.items()}
    check_gaps(text, truth)
    worst = max(errors, key=errors.__getitem__)
    local = max(found.sources.local_error / per_unit, FLOOR)
    if errors[worst] > 2 * local and shown(medians[worst]) != shown(truth):
        assert f"{shown(medians[worst])}, " in "".join(f"{v}, " for v, *_ in GAP.findall(text))
    same = shown(medians[BASELINE]) == shown(truth)
    if "and is right" in text:
        assert errors[BASELINE] <= chance or same, text
    if "may be chance" in text or "Chance could explain" in text:
        assert chance < errors[BASELINE] <= 2 * chance, text
    if "KSG is within chance" in text:
        assert errors["ksg"] <= 2 * local or shown(medians["ksg"]) == shown(truth), text
        assert f"(±{shown(found.sources.local_error / per_unit)})" in text
    assert ("KSG is" in text) == ("ksg" in medians)
    low, high = (end / per_unit for end in found.estimates[LEARNED].interval(0.9))  # type: ignore[union-attr]
    assert ("contains the true value" in text) == (low <= truth <= high), text
    assert ("lies below" in text and truth < high) is False, text
    assert ("lies above" in text and truth > low) is False, text
    assert ("promise nothing" in text) == found.outside_training, text
    if "expected in 10%" in text:
        assert not (low <= truth <= high)
        assert not found.outside_training
        assert max(low - truth, truth - high) <= high - low
    few, many = found.sources.few_rows / per_unit, found.sources.many_rows / per_unit
    if "rows are few for 6 columns: it gives" in text:
        assert abs(many - truth) < abs(few - truth), text
    if "more rows do not help" in text:
        assert (many - truth) * (medians[BASELINE] - truth) > 0, text
    for size in re.findall(r"varies by ±(\d+(?:\.\d+)?)", text):
        assert size == shown(found.sources.sampling_error / per_unit)


def test_sampling() -> None:
    rng = random("sampling")
    for n, bias, spread, cover in product(
        (5, 20, 200), (0, 0.02, -0.3), (0.01, 0.2), (0.6, 0.9, 1)
    ):
        values = tuple((0.5 + bias + spread * rng.normal(size=n)).tolist())
        held = tuple((rng.random(n) < cover).tolist())
        text = sampling_insight(Sampling(BASES[0], 0.5, {"ksg": values}, held, n))
        error, sigma = np.mean(values) - 0.5, np.std(values) / np.sqrt(n)
        assert ("is right on average" in text) == (abs(error) <= max(2 * sigma, FLOOR)), text
        if abs(error) > 3 * sigma + FLOOR:
            assert f"{shown(abs(error))} too {'high' if error > 0 else 'low'}" in text
        check_coverage(text, sum(held), n)


def check_coverage(text: str, hits: int, n: int, level: float = 0.9) -> None:
    """The verdict on intervals is on the side of their share, and silent within chance."""
    share, error = hits / n, np.sqrt(level * (1 - level) / n)
    if "too narrow" in text:
        assert share < level - error, text
    elif "too wide" in text:
        assert share > level, text
    else:
        assert "as intended, within sampling error" in text
        assert abs(share - level) < 3 * error + 1 / n, text


# Flows


def test_flows() -> None:
    rng = random("flows")
    for number in range(300):
        places, spread = int(rng.integers(2, 7)), rng.choice([0.01, 0.1])
        values = {
            name: np.abs(
                np.linspace(rng.random(), rng.random(), places)[:, None]
                + (rng.random() < 0.3) * 0.4 * np.sin(np.linspace(0, np.pi, places))[:, None]
                + spread * rng.normal(size=(places, 8))
            )
            for name in (LEARNED, BASELINE, "ksg")
        }
        curve = SensitivityCurve(FlowsState().path, float(rng.random()), values)
        text = sensitivity_insight(curve)
        assert f"true value stays at {shown(curve.truth)} nats" in text, number
        for name, found in values.items():
            check_course(text, mark_of(name).short, found)
        ends = {name: abs(np.median(found[-1]) - curve.truth) for name, found in values.items()}
        worst = max(ends, key=ends.__getitem__)
        named = FURTHEST.findall(text)
        if named:
            label, gap, side = named[0]
            last = float(np.median(values[worst][-1]))
            assert label == mark_of(worst).short
            assert float(gap) == pytest.approx(abs(float(shown(last)) - float(shown(curve.truth))))
            assert (side == "high") == (last > curve.truth)
        else:
            assert "none is off" in text
            assert ends[worst] < 6 * spread


def check_course(text: str, label: str, values: np.ndarray[Any, Any]) -> None:
    """A rise or a fall goes between the medians at the ends, and a still estimate stays."""
    first, *_, last = (float(np.median(row)) for row in values)
    part = text[text.index(f"{label} ") :].split(";")[0].split(". ")[0]
    if "rises" in part or "falls" in part:
        assert f"from {shown(first)} to {shown(last)}" in part
        assert ("rises" in part) == (last > first)
    elif "stays" in part:
        assert abs(last - first) < 3 * values.std(axis=1).max()
    else:
        low, high = re.findall(r"between ([\d.]+) and ([\d.]+)", part)[0]
        assert float(low) < float(high)


# Failure modes


def test_failure() -> None:
    rng = random("failure")
    for tab, size in product(TABS, (1, 3)):
        state, sweep = TABS[tab].state, recorded_maps(tab)
        for chosen in combinations(state.estimators, size):
            scale = float(rng.choice([0.2, 1.0]))
            trials = tuple(
                trial
                if trial.median is None or trial.truth is None
                else replace(trial, median=trial.truth + scale * (trial.median - trial.truth))
                for trial in sweep.trials
                if trial.estimator in chosen
            )
            check_failure(replace(sweep, trials=trials), state.with_(estimators=chosen))


def check_failure(sweep: Any, state: FailureState) -> None:
    first, often, *intervals = insights(state, sweep)
    text = " ".join((first, often, *intervals))
    assert len(intervals) == (LEARNED in state.estimators)
    if intervals:
        hits: dict[Any, list[bool]] = {}
        for trial in sweep.trials:
            if trial.low is not None:
                hits.setdefault(trial.case, []).append(trial.low <= trial.truth <= trial.high)
        missing = sum(binom.cdf(sum(inside), len(inside), 0.9) <= 0.05 for inside in hits.values())
        label = mark_of(LEARNED).short
        assert f"{label} in {missing or 'none'} of {len(hits)} cases" in intervals[0], text
    largest = {}
    for name in state.estimators:
        errors: dict[Any, list[float]] = {}
        for trial in sweep.trials:
            if trial.estimator == name and trial.median is not None:
                errors.setdefault(trial.case, []).append(trial.median - trial.truth)
        biases = [float(np.mean(found)) for found in errors.values()]
        off = sum(abs(bias) > 0.1 for bias in biases)
        largest[name] = max(biases, key=abs)
        counted = re.findall(rf"{re.escape(mark_of(name).short)} in (\w+)", often)
        assert counted == [str(off or "none")], text
    worst = max(largest, key=lambda name: abs(largest[name]))
    side = "low" if largest[worst] < 0 else "high"
    words = f"{mark_of(worst).short} has the largest bias: on average it is"
    assert first.startswith(f"{words} {abs(largest[worst]):.2f} nats too {side} at "), text


def signed_with_plus(value: float) -> str:
    text = f"{value:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def test_search() -> None:
    found = recorded_search()
    text = search_insight(found)
    assert found.worst is not None
    assert found.confirmed is not None
    for summary in (found.worst.summary, found.confirmed):
        assert summary.bias is not None
        assert f"its bias is {signed_with_plus(summary.bias.value)} nats" in text
    biases = {p.case: abs(p.summary.bias.value) for p in found.cases if p.summary.bias}
    assert max(biases, key=biases.__getitem__) == found.worst.case


# Train


def test_training() -> None:
    course, rng = training_result(TrainingState()), random("training")
    errors = (course.results["median"] - course.results["truth"]).abs().to_numpy()
    chance = 2 * errors.std() / np.sqrt(len(errors))
    for _ in range(200):
        references = dict(zip(("ksg", BASELINE, LEARNED), rng.random(3) * 0.3, strict=True))
        hits = int(rng.integers(380, 513))
        last = replace(course.measurements[-1], coverage=hits / len(errors))
        here = replace(course, references=references, measurements=(*course.measurements, last))
        text, verdict = training_insight(here)
        check_verdict(verdict, here, chance)
        lead, _, rest = text.partition(" Its 90% intervals ")
        check_coverage(rest, hits, len(errors))
        for name, error in references.items():
            label = f"{mark_of(name).short} ({shown(error)})"
            before = lead[: lead.index(label)]
            side = max(("less than", "more than", "about as much as"), key=before.rfind)
            assert (side == "about as much as") == (abs(error - last.error) <= chance), text
            if side != "about as much as":
                assert (side == "less than") == (last.error < error), text


def check_verdict(text: str, course: Course, chance: float) -> None:
    """A network is good enough where neither its error nor its intervals speak against it."""
    last = course.measurements[-1]
    lead = last.error - course.references[LEARNED]
    assert ("errs by more than the shipped MIST-QR" in text) == (lead > chance), text
    assert ("errs by less than the shipped MIST-QR" in text) <= (lead < -chance), text
    narrow = last.coverage < 0.9 and "too narrow" in training_insight(course)[0]
    assert ("intervals are too narrow" in text) == narrow
    assert ("not good enough yet" in text) == (lead > chance or narrow), text


def test_captions_of_a_training() -> None:
    course, rng = training_result(TrainingState()), random("captions")
    for _ in range(100):
        count = int(rng.integers(2, len(course.measurements)))
        measured = [replace(one, error=float(rng.random())) for one in course.measurements[:count]]
        references = dict(zip(("ksg", BASELINE, LEARNED), rng.random(3) * 1.5, strict=True))
        here = replace(
            course, references=references, measurements=tuple(measured), step=measured[-1].step
        )
        words, errors = captions(here), [one.error for one in measured]
        first, last = shown(errors[0]), shown(errors[-1])
        verb = "fell" if errors[-1] < errors[0] else "rose"
        moved = f"{verb} from {first} to {last}" if first != last else f"is still {last}"
        assert f"It {moved} nats" in words["Error"]
        for names, step in re.findall(r"of ([^,]+) since step ([\d,]*\d)", words["Error"]):
            since = [one.step for one in measured].index(int(step.replace(",", "")))
            for name, error in references.items():
                if mark_of(name).short in names:
                    assert max(errors[since:]) < error <= errors[since - 1] or since == 0
        below = [mark_of(n).short for n, error in references.items() if errors[-1] < error]
        assert all(name in words["Error"] for name in below)
        assert ("no level line" in words["Error"]) == (not below)
        assert f"{measured[-1].coverage:.0%} do now" in words["Coverage"]
        late = [one.loss for one in measured if one.loss and one.step >= 0.75 * here.step]
        assert f"{shown(float(np.mean(late)))} on held-out" in words["Loss"]


def test_more_steps_help_where_the_error_still_falls() -> None:
    course = training_result(TrainingState())
    for fall, words in ((0.5, "more steps would help."), (0.01, "help little"), (-0.1, "not fall")):
        errors = np.linspace(0.2, 0.2 - 0.2 * fall, len(course.measurements))
        late = errors[[one.step >= 0.75 * course.step for one in course.measurements]]
        measured = [
            replace(one, error=error)
            for one, error in zip(course.measurements, errors.tolist(), strict=True)
        ]
        text = training_insight(replace(course, measurements=tuple(measured)))[1]
        assert words in text
        assert fall < 0 or f"fell by {shown(float(late[0] - late[-1]))} nats" in text


def test_critics() -> None:
    first, rng = critics_result(CriticState()), random("critics")
    for _ in range(100):
        curves = {
            name: tuple((k, *(rng.normal(size=2) * 0.3 + rng.random() * 3)) for k in range(1, 9))
            for name in ("mine", "infonce", "nwj", "smile")
        }
        truth = float(rng.random() * 4)
        text = " ".join(critics_insight(replace(first, curves=curves, truth=truth)))
        check_gaps(text, truth)
        last = {name: abs(max(curve[-1][2], 0.0) - truth) for name, curve in curves.items()}
        worst = max(last, key=last.__getitem__)
        assert f"{mark_of(worst).short} is furthest off" in text, text
        for name, ceiling in first.ceilings.items():
            side = "below" if ceiling < truth else "above"
            assert f"{mark_of(name).short} can never exceed" in text
            assert f"{shown(ceiling)} nats, {side} the true value, {shown(truth)}" in text


# Differentiable


def test_gradient() -> None:
    for moves in (0, 1, -2):
        found = field(GradientState(n_samples=50).moved(moves))
        text = field_insight(found)
        assert f"{found.information:.3f} nats" in text
        assert shown(found.truth) in text
        assert ("no longer a sample" in text) == bool(moves)
        if found.before is not None:
            assert f"{found.information - found.before:+.3f}" in text
    begun, rng = start(GradientState(n_samples=50)), random("climb")
    for _ in range(300):
        here, held, best, best_held, truth = (rng.random(5) * 1.2).tolist()
        steps = int(rng.choice([3, STEPS]))
        cosine = float(rng.choice([0.3, 0.99]))
        climbed = replace(
            begun,
            estimates=(0.0,) * steps + (here,),
            unseen=(0.0,) * steps + (held,),
            at_best=(best, best_held),
            truth=truth,
            sampling_error=float(rng.choice([0.01, 0.1])),
            best=np.eye(4)[0],
            direction=np.array([cosine, np.sqrt(1 - cosine**2), 0, 0]),
        )
        text = climb_insight(climbed)
        check_gaps(text, truth)
        above = max(here, held) - truth
        if above > 2 * climbed.sampling_error + FLOOR:
            assert "overestimates here" in text or "fitted to the rows" in text, text
        if "overestimates" in text:
            assert (best + best_held) / 2 > truth, text
        if "within chance" in text:
            assert above <= 2 * climbed.sampling_error + FLOOR, text
        if "hardly detects" in text:
            assert best < truth / 2, text
        if "looks no better" in text:
            assert best <= here, text
        if "stopped short" in text:
            assert best > here, text
        assert ("almost the best" in text) == (cosine > 0.95)


# Your data


def test_data() -> None:
    columns = {"x": DATASETS["penguins"].x[:1], "y": DATASETS["penguins"].y[:1]}
    state = DataState("penguins", permutations=99).with_(**columns)
    base, rng = data_result(state, bundled("penguins")), random("data")
    for _ in range(300):
        low, median, high = sorted(rng.random(3))
        quantiles = (low if rng.random() < 0.6 else 0.0, median, high)
        learned = Estimate((0.05, 0.5, 0.95), quantiles, estimator=LEARNED)
        others = {
            name: Estimate((0.5,), (float(rng.random() * 2),), estimator=name)
            for name in (BASELINE, "ksg", "mixed-ksg")
        }
        strong = int(rng.choice([0, 3, 5, 40]))
        test = replace(base.test, p_value=(1 + strong) / 100)
        units = str(rng.choice(["nats", "bits"]))
        found = replace(
            base,
            state=base.state.with_(units=units),
            estimates={LEARNED: learned, **others},
            test=test,
        )
        text, per_unit = data_insight(found), NATS_PER_UNIT[units]
        assert f"{shown(median / per_unit)} {units}" in text
        assert f"In {strong or 'none'} of 99" in text
        chance = test.p_value > 0.05
        assert ("do not show that X and Y depend" in text) == (quantiles[0] <= 0 and chance), text
        assert ("do not rely on the estimate" in text) == (quantiles[0] > 0 and chance), text
        assert ("too weak for the network" in text) == (quantiles[0] <= 0 and not chance), text
        outside = {k: max(quantiles[0] - e.median, e.median - high) for k, e in others.items()}
        worst = max(outside, key=outside.__getitem__)
        if outside[worst] > 0.2:
            assert f"{mark_of(worst).short} gives" in text, text
        assert ("disagree" in text) == (outside[worst] > 0.2)


def test_growth_and_pairs() -> None:
    rng = random("growth")
    for _ in range(100):
        ends = [sorted(rng.random(3).round(2)) for _ in range(2)]
        before, last = (Estimate((0.05, 0.5, 0.95), end, estimator=LEARNED) for end in ends)
        text = stability_insight({LEARNED: Stability((100, 200), (before, last))}, DataState())
        inside = ends[0][0] <= ends[1][1] <= ends[0][2]
        assert ("inside" in text) == inside
        assert ("not settled" in text) != inside
        widths = [end[2] - end[0] for end in ends]
        if "shrank" in text or "grew" in text:
            assert ("shrank" in text) == (widths[1] < widths[0])
        pairs = {("a", "b"): before, ("a", "c"): last}
        words = matrix_insight(Pairwise(("a", "b", "c"), pairs, {}), DataState())
        first, second = max(pairs, key=lambda pair: pairs[pair].median)
        clear = pairs[first, second].interval(0.9)[0] > 0
        assert (f"{first} and {second} depend on each other the most" in words) == clear
        assert shown(max(ends[0][1], ends[1][1])) in words


# Mutual information and Home


def test_information() -> None:
    for family, strength in (("clusters", 0.5), ("clusters", 3.5), ("normal-dense", 0.0)):
        for noise, bins, units in product((0.0, 0.5, 3.0), (2, 32), ("nats", "bits")):
            state = InformationState().with_(family=family, strength=strength)
            found = information_result(state.with_(noise=noise, bins=bins, units=units))
            check_information(found, units)


def check_information(found: Any, units: str) -> None:
    per_unit = NATS_PER_UNIT[units]
    truth, text, steps = (
        shown(found.truth / per_unit),
        pointwise_insight(found),
        steps_insight(found),
    )
    if truth == "0":
        assert "independent" in text
        assert "nothing to lose" in steps
        return
    mean, error = found.joint.mean() / per_unit, found.joint.std() / per_unit
    assert f"{np.mean(found.joint > 0):.0%} of the rows" in text
    assert f"blue area minus orange area, is {signed(mean)} {units}" in text
    assert f"±{shown(error / np.sqrt(len(found.joint)))}" in text
    assert abs(mean - found.truth / per_unit) < 4 * error / np.sqrt(len(found.joint))
    assert f"{truth} {units}" in steps
    left = [float(number) for number in re.findall(r"(?:leaves?|column) ([\d.]*\d)", steps)]
    assert left == sorted(left, reverse=True)
    assert left[0] <= float(truth)
    assert ("No noise" in steps) == (found.state.noise == 0)
    low, high = re.findall(r"range from ([\d.]+) to ([\d.]+) in size", gallery_insight(found))[0]
    assert 0 <= float(low) <= float(high) <= 1


def test_home() -> None:
    for shape, step, known in product(SHAPES, (0, 2, 4, 6, 8, 10), (0.0, 0.2, 0.5, 1.0)):
        found = home_result(HomeState(shape, step / 10, known))
        text, correlation = home_insight(found), abs(found.correlation)
        gaussian = -0.5 * np.log2(1 - correlation**2)
        assert f"{shown(found.information)} bits" in text
        if "nearly independent" in text:
            assert found.information < 0.05
            continue
        assert f"X gives {shown(found.here)} bits about Y here" in text
        assert f"correlation is {signed(found.correlation)}" in text
        if "entirely" in text:
            assert correlation < 0.04
        elif "misses nearly all" in text:
            assert gaussian < 0.1 * found.information
        elif "close enough to a line" in text:
            assert gaussian > 0.7 * found.information
        else:
            share = re.findall(r"as much as (\d+)%", text)[0]
            assert int(share) == round(100 * gaussian / found.information)


# Benchmarks


def test_results() -> None:
    for suite in SUITES:
        found = view(ResultsState(suite=suite))
        text = results_insight(found)
        below, covered = found.calibration().get(LEARNED), found.coverage(LEARNED, 0.9)
        if covered is not None:
            assert f"contain the true value in {covered:.0%} of the datasets" in text
        for level, share in re.findall(r"the (\d+)% intervals are too \w+ \((\d+)%\)", text):
            known = found.coverage(LEARNED, int(level) / 100)
            assert known is None or f"{known:.0%}" == f"{share}%", text
        if below is not None and abs(below[0.5] - 0.5) > 0.15:
            assert f"medians are too {'high' if below[0.5] > 0.5 else 'low'}" in text
        if covered is not None and abs(covered - 0.9) > 0.08:
            assert "% intervals are too" in text


# A sentence is grey with its figure


@dataclass(frozen=True, eq=False)
class _Held:
    """A computation that waits until it is let go."""

    go: threading.Event

    def __call__(self, state: HomeState) -> str:
        assert state == HomeState() or self.go.wait(20)
        return state.shape


class _Plain(Section[HomeState, str]):
    def show(self, answer: str) -> None:
        self.insight.value = answer


def test_a_sentence_is_grey_until_the_next_one_is_there() -> None:
    section = _Plain(HomeState(), _Held(go := threading.Event()))
    section.want(HomeState("line"))
    assert "mist-busy" in section.insight._dom_classes
    go.set()
    assert section.join(20)
    assert section.insight.value == "line"
    assert "mist-busy" not in section.insight._dom_classes
    section.fail(ValueError("no"))
    assert "mist-stale" in section.insight._dom_classes

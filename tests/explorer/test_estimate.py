"""The estimate page without a browser: state, results, sentences, and controls moved by hand."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest

from mist_explore.cli import main
from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.evaluation.error_sources import ErrorSources
from mist_explore.explorer.baselines import BASELINE, LEARNED, estimator
from mist_explore.explorer.estimate import EstimatePage, EstimateState, result
from mist_explore.explorer.estimate.compute import (
    EstimateResult,
    as_command,
    as_python,
    distribution,
    estimates_json,
    sample_csv,
    unseen,
)
from mist_explore.explorer.estimate.page import report
from mist_explore.explorer.estimate.sampling.compute import Sampling, sampling
from mist_explore.explorer.estimate.sampling.views import sampling_insight
from mist_explore.explorer.estimate.settings import PRESETS, ROWS
from mist_explore.explorer.estimate.slow.compute import SlowStep, slow_estimates, slow_names
from mist_explore.explorer.estimate.views import alt_text, insight, warnings_of
from mist_explore.explorer.explanation import explained
from mist_explore.explorer.page import Page
from mist_explore.meta import training
from mist_explore.plots import mark_of, shown
from mist_explore.progress import Cancellation, finished
from mist_explore.sample import Sample
from mist_explore.transforms import TRANSFORMS

SMALL = EstimateState(parameters=(), n_samples=60, dim_x=2, dim_y=2, baselines=())


def opened(state: EstimateState) -> EstimatePage:
    page = EstimatePage()
    page.follow(state.to_query())
    return page


# State


def test_an_empty_link_is_the_first_screen() -> None:
    assert EstimateState.from_query("") == EstimateState()
    assert EstimateState.from_query("n=50") == EstimateState().with_(n_samples=50)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("family=cauchy", "expected family among normal-dense"),
        ("transform=twirl", "expected transform among base"),
        ("units=bananas", "expected units among nats, bits"),
        ("n=many", "expected n to be a number; got 'many'"),
        ("n=3", "expected n_samples to be a whole number from 4"),
        ("n=7.5", "expected n_samples to be a whole number"),
        ("dim_x=0", "expected dim_x"),
        ("seed=-1", "expected seed"),
        ("peers=oracle", "expected peers among "),
        ("transform_strength=2", "expected transform_strength to be a number from 0.0 to 1.0"),
        ("level=nan", "expected level to be a number from 0.5 to 0.99"),
        ("correlation=nan", "expected correlation to be a number from 0 to 0.95"),
        ("strength=1", "expected parameters of student-dense among correlation, df; got strength"),
        ("colour=red", "expected colour to be a number; got 'red'"),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        EstimateState.from_query(query)


def test_updates_of_different_things_can_be_made_in_any_order() -> None:
    updates: list[Callable[[EstimateState], EstimateState]] = [
        lambda state: state.with_(n_samples=80),
        lambda state: state.with_(dim_x=4),
        lambda state: state.with_(transform="flow"),
        lambda state: state.with_(parameters=(("df", 2.0),)),
        lambda state: state.with_(seed=5),
    ]
    reached = set()
    for order in permutations(updates):
        state = EstimateState()
        for update in order:
            state = update(state)
        reached.add(state)
    assert len(reached) == 1


def test_a_new_sample_changes_the_seed_alone_and_never_leaves_the_bounds() -> None:
    assert SMALL.next("seed") == SMALL.with_(seed=1)
    assert SMALL.with_(seed=int(EstimateState.bounds("seed")[1])).next("seed") == SMALL


@pytest.mark.parametrize(
    ("transform", "dims", "fitting"),
    [
        ("swiss-roll", (50, 50), (1, 50)),
        ("spiral", (2, 2), (2, 3)),
        ("spiral", (1, 1), (2, 3)),
        ("spiral", (3, 3), (3, 3)),
    ],
)
def test_a_transform_brings_columns_that_it_fits(
    transform: str, dims: tuple[int, int], fitting: tuple[int, int]
) -> None:
    state = EstimateState(dim_x=dims[0], dim_y=dims[1]).with_(transform=transform)
    assert (state.dim_x, state.dim_y) == fitting
    assert state.with_(dim_x=5).dim_x == 5  # and no others are forced


def test_another_family_starts_with_its_own_parameters() -> None:
    state = EstimateState().with_(parameters=(("df", 9),)).with_(family="normal-2pair")
    assert state.parameters == (("strength", 1.5),)
    assert state.with_(family="student-dense") == EstimateState(parameters=())


# Results


def test_the_first_screen_shows_what_the_baseline_misses() -> None:
    answer = result(EstimateState())
    learned, baseline = answer.estimates[LEARNED], answer.estimates[BASELINE]
    assert learned is not None
    assert baseline is not None
    low, high = learned.interval(EstimateState().level)
    assert low < answer.truth < high
    assert baseline.median < low


def same(one: EstimateResult, other: EstimateResult) -> bool:
    return (
        np.array_equal(one.sample.x, other.sample.x)
        and np.array_equal(one.sample.y, other.sample.y)
        and one.truth == other.truth
        and one.estimates == other.estimates
        and one.sources == other.sources
    )


def forget() -> None:
    from mist_explore.explorer.estimate import compute

    compute._experiment.cache_clear()


@pytest.mark.parametrize("transform", ["base", "flow", "linear"])
def test_the_same_state_gives_the_same_result(transform: str) -> None:
    state = SMALL.with_(transform=transform)
    first = result(state)
    forget()
    assert same(first, result(state))


def test_another_seed_gives_another_sample_of_the_same_distribution() -> None:
    one, other = result(SMALL), result(SMALL.next("seed"))
    assert one.truth == other.truth
    assert not np.array_equal(one.sample.x, other.sample.x)


def test_level_and_units_change_no_computed_number() -> None:
    one = result(SMALL)
    other = result(SMALL.with_(level=0.5).with_(units="bits"))
    assert one.sample is other.sample
    assert same(one, other)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_finite_truth_and_an_estimate(family: str) -> None:
    answer = result(SMALL.with_(family=family))
    assert np.isfinite(answer.truth)
    assert (answer.truth > 0) == (family != "independent")
    assert answer.provenance
    for estimate in answer.estimates.values():
        assert estimate is not None
        assert estimate.n_samples == SMALL.n_samples
    assert answer.failures == {}


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_no_transform_changes_the_truth(transform: str) -> None:
    # A Swiss roll is rolled from one column.
    state = replace(SMALL, dim_x=1 if transform == "swiss-roll" else 3, dim_y=3)
    moved, plain = (distribution(state.with_(transform=name)) for name in (transform, "base"))
    assert float(moved.mutual_information) == pytest.approx(float(plain.mutual_information))


def test_a_missing_checkpoint_is_reported_and_nothing_stands_in_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from mist_explore.estimators import registry
    from mist_explore.explorer import baselines

    monkeypatch.setattr(registry, "models_directory", lambda: tmp_path)
    baselines.estimator.cache_clear()
    forget()
    page = opened(SMALL)
    answer = result(SMALL)
    assert answer.estimates[LEARNED] is None
    assert "expected a trained model" in page.warnings.value
    assert "Network" not in page.result_panel.numbers
    assert "Gaussian copula" in page.result_panel.numbers
    baselines.estimator.cache_clear()
    forget()


# What to notice


def reported(
    quantiles: tuple[float, float, float] = (0.4, 0.5, 0.6),
    copula: float = 0.5,
    *,
    few: float = 0.5,
    many: float = 0.5,
    before: float | None = None,
    state: EstimateState = SMALL,
    unseen: tuple[str, ...] = (),
    ksg: float | None = None,
) -> str:
    """Return the insight at a true value of 0.5 nats and a sampling error of 0.05 nats."""
    others = {} if ksg is None else {"ksg": Estimate((0.5,), (ksg,), estimator="ksg")}
    return insight(
        EstimateResult(
            state=state,
            sample=Sample(np.arange(60.0), np.arange(60.0)),
            truth=0.5,
            provenance="closed form",
            estimates={
                LEARNED: Estimate((0.05, 0.5, 0.95), quantiles, estimator=LEARNED),
                BASELINE: Estimate((0.5,), (copula,), estimator=BASELINE),
                **others,
            },
            failures={},
            unseen=unseen,
            sources=ErrorSources(0.05, 0.1, few, many, many if before is None else before),
        )
    )


def test_insight_states_whether_the_interval_contains_the_truth() -> None:
    assert "interval, 0.40 to 0.60, contains the true value, 0.50 nats." in reported()
    above = reported((0.6, 0.7, 0.8))
    assert "lies above the true value, 0.50 nats; its estimate is 0.70, 0.20 too high." in above
    assert "This is expected in 10% of cases." in above
    assert "lies below the true value" in reported((0.1, 0.2, 0.3))
    assert "by more than its own width: it is overconfident" in reported((0.1, 0.11, 0.12))
    assert "just misses the true value" in reported((0.503, 0.55, 0.6))
    assert "but its estimate is 0.80, 0.30 too high" in reported((0.4, 0.8, 0.85))
    assert "but 0 as well" in reported((0.0, 0.5, 0.6))
    assert "but is wider than the value itself" in reported((0.1, 0.5, 0.9))


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_transform_outside_training_is_flagged(transform: str) -> None:
    state = replace(
        SMALL, dim_x=1 if transform == "swiss-roll" else 3, dim_y=3, transform=transform
    )
    mixes = transform in {"spiral", "swiss-roll", "linear", "flow", "halfcube-linear", "chain"}
    missed = unseen(state, estimator("mist-paper"))
    assert bool(missed) == mixes
    assert unseen(state, estimator(LEARNED)) == ()
    answer = replace(result(state), unseen=missed)
    assert ("was no part of its training" in warnings_of(answer)) == mixes
    about = reported((0.6, 0.7, 0.8), state=state, unseen=answer.unseen)
    assert ("outside of its training" in about) == mixes
    assert ("expected in 10% of cases" in about) != mixes


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_that_training_never_saw_is_reported(family: str) -> None:
    state = replace(SMALL, family=family, parameters=(), transform="base")
    trained = family in {c.family for c in training().components}
    missed = unseen(state, estimator("mist-paper"))
    assert bool(missed) == (not trained)
    assert unseen(state, estimator(LEARNED)) == ()
    answer = replace(result(state), unseen=missed)
    assert (FAMILIES[family].label in warnings_of(answer)) == (not trained)


def test_insight_states_why_the_baseline_is_off() -> None:
    gaussian = SMALL.with_(family="normal-dense", transform="base")
    wiggled, mixed, half_cube = (
        gaussian.with_(transform=name) for name in ("wigglify", "linear", "halfcube-linear")
    )
    assert "gives 0.51 and is right: the columns are jointly Gaussian" in reported(
        copula=0.51, state=gaussian
    )
    assert "right: ranks undo a transform of single columns" in reported(state=wiggled)
    assert "right: a linear mix of Gaussian columns is Gaussian" in reported(state=mixed)
    assert "right: this transform hides little from correlation" in reported(state=half_cube)
    assert "right: at these settings there is little" in reported(state=SMALL)
    assert "close here, but 0.20 on 5,000 rows, 0.30 too low: Student" in reported(many=0.2)
    assert (
        "0.08 too high, which may be chance: one sample of 60 rows varies by ±0.050."
        in reported(copula=0.58)
    )
    assert (
        "(one sample of 60 rows varies by ±0.050), but not 0.20 on 5,000 rows: Student"
        in reported(copula=0.58, many=0.2)
    )
    assert (
        "0.40 too high, because 60 rows are few for 2 columns: it gives 0.50 on 5,000"
        in reported(copula=0.9, few=0.9)
    )
    assert "0.40 too high, mostly by chance" in reported(copula=0.9, few=0.51)
    assert "0.30 too low, and more rows do not help (0.25 on 5,000 rows)" in reported(
        copula=0.2, many=0.25
    )
    assert "it gives 0.20 on 5,000 rows, and that is 0.30 too low" in reported(copula=0.9, many=0.2)
    spiral = gaussian.with_(transform="spiral")
    assert "(0.20 on 5,000 rows): the transform mixes columns" in reported(
        copula=0.2, many=0.2, before=0.5, state=spiral
    )
    both = reported(copula=0.1, many=0.1, before=0.28, state=SMALL.with_(transform="spiral"))
    assert "which correlation misses; and the transform mixes columns" not in both
    assert "Student" in reported(copula=0.2, many=0.2)


def test_insight_names_the_worst_of_the_others() -> None:
    assert "KSG is furthest off: it gives 0.91, 0.41 too high." in reported(ksg=0.91)
    assert "KSG is off as well: it gives 0.20, 0.30 too low." in reported(
        copula=0.9, few=0.9, ksg=0.2
    )
    assert "KSG is within chance of the true value (±0.10)." in reported(ksg=0.65)


def test_insight_speaks_in_the_units_of_the_state() -> None:
    words = reported(copula=0.2, many=0.2, state=SMALL.with_(units="bits"))
    assert "interval, 0.58 to 0.87, contains the true value, 0.72 bits" in words
    assert "gives 0.29, 0.43 too low" in words


@pytest.mark.parametrize("family", FAMILIES)
def test_words_agree_with_the_numbers(family: str) -> None:
    answer = result(SMALL.with_(family=family))
    learned, baseline = answer.estimates[LEARNED], answer.estimates[BASELINE]
    assert learned is not None
    assert baseline is not None
    low, high = learned.interval(0.9)
    words = insight(answer)
    assert f"{shown(low)} to {shown(high)}" in words
    assert ("contains" in words) == (low <= answer.truth <= high)
    assert f"The Gaussian copula gives {shown(baseline.median)}" in words
    for number in (answer.truth, learned.median, baseline.median):
        assert shown(number) in alt_text(answer)


SHARED = replace(SMALL, transform="flow", transform_seed=3, seed=4, level=0.8, units="bits")


def test_python_lines_reproduce_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    exec(as_python(SHARED), {})
    learned = result(SHARED).estimates[LEARNED]
    assert learned is not None
    learned = learned.to("bits")
    assert f"{learned.median} {learned.interval(0.8)}" in capsys.readouterr().out


def test_commands_reproduce_the_page(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in as_command(SHARED).replace("\\\n", "").splitlines():
        program, *arguments = shlex.split(command)
        assert program == "mist-explore"
        assert main([*arguments, "--json"] if "estimate" in arguments else arguments) == 0
    reported = json.loads(capsys.readouterr().out.partition("sample.npz\n")[2])
    learned = result(SHARED).estimates[LEARNED]
    assert learned is not None
    learned = learned.to("bits")
    assert reported["median"] == pytest.approx(learned.median)
    assert reported["interval"] == pytest.approx(list(learned.interval(0.8)))
    assert reported["units"] == "bits"


# The page, its controls moved by hand


@pytest.fixture
def page() -> EstimatePage:
    return opened(SMALL)


def test_the_first_screen_is_finished(page: EstimatePage) -> None:
    answer = result(SMALL)
    for name in (LEARNED, BASELINE):
        estimate = answer.estimates[name]
        assert estimate is not None
        assert shown(estimate.median) in page.result_panel.numbers
    assert shown(answer.truth) in page.result_panel.numbers
    assert "closed form" in page.result_panel.numbers
    assert insight(answer)[:30] in page.insight.value.replace("&#x27;", "'")
    assert page.message.value == ""


def test_at_most_six_controls_are_in_sight(page: EstimatePage) -> None:
    rows = [box for box in everything(page.widget) if "mist-controls" in box._dom_classes]
    assert len(rows[0].children) <= 6


MOVES: list[tuple[Callable[[EstimatePage], Any], EstimateState]] = [
    (lambda p: p.controls.buttons["New sample"].click(), SMALL.next("seed")),
    (lambda p: setattr(p.controls["n_samples"], "value", 100), SMALL.with_(n_samples=100)),
    (lambda p: setattr(p.controls["dim_x"], "value", 4), SMALL.with_(dim_x=4)),
    (lambda p: setattr(p.controls["dim_y"], "value", 3), SMALL.with_(dim_y=3)),
    (lambda p: setattr(p.controls["transform"], "value", "flow"), SMALL.with_(transform="flow")),
    (lambda p: setattr(p.controls["seed"], "value", 9), SMALL.with_(seed=9)),
    (lambda p: setattr(p.controls["level"], "value", 0.5), SMALL.with_(level=0.5)),
    (lambda p: setattr(p.controls["units"], "value", "bits"), SMALL.with_(units="bits")),
    (
        lambda p: setattr(p.controls["parameters"].children[0], "value", 0.8),
        SMALL.with_(parameters=(("correlation", 0.8),)),
    ),
    (
        lambda p: setattr(p.controls["parameters"].others.children[0], "value", 1.5),
        SMALL.with_(parameters=(("df", 1.5),)),
    ),
    (
        lambda p: setattr(p.controls["family"], "value", "normal-2pair"),
        SMALL.with_(family="normal-2pair"),
    ),
    (
        lambda p: setattr(p.controls["baselines"].boxes["ksg"], "value", True),
        SMALL.with_(baselines=("ksg",)),
    ),
    (lambda p: setattr(p.controls["intervals"], "value", True), SMALL.with_(intervals=True)),
    (lambda p: p.controls.buttons[PRESETS["strong"].label].click(), PRESETS["strong"].state),
    (lambda p: p.controls.reset.click(), EstimateState()),
]


@pytest.mark.parametrize(("move", "reached"), MOVES, ids=[f"{i:02}" for i in range(len(MOVES))])
def test_each_control_moves_the_state(
    page: EstimatePage, move: Callable[[EstimatePage], Any], reached: EstimateState
) -> None:
    move(page)
    assert page.join(60)
    assert page.query == reached.to_query()
    assert insight(result(reached))[:30] in page.insight.value.replace("&#x27;", "'")
    assert page.message.value == ""


def test_reset_restores_every_control(page: EstimatePage) -> None:
    for move, _ in MOVES[:-1]:
        move(page)
    page.controls.reset.click()
    fresh = EstimatePage()
    for name, ours in page.controls.widgets.items():
        theirs = fresh.controls[name]
        assert ours.value == theirs.value
    assert page.join(60)
    assert page.share.value == fresh.share.value


def test_a_link_is_followed_and_its_odd_numbers_are_kept() -> None:
    state = replace(SMALL, n_samples=137, parameters=(("correlation", 0.123456), ("df", 2.5)))
    assert 137 not in ROWS
    page = EstimatePage()
    page.follow(state.to_query())
    # A browser rounds the slider to its step and shows it; nobody has moved it.
    page.controls["parameters"].children[0].value = 0.12
    assert page.controls["n_samples"].value == 137
    assert page.join(60)
    assert page.query == state.to_query()


def test_a_broken_link_leaves_a_working_page() -> None:
    page = opened(SMALL)
    page.follow("family=cauchy")
    assert "expected family among" in page.message.value
    page.controls.buttons["New sample"].click()
    assert page.join(60)
    assert page.message.value == ""


def test_invalid_input_gets_a_message_and_the_page_remains_usable(page: EstimatePage) -> None:
    page.controls["transform"].value = "spiral"
    assert page.join(60)
    assert page.message.value == ""
    page.controls["dim_y"].value = 2
    assert page.join(60)
    assert "expected at least 3 columns for the spiral; got 2" in page.message.value
    page.controls["dim_x"].value = 3
    assert page.join(60)
    assert page.message.value == ""


def everything(box: widgets.Widget) -> Iterator[widgets.Widget]:
    yield box
    for child in getattr(box, "children", ()):
        yield from everything(child)


def test_a_query_is_asked_for_when_the_page_is_made() -> None:
    box = EstimatePage.opened(SMALL.to_query)
    texts = [widget.value for widget in everything(box) if isinstance(widget, widgets.HTML)]
    assert any(SMALL.to_query().replace("&", "&amp;") in text for text in texts)


# Other estimators, at once and slowly


def test_quick_estimators_answer_with_the_result_and_those_that_cannot_state_why() -> None:
    answer = result(
        SMALL.with_(
            baselines=(
                "ksg",
                "histogram",
                "mine",
            )
        )
    )
    ksg = answer.estimates["ksg"]
    assert ksg is not None
    assert ksg.estimator == "ksg"
    assert answer.estimates["histogram"] is None
    assert "expected one column each of X and Y" in answer.failures["histogram"]
    assert "mine" not in answer.estimates
    assert slow_names(answer) == ("mine",)
    assert "no estimate" in warnings_of(answer)


def test_a_peer_changes_nothing_about_the_sample_and_the_others() -> None:
    alone, beside = result(SMALL), result(SMALL.with_(baselines=("ksg",)))
    assert alone.sample is beside.sample
    assert alone.estimates[LEARNED] is beside.estimates[LEARNED]


def drained(
    answer: EstimateResult, cancellation: Cancellation
) -> tuple[list[SlowStep], EstimateResult]:
    seen: list[SlowStep] = []
    finished(slow_estimates(answer, slow_names(answer), cancellation), seen.append)
    return seen, seen[-1].result if seen else answer


def test_intervals_follow_with_progress() -> None:
    answer = result(SMALL.with_(baselines=("ksg",)).with_(intervals=True))
    seen, end = drained(answer, Cancellation())
    assert [step.progress.fraction for step in seen] == sorted(s.progress.fraction for s in seen)
    assert [len(step.done) for step in seen] == sorted(len(step.done) for step in seen)
    assert seen[-1].done == (BASELINE, "ksg")
    for name in (BASELINE, "ksg"):
        before, after = answer.estimates[name], end.estimates[name]
        assert before is not None
        assert after is not None
        assert before.is_point
        assert after.median == before.median
        assert after.estimator == name
        low, high = after.interval(EstimateState.bounds("level")[1])
        assert low <= after.median <= high
    assert end.estimates[LEARNED] is answer.estimates[LEARNED]


def test_a_cancelled_estimator_stays_out() -> None:
    cancellation = Cancellation()
    cancellation.set()
    answer = result(SMALL.with_(baselines=("infonce",)))
    _, end = drained(answer, cancellation)
    assert "infonce" not in end.estimates


def test_the_page_adds_what_slow_estimators_state_and_remembers_it(page: EstimatePage) -> None:
    page.controls["intervals"].value = True
    assert page.join(60)
    assert page.slow.job.join(60)
    baseline = page.answer.estimates[BASELINE]
    assert baseline is not None
    assert not baseline.is_point
    assert "mist-folded" in page.slow.widget._dom_classes
    page.controls["units"].value = "bits"
    assert page.join(60)
    assert not page.slow.job.job.running
    assert page.answer.estimates[BASELINE] == baseline
    page.controls.buttons["New sample"].click()
    assert page.join(60)
    assert page.slow.job.join(60)
    assert page.answer.estimates[BASELINE] != baseline


def test_cancel_leaves_the_page_as_it_is(page: EstimatePage) -> None:
    page.controls["baselines"].boxes["mine"].value = True
    assert Page.join(page, 60)
    assert "mist-folded" not in page.slow.widget._dom_classes
    page.slow.cancel.click()
    assert "mist-folded" in page.slow.widget._dom_classes
    assert page.slow.job.join(60)
    assert "mine" not in page.answer.estimates
    assert page.message.value == ""


# Cases


def share(answer: EstimateResult, name: str = BASELINE) -> float:
    """Return an estimate as a share of the truth."""
    estimate = answer.estimates[name]
    assert estimate is not None
    return estimate.median / answer.truth


def width(answer: EstimateResult) -> float:
    """Return the width of the interval of the network as a share of the truth."""
    learned = answer.estimates[LEARNED]
    assert learned is not None
    low, high = learned.interval(0.9)
    return (high - low) / answer.truth


def has_warnings(answer: EstimateResult) -> bool:
    learned = answer.estimates[LEARNED]
    return learned is not None and bool(learned.warnings)


CLAIMS: dict[str, Callable[[EstimateResult], bool]] = {
    "tails": lambda a: share(a) < 1 / 3 and a.sources.many_rows < a.truth / 3,
    "spiral": lambda a: share(a) < 2 / 3 and a.sources.many_rows < 2 * a.truth / 3,
    "strong": lambda a: share(a, "ksg") < 2 / 3,
    "many-columns": lambda a: share(a, "ksg") < 1 / 2,
    "unsure": lambda a: width(a) > 1,
    "categories": lambda a: (
        share(a) < 1 / 2 and share(a, "ksg") < 1 / 10 and abs(share(a, "histogram") - 1) < 1 / 4
    ),
    "outside": has_warnings,
}
"""Whether a result bears out the claim of a case."""


@pytest.mark.parametrize("name", PRESETS)
def test_a_case_shows_what_it_claims_on_any_sample(name: str) -> None:
    preset = PRESETS[name]
    shows = [CLAIMS[name](result(replace(preset.state, seed=seed))) for seed in range(3)]
    assert all(shows)


def test_no_case_is_shown_by_the_first_screen_alone() -> None:
    # The claims are about their cases: a distribution without their difficulty does not bear them
    # out.
    easy = result(replace(SMALL, family="normal-dense", parameters=(("correlation", 0.6),)))
    easy = result(replace(easy.state, n_samples=2_000, baselines=("ksg", "histogram")))
    assert not any(CLAIMS[name](easy) for name in ("tails", "spiral", "many-columns"))
    assert not CLAIMS["unsure"](easy)


def test_a_case_is_explained_as_long_as_it_is_shown(page: EstimatePage) -> None:
    preset = PRESETS["strong"]
    page.controls.buttons[PRESETS["strong"].label].click()
    assert page.join(60)
    assert preset.label in page.case.value
    page.controls["n_samples"].value = 400
    assert page.join(60)
    assert page.case.value == ""


# Sample after sample


def test_samples_are_that_of_the_page_and_those_of_the_next_seeds() -> None:
    state = SMALL.with_(seed=7).with_(
        baselines=(
            "ksg",
            "mine",
        )
    )
    begun = Sampling.first(result(state))
    assert set(begun.medians) == {LEARNED, BASELINE, "ksg"}
    third = next(sampling(next(sampling(begun, Cancellation())), Cancellation()))
    for name in third.medians:
        wanted = [result(state.with_(seed=seed)).estimates[name] for seed in (7, 8, 9)]
        assert list(third.medians[name]) == [one.median for one in wanted if one]
    assert len(third.contained) == third.drawn == 3


def test_bias_spread_and_coverage_are_in_words() -> None:
    again = Sampling(
        SMALL,
        0.5,
        {LEARNED: (0.5, 0.4, 0.6, 0.5, 0.51), BASELINE: (0.1, 0.3, 0.1, 0.3, 0.2)},
        contained=(True, True, True, True, False),
        drawn=5,
    )
    words = sampling_insight(again)
    assert (
        f"{mark_of(LEARNED).short} is right on average, within sampling error, and varies" in words
    )
    assert "is 0.30 too low on average and varies by ±0.089" in words
    assert "90% interval contains the true value in 4 of 5 samples: as intended" in words
    missing = replace(again, contained=(False,) * 5)
    assert "in 0 of 5 samples: too narrow" in sampling_insight(missing)
    assert "One sample can mislead" in sampling_insight(Sampling.first(result(SMALL)))


def test_run_pause_and_reset(page: EstimatePage) -> None:
    again = page.sampling
    again.job.start.click()
    assert again.job.start.description == "Pause"
    end = time.monotonic() + 30
    while again.shown.drawn < 2 and time.monotonic() < end:
        time.sleep(0.01)
    again.job.start.click()
    assert again.job.mode == "paused"
    again.job.start.click()
    assert again.job.start.description == "Pause"
    again.job.reset.click()
    assert again.shown == Sampling.first(result(SMALL))
    assert again.job.join(30)
    assert again.shown == Sampling.first(result(SMALL))
    again.job.start.click()
    page.controls["n_samples"].value = 100
    assert page.join(60)
    assert again.job.join(30)
    assert again.shown == Sampling.first(result(SMALL.with_(n_samples=100)))


# Files


def test_files_hold_the_sample_and_the_numbers() -> None:
    answer = result(replace(SMALL, units="bits", baselines=("ksg", "histogram")))
    rows = np.loadtxt(StringIO(sample_csv(answer)), delimiter=",", skiprows=1)
    assert np.array_equal(rows, np.hstack([answer.sample.x, answer.sample.y]))
    content_ = json.loads(estimates_json(answer))
    assert EstimateState.from_query(content_["link"]) == answer.state
    assert content_["truth"] == pytest.approx(answer.truth / NATS_PER_UNIT["bits"])
    learned = answer.estimates[LEARNED]
    assert learned is not None
    assert content_["estimates"][LEARNED]["quantiles"] == list(learned.to("bits").quantiles)
    assert "expected one column" in content_["estimates"]["histogram"]["error"]


def test_the_report_stands_alone() -> None:
    answer = result(SMALL)
    text = report(answer)
    assert text.startswith("<!doctype html>")
    assert not re.search(r'<(script|img|link)[^>]+(src|href)="', text)
    assert shown(answer.truth) in text
    assert text.count('class="plotly-graph-div') == 2


def test_files_come_when_they_are_asked_for(page: EstimatePage) -> None:
    assert page.files.value == ""
    page.hand_out(with_report=False)
    assert 'download="sample.csv"' in page.files.value
    page.controls.buttons["New sample"].click()
    assert page.join(60)
    assert page.files.value == ""
    page.hand_out(with_report=True)
    assert 'download="report.html"' in page.files.value


@pytest.mark.parametrize("units", ["nats", "bits"])
def test_the_explanation_states_what_its_figure_shows(units: str) -> None:
    page = opened(replace(SMALL, units=units))
    panel = page.explanation
    assert panel.words.value == ""
    panel.widget.children[0].value = True
    estimate = page.answer.estimates[LEARNED]
    assert estimate is not None
    estimate = estimate.to(units)
    reported = explained(estimate)
    assert escape(reported) in panel.words.value
    (figure,) = panel._figure.children
    (dots,) = figure.select_traces({"mode": "markers"})
    assert list(dots.x) == [one.value for one in estimate.explanation[:8]]
    heaviest = estimate.explanation[0]
    assert f"{heaviest.name} has most weight, {heaviest.weight:.0%}" in reported
    low, high = estimate.interval(0.9)
    inside = sum(one.weight for one in estimate.explanation if low <= one.value <= high)
    total = sum(one.weight for one in estimate.explanation)
    assert f"{inside / total:.0%} of the weight" in reported
    page.follow(replace(page.answer.state, seed=5).to_query())
    assert page.join(60)
    later = page.answer.estimates[LEARNED]
    assert later is not None
    assert escape(explained(later.to(units))) in panel.words.value

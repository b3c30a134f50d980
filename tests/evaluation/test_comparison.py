"""Estimators side by side: each as alone, and those that cannot take the sample with a reason."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mist_explore as mx
from mist_explore.estimators import DEFAULT, FAST, Bootstrap, Critic, Gaussian, Histogram
from mist_explore.evaluation import Comparison, Outcome, compare
from mist_explore.sample import Sample


def sample(dim: int = 1, n: int = 80) -> Sample:
    return mx.FAMILIES["normal-dense"].distribution(dim, dim, correlation=0.4).sample(n, seed=3)


def sides(dim: int = 1) -> tuple[np.ndarray, np.ndarray]:
    return sample(dim).x, sample(dim).y


def named(comparison: Comparison) -> dict[str, Outcome]:
    return {answer.name: answer for answer in comparison.outcomes}


def test_the_front_door_offers_it() -> None:
    assert mx.compare is compare


def test_by_default_all_that_do_not_train_on_the_sample() -> None:
    answers = named(compare(*sides()))
    assert tuple(answers) == FAST
    assert DEFAULT in FAST
    assert not [name for name in FAST if isinstance(mx.load(name), Critic)]
    for name, answer in answers.items():
        if answer.estimate is None:  # made for discrete sides
            with pytest.raises(ValueError, match=re.escape(answer.error)):
                mx.load(name).estimate(sample().x, sample().y)
            continue
        alone = mx.load(name).estimate(sample().x, sample().y)
        assert answer.estimate == alone
        assert (answer.median, answer.warnings, answer.error) == (alone.median, alone.warnings, "")
        assert answer.seconds > 0
        assert answer.interval() == (None if alone.is_point else alone.interval(0.9))


def test_one_that_cannot_take_the_sample_states_why() -> None:
    answers = named(compare(*sides(dim=2), [Histogram(), "gaussian"]))
    refused = answers["histogram"]
    assert refused.error.startswith("expected one column each of X and Y")
    assert (refused.median, refused.estimate, refused.warnings) == (None, None, ())
    assert refused.interval() is None
    assert answers["gaussian"].median is not None


def test_resamples_only_where_there_is_no_interval() -> None:
    answers = named(compare(*sides(), ["gaussian", DEFAULT], n_resamples=39))
    assert list(answers) == ["bootstrap-gaussian", DEFAULT]
    alone = Bootstrap(Gaussian(), 39).estimate(sample().x, sample().y)
    assert answers["bootstrap-gaussian"].estimate == alone
    assert answers[DEFAULT].estimate == mx.load().estimate(sample().x, sample().y)


@given(st.sampled_from(["nats", "bits"]))
def test_units_change_numbers_and_nothing_else(units: str) -> None:
    comparison = compare(*sides(), ["gaussian", "ksg"])
    changed = comparison.to(units)
    assert changed.units == units
    assert changed.to("nats").outcomes[0].median == pytest.approx(comparison.outcomes[0].median)
    factor = 1 if units == "nats" else np.log(2)
    for before, after in zip(comparison.outcomes, changed.outcomes, strict=True):
        assert before.median is not None
        assert after.median == pytest.approx(before.median / factor)
        assert (after.name, after.seconds) == (before.name, before.seconds)


def test_printed_it_is_a_table() -> None:
    comparison = compare(*sides(dim=2), ["gaussian", "histogram", DEFAULT])
    shape, head, *lines = str(comparison).splitlines()
    assert shape == "80 rows, 2 + 2 columns"
    assert head.split()[:3] == ["estimator", "nats", "90"]
    starts = {line[: head.index("seconds")].rstrip() for line in lines}
    assert {start.split()[0] for start in starts} == {"gaussian", "histogram", DEFAULT}
    gaussian, histogram, learned = lines
    assert f"{comparison.outcomes[0].median:.4g}  -" in gaussian
    assert histogram.endswith(comparison.outcomes[1].error)
    assert " to " in learned
    assert "50 % interval" in comparison.as_text(0.5)


@pytest.mark.parametrize(
    ("estimators", "message"),
    [
        (["gaussian", "kraskov"], "expected an estimator among"),
        ([], "expected at least one estimator; got none"),
    ],
)
def test_an_unknown_estimator_is_reported_at_once(estimators: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(*sides(), estimators)


def test_a_sample_that_is_uninformative_is_reported_once() -> None:
    with pytest.raises(ValueError, match="expected a column of y that varies"):
        compare(np.arange(5), np.ones(5), ["gaussian", "ksg"])


def test_a_level_beyond_the_resamples_is_reported() -> None:
    comparison = compare(*sides(), ["gaussian"], n_resamples=19)
    with pytest.raises(ValueError, match=r"at most 0\.9; got 0\.95"):
        comparison.as_text(0.95)


def test_errors_of_ours_are_not_taken_for_a_refusal() -> None:
    class Broken:
        name = "broken"

        def estimate(self, x: object, y: object) -> mx.Estimate:
            raise TypeError("ours")

    with pytest.raises(TypeError, match="ours"):
        compare(*sides(), [Broken()])

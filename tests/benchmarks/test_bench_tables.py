"""The measurements of `make bench-tables`, on a small table and on invented pairs."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.tables.discrete import DiscretePair, MixedPair, discrete_pairs, mixed_pairs
from benchmarks.tables.journey import Journey, journey
from benchmarks.tables.report import as_json, as_markdown, goals
from benchmarks.tables.sources import TABLES
from mist_explore.estimators import GaussianCopula
from mist_explore.tables import as_table

PAIR = DiscretePair("t", "a", "b", 400, (3, 4), 0.21, 0.215, 0.2, 1.0)
MIXED = MixedPair("t", "a", "c", 400, 0.3, 0.3)


@pytest.fixture(scope="module")
def exercise() -> Journey:
    source = next(source for source in TABLES if source.name == "linnerud_exercise")
    return journey(source.name, source.package, source.file, source.content())


def test_a_table_goes_through_every_entry(exercise: Journey) -> None:
    assert not exercise.refusals
    assert not exercise.faults
    assert exercise.same_notes
    assert (exercise.rows, exercise.columns, exercise.usable) == (20, 3, 3)
    assert exercise.answers["pairs"] == 3
    assert {"read", "estimate", "compare", "matrix", "page"} <= set(exercise.seconds)


def test_a_refusal_is_recorded_with_its_message() -> None:
    trip = journey("t", "p", "t.doc", b"a b\n1 2\n")
    assert "expected a file that ends in" in trip.refusals["read"]
    assert not trip.faults


def test_an_error_of_the_program_is_a_fault() -> None:
    trip = Journey("t", "p")

    def fail() -> None:
        raise KeyError("lost")

    trip.step("estimate", fail)
    trip.step("matrix", lambda: float("x"))
    assert list(trip.faults) == ["estimate", "matrix"]
    assert not goals([trip], [PAIR], [MIXED])[1].met


def test_pairs_are_answered_in_both_encodings() -> None:
    rng = np.random.default_rng(0)
    kind = rng.choice(["u", "v", "w"], 300)
    table = as_table({"k": kind, "flag": (kind == "u") ^ (rng.random(300) < 0.1),
                      "value": rng.normal(size=300) + (kind == "v")})  # fmt: skip
    (pair,) = discrete_pairs("t", table, GaussianCopula())
    assert (pair.one, pair.other, pair.states, pair.dense) == ("k", "flag", (3, 2), True)
    assert 0.2 < pair.plug_in < pair.entropy < np.log(2)
    (mixed,) = mixed_pairs("t", table, GaussianCopula())
    assert (mixed.one, mixed.other, mixed.n_samples) == ("k", "value", 300)


def test_what_misses_its_goal_is_in_the_table(exercise: Journey) -> None:
    pairs = [PAIR, replace(PAIR, network=1.2), replace(PAIR, codes=0.5)]
    found = {goal.name: goal for goal in goals([exercise], pairs, [MIXED])}
    assert found["answers above the smaller entropy"].measured == "1 of 3"
    assert not found["mean distance from the corrected plug-in estimate"].met
    text = as_markdown([exercise], pairs, [MIXED], 1.0)
    assert text.count("**missed**") == sum(not goal.met for goal in found.values())
    assert "linnerud_exercise" in text
    content = json.loads(json.dumps(as_json([exercise], pairs, [MIXED], 1.0)))
    assert len(content["discrete_pairs"]) == 3

"""Progress of a long job, and the seeds of its parts."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.progress import Cancellation, Progress
from mist_explore.seeding import as_generator, derive_seed

seeds = st.integers(0, 2**63 - 1)


@given(st.integers(1, 10_000), st.data())
def test_time_left_follows_the_pace_of_this_run(total: int, data: st.DataObject) -> None:
    done_before = data.draw(st.integers(0, total - 1))
    step = data.draw(st.integers(done_before + 1, total))
    pace = data.draw(st.floats(1e-3, 10.0))
    progress = Progress(step, total, seconds=pace * (step - done_before), done_before=done_before)
    assert progress.fraction == step / total
    assert progress.seconds_left == pytest.approx(pace * (total - step))


def test_before_the_first_step_the_time_left_is_unknown() -> None:
    assert Progress(step=7, total=10, seconds=1.0, done_before=7).seconds_left == math.inf


def test_a_job_of_no_steps_is_done() -> None:
    assert Progress(step=0, total=0, seconds=0.0).fraction == 1.0


def test_a_cancellation_stays_set() -> None:
    cancel = Cancellation()
    assert not cancel.is_set()
    cancel.set()
    assert cancel.is_set()


@given(seeds)
def test_the_same_seed_gives_the_same_numbers(seed: int) -> None:
    one, other = (torch.rand(3, generator=as_generator(seed)) for _ in range(2))
    assert torch.equal(one, other)


def test_a_generator_goes_on_where_it_was() -> None:
    generator = as_generator(0)
    assert as_generator(generator) is generator


@pytest.mark.parametrize("seed", [None, 1.0, "1", True])
def test_other_seeds_are_refused(seed: object) -> None:
    with pytest.raises(TypeError, match=r"expected an integer seed or a torch\.Generator; got"):
        as_generator(seed)  # type: ignore[arg-type]


@given(seeds, st.lists(st.one_of(st.integers(), st.text()), max_size=3), st.text())
def test_the_parts_of_a_job_have_seeds_of_their_own(
    seed: int, keys: list[int | str], further: str
) -> None:
    derived = derive_seed(seed, *keys)
    assert derived == derive_seed(seed, *keys)
    assert 0 <= derived < 2**63
    assert derived not in {seed, derive_seed(seed, *keys, further), derive_seed(seed + 1, *keys)}

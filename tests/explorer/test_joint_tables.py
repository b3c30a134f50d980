"""The page of joint tables, without a browser."""

from __future__ import annotations

import csv
import io
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.estimators.plug_in import PlugIn
from mist_explore.explorer.joint_tables import JointTablePage, JointTableState, result
from mist_explore.explorer.joint_tables.compute import (
    GRID,
    LEARNED_GRID,
    SAMPLES,
    JointTableResult,
    as_python,
    distribution,
)
from mist_explore.explorer.joint_tables.settings import PRESETS, Parts, TableEditor
from mist_explore.explorer.joint_tables.views import (
    as_files,
    bias_insight,
    entropies_figure,
    numbers_html,
    preset_html,
    readings,
    table_insight,
)
from mist_explore.plots import shown
from tests.explorer.states import tables

SECONDS = 60


def preset(name: str, n: int = 50) -> JointTableResult:
    return result(PRESETS[name].of(JointTableState(n_samples=n)))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("table=1,2", "expected table to have 2 to 4 rows of 2 to 4 numbers each; got '1,2'"),
        ("table=1,2-3", "expected table to have 2 to 4 rows"),
        ("table=0,0-0,0", "expected table to have a number above 0; got '0,0-0,0'"),
        ("table=1,2-3,101", "expected table to be a whole number from 0 to 100; got 101"),
        ("table=1,2-3,x", "expected table to be a number; got 'x'"),
        ("units=hartleys", "expected units among nats, bits"),
    ],
)
def test_a_broken_link_has_its_reason(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        JointTableState.from_query(query)


@settings(max_examples=15)
@given(tables(5), st.sampled_from(["nats", "bits"]))
def test_entropies_and_their_sentence_are_true_for_any_table(table: Parts, units: str) -> None:
    answer = result(JointTableState(table=table, units=units))
    p = np.array(table) / np.sum(table)
    surprise = -sum(v * math.log(v) for v in p.ravel() if v)
    assert answer.truth.joint == pytest.approx(surprise, abs=1e-9)
    assert answer.truth.information == pytest.approx(
        float(distribution(answer.state).mutual_information), abs=1e-9
    )
    text, unit = table_insight(answer), NATS_PER_UNIT[units]
    independent = np.allclose(p, np.outer(p.sum(1), p.sum(0)), atol=1e-12)
    x_decides, y_decides = ((np.count_nonzero(p, axis) <= 1).all() for axis in (1, 0))
    constant = np.count_nonzero(p.sum(1)) == 1 or np.count_nonzero(p.sum(0)) == 1
    assert ("one value only" in text) == constant
    assert ("independent" in text) == (independent and not constant)
    if not constant:
        assert ("decide each other" in text) == (x_decides and y_decides)
        assert ("X decides Y" in text) == (x_decides and not y_decides)
        assert ("Y decides X" in text) == (y_decides and not x_decides)
        assert shown(answer.truth.information / unit) in text
    if "Knowing Y removes" in text:
        share = float(re.search(r"of it, (?:less than |more than )?(\d+)", text)[1]) / 100  # type: ignore[index]
        assert share == pytest.approx(answer.truth.information / answer.truth.x, abs=0.0101)
        assert f"leaves H(X | Y) = {shown(answer.truth.x_given_y / unit)}." in text
    _bias_sentence_is_true(answer)


def _bias_sentence_is_true(answer: JointTableResult) -> None:
    text, unit, here = bias_insight(answer), NATS_PER_UNIT[answer.state.units], answer.here
    truth = answer.truth.information / unit
    values = answer.sampling.plug_in[here] / unit
    bias, error = values.mean() - truth, values.std(ddof=1) / math.sqrt(SAMPLES)
    assert f"around {shown(values.mean())}, " in text
    average = re.search(r"around [\d.]+, ([\d.]+) too (high|low) on average", text)
    if average:
        assert (average[2] == "high") == (bias > 0)
        assert abs(bias) > error
        gap = abs(float(shown(values.mean())) - float(shown(truth)))
        assert float(average[1]) == pytest.approx(gap)
    else:
        assert "no bias to be seen" in text
        assert abs(bias) <= 2 * error or shown(values.mean()) == shown(truth)
    predicted = answer.sampling.predicted[here] / unit
    if "the mean is" in text:
        assert ("higher than that" in text) == (bias > predicted)
        assert abs(bias - predicted) > 3 * error
    else:
        assert abs(bias - predicted) <= max(3 * error, 0.001)
    for value in (
        answer.plug_in / unit,
        answer.sampling.learned[answer.state.n_samples].mean() / unit,
    ):
        assert shown(value) in text
        if shown(value) != shown(truth):
            side = "high" if value > truth else "low"
            assert re.search(
                rf"{re.escape(shown(value))}[^.]*(\.\d+)?[^.]* too {side} for the", text
            )


def test_claims_of_the_presets_hold() -> None:
    assert preset("independent").truth.information == pytest.approx(0, abs=1e-12)
    one = preset("one-to-one").truth
    assert one.information == pytest.approx(one.x) == pytest.approx(one.y)
    channel = preset("channel")
    flip = channel.probabilities[0, 1] * 2
    bit = -flip * math.log(flip) - (1 - flip) * math.log(1 - flip)
    assert channel.truth.information == pytest.approx(math.log(2) - bit)
    xor = preset("xor")
    assert xor.truth.y_given_x == pytest.approx(0, abs=1e-12)
    bits = xor.probabilities.reshape(2, 2, 2)  # both bits of X, and Y
    for bit_axis in (0, 1):
        table = bits.sum(bit_axis)
        np.testing.assert_allclose(table, np.outer(table.sum(1), table.sum(0)))
    rare = preset("rare", 20)
    p = rare.probabilities
    assert p[-1, -1] == p[-1].sum() == p[:, -1].sum() < 0.1
    without = (1 - p[-1, -1]) ** rare.state.n_samples
    assert without > 0.1
    for name, one_preset in PRESETS.items():
        assert one_preset.label in preset_html(preset(name))
    assert preset_html(result(JointTableState(table=((3, 1), (1, 1))))) == ""


def test_the_plug_in_is_that_of_the_package() -> None:
    for name in PRESETS:
        answer = preset(name, 200)
        sample = distribution(answer.state).sample(200, answer.state.seed)
        expected = PlugIn("none").estimate(sample.x, sample.y, rows_independent=True).median
        assert answer.plug_in == pytest.approx(expected, abs=1e-9)
        assert answer.counts.sum() == 200


def test_the_bias_falls_as_predicted() -> None:
    sampling = result(JointTableState(table=((5,) * 4,) * 4, n_samples=1_000)).sampling
    assert sampling.rows == GRID
    assert sampling.learned.keys() == {*LEARNED_GRID}
    bias = sampling.plug_in.mean(1)
    assert (np.diff(bias) < 0).all()
    np.testing.assert_allclose(sampling.predicted, 9 / (2 * np.array(GRID)))
    error = sampling.plug_in.std(1) / math.sqrt(SAMPLES)
    late = np.array(GRID) >= 200
    assert (np.abs(bias - sampling.predicted) < 4 * error + 0.1 * sampling.predicted)[late].all()


def test_figure_and_readings_show_the_table() -> None:
    answer = result(JointTableState(units="bits"))
    unit = NATS_PER_UNIT["bits"]
    bar = entropies_figure(answer).data[0]
    truth = answer.truth
    wanted = [truth.joint, truth.x, truth.y, truth.x_given_y, truth.information, truth.y_given_x]
    np.testing.assert_allclose(bar.x, np.array(wanted) / unit, atol=1e-12)
    cells, rows, columns = readings(answer)
    assert f"<b>{answer.probabilities[0, 1]:.3f}</b>" in cells[0][1]
    assert "mist-joint-more" in cells[0][0]
    assert "mist-joint-less" in cells[0][1]
    assert f"{answer.counts[1, 1]} row" in cells[1][1]
    assert "P(X=2)" in rows[1]
    assert "P(Y=1)" in columns[0]
    assert shown(truth.information / unit) in numbers_html(answer)


def test_a_constant_column_has_no_estimate_of_the_network() -> None:
    answer = result(JointTableState(table=((1, 1), (0, 0))))
    assert answer.learned is None
    assert "one column is constant" in numbers_html(answer)
    _bias_sentence_is_true(answer)


def test_python_gives_the_numbers_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    answer = result(JointTableState(table=((3, 1, 0), (1, 4, 2)), n_samples=100, units="bits"))
    exec(compile(as_python(answer.state), "shared", "exec"), {})
    counts, values, learned = capsys.readouterr().out.splitlines()
    assert counts == str(answer.counts.tolist())
    unit = NATS_PER_UNIT["bits"]
    truth, plug_in = map(float, values.split())
    assert truth == pytest.approx(answer.truth.information / unit, abs=1e-9)
    assert plug_in == pytest.approx(answer.plug_in / unit, abs=1e-9)
    assert answer.learned is not None
    assert float(learned) == pytest.approx(answer.learned.median / unit)


def test_files_hold_the_table_and_the_bias() -> None:
    answer = result(JointTableState())
    table, bias = (list(csv.DictReader(io.StringIO(str(text)))) for _, text, _ in as_files(answer))
    assert sum(float(row["probability"]) for row in table) == pytest.approx(1)
    assert sum(int(row["count"]) for row in table) == answer.state.n_samples
    assert [int(row["rows"]) for row in bias] == list(answer.sampling.rows)


def test_cells_sizes_and_presets_change_the_table() -> None:
    page = JointTablePage()
    editor = page.controls["table"]
    assert isinstance(editor, TableEditor)
    editor.boxes[0][1].value = 40
    assert page.join(SECONDS)
    assert page.query.startswith("table=40,40-20,30&")
    editor.sizes[1].value = 3
    assert page.join(SECONDS)
    assert page.query.startswith("table=40,40,1-20,30,1&")
    assert [len(row) for row in editor.boxes] == [3, 3]
    page.controls.buttons[PRESETS["xor"].label].click()
    assert page.join(SECONDS)
    assert page.state.table == editor.value == PRESETS["xor"].table
    assert [menu.value for menu in editor.sizes] == [4, 2]
    assert "X decides Y" in page.insight.value
    assert JointTableState.from_query(page.query) == page.state
    numbers = page.quantities_at(page.query)
    assert numbers["truth"].value == pytest.approx(numbers["y"].value)
    page.controls["units"].value = "bits"
    page.controls.buttons["New rows"].click()
    assert page.join(SECONDS)
    assert (page.state.units, page.state.seed) == ("bits", JointTableState().seed + 1)
    for box in (box for row in editor.boxes for box in row):
        box.value = 0
    assert page.join(SECONDS)
    assert page.state.table != editor.value  # the empty table is refused
    page.controls.reset.click()
    assert page.join(SECONDS)
    assert page.state == JointTableState()
    assert editor.value == page.state.table

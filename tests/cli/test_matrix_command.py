"""The matrix on the command line: rows, warnings and tests of each pair, screening, files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mist_explore.cli import main
from mist_explore.estimate import Estimate
from mist_explore.estimators import GaussianCopula
from mist_explore.sample import Sample

COPULA = ("--estimator", "gaussian-copula")

Output = pytest.CaptureFixture[str]


def printed(output: Output, *arguments: object) -> str:
    """The output of the command with a fast estimator."""
    assert main(["matrix", *map(str, arguments), *COPULA]) == 0
    return output.readouterr().out


def test_the_matrix_keeps_rows_warnings_and_tests_with_each_pair(
    tmp_path: Path, capsys: Output
) -> None:
    x = np.random.default_rng(0).normal(size=(3, 90))
    table = {"a": x[0], "b": x[0] + x[1], "c": x[2], "inch": x[0] / 2.54, "row": np.arange(90)}
    path = tmp_path / "data.csv"
    frame = pd.DataFrame(table)
    frame.loc[:9, "b"] = np.nan
    frame.to_csv(path, index=False)
    text = printed(capsys, path, "--fdr")
    first, *rest = text.splitlines()
    assert first.startswith("a, b ")
    assert "n = 80  adjusted p = 0." in first
    doubtful = rest.index("Pairs with an artefact or a warning:")
    assert "artefact: inch is a copy of a, up to unit, sign and rounding" in text
    assert "a, inch" in rest[doubtful + 1]
    assert "note: 999 permutations: p-values from 0.001, adjusted from 0.01" in text
    content = json.loads(printed(capsys, path, "--fdr", "0.1", "--json"))
    assert content["fdr"] == 0.1
    pair = content["pairs"][0]
    assert (pair["one"], pair["other"], pair["rows"]) == ("a", "b", 80)
    assert pair["p_value"] <= pair["p_adjusted"] <= 0.1
    assert {"warnings", "notes", "artefact", "share_of_entropy"} <= pair.keys()


def test_the_matrix_is_screened_for_its_highest_pairs_and_shows_it(
    tmp_path: Path, capsys: Output
) -> None:
    values = np.random.default_rng(0).normal(size=(60, 9))
    values[:, 8] += 2 * values[:, 3]
    path = tmp_path / "wide.csv"
    pd.DataFrame(values, columns=[f"c{i}" for i in range(9)]).to_csv(path, index=False)
    options = ("--target", "c8", "--top", "2")
    text = printed(capsys, path, *options)
    assert text.startswith("c3, c8 ")
    assert "6 pairs have a screening value alone" in text
    assert "note: 8 pairs were screened by their mutual information between bins" in text
    content = json.loads(printed(capsys, path, "--json", *options))
    assert (len(content["pairs"]), len(content["screened"])) == (2, 6)
    whole = json.loads(printed(capsys, path, "--json", "--top", "0"))
    assert len(whole["pairs"]) == 36


@pytest.mark.parametrize("ending", ["csv", "parquet", "html"])
def test_the_pairs_or_their_figure_are_written(tmp_path: Path, capsys: Output, ending: str) -> None:
    out = tmp_path / f"pairs.{ending}"
    printed(capsys, "penguins", "--out", out, "--fdr")
    if ending == "html":
        assert "plotly" in out.read_text(encoding="utf-8")
        return
    read = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    assert len(read) == 28
    assert read["p_adjusted"].notna().all()


def test_ctrl_c_prints_the_pairs_that_are_done(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, count = GaussianCopula.estimate_sample, iter(range(100))

    def interrupted(self: GaussianCopula, sample: Sample) -> Estimate:
        if next(count) == 20:
            raise KeyboardInterrupt
        return whole(self, sample)

    monkeypatch.setattr(GaussianCopula, "estimate_sample", interrupted)
    text = printed(capsys, "penguins")
    assert "note: stopped after" in text
    assert 0 < text.count(" nats") < 28


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--out", "pairs.txt"), "a file that ends in .csv, .parquet, .html; got pairs.txt"),
        (
            ("--out", "absent/pairs.csv"),
            "a folder that exists for absent/pairs.csv; there is no absent",
        ),
        (("--target", "colour"), "expected a target among species, island, .*; got 'colour'"),
        (("--fdr", "2"), r"expected a number in \(0, 1\), as 0.9; got '2'"),
    ],
)
def test_bad_options_get_one_line(capsys: Output, options: tuple[str, ...], line: str) -> None:
    assert main(["matrix", "penguins", *COPULA, *options]) == 2
    assert re.search(line, capsys.readouterr().err)

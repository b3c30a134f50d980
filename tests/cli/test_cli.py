"""The command line: answers on real tables, and one line with exit code 2 for bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import ANY

import numpy as np
import openpyxl
import pytest
from sklearn import datasets

import mist_explore as mx
from mist_explore import __version__
from mist_explore.cli import COMMANDS, main
from mist_explore.estimators import FAST, GaussianCopula
from mist_explore.evaluation import SUITES, MTest, read_result_table
from mist_explore.explorer.your_data import DataState, Upload, opened, result
from mist_explore.network import NetworkConfig
from mist_explore.server.settings import PUBLIC, Settings
from mist_explore.tables import read_table
from mist_explore.training import Recipe

KEYS = [
    "median", "interval", "level", "units", "n_samples", "dim_x", "dim_y", "model", "warnings",
]  # fmt: skip
COPULA = ("--estimator", "gaussian-copula")

Output = pytest.CaptureFixture[str]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text(
        "a,b,c,flat,text,gap,infinite\n"
        "1,2.5,7,5,1,1,1\n2,1.5,8,5,2,,2\n3,4,9,5,three,3,inf\n4,3,2,5,4,4,4\n5,6,1,5,5,,5\n"
    )
    return path


@pytest.fixture(scope="module")
def real_tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("real")
    paths = {}
    for name in ("diabetes", "iris", "wine"):
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        paths[name] = folder / f"{name}.csv"
        frame.to_csv(paths[name], index=False)
    return paths


def bad(output: Output, *arguments: object) -> str:
    """The one line about bad input."""
    assert main([str(argument) for argument in arguments]) == 2
    printed = output.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("mist-explore: ")
    assert printed.err.count("\n") == 1
    return printed.err


def good(output: Output, *arguments: object) -> str:
    assert main([str(argument) for argument in arguments]) == 0
    return output.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str, capsys: Output) -> None:
    assert f"  mist-explore {command}" in good(capsys, command, "--help")


def test_help_lists_every_command(capsys: Output) -> None:
    text = good(capsys, "--help")
    assert all(f"\n│ {command} " in text for command in COMMANDS)


@pytest.mark.parametrize(
    ("name", "x", "y", "shape"),
    [
        ("diabetes", "bmi,bp,s5", "target", (442, 3, 1)),
        ("iris", "sepal length (cm),sepal width (cm)", "petal*", (150, 2, 2)),
        ("wine", "alcohol", "proline", (178, 1, 1)),
    ],
)
@pytest.mark.parametrize("estimator", ["gaussian-copula", "mist-qr"])
def test_real_tables_get_an_estimate(
    name: str,
    x: str,
    y: str,
    shape: tuple[int, int, int],
    estimator: str,
    real_tables: dict[str, Path],
    capsys: Output,
) -> None:
    arguments = ["estimate", real_tables[name], "--x", x, "--y", y, "--estimator", estimator]
    content = json.loads(good(capsys, *arguments, "--json"))
    assert [key for key in content if key not in {"notes", "explanation"}] == KEYS
    assert (content["n_samples"], content["dim_x"], content["dim_y"]) == shape
    assert (content["model"], content["level"], content["units"]) == (estimator, 0.9, "nats")
    assert 0.05 < content["median"] < 2
    if estimator == "gaussian-copula":
        assert content["interval"] is None
    else:
        low, high = content["interval"]
        assert 0 < low < content["median"] < high
        wider = json.loads(good(capsys, *arguments, "--json", "--level", "0.95"))["interval"]
        assert wider[0] < low < high < wider[1]
    text = good(capsys, *arguments)
    assert f"mutual information {content['median']:.4g} nats" in text
    bits = json.loads(good(capsys, *arguments, "--json", "--units", "bits"))
    assert bits["median"] == pytest.approx(content["median"] / np.log(2))


def test_an_interval_goes_around_an_estimator_that_has_none(
    real_tables: dict[str, Path], capsys: Output
) -> None:
    arguments = ["estimate", real_tables["diabetes"], "--x", "bmi", "--y", "target"]
    arguments += ["--estimator", "ksg"]
    without = json.loads(good(capsys, *arguments, "--json"))
    content = json.loads(good(capsys, *arguments, "--bootstrap", 39, "--json"))
    low, high = content["interval"]
    assert low < content["median"] == without["median"] < high
    assert content["model"] == "bootstrap-ksg"
    assert "at least 19 resamples" in bad(capsys, *arguments, "--bootstrap", 9)


def test_compare_prints_a_line_for_each_estimator(
    real_tables: dict[str, Path], capsys: Output
) -> None:
    arguments = ["compare", real_tables["diabetes"], "--x", "bmi,bp", "--y", "target"]
    text = good(capsys, *arguments)
    assert text.startswith("442 rows, 2 + 1 columns\nestimator ")
    lines = [line for line in text.splitlines()[2:] if not line.startswith("note: ")]
    assert [line.split()[0] for line in lines] == list(FAST)
    assert "expected one column each of X and Y for a histogram; got 2 and 1" in text
    wider = good(
        capsys, *arguments, "--level", "0.98", "--units", "bits", "--estimators", "mist-qr"
    )
    assert wider.splitlines()[1].split()[:5] == ["estimator", "bits", "98", "%", "interval"]


def test_compare_gives_all_in_json(real_tables: dict[str, Path], capsys: Output) -> None:
    arguments = ["compare", real_tables["iris"], "--x", "petal*", "--y", "sepal width (cm)"]
    arguments += ["--estimators", "mixed-ksg,mist-qr,kernel-density", "--bootstrap", 19, "--json"]
    content = json.loads(good(capsys, *arguments))
    assert [content[k] for k in ("level", "units", "n_samples", "dim_x", "dim_y")] == [
        *(0.9, "nats", 150, 2, 1)
    ]
    resampled, learned, refused = content["answers"]
    assert [a["estimator"] for a in content["answers"]] == [
        *("bootstrap-mixed-ksg", "mist-qr", "kernel-density")
    ]
    for answer in (resampled, learned):
        assert answer["interval"][0] < answer["median"] < answer["interval"][1]
        assert answer["error"] is None
        assert answer["seconds"] > 0
    assert (refused["median"], refused["interval"]) == (None, None)
    assert refused["error"].startswith("expected one column each of X and Y")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--estimators", "ksg,kraskov"), "expected an estimator among"),
        (("--estimators", ""), "expected at least one estimator; got none"),
        (("--bootstrap", "5"), "expected at least 19 resamples"),
        (("--bootstrap", "19", "--level", "0.95"), "an interval level of at most 0.9; got 0.95"),
        (("--y", "flat"), "expected a column of Y that varies; flat is constant"),
        (("--y", "words"), "in column 'words'; got 12 different texts in 12 rows: choose another"),
    ],
)
def test_impossible_comparisons_get_one_line(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: Output
) -> None:
    path = tmp_path / "data.csv"
    rows = [f"{i},{i % 5 + i / 9},5,row number {i}" for i in range(1, 13)]
    path.write_text("\n".join(["a,b,flat,words", *rows]))
    assert message in bad(capsys, "compare", path, "--x", "a", "--y", "b", *arguments)


def test_the_default_estimator_prints_an_interval(
    real_tables: dict[str, Path], capsys: Output
) -> None:
    text = good(capsys, "estimate", real_tables["diabetes"], "--x", "bmi", "--y", "target")
    assert "90 % interval" in text
    assert "mist-qr on 442 rows, 1 + 1 columns" in text


def test_a_constant_column_among_others_is_dropped_with_a_warning(
    table: Path, capsys: Output
) -> None:
    with_flat = good(capsys, "estimate", table, "--x", "a,flat", "--y", "b", *COPULA)
    without = good(capsys, "estimate", table, "--x", "a", "--y", "b", *COPULA)
    assert "note: flat: never varies in these rows and is left out" in with_flat
    assert with_flat.splitlines()[:2] == without.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--x", "a", "--y", "lat"), "did you mean 'flat'? it has a, b, c, flat, text, gap"),
        (("--x", "zz", "--y", "b"), "no column 'zz' in"),
        (("--x", "a,text", "--y", "b"), "in column 'text'; got 5 different texts in 5 rows"),
        (("--x", "gap", "--y", "b"), "got 3 of 5: choose other columns, or fill gaps with"),
        (("--x", "flat", "--y", "b"), "expected a column of X that varies"),
        (("--x", "a", "--y", "flat"), "expected a column of Y that varies"),
        (("--x", "a", "--y", "b", "--categorical", "z"), "expected categories among the columns a"),
        (("--x", "a,b", "--y", "b"), "got 'b' in x and in y"),
        (("--x", "", "--y", "b"), "expected at least one column for x; got none"),
        (
            ("--x", "a", "--y", "b", "--level", "1.2"),
            "expected a number in (0, 1), as 0.9; got '1.2'",
        ),
        (("--x", "a", "--y", "b", "--level", "0"), "expected a number in (0, 1), as 0.9; got '0'"),
        (("--x", "a", "--y", "b", "--level", "most"), "got 'most'"),
        (
            ("--x", "a", "--y", "b", "--units", "trits"),
            '"trits" for --units. Choose from',
        ),
        (("--x", "a", "--y", "b", "--estimator", "kraskov"), "expected an estimator among"),
        (("--x", "a"), "parameter --y requires an argument (see `mist-explore estimate --help`)"),
        (("--x", "a", "--y", "b", "--lvl", "1"), "Unknown option: --lvl. Did you mean --level?"),
    ],
)
def test_bad_choices_get_one_line(
    arguments: tuple[str, ...], message: str, table: Path, capsys: Output
) -> None:
    default = () if "--estimator" in arguments else COPULA
    assert message in bad(capsys, "estimate", table, *arguments, *default)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.csv", None, "no such file: "),
        ("data.doc", b"a,b\n", "expected a file that ends in .csv, .tsv, .tab, .txt, .dat, .asc"),
        ("data.xls", b"a,b\n", "got '"),
        ("data.csv", b"a,b\n1,2\n3,4\n1,2,3\n", "expected 2 values in each row; got 3 in line 4"),
        ("data.csv", b"", "data.csv is empty"),
        ("data.csv", b"a,b\n1,2\n2,3\n3,1\n", "expected at least 4 rows without a gap in the ch"),
        ("data.parquet", b"a,b\n", "could not read "),
        ("data.npz", b"a,b\n", "it is not an NPZ archive"),
    ],
)
def test_bad_files_get_one_line(
    name: str, content: bytes | None, message: str, tmp_path: Path, capsys: Output
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert message in bad(capsys, "estimate", path, "--x", "a", "--y", "b", *COPULA)


ODD_FILE = (
    "# measured in May\nGröße;Modus;Gewicht;Notiz;Nr\n"
    + "".join(
        f"1,{50 + i % 37};{i % 4 + 1};{i}.{100 + i};Zeile {i} sagt;{i + 1}\n" for i in range(80)
    )
).encode("cp1252")


def test_an_odd_file_gets_the_same_notes_everywhere(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(ODD_FILE)
    ready = mx.prepare(mx.read_table(path), ["Größe"], ["Gewicht"])
    columns = ("--x", "Größe", "--y", "Gewicht", "--json")
    reply = json.loads(good(capsys, "estimate", path, *columns, *COPULA))
    order = "rows are sorted by Gewicht: their order is not used"
    assert reply["notes"] == [*ready.notes, order]
    compared = json.loads(
        good(capsys, "compare", path, *columns, "--estimators", "gaussian-copula")
    )
    assert compared["notes"] == list(ready.notes)
    table = opened(Upload("odd.csv", ODD_FILE))
    page = result(DataState("odd.csv", ("Größe",), ("Gewicht",), permutations=19), table)
    assert page.prepared.notes == ready.notes
    assert reply["median"] == compared["answers"][0]["median"]
    text = " ".join(ready.notes)
    for part in ("Windows-1252", "measured in May", "semicolons", "decimal commas"):
        assert part in text
    pairs = json.loads(good(capsys, "matrix", path, "--json", *COPULA))
    assert pairs["left_out"] == [{"column": "Notiz", "reason": "free text: 80 different texts"}]
    assert set(pairs["notes"]) <= {*mx.read_table(path).notes, *ready.notes}
    plain = good(capsys, "matrix", path, *COPULA)
    assert "left out: Notiz (free text: 80 different texts)" in plain


def test_categories_and_gaps_are_declared_on_the_command_line(
    tmp_path: Path, capsys: Output
) -> None:
    path = tmp_path / "codes.csv"
    lines = [f"{i % 4},{-999 if i % 9 == 0 else i % 4 + i / 100}" for i in range(90)]
    path.write_text("\n".join(["mode,y", *lines]))
    columns = ("--x", "mode", "--y", "y", "--json", *COPULA)
    undeclared = json.loads(good(capsys, "estimate", path, *columns))
    assert any("--categorical mode" in note for note in undeclared["notes"])
    assert any("--gap-values=-999" in note for note in undeclared["notes"])
    options = ("--categorical", "mode", "--gap-values=-999")
    declared = json.loads(good(capsys, "estimate", path, *columns, *options))
    assert (declared["dim_x"], declared["n_samples"]) == (4, 80)
    matrix = json.loads(good(capsys, "matrix", path, "--json", *COPULA, *options))
    assert matrix["pairs"][0]["rows"] == 80


def test_a_sheet_and_a_row_of_names_are_chosen(tmp_path: Path, capsys: Output) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("first", "second"):
        sheet = book.create_sheet(name)
        for i in range(9):
            sheet.append([i + 0.5, i % 4])
    path = tmp_path / "book.xlsx"
    book.save(path)
    columns = ("--x", "column 1", "--y", "column 2", "--json", *COPULA)
    reply = json.loads(good(capsys, "estimate", path, *columns, "--sheet", "second"))
    assert reply["n_samples"] == 9
    assert reply["notes"][0].startswith("sheet 'second' of first, second")
    named = ("--x", "0.5", "--y", "0", "--header", "yes", "--json", *COPULA)
    assert json.loads(good(capsys, "estimate", path, *named))["n_samples"] == 8


def test_different_numbers_of_rows_get_one_line(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, a=np.arange(9.0), b=np.arange(8.0))
    line = bad(capsys, "estimate", path, "--x", "a", "--y", "b", *COPULA)
    assert "expected columns with the same number of rows; got 9 in 'a', 8 in 'b'" in line


def test_a_level_beyond_the_grid_gets_one_line(
    real_tables: dict[str, Path], capsys: Output
) -> None:
    columns = ("--x", "bmi", "--y", "target", "--level", "0.999")
    line = bad(capsys, "estimate", real_tables["diabetes"], *columns)
    assert "expected an interval level of at most 0.99; got 0.999" in line


def test_errors_of_ours_are_not_taken_for_bad_input(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: GaussianCopula, sample: object) -> None:
        raise TypeError("ours")

    monkeypatch.setattr(GaussianCopula, "estimate_sample", broken)
    with pytest.raises(TypeError, match="ours"):
        main(["estimate", str(table), "--x", "a", "--y", "b", *COPULA])


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".npz"])
def test_a_sample_is_the_one_that_python_draws(ending: str, tmp_path: Path, capsys: Output) -> None:
    import mist_explore as mx

    path = tmp_path / f"sample{ending}"
    distribution = ("--family", "student-2pair", "--param", "df=4", "--param", "strength=0.8")
    shape = ("--n-samples", 50, "--dim-x", 3, "--dim-y", 2, "--seed", 7)
    text = good(
        capsys,
        "sample",
        *distribution,
        *shape,
        "--transform",
        "linear",
        "--transform-seed",
        2,
        "--out",
        path,
    )
    expected = mx.FAMILIES["student-2pair"].distribution(3, 2, df=4.0, strength=0.8)
    drawn = mx.distribution(expected, transform="linear", transform_seed=2).sample(50, seed=7)
    written = read_table(path).sample(["x*"], ["y*"])
    np.testing.assert_array_equal(written.x, drawn.x)
    np.testing.assert_array_equal(written.y, drawn.y)
    assert f"mutual information {float(expected.mutual_information):.6g} nats" in text


def test_sample_lists_families_parameters_and_transforms(capsys: Output) -> None:
    import mist_explore as mx

    text = good(capsys, "sample", "--list")
    parameters = {p.name for family in mx.FAMILIES.values() for p in family.parameters}
    assert all(name in text for name in {*mx.FAMILIES, *mx.TRANSFORMS, *parameters})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected --out FILE, or --list"),
        (("--out", "a.xlsx"), "ends in .csv, .parquet, .npz; got 'a.xlsx'"),
        (("--out", "a.csv", "--family", "cauchy"), "expected a family among normal-dense, "),
        (("--out", "a.csv", "--transform", "fold"), "expected a transform among base, "),
        (("--out", "a.csv", "--transform", "spiral"), "spiral does not fit Y"),
        (("--out", "a.csv", "--param", "rho=0.5"), "expected parameters of normal-dense among"),
        (("--out", "a.csv", "--param", "correlation=2"), "expected correlation to be a number"),
        (("--out", "a.csv", "--param", "correlation"), "expected NAME=NUMBER, as strength=1.5"),
        (("--out", "a.csv", "--n-samples", "3"), "expected at least 4 rows; got 3"),
        (("--out", "a.csv", "--n-samples", "ten"), "expected a whole number; got 'ten'"),
        (("--out", "a.csv", "--seed", "-1"), "expected a whole number; got '-1'"),
        (("--out", "a.csv", "--dim-x", "0"), "at least one column each of X and Y"),
        (("--out", "absent/a.csv"), "absent"),
    ],
)
def test_impossible_samples_get_one_line(
    arguments: tuple[str, ...], message: str, capsys: Output, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert message in bad(capsys, "sample", *arguments)
    assert list(tmp_path.iterdir()) == []


def test_evaluate_writes_its_report_and_the_table_of_a_page(tmp_path: Path, capsys: Output) -> None:
    page, out = tmp_path / "README.md", tmp_path / "results" / "bmi.json"
    page.write_text("# Ours\n<!-- bmi-40:gaussian-copula -->\n<!-- /bmi-40:gaussian-copula -->\n")
    arguments = ("evaluate", "--suite", "bmi-40", "--n-samples", 50, *COPULA, "--out", out)
    table = good(capsys, *arguments, "--markdown", page)
    content = json.loads(out.read_text())
    assert content["provenance"]["command"].startswith("mist-explore evaluate --suite bmi-40")
    assert content["provenance"]["mist-explore"] == __version__
    assert len(content["rows"]) == 40
    assert {row["n_samples"] for row in content["rows"]} == {50}
    assert page.read_text(encoding="utf-8").startswith("# Ours\n<!-- bmi-40:gaussian-copula -->\n|")
    assert table.strip() in page.read_text(encoding="utf-8")
    assert list(out.parent.iterdir()) == [out]


def test_evaluate_holds_several_estimators_to_the_first(tmp_path: Path, capsys: Output) -> None:
    page, out, cache = tmp_path / "README.md", tmp_path / "comparison.json", tmp_path / "cache"
    page.write_text(
        "<!-- bmi-40:gaussian,ksg,histogram -->\n<!-- /bmi-40:gaussian,ksg,histogram -->"
    )
    suite = ("--suite", "bmi-40", "--n-samples", 50, "--estimator", "gaussian,ksg,histogram")
    arguments = ("evaluate", *suite, "--cache", cache, "--out", out, "--markdown", page)
    table = good(capsys, *arguments)
    content = json.loads(out.read_text())
    gaussian, ksg, histogram = content["scores"]
    assert (gaussian["excess"], content["baseline"]) == (None, "gaussian")
    assert ksg["excess"]["mean"] == pytest.approx(
        ksg["error"]["mean"] - gaussian["error"]["mean"], abs=1e-5
    )
    assert (histogram["n_datasets"], histogram["of"]) == (9, 40)
    assert len(content["datasets"]) == 40
    assert table.strip() in page.read_text(encoding="utf-8")
    assert len(list(cache.iterdir())) == 3
    parquet = out.with_suffix(".parquet")
    again = good(capsys, *arguments[:-3], parquet)
    assert again.partition(" Made by")[0] == table.partition(" Made by")[0]
    assert read_result_table(parquet).groupby("estimator").size().to_dict() == {
        "gaussian": 40,
        "histogram": 9,
        "ksg": 40,
    }
    assert good(capsys, *arguments) == table


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--suite", "bmi", "--out", "a.json"), "expected a suite among m-test, bmi-40, shift"),
        (
            ("--suite", "bmi-40", "--out", "a.xml"),
            "expected --out to end in .json, .csv, .md, .parquet",
        ),
        (
            ("--suite", "m-test", "--out", "a.md", "--n-samples", "9"),
            "expected no --n-samples with",
        ),
        (("--suite", "bmi-40", "--out", "a.md", "--n-samples", "2"), "expected at least 4 rows"),
        (("--suite", "m-test", "--out", "a.md", "--replicates", "0"), "at least one replicate"),
        (("--suite", "bmi-40", "--out", "a.md", "--markdown", "none.md"), "none.md: No such file"),
        (("--suite", "bmi-40", "--out", "a.md", "--markdown", "page.md"), "expected the markers"),
    ],
)
def test_impossible_evaluations_get_one_line(
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text("no markers")
    assert message in bad(capsys, "evaluate", *arguments, *COPULA)
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


@pytest.mark.parametrize(
    ("names", "out", "message"),
    [
        ("ksg,gaussian", "a.csv", "expected --out to end in .json, .md, .parquet; got a.csv"),
        ("ksg,ksg", "a.md", "expected estimators of different names; got ksg, ksg"),
    ],
)
def test_impossible_benchmarks_get_one_line(
    names: str,
    out: str,
    message: str,
    tmp_path: Path,
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ("--suite", "m-test", "--estimator", names, "--out", out)
    assert message in bad(capsys, "evaluate", *arguments)
    assert not list(tmp_path.iterdir())


@dataclass(frozen=True)
class Few(MTest):
    sample_sizes: tuple[int, ...] = (12,)


def test_an_estimator_that_takes_no_dataset_is_reported(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SUITES, "m-test", Few)
    out = tmp_path / "a.md"
    assert main(["evaluate", "--suite", "m-test", "--estimator", "histogram", "--out", str(out)])
    expected = "expected estimators that take a dataset of m-test; histogram took none: expected"
    assert expected in capsys.readouterr().err
    assert not out.exists()


def test_models_names_every_estimator_with_its_training(capsys: Output) -> None:
    text = good(capsys, "models")
    assert "mist-qr\n  network of " in text
    assert "trained for " in text
    assert "gaussian-copula\n  " in text


def test_train_pauses_goes_on_and_is_estimated_with(
    tmp_path: Path, table: Path, capsys: Output
) -> None:
    recipe, out = tmp_path / "recipe.json", tmp_path / "mine"
    network = NetworkConfig(width=8, row_width=4, heads=1, blocks=1)
    recipe.write_text(Recipe(network=network, batch_size=2, max_cells=500).to_json())
    arguments = ("train", "--out", out, "--recipe", recipe, "--steps", 3, "--seed", 4)
    first = good(capsys, *arguments, "--max-minutes", 0)
    assert first.startswith("step 1 of 3, ")
    assert "paused: the same command goes on" in first
    second = good(capsys, *arguments)
    assert second.startswith("step 3 of 3, ")
    assert f"{out} is trained" in second
    text = good(capsys, "estimate", table, "--x", "a", "--y", "b", "--estimator", out)
    assert "mine on 5 rows, 1 + 1 columns" in text
    results = tmp_path / "results.parquet"
    compared = ("--estimator", f"{out},gaussian", "--out", results)
    good(capsys, "evaluate", "--suite", out, *compared)
    assert set(read_result_table(results)["estimator"]) == {"mine", "gaussian"}
    assert "expected no --thin with" in bad(
        capsys, "evaluate", "--suite", out, *compared, "--thin", 2
    )
    other = tmp_path / "other"
    good(capsys, "train", "--out", other, "--recipe", recipe, "--steps", 1, "--start", out)
    assert json.loads((other / "config.json").read_text())["training"]["began_from"] == {
        "name": "mine",
        "sha256": json.loads((out / "config.json").read_text())["sha256"],
        "steps": 3,
        "datasets": ANY,
        "minutes": ANY,
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, ", or a file; got "),
        ("{", "recipe.json as a recipe: Expecting property name"),
        ('{"stepz": 1}', "recipe.json as a recipe: expected keys of Recipe among"),
        ('{"steps": 0}', "recipe.json as a recipe: expected a positive steps; got 0"),
    ],
)
def test_impossible_recipes_get_one_line(
    content: str | None, message: str, tmp_path: Path, capsys: Output
) -> None:
    recipe = tmp_path / "recipe.json"
    if content is not None:
        recipe.write_text(content)
    assert message in bad(capsys, "train", "--out", tmp_path / "mine", "--recipe", recipe)


def test_app_serves_as_the_options_and_the_environment_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[tuple[Settings, bool, int]] = []

    def serve(settings: Settings, open_browser: bool, n_preheated: int) -> int:
        calls.append((settings, open_browser, n_preheated))
        return 0

    monkeypatch.setattr("mist_explore.server.serving.serve", serve)
    monkeypatch.setenv("MIST_EXPLORE_IDLE_MINUTES", "3")
    assert main(["app", "--port", "9000", "--no-browser"]) == 0
    assert main(["app", "--public", "--max-kernels", "7", "--preheat", "2"]) == 0
    own = Settings(port=9000, idle_minutes=3)
    strangers = Settings.chosen(public=True, max_kernels=7)
    assert calls == [(own, False, 1), (strangers, False, 2)]
    assert strangers.idle_minutes == 3
    assert strangers.upload_mb == PUBLIC["upload_mb"]


def test_the_installed_command_exits_with_2_and_no_traceback(table: Path) -> None:
    command = [str(Path(sys.executable).with_name("mist-explore")), "estimate", str(table), *COPULA]
    run = subprocess.run(
        [*command, "--x", "a", "--y", "text"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(
        "mist-explore: expected numbers, dates or at most 50 categories in "
    )
    assert run.stderr.count("\n") == 1

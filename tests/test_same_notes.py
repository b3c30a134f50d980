"""The same odd file has the same notes in Python, on the command line and on the page."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from mist_explore.cli import main
from mist_explore.explorer.your_data import DataState, Upload, opened, result
from mist_explore.explorer.your_data.views import notes_html
from mist_explore.preparation import left_out, prepare
from mist_explore.tables import read_table

RNG = np.random.default_rng(0)
N = 60
A, B = RNG.normal(20, 5, N).round(2), RNG.normal(0, 1, N).round(3)
KIND = RNG.choice(["red", "blue", "green"], N)


def lines(names: str, rows: Iterable[object]) -> str:
    return "\n".join([names, *map(str, rows)]) + "\n"


def comma(value: float, places: int = 2) -> str:
    return f"{value:,.{places}f}".translate({ord(","): ".", ord("."): ","})


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Report"], [], ["a", "b"], *zip(A.tolist(), map(comma, B), strict=True)):
        sheet.append(list(row))
    book.create_sheet("other").append(["q"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def columnar() -> bytes:
    buffer = io.BytesIO()
    ragged = pd.Series([[0] * (i % 3) for i in range(N)], dtype=object)
    lasted = pd.to_timedelta(B + 9, unit="h")
    frame = pd.DataFrame({"a": A, "b": lasted, "k": pd.Categorical(KIND), "ragged": ragged})
    frame.to_parquet(buffer)
    return buffer.getvalue()


@dataclass(frozen=True)
class Odd:
    """A file, its two columns, the treatment of `prepare`, and what its notes must name."""

    content: str | bytes
    notes: tuple[str, ...] = ()
    x: tuple[str, ...] = ("a",)
    y: tuple[str, ...] = ("b",)
    name: str = "odd.csv"
    options: dict[str, Any] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """The content of the file."""
        return self.content.encode() if isinstance(self.content, str) else self.content


def two(a: Iterable[object] = A, b: Iterable[object] = B, separator: str = ",") -> str:
    pairs = zip(a, b, strict=True)
    return lines(f"a{separator}b", (f"{x}{separator}{y}" for x, y in pairs))


SENTINELS = np.where(np.arange(N) % 9 == 0, -999, A)
RAIN = np.where(np.arange(N) % 3 == 0, 0, A)
DATES = pd.date_range("2024-01-05", periods=N, freq="3D")
CODES = np.arange(N) % 4

ODD: dict[str, Odd] = {
    "decimal commas": Odd(two(map(comma, A), map(comma, B), ";"), ("decimal commas", "semicolon")),
    "byte-order mark": Odd(b"\xef\xbb\xbfsep=;\n" + two(separator=";").encode(), ("semicolons",)),
    "cp1252": Odd(two().replace("a,", "größe,").encode("cp1252"), ("Windows-1252",), ("größe",)),
    "utf-16": Odd(two(separator="\t").encode("utf-16"), ("UTF-16", "tabs")),
    "no names": Odd(two()[4:], ("looks like values",), ("column 1",), ("column 2",)),
    "title": Odd("# measured in May\nReport\n" + two(), ("2 lines above the names",)),
    "counts above": Odd(f"{N},1\n" + two()[4:], ("1 line above",), ("column 1",), ("column 2",)),
    "row labels": Odd(
        lines('"a" "b"', (f'"{i + 1}" {a} {b}' for i, (a, b) in enumerate(zip(A, B, strict=True)))),
        ("labels of the rows, as R writes them",),
        name="odd.txt",
    ),
    "compressed": Odd(gzip.compress(two(separator="|").encode()), ("vertical bars",),
                      name="odd.csv.gz"),
    "sentinel": Odd(two(SENTINELS), ("--gap-values=-999",)),
    "gap value": Odd(two(SENTINELS), ("-999 in 7 rows is a gap", "7 of 60 rows have a gap"),
                     options={"gap_values": (-999.0,)}),
    "filled": Odd(two(np.where(RAIN, A, np.nan)), ("20 gaps were filled with the median",),
                  options={"missing": "median"}),
    "currency": Odd(two([f"€ {v}" for v in A]), ("numbers with €",)),
    "thousands": Odd(two([f"{v:.0f},{v * 9:03.0f}" for v in A], B, ";"), ("another decimal mark",)),
    "percent": Odd(two([f"{v} %" if v > 20 else v for v in A]), ("% are divided by 100",)),
    "day first": Odd(two(DATES.strftime("%d/%m/%Y")), ("day/month/year", "days since 2024-01-05")),
    "ambiguous dates": Odd(
        two([f"0{1 + i % 9}/0{1 + i % 7}/2024" for i in range(N)]), ("fits as well",)
    ),
    "clock times": Odd(two(DATES.strftime("%d:30")), ("clock times became hours",)),
    "repeated rows": Odd(two([*A[:40], *A[:20]], [*B[:40], *B[:20]]), ("20 of 60 rows repeat",)),
    "copy": Odd(
        lines("a,f,b", (f"{a},{32 + 1.8 * a:.3f},{b}" for a, b in zip(A, B, strict=True))),
        ("f: a copy of a, up to unit and sign",),
        x=("a", "f"),
    ),
    "none is a category": Odd(
        two(np.where(CODES == 0, "None", KIND)), ("'None' in 15 rows is read as a category",)
    ),
    "NA is a gap": Odd(two(["NA", *KIND[1:]]), ("'NA' in 1 row is read as a gap", "has a gap")),
    "stray text": Odd(two(["n.d.", *A[1:]]), ("text such as 'n.d.' counts as a gap",)),
    "spellings": Odd(two(np.where(CODES == 0, "Red", KIND)), ("differ only by case or blanks",)),
    "leading zeros": Odd(
        two([f"0{c}067" for c in CODES]), ("leading zeros stay text", "4 categories")
    ),
    "codes": Odd(two(CODES), ("perhaps categories", "--categorical a")),
    "declared codes": Odd(two(CODES), ("4 categories",), options={"categories": ("a",)}),
    "clump": Odd(two(RAIN), ("33% of the rows hold 0, the smallest value",)),
    "constant": Odd(
        lines("a,c,b", (f"{a},1,{b}" for a, b in zip(A, B, strict=True))),
        ("c: never varies in these rows and is left out",),
        x=("a", "c"),
        omitted=("c",),
    ),
    "left out": Odd(
        lines("a,b,id,note", (f"{a},{b},{i * 7 + 3},a text {i} in words"
                              for i, (a, b) in enumerate(zip(A, B, strict=True)))),
        omitted=("id", "note"),
    ),
    "row counter": Odd(two(range(1, N + 1)), ()),
    "workbook": Odd(workbook(), ("sheet 'Sheet' of", "above the names", "decimal commas"),
                    name="odd.xlsx"),
    "Parquet": Odd(columnar(), ("3 categories",), x=("k",), name="odd.parquet",
                   omitted=("ragged",)),
}  # fmt: skip


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    assert main([str(argument) for argument in arguments]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("kind", ODD)
def test_python_command_and_page_give_the_same_notes(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = ODD[kind]
    path = tmp_path / odd.name
    path.write_bytes(odd.data)
    table = read_table(path)
    ready = prepare(table, odd.x, odd.y, **odd.options)
    text = "\n".join(ready.notes)
    for part in odd.notes:
        assert part in text
    assert set(left_out(table)) == set(odd.omitted)

    options = [f"--{k}={v}" for k, v in odd.options.items() if k == "missing"]
    options += [f"--gap-values={v:g}" for v in odd.options.get("gap_values", ())]
    options += [f"--categorical={v}" for v in odd.options.get("categories", ())]
    sides = ("--x", ",".join(odd.x), "--y", ",".join(odd.y), "--json", *options)
    reply = printed(capsys, "estimate", path, *sides, "--estimator", "gaussian-copula")
    assert reply.get("notes", []) == list(ready.notes)
    assert (reply["n_samples"], reply["dim_x"], reply["dim_y"]) == shape(ready.sample)
    compared = printed(capsys, "compare", path, *sides, "--estimators", "gaussian-copula")
    assert compared.get("notes", []) == list(ready.notes)

    state = DataState(
        odd.name, odd.x, odd.y,
        missing=odd.options.get("missing", "drop"),
        gap_values=odd.options.get("gap_values", ()),
        categorical=odd.options.get("categories", ()),
        permutations=19,
    )  # fmt: skip
    uploaded = opened(Upload(odd.name, odd.data))
    page = result(state, uploaded)
    assert page.prepared.notes == ready.notes
    listed = unescape(notes_html(page))
    assert [listed.count(f"<li>{note}</li>") for note in ready.notes] == [1] * len(ready.notes)
    assert shape(page.prepared.sample) == shape(ready.sample)
    assert uploaded.left_out == left_out(table)
    pairs = printed(capsys, "matrix", path, "--json", *options, "--estimator", "gaussian-copula")
    assert {one["column"] for one in pairs["left_out"]} == set(odd.omitted)


def shape(sample: Any) -> tuple[int, int, int]:
    return sample.n_samples, sample.dim_x, sample.dim_y


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("odd.csv", b" \n", "is empty"),
    "ragged": ("odd.csv", b"a,b\n1,2\n3,4,5\n", "expected 2 values in each row; got 3 in line 3"),
    "format": ("odd.sav", b"$FL2", "write it as CSV, as with pandas.read_spss"),
    "damaged": ("odd.xlsx", b"PK\3\4", "expected an Excel workbook"),
    "encoding": ("odd.csv", b"\xff\xfea\0,\0b", "expected text in UTF-16"),
    "one column": ("odd.csv", b"a,note\n1,u v\n2,v w\n3,w x\n", "expected"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_python_command_and_page_refuse_alike(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, content, message = REFUSED[kind]
    path = tmp_path / name
    path.write_bytes(content)
    tries: tuple[Callable[[], object], ...] = (
        lambda: prepare(read_table(path), ["a"], ["note"]),
        lambda: opened(Upload(name, content)),
    )
    for one in tries:
        with pytest.raises(ValueError, match=re.escape(message)):
            one()
    assert main(["estimate", str(path), "--x", "a", "--y", "note"]) == 2
    assert message in capsys.readouterr().err

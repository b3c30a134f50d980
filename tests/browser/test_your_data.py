"""The data page as a person meets it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from playwright.sync_api import expect

from benchmarks.browser.visit import OpenPage, Visit
from mist_explore.explorer.tables import bundled


def test_a_table_gets_its_interval_and_a_bad_one_a_message(
    open_page: OpenPage, tmp_path: Path
) -> None:
    a, b, noise = np.random.default_rng(0).normal(size=(3, 120))
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    rows = [
        f"{x},{y},{z},w{i}" for i, (x, y, z) in enumerate(zip(a, b, a + b + noise, strict=True))
    ]
    good.write_text("\n".join(["height,age,weight,name", *rows]))
    bad.write_text("height,age\ntall,old\nsmall,young\nlarge,grey\n")

    seen = open_page("your_data")
    answer = seen.page.locator(".mist-numbers")
    expect(answer).to_contain_text(re.compile(r"90%: [0-9.]+ to [0-9.]+ nats"))
    largest = seen.page.evaluate("mistLargestUpload")
    seen.page.evaluate("mistLargestUpload = 0.001")
    seen.upload(good)
    refusal = seen.page.locator("#mist-too-large")
    expect(refusal).to_contain_text("Expected a file of at most 0.001 MB; good.csv has 0.0 MB")
    seen.page.evaluate(f"mistLargestUpload = {largest}")
    seen.upload(bad)
    expect(refusal).to_be_hidden()
    message = seen.page.locator(".mist [role=alert]").first
    expect(message).to_contain_text("expected at least two columns of numbers, dates")

    seen.upload(good)
    expect(message).to_be_hidden()
    options = seen.control("Columns of X").locator("option")
    expect(options).to_have_text(["height · number", "age · number", "weight · number"])
    before = answer.inner_text()
    seen.control("Columns of X").locator("select").select_option(index=1)
    expect(answer).not_to_have_text(before, use_inner_text=True)
    expect(seen.page.get_by_text("3 pairs.")).to_be_visible()
    seen.page.wait_for_function("location.search.includes('table=good.csv')")


DROP = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(content)], name));
  const target = document.querySelector(".mist-upload");
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer});
    const taken = !target.dispatchEvent(event);
    if (!taken) throw new Error(`${kind} was not taken`);
    const marked = document.querySelector(".mist").classList.contains("mist-dropping");
    if (marked !== (kind === "dragover")) throw new Error(`marked at ${kind}: ${marked}`);
  }
}"""


def dropped(seen: Visit, name: str, content: bytes) -> None:
    """Drop a file on the page, as from a file manager."""
    seen.page.evaluate(DROP, [name, list(content)])


def test_a_dropped_workbook_is_read_and_its_sheet_chosen(open_page: OpenPage) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, names in (("spring", ("height", "weight")), ("autumn", ("age", "dose"))):
        sheet = book.create_sheet(title)
        sheet.append(names)
        for i in range(60):
            sheet.append((i * 0.37 % 1, i * 0.59 % 1))
    file = io.BytesIO()
    book.save(file)
    seen = open_page("your_data")
    sheets, header = (
        seen.control("Sheet or table of the file"),
        seen.control("First row holds names"),
    )
    expect(sheets).to_be_hidden()
    expect(header).to_be_hidden()
    dropped(seen, "book.xlsx", file.getvalue())
    options = seen.control("Columns of X").locator("option")
    expect(options).to_have_text(["height · number", "weight · number"])
    expect(seen.page).to_have_url(re.compile(r"table=book\.xlsx"))
    sheets.locator("select").select_option("autumn")
    expect(options).to_have_text(["age · number", "dose · number"])
    expect(seen.page).to_have_url(re.compile("sheet=autumn"))
    header.locator("select").select_option("no, values")
    expect(options.first).to_have_text(re.compile(r"^column\s1"))

    dropped(seen, "notes.doc", b"no table")
    message = seen.page.locator(".mist [role=alert]").first
    expect(message).to_contain_text("expected a file that ends in .csv")
    dropped(seen, "good.csv", b"a,b\n" + b"".join(b"%d,%d\n" % (i, i % 7) for i in range(40)))
    expect(message).to_be_hidden()
    expect(sheets).to_be_hidden()


def test_all_pairs_are_tested_listed_and_taken_along(open_page: OpenPage, tmp_path: Path) -> None:
    seen = open_page("your_data")
    seen.control("Test all pairs").locator("select").select_option("5% false discoveries")
    expect(seen.page).to_have_url(re.compile("fdr=0.05"))
    seen.button("All pairs as a table").click()
    table = seen.page.get_by_role("region", name="All pairs of columns")
    expect(table.locator("tbody tr")).to_have_count(28)
    expect(table.get_by_text("adjusted p-value")).to_be_visible()
    expect(seen.page.get_by_text("999 permutations: p-values from 0.001")).to_be_visible()
    expect(seen.page.get_by_text("28 pairs.", exact=True)).to_be_visible()
    squares = seen.control("Squares of the matrix").locator("select")
    squares.select_option("share of the smaller entropy")
    scale = seen.page.locator(".mist-matrix .infolayer .cbtitle, .mist-matrix .colorbar")
    expect(scale.first).to_contain_text("smaller entropy")
    seen.button("Export").click()
    with seen.page.expect_download() as download:
        seen.page.get_by_text("Pairs as Parquet").click()
    path = tmp_path / "pairs.parquet"
    download.value.save_as(path)
    pairs = pd.read_parquet(path)
    assert len(pairs) == 28
    assert pairs["p_adjusted"].notna().all()


def test_a_click_on_a_square_of_the_matrix_opens_its_pair(open_page: OpenPage) -> None:
    seen = open_page("your_data")
    squares = seen.page.locator(".mist-matrix .nsewdrag")
    squares.scroll_into_view_if_needed()
    box = squares.bounding_box()
    assert box
    columns = len(bundled("penguins").usable)
    column, row = 5, 2
    squares.click(
        position={
            "x": (column + 0.5) * box["width"] / columns,
            "y": (row + 0.5) * box["height"] / columns,
        }
    )
    names = [column.name for column in bundled("penguins").usable]
    expect(seen.page.locator(".mist-open")).to_contain_text(
        f"X is now {names[column]} and Y {names[row]}"
    )
    expect(seen.page).to_have_url(re.compile(f"x={names[column]}&y={names[row]}&"))
    expect(seen.page.locator(".mist-figures")).to_contain_text(names[column])

    pairs = seen.control("Show a pair (or click a cell)").locator("select")
    best = pairs.locator("option").nth(1).inner_text().replace("\xa0", " ")
    x, _, y = best.partition(":")[0].partition(" and ")
    pairs.select_option(index=1)
    expect(seen.page.locator(".mist-open")).to_contain_text(f"X is now {x} and Y {y}")


def test_the_report_is_one_file_that_shows_its_figures_by_itself(
    open_page: OpenPage, tmp_path: Path
) -> None:
    seen = open_page("your_data")
    seen.button("Export").click()
    seen.button("Make the report").click()
    with seen.page.expect_download() as download:
        seen.page.get_by_text("Report as one HTML file").click()
    path = tmp_path / "report.html"
    download.value.save_as(path)
    asked: list[str] = []
    other = seen.page.context.new_page()
    other.on("request", lambda request: asked.append(request.url))
    other.goto(path.as_uri())
    expect(other.locator(".plotly-graph-div .main-svg").first).to_be_visible()
    expect(other.locator(".plotly-graph-div")).to_have_count(4)
    assert asked == [path.as_uri()]

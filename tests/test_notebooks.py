"""Notebooks are doors, not houses: they import, call, and carry no results."""

from __future__ import annotations

import ast

import nbformat
import pytest

from mist_explore.explorer import PAGES
from mist_explore.resources import notebooks_directory

NOTEBOOKS = {path.name: path for path in sorted(notebooks_directory().glob("*.ipynb"))}
MOST_LINES = 5


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS[name], as_version=4)


def test_each_page_has_a_notebook_that_opens_it() -> None:
    calls = {page.notebook: f'open_page("{page.name}")' for page in PAGES.values()}
    assert calls.keys() == NOTEBOOKS.keys()
    assert all(calls[name] in read(name).cells[-1].source for name in NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_valid(name: str) -> None:
    nbformat.validate(read(name))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_carries_no_results(name: str) -> None:
    notebook = read(name)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_only_import_and_call(name: str) -> None:
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= MOST_LINES
            statements = ast.parse(cell.source).body
            assert all(isinstance(statement, plain) for statement in statements)
            calls = [s for s in statements if not isinstance(s, ast.Import | ast.ImportFrom)]
            assert len(calls) <= 1

"""The tables of docs/hosting.md are those that the commands write, and name tests that exist."""

from __future__ import annotations

import json
import re

import pytest

from benchmarks.hosting_cases import CASES, Case
from benchmarks.hosting_tables import FILE, ROOT, sections

TESTS = ROOT / "tests"


def names_in(file: str) -> list[str]:
    return re.findall(
        r"^def (test_\w+)\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.test)
def test_every_case_is_shown_by_a_test(case: Case) -> None:
    file, _, name = case.test.partition("::")
    assert name in names_in(file)


def test_every_test_of_faults_is_a_case() -> None:
    cases = {case.test for case in CASES}
    assert {f"test_faults.py::{name}" for name in names_in("test_faults.py")} <= cases
    assert len(cases) == len(CASES)


def test_the_pages_show_the_measurements_and_the_cases() -> None:
    found = json.loads(FILE.read_text(encoding="utf-8"))
    for page, parts in sections(found).items():
        text = page.read_text(encoding="utf-8")
        for name, content in parts.items():
            assert f"<!-- {name} -->\n{content}\n<!-- /{name} -->" in text

"""The list of the rules of the pages names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIST = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/\S+)::(\w+)`", LIST)))


def test_there_are_fifteen_rules_and_each_is_held() -> None:
    rules = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", LIST, re.MULTILINE)
    assert [int(number) for number, _ in rules] == list(range(1, 16))
    assert all("::test_" in held or "`make " in held for _, held in rules)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

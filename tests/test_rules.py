"""Rules of the repository: the tests that the pages' rules name, and the words of the code."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

THIS = Path(__file__)
ROOT = THIS.parents[1]
LIST = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/\S+)::(\w+)`", LIST)))


def test_rules_are_numbered_and_each_is_held() -> None:
    rules = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", LIST, re.MULTILINE)
    assert [int(number) for number, _ in rules] == list(range(1, 18))
    assert all("::test_" in held or "`make " in held for _, held in rules)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


PRIVATE = {
    *("law", "laws", "hear", "hears", "heard", "tell", "tells", "told", "say", "says", "said"),
    *("judge", "judges", "judged", "jury", "doubt", "doubts", "believe", "believes", "believed"),
    *("trust", "trusts", "trusted", "evidence", "familiarity", "familiar", "unlike", "unlikeness"),
    *("exam", "exams", "contest", "peers", "weighed", "acquaint", "acquainted", "standing"),
}
"""Words for code and results that the field does not use; `docs/glossary.md` has those it does."""

CLEAN = (
    *("distributions", "transforms", "meta", "plots"),
    *("evaluation", "datasets", "cli", "estimators"),
    *("network", "training", "adaptation", "explorer"),
    *("metrics.py", "seeding.py", "configuration.py", "files.py", "interfaces.py"),
    *("tables", "preparation", "threads.py", "resources.py", "server"),
    *("sample.py", "estimate.py", "progress.py", "adapter.py", "joint.py"),
    "tests",
)
"""Parts of the package, and the tests, without private words in names, comments and docstrings."""


SHOWN = ("explorer", "plots", "cli", "evaluation")
"""Parts of the package with strings for readers: labels, hints, sentences and messages."""

ASSETS = {".html", ".j2", ".js", ".md", ".svg"}
"""Files of the pages with words for readers."""

LINK = re.compile(r"\w+=[^\s\"')]*")
"""A setting in a link: old links still open, so that their keys keep the words that they have."""

NO_PROSE = re.compile(r"^```.*?^```|`[^`]*`|\]\([^)]*\)|<!--.*?-->", re.DOTALL | re.MULTILINE)
"""Code, addresses and marks of a Markdown text."""


def modules_of(part: str) -> Iterator[Path]:
    path = ROOT / "mist_explore" / part
    if part == "tests":
        yield from (test for test in sorted(THIS.parent.rglob("*.py")) if test != THIS)
    else:
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


def texts_of(path: Path) -> Iterator[str]:
    """The names, comments and docstrings of a module."""
    with tokenize.open(path) as stream:
        for token in tokenize.generate_tokens(stream.readline):
            imported = token.line.startswith(("import ", "from "))
            if token.type in {tokenize.NAME, tokenize.COMMENT} and not imported:
                yield token.string
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def strings_of(source: str) -> Iterator[str]:
    """The strings of a module for readers: no docstrings, and no keys.

    Keys of links and of recorded results stay, since both still open; readers see their labels.
    """
    tree, keys = ast.parse(source), set[ast.AST | None]()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=docstring):
                keys.add(docstring)
            case ast.Dict(keys=names):
                keys.update(names)
            case ast.keyword(arg="key", value=name) | ast.Subscript(slice=name):
                keys.add(name)
            case ast.Call(func=ast.Attribute(attr="get"), args=[name, *_]):
                keys.add(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in keys:
            yield LINK.sub("", node.value)


def words_of(text: str) -> set[str]:
    """The words of a text, those of `snake_case` and `CamelCase` names apart."""
    return set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


@pytest.mark.parametrize("part", CLEAN)
def test_names_and_docstrings_use_the_words_of_the_field(part: str) -> None:
    found = {
        f"{path.name}: {word}"
        for path in modules_of(part)
        for text in texts_of(path)
        for word in PRIVATE & words_of(text)
    }
    assert not found


@pytest.mark.parametrize("part", SHOWN)
def test_strings_for_readers_use_the_words_of_the_field(part: str) -> None:
    found = {
        f"{path.name}: {word}"
        for path in modules_of(part)
        for text in strings_of(path.read_text(encoding="utf-8"))
        for word in PRIVATE & words_of(text)
    }
    assert not found


def test_pages_use_the_words_of_the_field() -> None:
    paths = [p for p in (ROOT / "mist_explore" / "explorer").rglob("*") if p.suffix in ASSETS]
    found = {
        f"{path.name}: {word}"
        for path in paths
        for word in PRIVATE & words_of(LINK.sub("", path.read_text(encoding="utf-8")))
    }
    assert paths
    assert not found


def test_documentation_uses_the_words_of_the_field() -> None:
    texts = [*ROOT.glob("*.md"), ROOT / "llms.txt", *sorted((ROOT / "docs").rglob("*.md"))]
    found = {
        f"{path.name}: {word}"
        for path in texts
        for word in PRIVATE & words_of(NO_PROSE.sub("", path.read_text(encoding="utf-8")))
    }
    assert not found


def test_private_words_are_found_in_names_and_prose() -> None:
    assert PRIVATE & words_of("MonteCarloLaw, whose n_laws one believes") == {
        *("law", "laws", "believes")
    }


def test_strings_for_readers_are_found_without_keys() -> None:
    source = """
def label(row):
    "Docstring."
    words = {"judged": f"judged by {row['law']}"} | row.get("law")
    return choice("Whom to trust", key="peers", link="n=5&peers=ksg")
"""
    assert set(strings_of(source)) == {"Whom to trust", "judged by ", ""}

"""README and documentation: links, snippets, commands, names and length."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import mist_explore as mx
from benchmarks.accuracy import RESULTS, accuracy_table
from mist_explore.cli import main
from mist_explore.evaluation import with_section

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SITE = sorted(DOCS.rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *SITE]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
WRITTEN = "benchmarks.md"
"""The page whose sections commands write."""


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [block for kind, block in FENCED.findall(text) if kind == language]


def commands() -> Iterator[str]:
    """Every command of mist-explore in the texts, with continued lines joined."""
    for text in TEXTS.values():
        for block in blocks(text, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if "mist-explore " in line and not line.lstrip().startswith("#"):
                    yield line[line.index("mist-explore ") :].partition(" #")[0].strip()


def test_the_readme_is_short() -> None:
    assert len(TEXTS["README.md"].splitlines()) <= 150


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_to_files(name: str) -> None:
    text = FENCED.sub("", TEXTS[name])
    for link in LINK.findall(text):
        address = link.partition("#")[0]
        if address and not address.startswith("https://"):
            assert ((ROOT / name).parent / address).resolve().exists(), link


@pytest.mark.parametrize("name", [name for name in TEXTS if blocks(TEXTS[name], "python")])
def test_python_blocks_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "snippet"}
    for block in blocks(TEXTS[name], "python"):
        exec(compile(block, name, "exec", dont_inherit=True), namespace)


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_commands_have_the_options_of_the_texts(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, verb, *rest = shlex.split(command)
    if verb.startswith("-"):
        return
    assert main([verb, "--help"]) == 0
    shown = capsys.readouterr().out
    for option in (word for word in rest if word.startswith("--")):
        assert option in shown


def test_the_site_lists_every_page() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"^ +- (?:.+: )?([\w/-]+\.md)$", text, re.MULTILINE))
    assert listed == {page.relative_to(DOCS).as_posix() for page in SITE}


def test_the_reference_names_what_there_is() -> None:
    pages = [page for name, page in TEXTS.items() if name.startswith("docs/reference/")]
    named = [name for page in pages for name in re.findall(r"^::: mist_explore\.(.+)$", page, re.M)]
    assert len(named) == len(set(named))
    classes_and_functions = {name.rpartition(".")[2] for name in named}
    assert {n for n in mx.__all__ if not n.isupper()} <= classes_and_functions


def test_the_small_table_is_that_of_the_results() -> None:
    table = accuracy_table(json.loads(RESULTS.read_text(encoding="utf-8")))
    assert with_section(TEXTS["README.md"], "accuracy", table) == TEXTS["README.md"]


def test_commands_write_the_tables_where_they_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    page = TEXTS[f"docs/{WRITTEN}"]
    sections = set(re.findall(r"<!-- ([^/\s]\S*) -->", page)) - {"comparison", "ui", "goals"}
    lines = makefile.replace("\\\n", " ").splitlines()
    written = {
        ":".join(re.findall(r"--(?:suite|estimator) (\S+)", line))
        for line in lines
        if f"--markdown docs/{WRITTEN}" in line
    }
    assert sections == written


def test_citation_agrees_with_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"] == mx.__version__
    assert citation["license"] == project["license"]


def test_lock_of_the_site_keeps_the_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(
        line.split("==") for line in (DOCS / "requirements.lock").read_text().split() if line
    )
    for line in project["optional-dependencies"]["docs"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)])

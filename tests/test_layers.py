"""A module imports only from the floors below its own: data flows one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import mist_explore
from mist_explore.explorer.pages import PAGES

PACKAGE = Path(mist_explore.__file__).parent
FRONT_DOOR = "mist_explore"

FLOORS = (
    (
        "adapter",
        "sample",
        "estimate",
        "progress",
        "seeding",
        "threads",
        "files",
        "configuration",
        "resources",
        "interfaces",
        "palette",
    ),
    ("metrics", "results", "tables", "distributions", "transforms"),
    ("meta", "datasets", "preparation", "joint"),
    ("network",),
    ("training", "estimators"),
    ("evaluation",),
    ("adaptation", "plots"),
    ("explorer",),
    ("cli", "server"),
)
FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}

# The only imports between parts of one floor.
SIDEWAYS = {
    ("sample", "adapter"),
    ("interfaces", "estimate"),
    ("interfaces", "sample"),
    ("interfaces", "seeding"),
    ("cli", "server"),
}

# Libraries that only these parts may import.
ONLY_IN = {
    "nflows": {"transforms.flows", "transforms.coupling", "transforms.fitted"},
    "ipywidgets": {"explorer", "server"},
    "plotly": {"plots", "explorer"},
    "voila": {"server"},
    "lightning_fabric": {"training"},
    "safetensors": {"network", "training", "adaptation"},
}


def module_name(path: Path) -> str:
    """`transforms/flows.py` is `transforms.flows`; `transforms/__init__.py` is `transforms`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or FRONT_DOOR


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
INNER = {name: path for name, path in MODULES.items() if name != FRONT_DOOR}


def imports(source: str) -> Iterator[str]:
    """The full names that a module imports, wherever in the file."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{name.name}" for name in names)
            case ast.ImportFrom():
                yield "." * node.level + (node.module or "")


def part_of(imported: str) -> str | None:
    """The part of mist_explore that an imported name belongs to; None for another library."""
    package, _, rest = imported.partition(".")
    if package != "mist_explore":
        return None
    return rest.partition(".")[0] if rest.partition(".")[0] in FLOOR else FRONT_DOOR


def imported_parts(path: Path) -> set[str]:
    """The parts of mist_explore that a module imports."""
    return {part for name in imports(path.read_text()) if (part := part_of(name)) is not None}


def imported_libraries(path: Path) -> set[str]:
    """The top names of all that a module imports."""
    return {name.partition(".")[0] for name in imports(path.read_text())}


def test_imports_are_read_wherever_they_stand() -> None:
    source = "import a.b\nfrom mist_explore.meta import published\ndef f():\n    from . import c\n"
    assert list(imports(source)) == ["a.b", "mist_explore.meta.published", "."]
    assert part_of("mist_explore.meta.published") == "meta"
    assert part_of("mist_explore.load") == FRONT_DOOR
    assert part_of("torch.nn") is None


def test_every_module_has_a_floor() -> None:
    assert {name.partition(".")[0] for name in INNER} <= FLOOR.keys()


@pytest.mark.parametrize("name", INNER)
def test_imports_only_from_floors_below(name: str) -> None:
    part = name.partition(".")[0]
    allowed = {below for below in FLOOR if FLOOR[below] < FLOOR[part]}
    allowed |= {part} | {other for one, other in SIDEWAYS if one == part}
    assert imported_parts(INNER[name]) <= allowed


def test_sideways_imports_stay_on_one_floor_and_make_no_circle() -> None:
    assert all(FLOOR[one] == FLOOR[other] for one, other in SIDEWAYS)
    graph: dict[str, set[str]] = {}
    for one, other in SIDEWAYS:
        graph.setdefault(one, set()).add(other)
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", MODULES)
def test_imports_are_absolute(name: str) -> None:
    assert not [found for found in imports(MODULES[name].read_text()) if found.startswith(".")]


@pytest.mark.parametrize("name", INNER)
def test_libraries_stay_where_they_belong(name: str) -> None:
    for library in imported_libraries(INNER[name]) & ONLY_IN.keys():
        assert {name, name.partition(".")[0]} & ONLY_IN[library]


def explorer_page(name: str) -> str:
    """The page that a module or a name of the explorer belongs to; empty for shared pieces."""
    parts = name.removeprefix("mist_explore.").split(".")
    return parts[1] if parts[0] == "explorer" and len(parts) > 1 and parts[1] in PAGES else ""


@pytest.mark.parametrize("name", [name for name in INNER if name.startswith("explorer.")])
def test_pages_know_of_each_other_only_how_to_link(name: str) -> None:
    own = explorer_page(name)
    for imported in imports(INNER[name].read_text()):
        other = explorer_page(imported)
        if other not in {"", own}:
            assert own
            assert imported.startswith(f"mist_explore.explorer.{other}.settings.")


PAGE = {"settings", "compute", "views", "page"}
SECTION = {"settings", "compute", "views", "section"}
"""The modules of a page, and of a section with a state or a job of its own within one."""


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_shape_and_so_have_its_sections(page: str) -> None:
    start = f"explorer.{page}."
    inside = [name.removeprefix(start).split(".") for name in INNER if name.startswith(start)]
    sections = {section for section, *rest in inside if rest}
    assert PAGE - {"views"} <= {name for name, *_ in inside} - sections <= PAGE
    for section in sections:
        found = {tuple(rest) for name, *rest in inside if name == section and rest}
        assert {("section",)} <= found <= {(name,) for name in SECTION}


def test_files_are_short() -> None:
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in MODULES.items()}
    assert not {name: count for name, count in lines.items() if count > 300}


def test_figures_need_no_torch() -> None:
    drawing = [path for name, path in INNER.items() if name.partition(".")[0] == "plots"]
    assert drawing
    assert all("torch" not in imported_libraries(path) for path in drawing)


def test_names_state_what_a_module_is() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert not vague & {part for name in MODULES for part in name.split(".")}


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("mist_explore", {"ipywidgets", "plotly", "voila", "matplotlib"}),
        ("mist_explore.server.serving", {"torch", "scipy", "pandas", "plotly", "lark"}),
    ],
)
def test_the_front_door_and_the_server_open_without_what_only_others_need(
    module: str, unneeded: set[str]
) -> None:
    question = f"import sys, {module}; print({unneeded!r} & sys.modules.keys() or 'none')"
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "none"

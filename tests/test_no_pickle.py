"""No file that is read can run code: no pickles, no evaluated text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import mist_explore

SOURCES = sorted(Path(mist_explore.__file__).parent.rglob("*.py"))
RUNNING = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
SAFELY = {"torch.load": ("weights_only", True), "np.load": ("allow_pickle", False)}


def unsafe(source: str) -> list[str]:
    """The imports and calls by which reading could run code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [name for name in names if name.split(".")[0] in RUNNING]
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"eval", "exec", "joblib.load", "pd.read_pickle", "os.system"}:
                found.append(name)
            if name in SAFELY:
                key, value = SAFELY[name]
                given = {one.arg: ast.unparse(one.value) for one in node.keywords}
                found += [name] if given.get(key) != str(value) else []
    return found


def test_what_is_unsafe_is_seen() -> None:
    assert unsafe("import pickle.x\nfrom dill import a\neval('1')\ntorch.load(f)\nnp.load(f)") == [
        "pickle.x",
        "dill",
        "eval",
        "torch.load",
        "np.load",
    ]
    assert unsafe("torch.load(f, weights_only=True); np.load(f, allow_pickle=False)") == []


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_reading_runs_no_code(path: Path) -> None:
    assert unsafe(path.read_text(encoding="utf-8")) == []

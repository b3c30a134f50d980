"""The table that `make bench-ui` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.ui import (
    MOST_MEGABYTES,
    MOST_MILLISECONDS,
    MOST_SECONDS_TO_WORDS,
    MOST_TIMES_BARE,
    table,
)
from mist_explore.evaluation import with_section

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def found(factor: float) -> dict[str, Any]:
    return {
        "command": "python -m benchmarks.ui",
        "machine": "x86_64, 2 cores",
        "browser": "chromium 1",
        "control_to_figure": {
            "changes": 40,
            "median": 0.1,
            "p95": factor * MOST_MILLISECONDS / 1_000,
        },
        "bare": {"loads": 20, "seconds": 1.0},
        "pages": {
            "flows": {
                "loads": 20,
                "words": factor * MOST_SECONDS_TO_WORDS,
                "seconds": factor * MOST_TIMES_BARE,
                "megabytes": factor * MOST_MEGABYTES,
                "figures_updated": 19,
            }
        },
    }


@pytest.mark.parametrize("over", [False, True], ids=["within", "beyond"])
def test_what_is_beyond_its_limit_is_bold(over: bool) -> None:
    text = table(found(1.1 if over else 0.9))
    assert text.count("**") == (8 if over else 0)
    assert "| Flows |" in text
    assert "19 of 20" in text


def test_documentation_has_a_place_for_it() -> None:
    assert "19 of 20" in with_section(PAGE.read_text(encoding="utf-8"), "ui", table(found(0.5)))

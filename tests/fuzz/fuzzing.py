"""Any input gives an answer or a documented refusal.

150 cases of each test here; 10,000 new ones by `make fuzz` (`MIST_EXPLORE_FUZZ=10000`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

CASES = int(os.environ.get("MIST_EXPLORE_FUZZ", "150"))
fuzzed = settings(
    max_examples=CASES,
    derandomize=CASES <= 150,  # the same cases in every run of CI, others each night
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

DOCUMENTED = re.compile(r"expected|is empty$|has no rows$|no column|is left out|is not an NPZ")
OWN = re.compile(r"Error tokenizing|C error|codec can't|pyarrow|Traceback|openpyxl|Arrow:|ufunc|\n")


def refusal(do: Callable[[], Any]) -> Any:
    """The outcome, or None after a refusal in one line that is not a library's own."""
    try:
        return do()
    except ValueError as error:
        message = str(error)
    assert DOCUMENTED.search(message), message
    assert not OWN.search(message), message
    return None

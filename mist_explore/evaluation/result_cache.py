"""Cache of estimates in files: a long evaluation can stop at any time and resume."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from mist_explore.estimate import Estimate
from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation.comparison import Outcome, attempt
from mist_explore.files import folder_lock, replace_file
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["ResultCache"]

DIGITS = 6
NOT_CACHED = "not in the cache"


class ResultCache:
    """Cache of estimates in a folder of JSON-lines files.

    A file holds the estimates of one estimator with its settings or weights, one line a sample,
    written at once. The key of a sample is a hash of its rows in half precision, which does not
    depend on the last bits of a machine. The code of an estimator is not part of the key: delete
    its file after a change of it.

    Args:
        folder: the folder of the files; made with the first estimate.
        read_only: names of estimators that estimate nothing new; a sample that is not in their
            file gets an error instead.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from mist_explore.estimators import Gaussian
        >>> sample = Sample([1, 2, 3, 4], [2, 1, 4, 3])
        >>> with TemporaryDirectory() as folder:
        ...     first = ResultCache(Path(folder)).estimate(Gaussian(), sample)
        ...     second = ResultCache(Path(folder)).estimate(Gaussian(), sample)
        >>> first == second
        True
    """

    def __init__(self, folder: Path, read_only: Collection[str] = ()) -> None:
        self._folder = folder
        self._read_only = read_only
        self._known: dict[Path, dict[str, Outcome]] = {}

    def estimate(self, estimator: Estimator, sample: Sample) -> Outcome:
        """Return the cached estimate of a sample, or estimate and cache it.

        Raises:
            ValueError: if a file is damaged.
            OSError: if the disk is full; the file stays as it was.
        """
        path = self.path(estimator)
        if path not in self._known:
            self._known[path] = _read(path)
        known, key = self._known[path], _key(sample)
        if key not in known and estimator.name in self._read_only:
            return Outcome(estimator.name, 0.0, error=NOT_CACHED)
        if key not in known:
            outcome = attempt(estimator, sample, process_time)
            line = _line(key, outcome)
            _append(path, line)
            # As it will be read, so that a run that was interrupted equals one that was not.
            known[key] = _outcome(json.loads(line))
        return known[key]

    def path(self, estimator: Estimator) -> Path:
        """Return the file of an estimator with its settings or weights."""
        if isinstance(estimator, LearnedEstimator):
            identity = estimator.checkpoint.sha256
        else:
            identity = hashlib.sha256(repr(_settings(estimator)).encode()).hexdigest()
        return self._folder / f"{estimator.name}-{identity[:8]}.jsonl"


def _settings(value: object) -> object:
    """Return the values of the fields of an estimator in order, without the names of the fields."""
    if not is_dataclass(value):
        return value
    own = [_settings(getattr(value, field.name)) for field in fields(value) if field.repr]
    return [getattr(value, "name", ""), *own]


def _key(sample: Sample) -> str:
    with np.errstate(over="ignore"):
        sides = [side.astype(np.float16) for side in (sample.x, sample.y)]
    digest = hashlib.blake2b(repr([side.shape for side in sides]).encode(), digest_size=8)
    for side in sides:
        digest.update(np.ascontiguousarray(side).tobytes())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Outcome]:
    if not path.exists():
        return {}
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:  # a write was cut off
        replace_file(path, whole)
    known = {}
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            record = json.loads(line)
            known[record["sample"]] = _outcome(record)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"expected a cached estimate in line {number} of {path}; delete the line: {error}"
            ) from error
    return known


def _append(path: Path, line: str) -> None:
    """Append a line to a file: the whole of it or, on a full disk, nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with folder_lock(path.parent), path.open("ab", buffering=0) as stream:
        content, size = f"{line}\n".encode(), path.stat().st_size
        try:
            while content:
                content = content[stream.write(content) :]
        except OSError:
            os.truncate(path, size)
            raise


def _line(key: str, outcome: Outcome) -> str:
    record: dict[str, Any] = {"sample": key, "by": outcome.name}
    record["seconds"] = float(f"{outcome.seconds:.3g}")
    estimate = outcome.estimate
    if estimate is None:
        return json.dumps(record | {"error": outcome.error})
    record["shape"] = [estimate.n_samples, estimate.dim_x, estimate.dim_y]
    if not estimate.is_point:
        record["levels"] = estimate.levels
    record["quantiles"] = [float(f"{q:.{DIGITS}g}") for q in estimate.quantiles]
    if estimate.warnings:
        record["warnings"] = estimate.warnings
    return json.dumps(record, allow_nan=False)


def _outcome(record: dict[str, Any]) -> Outcome:
    name, seconds = record["by"], record["seconds"]
    if "error" in record:
        return Outcome(name, seconds, error=record["error"])
    levels, warnings = record.get("levels", (0.5,)), tuple(record.get("warnings", ()))
    estimate = Estimate(levels, record["quantiles"], warnings, name, *record["shape"])
    return Outcome(name, seconds, estimate)

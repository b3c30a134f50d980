"""Goals of the table benchmark, and its results as JSON and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.tables.discrete import ROWS_PER_CELL, DiscretePair, MixedPair, Pair
from benchmarks.tables.journey import COMPARED_ROWS, MATRIX_COLUMNS, MATRIX_ROWS, Journey

__all__ = ["Goal", "as_json", "as_markdown", "goals"]

FEWEST_TABLES, FEWEST_PAIRS, TOLERANCE = 20, 150, 0.02


@dataclass(frozen=True)
class Goal:
    """A measured quantity with its goal.

    Args:
        name: the quantity.
        measured: its value, for people.
        wanted: the goal, for people.
        met: whether it is reached.
    """

    name: str
    measured: str
    wanted: str
    met: bool


def goals(
    trips: Sequence[Journey], discrete: Sequence[DiscretePair], mixed: Sequence[MixedPair]
) -> list[Goal]:
    """Return the goals of the benchmark with their measured values."""
    through = [t for t in trips if not t.refusals and not t.faults]
    faults = sum(len(t.faults) for t in trips)
    compared = [t for t in trips if t.same_notes is not None]
    same = sum(t.same_notes is True for t in compared)
    dense = [pair for pair in discrete if pair.dense]
    errors, every = (
        np.array([abs(pair.network - pair.plug_in) for pair in pairs])
        for pairs in (dense, discrete)
    )
    above = [pair for pair in discrete if pair.network > pair.entropy]
    pairs: list[Pair] = [*discrete, *mixed]
    encodings = np.array([abs(pair.network - pair.codes) for pair in pairs])
    apart = int((encodings > TOLERANCE).sum())
    mean, largest = (float(f(errors)) if len(errors) else np.nan for f in (np.mean, np.max))
    of_all = float(every.mean()) if len(every) else np.nan
    return [
        Goal("tables through every entry", f"{len(through)} of {len(trips)}",
             f"at least {FEWEST_TABLES}", len(through) >= FEWEST_TABLES),
        Goal("errors without an expectation or of a program's own", f"{faults}", "0", not faults),
        Goal("the same notes from the command and the page", f"{same} of {len(compared)}",
             "all", same == len(compared)),
        Goal(f"pairs of discrete columns with {ROWS_PER_CELL} rows a cell", f"{len(dense)}",
             f"at least {FEWEST_PAIRS}", len(dense) >= FEWEST_PAIRS),
        Goal("mean distance from the corrected plug-in estimate",
             f"{mean:.4f} nats (largest {largest:.3f}; {of_all:.4f} over all {len(every)} pairs)",
             f"at most {TOLERANCE}", bool(mean <= TOLERANCE)),
        Goal("answers above the smaller entropy", f"{len(above)} of {len(discrete)}", "0",
             not above),
        Goal("categories that answer otherwise as codes than as columns of 0 and 1",
             f"{apart} of {len(encodings)} pairs by more than {TOLERANCE} nats "
             f"(largest {encodings.max(initial=0):.3f})", "0", not apart),
    ]  # fmt: skip


def as_json(
    trips: Sequence[Journey],
    discrete: Sequence[DiscretePair],
    mixed: Sequence[MixedPair],
    seconds: float,
) -> dict[str, object]:
    """Return all measurements."""
    return {
        "command": "make bench-tables",
        "what": "real tables from packages through estimate, matrix, compare and the page; values "
        "in nats, processor seconds",
        "seconds": round(seconds, 1),
        "goals": [asdict(goal) for goal in goals(trips, discrete, mixed)],
        "tables": [asdict(trip) for trip in trips],
        "discrete_pairs": [_rounded(asdict(pair)) for pair in discrete],
        "mixed_pairs": [_rounded(asdict(pair)) for pair in mixed],
    }


def as_markdown(
    trips: Sequence[Journey],
    discrete: Sequence[DiscretePair],
    mixed: Sequence[MixedPair],
    seconds: float,
) -> str:
    """Return the summary: goals, one line for each table, notes, refusals and the worst pairs."""
    head = ("| goal | measured | wanted | |", "| --- | --- | --- | --- |")
    lines = [
        f"| {g.name} | {g.measured} | {g.wanted} | {'met' if g.met else '**missed**'} |"
        for g in goals(trips, discrete, mixed)
    ]
    worst = sorted(discrete, key=lambda p: -abs(p.network - p.plug_in))[:8]
    pairs: list[Pair] = [*discrete, *mixed]
    apart = sorted(pairs, key=lambda pair: -abs(pair.network - pair.codes))[:8]
    return "\n".join(
        (
            "# Real tables\n",
            f"Made by `make bench-tables` in {seconds:.0f} s. Each table goes through `estimate`, "
            f"`compare` ({COMPARED_ROWS:,} rows at most), `matrix` (the first {MATRIX_COLUMNS} "
            f"columns, {MATRIX_ROWS} rows at most) and the code of the data page, on the columns "
            "that the page chooses first. Seconds are those of the processor, on one core.\n",
            *head,
            *lines,
            "\n## Tables\n",
            "| table | package | rows | columns used | X and Y | MI, 90 % interval (nats) | "
            "pairs | notes | warnings | read | estimate | compare | matrix | page |",
            f"|{' --- |' * 14}",
            *map(_line, trips),
            "\n## Refusals\n",
            *([line for trip in trips for line in _refusals(trip)] or ["None."]),
            "\n## Notes and warnings of the estimates\n",
            *(line for trip in trips for line in _remarks(trip)),
            "\n## Pairs of discrete columns farthest from the plug-in estimate\n",
            "| table | pair | rows | states | network | as codes | plug-in | smaller entropy |",
            f"|{' --- |' * 8}",
            *map(_pair, worst),
            "\n## Pairs whose answer depends most on the encoding\n",
            "| table | pair | rows | columns of 0 and 1 | codes |",
            f"|{' --- |' * 5}",
            *(
                f"| {p.table} | {_cell(f'{p.one}, {p.other}')} | {p.n_samples:,} | "
                f"{p.network:.3f} | {p.codes:.3f} |"
                for p in apart
            ),
            "",
        )
    )


def _line(trip: Journey) -> str:
    answers, seconds = trip.answers, trip.seconds
    value = "refused"
    if "median" in answers:
        low, high = answers["interval"] or (np.nan, np.nan)
        value = f"{answers['median']:.3f} ({low:.3f} to {high:.3f})"
    page = seconds.get("page", 0) + seconds.get("page, parts of the rows", 0)
    cells = (
        *(trip.name, trip.package, f"{trip.rows:,}", f"{trip.usable} of {trip.columns}"),
        *(f"{', '.join(trip.x)}; {', '.join(trip.y)}", value, str(answers.get("pairs", 0))),
        *(str(len(trip.notes)), str(len(trip.warnings))),
        *(f"{seconds.get(one, 0):.2f}" for one in ("read", "estimate", "compare", "matrix")),
        f"{page:.2f}",
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _refusals(trip: Journey) -> list[str]:
    refused = [f"- **{trip.name}**, {step}: {text}" for step, text in trip.refusals.items()]
    return refused + [f"- **{trip.name}**, fault in {s}: {text}" for s, text in trip.faults.items()]


def _remarks(trip: Journey) -> list[str]:
    omitted = ", ".join(f"{name} ({why})" for name, why in trip.left_out.items())
    lines = [*trip.notes, *([f"left out: {omitted}"] if omitted else [])]
    lines += [f"warning: {warning}" for warning in trip.warnings]
    return [f"- **{trip.name}**: {'; '.join(lines)}"] if lines else []


def _pair(pair: DiscretePair) -> str:
    values = (pair.network, pair.codes, pair.plug_in, pair.entropy)
    states = " × ".join(map(str, pair.states))
    return (
        f"| {pair.table} | {_cell(f'{pair.one}, {pair.other}')} | {pair.n_samples:,} | {states} | "
        f"{' | '.join(f'{value:.3f}' for value in values)} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rounded(record: dict[str, object]) -> dict[str, object]:
    return {k: round(v, 5) if isinstance(v, float) else v for k, v in record.items()}

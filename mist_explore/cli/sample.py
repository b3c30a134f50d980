"""`mist-explore sample`: rows of a law whose mutual information is known."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from mist_explore.cli.parser import Subparsers, whole_number

__all__ = ["add", "run"]

EXAMPLE = """\
examples:
  mist-explore sample --list
  mist-explore sample --family student-dense --param df=2 --param correlation=0.3 \\
      --transform wigglify --n-samples 500 --dim-x 3 --dim-y 2 --seed 1 --out sample.csv
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "sample",
        help="draw rows from a law with known mutual information",
        description="Draw rows from a law, write them to a file, print the mutual information.",
        epilog=EXAMPLE,
    )
    parser.add_argument("--list", action="store_true", help="print all laws and transforms")
    parser.add_argument("--family", default="normal-dense", help="law (default normal-dense)")
    parser.add_argument("--transform", default="base", help="map of both sides (default base)")
    parser.add_argument("--n-samples", type=whole_number, default=500, help="rows (default 500)")
    parser.add_argument("--dim-x", type=whole_number, default=2, help="columns of X (default 2)")
    parser.add_argument("--dim-y", type=whole_number, default=2, help="columns of Y (default 2)")
    parser.add_argument("--seed", type=whole_number, default=0, help="of the rows (default 0)")
    parser.add_argument(
        "--transform-seed", type=whole_number, default=0, help="of a random map (default 0)"
    )
    parser.add_argument(
        "--flow",
        type=float,
        default=1.0,
        metavar="S",
        help="strength of a flow, 0 to 1 (default 1)",
    )
    parser.add_argument(
        "--param",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="parameter of the law, as strength=1.5; may be repeated",
    )
    parser.add_argument("--out", type=Path, help="CSV, Parquet or NPZ file to write")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Write the rows and print the mutual information."""
    from mist_explore.distributions import FAMILIES
    from mist_explore.tables import write_sample
    from mist_explore.transforms import transformed, warped

    if options.list:
        print(_listing())
        return 0
    if options.out is None:
        raise ValueError("expected --out FILE, or --list (see `mist-explore sample --help`)")
    if options.family not in FAMILIES:
        raise ValueError(f"expected a family among {', '.join(FAMILIES)}; got {options.family!r}")
    law = FAMILIES[options.family].law(options.dim_x, options.dim_y, **dict(options.param))
    if options.transform == "flow":
        law = warped(law, options.flow, seed=options.transform_seed)
    else:
        law = transformed(law, options.transform, seed=options.transform_seed)
    sample = law.sample(options.n_samples, options.seed)
    write_sample(sample, options.out)
    print(f"mutual information {float(law.mutual_information):.6g} nats ({law.provenance})")
    print(f"{sample.n_samples} rows, {sample.dim_x} + {sample.dim_y} columns: {options.out}")
    return 0


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ArgumentTypeError(f"expected NAME=NUMBER, as strength=1.5; got {text!r}") from None


def _listing() -> str:
    from mist_explore.distributions import FAMILIES
    from mist_explore.transforms import TRANSFORMS

    lines = ["families"]
    for family in FAMILIES.values():
        lines.append(f"  {family.name:16} {family.label}")
        for p in family.parameters:
            bounds = f"{p.low:g} to {p.high:g}, default {p.default:g}"
            lines.append(f"    {p.name:14} {p.label}: {bounds}")
    lines.append("transforms")
    lines += [f"  {transform.name:16} {transform.label}" for transform in TRANSFORMS.values()]
    return "\n".join(lines)

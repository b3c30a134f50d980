"""`mist-explore sample`: rows of a distribution whose mutual information is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from mist_explore.cli.values import Settings, Whole

__all__ = ["EXAMPLES", "sample"]

EXAMPLES = """\
Examples:
```
  mist-explore sample --list
  mist-explore sample --family student-dense --param df=2 \\
      --param correlation=0.3 --transform wigglify --n-samples 500 --dim-x 3 \\
      --dim-y 2 --seed 1 --out sample.csv
```
"""


def sample(
    *,
    list_: Annotated[bool, Parameter(name="--list")] = False,
    family: str = "normal-dense",
    transform: str = "base",
    n_samples: Whole = 500,
    dim_x: Whole = 2,
    dim_y: Whole = 2,
    seed: Whole = 0,
    transform_seed: Whole = 0,
    flow: float = 1.0,
    param: Settings = (),
    out: Path | None = None,
) -> None:
    """Draw rows from a distribution, write them to a file, print the mutual information.

    Args:
        list_: print all distribution families and transforms.
        family: family of the distribution.
        transform: map of both sides.
        n_samples: rows.
        dim_x: columns of X.
        dim_y: columns of Y.
        seed: seed of the rows.
        transform_seed: seed of a random map.
        flow: strength of a flow, 0 to 1.
        param: parameter of the distribution, as strength=1.5; may be repeated.
        out: CSV, Parquet or NPZ file to write.
    """
    from mist_explore.distributions import FAMILIES
    from mist_explore.tables import write_sample
    from mist_explore.transforms import transformed

    if list_:
        print(_listing())
        return
    if out is None:
        raise ValueError("expected --out FILE, or --list (see `mist-explore sample --help`)")
    if family not in FAMILIES:
        raise ValueError(f"expected a family among {', '.join(FAMILIES)}; got {family!r}")
    distribution = FAMILIES[family].distribution(dim_x, dim_y, **dict(param))
    if transform == "flow":
        distribution = transformed(distribution, "flow", transform_seed, flow)
    else:
        distribution = transformed(distribution, transform, seed=transform_seed)
    rows = distribution.sample(n_samples, seed)
    write_sample(rows, out)
    information = float(distribution.mutual_information)
    print(f"mutual information {information:.6g} nats ({distribution.provenance})")
    print(f"{rows.n_samples} rows, {rows.dim_x} + {rows.dim_y} columns: {out}")


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

"""Explicit seeds and generators, never global state."""

from __future__ import annotations

import hashlib

import torch

__all__ = ["as_generator", "derive_seed", "seed_dropout"]


def as_generator(seed: int | torch.Generator) -> torch.Generator:
    """Return a generator with a seed, or the given generator.

    Raises:
        TypeError: if `seed` is neither.

    Example:
        >>> int(torch.randint(100, (1,), generator=as_generator(0)))
        44
    """
    if isinstance(seed, torch.Generator):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"expected an integer seed or a torch.Generator; got {seed!r}")
    return torch.Generator().manual_seed(seed % 2**63)


def derive_seed(seed: int, *keys: object) -> int:
    """Derive the seed of a part of a job, named by `keys`; the seeds of parts are independent.

    The seed is a hash of the `repr` of the keys, which therefore must not depend on names in code.

    Example:
        >>> derive_seed(0, "train", 1) == derive_seed(0, "train", 1) != derive_seed(0, "train", 2)
        True
    """
    digest = hashlib.blake2b(repr((seed, *keys)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % 2**63


def seed_dropout(seed: int) -> None:
    """Seed the generators of torch that dropout reads, inside `torch.random.fork_rng`.

    As `torch.manual_seed`, which without a GPU writes down the stack of each call for one that may
    come: up to a millisecond, a tenth of the time of a batch of a small network.

    Example:
        >>> with torch.random.fork_rng():
        ...     seed_dropout(0)
        ...     first = torch.rand(1)
        ...     _ = torch.manual_seed(0)
        ...     bool(first == torch.rand(1))
        True
    """
    if torch.cuda.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)

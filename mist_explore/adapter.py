"""The one adapter for frames and tensors: rows of any library as arrays, series and frames."""

from __future__ import annotations

from typing import Any

__all__ = ["adapted"]


def adapted(values: Any) -> Any:
    """Return the values of another library as an array of numpy or a frame or series of pandas.

    Tensors are detached and copied to the CPU; frames, series and tables of polars and Arrow become
    those of pandas, and sparse matrices of scipy dense. All else is returned as it is.

    Args:
        values: an array, a tensor, a frame, a series or a list.

    Example:
        >>> import torch
        >>> adapted(torch.ones(2, dtype=torch.bfloat16, requires_grad=True))
        array([1., 1.])
        >>> adapted([1, 2])
        [1, 2]
    """
    if hasattr(values, "detach") and hasattr(values, "is_floating_point"):
        tensor = values.detach().cpu()
        return (tensor.double() if tensor.is_floating_point() else tensor).numpy()
    if hasattr(values, "to_pandas"):
        return values.to_pandas()
    if hasattr(values, "toarray"):
        return values.toarray()
    return values

"""Fitted flows in files, named by their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from mist_explore.configuration import Configuration
from mist_explore.files import replace_file
from mist_explore.transforms.fitted import FittedFlow

__all__ = ["FlowFile", "read_flow", "write_flow"]


@dataclass(frozen=True)
class FlowFile(Configuration):
    """A fitted flow in a file, by its name in the folder of the model and its hash.

    Args:
        name: the name of the safetensors file.
        sha256: the hash of its content.
    """

    name: str
    sha256: str


def write_flow(directory: Path, side: str, flow: FittedFlow) -> FlowFile:
    """Write a flow into a folder and return its reference."""
    content = save_tensors(flow.tensors())
    sha256 = hashlib.sha256(content).hexdigest()
    file = FlowFile(f"flow-{side}-{sha256[:12]}.safetensors", sha256)
    replace_file(directory / file.name, content)
    return file


def read_flow(directory: Path, file: FlowFile) -> FittedFlow:
    """Read a flow of a folder.

    Raises:
        ValueError: if the file is missing or has another content.
    """
    path = directory / file.name
    if not path.exists():
        raise ValueError(f"expected the fitted flow {file.name} in {directory}; there is none")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ValueError(f"expected {path} as it was fitted; it was changed")
    return FittedFlow.from_tensors(load_tensors(content))

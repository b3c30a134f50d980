"""Templates of Voila, compiled once: half of the server's work for a page was to compile them."""

from __future__ import annotations

from typing import Any

import voila.notebook_renderer
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from voila.exporter import VoilaExporter

__all__ = ["compile_templates_once"]


def compile_templates_once() -> None:
    """Let Voila, which makes an environment for each request, share the compiled templates."""
    voila.notebook_renderer.VoilaExporter = _Exporter


class _Compiled(BytecodeCache):
    """Compiled templates by their key, in memory."""

    def __init__(self) -> None:
        self._templates: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with the compiled template of its key, if there is one."""
        if bucket.key in self._templates:
            bucket.bytecode_from_string(self._templates[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the compiled template of a bucket."""
        self._templates[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Exporter(VoilaExporter):  # type: ignore[misc]
    def _create_environment(self) -> Any:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment

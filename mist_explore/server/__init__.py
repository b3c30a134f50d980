"""Server of the notebooks as pages, on Voila: one page, one kernel, within the settings."""

from __future__ import annotations

import sys

# At its import, jsonschema builds a grammar of international addresses, which takes longer than
# all else that the server imports, and which no schema here needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

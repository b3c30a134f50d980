"""`mist-explore app`: the pages in a browser."""

from __future__ import annotations

from pathlib import Path

from mist_explore.cli.values import Whole

__all__ = ["EXAMPLES", "app"]

EXAMPLES = """\
Examples:
```
  mist-explore app
  mist-explore app --port 9000 --no-browser
  mist-explore app --lesson my-lesson.md
```
"""


def app(
    *,
    port: Whole = 8866,
    host: str = "127.0.0.1",
    no_browser: bool = False,
    preheat: Whole = 1,
    lesson: Path | None = None,
) -> int:
    """Serve the pages on this computer and open them in a browser.

    Args:
        port: port of the server.
        host: address of the server.
        no_browser: serve only.
        preheat: kernels that wait for each page, about 300 MB each; none on Linux, where a
            kernel starts in a fraction of a second.
        lesson: Markdown file that the page Lesson shows in place of the shipped one.
    """
    if lesson is not None:
        from mist_explore.explorer.lesson.compute import use_lesson

        use_lesson(lesson)
    from mist_explore.serve import serve

    return serve(port=port, host=host, open_browser=not no_browser, preheat=preheat)

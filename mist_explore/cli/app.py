"""`mist-explore app`: the pages in a browser."""

from __future__ import annotations

from pathlib import Path

from mist_explore.cli.values import OptionalWhole, Whole

__all__ = ["EXAMPLES", "app"]

EXAMPLES = """\
Examples:
```
  mist-explore app
  mist-explore app --port 9000 --no-browser
  mist-explore app --lesson my-lesson.md
  mist-explore app --public --max-kernels 40 --base-url /mist/
```
Each option of the server is an environment variable too, as MIST_EXPLORE_MAX_KERNELS.
"""


def app(
    *,
    public: bool = False,
    host: str = "",
    port: OptionalWhole = None,
    base_url: str = "",
    token: str = "",
    max_kernels: OptionalWhole = None,
    idle_minutes: OptionalWhole = None,
    upload_mb: OptionalWhole = None,
    train_minutes: OptionalWhole = None,
    kernel_memory_mb: OptionalWhole = None,
    kernel_cpu_minutes: OptionalWhole = None,
    networks: OptionalWhole = None,
    frame_ancestors: str = "",
    no_browser: bool = False,
    preheat: Whole = 1,
    lesson: Path | None = None,
) -> int:
    """Serve the pages on this computer and open them in a browser.

    Args:
        public: serve strangers: on every address, without opening a browser, and within limits
            for each option below.
        host: address of the server; 127.0.0.1 by default.
        port: port of the server; 8866 by default, or the next that is free.
        base_url: path below which the pages are, as /mist/.
        token: word that a visitor must give.
        max_kernels: largest number of open pages; 0 is no limit, as below.
        idle_minutes: minutes after which a page that nobody uses ends.
        upload_mb: largest size of an uploaded file, in MB.
        train_minutes: longest time of one training run.
        kernel_memory_mb: largest memory of the computation behind one page, in MB.
        kernel_cpu_minutes: longest processor time of the computation behind one page.
        networks: largest number of networks that a visitor may save.
        frame_ancestors: origins whose pages may embed these, separated by spaces.
        no_browser: serve only.
        preheat: kernels that wait for each page, about 300 MB each; none on Linux, where a
            kernel starts in a fraction of a second.
        lesson: Markdown file that the page Lesson shows in place of the shipped one.
    """
    if lesson is not None:
        from mist_explore.explorer.lesson.compute import use_lesson

        use_lesson(lesson)
    from mist_explore.server.serving import serve
    from mist_explore.server.settings import Settings

    settings = Settings.chosen(
        public=public or None,
        host=host or None,
        port=port,
        base_url=base_url or None,
        token=token or None,
        max_kernels=max_kernels,
        idle_minutes=idle_minutes,
        upload_mb=upload_mb,
        train_minutes=train_minutes,
        kernel_memory_mb=kernel_memory_mb,
        kernel_cpu_minutes=kernel_cpu_minutes,
        networks=networks,
        frame_ancestors=frame_ancestors or None,
    )
    return serve(settings, open_browser=not (no_browser or settings.public), n_preheated=preheat)

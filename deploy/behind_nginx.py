"""Two servers behind nginx below a path, and a browser that goes through it; then one is killed.

    python deploy/behind_nginx.py    # needs nginx and chromium

Its visitor is shown the end of the page within seconds, and a reload lands on the other server.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from benchmarks.browser.app import eventually, free_port, serving  # noqa: E402
from benchmarks.browser.visit import launched, window  # noqa: E402

SECONDS_TO_NOTICE = 5


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[str]:
    """Run nginx on the shipped configuration in front of local servers; yield its address."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit("expected nginx; found none: run 'apt-get install nginx'")
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    servers = "\n".join(f"server 127.0.0.1:{p} max_fails=1 fail_timeout=10s;" for p in ports)
    for old, new in (
        ("server app:7860 max_fails=1 fail_timeout=10s;", servers),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("/tmp/", f"{folder}/"),
    ):
        if old not in text:
            raise SystemExit(f"expected {old!r} in deploy/nginx.conf")
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [program, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/nginx.log"]
    with subprocess.Popen([*command, "-g", "daemon off;"]) as process:
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def pages_of(port: int) -> int:
    """Return the number of open pages of a server."""
    with urlopen(f"http://127.0.0.1:{port}/mist/readyz", timeout=10) as answer:
        return int(json.load(answer)["pages"])


def main() -> None:
    """Go through nginx as a visitor does."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="mist-explore-nginx-"))
        )
        ports, servers = [], []
        for _ in range(2):
            ports.append(free_port())
            options = ("--public", "--host", "127.0.0.1", "--base-url", "/mist/")
            server = stack.enter_context(serving(ports[-1], folder, *options))
            servers.append(server)
        url = stack.enter_context(nginx(folder, ports))
        browser = launched(stack.enter_context(sync_playwright()))
        visit = window(browser)
        visit.go(f"{url}mist/mutual-information")
        if visit.complaints:
            raise SystemExit(f"expected a page without errors; got {visit.complaints}")
        with urlopen(url, timeout=10) as answer:
            if answer.url != f"{url}mist/":
                raise SystemExit(f"expected a redirect to the pages; got {answer.url}")
        used = [pages_of(port) for port in ports]
        print("pages of the servers:", used)
        if sorted(used) != [0, 1]:
            raise SystemExit("expected the page, its files and its socket at one server")
        first = used.index(1)
        os.kill(servers[first].pid, signal.SIGKILL)
        killed = time.monotonic()
        visit.page.locator("#mist-gone").wait_for(state="visible", timeout=30_000)
        seconds = time.monotonic() - killed
        print(f"told after {seconds:.1f} s: {visit.page.locator('#mist-gone').inner_text()!r}")
        if seconds > SECONDS_TO_NOTICE:
            raise SystemExit(f"expected a message within {SECONDS_TO_NOTICE} s")
        with visit.page.expect_navigation(wait_until="commit"):
            visit.page.get_by_role("button", name="Reload").click()
        visit.wait_for("() => document.querySelector('.mist .mist-figure .main-svg') !== null")
        eventually(lambda: pages_of(ports[1 - first]) == 1, "the page at the other server")
        print("a reload lands on the other server")
        browser.close()


if __name__ == "__main__":
    main()

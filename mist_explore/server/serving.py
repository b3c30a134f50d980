"""Start and end of the server: its temporary folder, its port and its preheated kernels."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from filelock import FileLock, Timeout
from voila.request_info_handler import RequestInfoSocketHandler

from mist_explore.explorer.pages import PAGES
from mist_explore.resources import notebooks_directory
from mist_explore.server.fork_client import FORK_SERVER, FORKED, fork_kernels
from mist_explore.server.settings import Settings
from mist_explore.server.voila_app import Pages, compile_templates_once

__all__ = ["JUPYTER_FOLDERS", "serve", "temporary_folder"]

JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
"""Environment variables of the folders of Jupyter and IPython; by default in the home folder."""

PREFIX = "mist-explore-server-"
SECONDS_TO_LOCK = 60
KERNEL_MEMORY = 300 * 2**20
SHARE_OF_MEMORY = 0.25
"""Largest share of memory for preheated kernels."""
SECONDS_TO_PREHEAT = 60


def serve(settings: Settings, open_browser: bool = True, n_preheated: int = 1) -> int:
    """Serve each page under the name of its notebook, and home at `/`, until SIGINT or SIGTERM.

    Args:
        settings: settings of the server; a message names the next free port if theirs is taken.
        open_browser: whether to open the first page.
        n_preheated: the number of preheated kernels per page, with the first view computed, on
            systems where kernels are not forked.

    Returns:
        The exit code, 0.

    Raises:
        FileNotFoundError: if the installation has no notebooks.
        OSError: if no port is free, or the address is not an address of this machine.
    """
    free = _free_port(settings.host, settings.port)
    if free != settings.port:
        print(f"port {settings.port} is taken, using {free}", file=sys.stderr)
        settings = replace(settings, port=free)
    if not settings.public and not settings.loopback:
        print(
            f"anyone who reaches {settings.host} can use this computer: --public sets limits, "
            "and --token lets in only those who know it",
            file=sys.stderr,
        )
    with temporary_folder() as folder, as_file(files("mist_explore.explorer") / "assets") as assets:
        _prepare(settings, folder)
        if FORKED:
            fork_kernels()
        compile_templates_once()
        app = Pages(settings, folder, assets)
        app.initialize([])
        app.ioloop.add_callback(_open, app, settings, open_browser, n_preheated)
        app.start()
    return 0


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder for the time of the context, after removing those without a server."""
    parent = Path(tempfile.gettempdir())
    for folder in parent.glob(f"{PREFIX}*"):
        _remove_abandoned(folder)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, FileLock(Path(name, "lock")):
        yield Path(name)


def _remove_abandoned(folder: Path) -> None:
    """Remove a folder unless its server holds the lock, or may be about to take it."""
    try:
        if time.time() - folder.stat().st_mtime < SECONDS_TO_LOCK:
            return
        with FileLock(folder / "lock", timeout=0):
            shutil.rmtree(folder, ignore_errors=True)
    except (Timeout, OSError):
        return


def _prepare(settings: Settings, folder: Path) -> None:
    """Copy the notebooks, and set the environment that kernels inherit."""
    host = settings.host
    # Address from which a kernel fetches its request; it also marks the kernels of the app.
    os.environ["VOILA_APP_IP"] = "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host
    # The computations of a page are small: several threads are slower than one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Ignore the user's settings of Jupyter and IPython; the home folder may be read-only.
    for variable in JUPYTER_FOLDERS:
        os.environ[variable] = str(folder / variable.lower())
    (folder / "pages").mkdir()
    for page in PAGES.values():
        shutil.copy(notebooks_directory() / page.notebook, folder / "pages")


async def _open(app: Pages, settings: Settings, open_browser: bool, n_preheated: int) -> None:
    """Print the address once the first page is built; then preheat where kernels are not forked."""
    if FORKED:
        await FORK_SERVER.ready(next(iter(PAGES)))
        app.ready = True
    url = f"http://{settings.host}:{settings.port}{settings.base_url}"
    print(f"mist-explore runs at {url} (Ctrl-C stops it)", flush=True)
    if open_browser:
        query = f"?token={settings.token}" if settings.token else ""
        threading.Thread(target=webbrowser.open, args=(url + query,), daemon=True).start()
    if not FORKED:
        await _preheat(app, n_preheated)


async def _preheat(app: Pages, n_kernels: int) -> None:
    """Preheat the pages in their order while the machine is idle, up to a share of the memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    most = int(SHARE_OF_MEMORY * memory / (KERNEL_MEMORY * max(n_kernels, 1)))
    for page in list(PAGES.values())[: most if n_kernels else 0]:
        # Requests have priority: a page without a preheated kernel opens only seconds later.
        while os.getloadavg()[0] > (os.cpu_count() or 1):
            await asyncio.sleep(1)
        await _fill_pool(app, page.notebook, n_kernels)


async def _fill_pool(app: Pages, notebook: str, n_kernels: int) -> None:
    """Keep a pool of kernels for a notebook; return once one has rendered the page."""
    manager = app.kernel_manager
    manager.kernel_pools_config = {
        **manager.kernel_pools_config,
        notebook: {"pool_size": n_kernels},
    }
    manager.fill_if_needed(delay=0, notebook_name=notebook)
    kernel = (await manager._pools[notebook][0])["kernel_id"]
    for _ in range(10 * SECONDS_TO_PREHEAT):
        if kernel in RequestInfoSocketHandler._waiters:
            return
        await asyncio.sleep(0.1)


def _free_port(host: str, port: int) -> int:
    for candidate in range(port, port + 50):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except PermissionError as error:
                raise OSError(f"not allowed to listen on port {candidate}: {error}") from error
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise OSError(f"cannot listen on {host}: {error.strerror}") from error
            else:
                return candidate
    raise OSError(f"expected a free port from {port} to {port + 49}; found none: choose another")

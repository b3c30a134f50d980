"""Server of the notebooks as pages, on Voila."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from tornado.web import StaticFileHandler, authenticated
from traitlets import default
from traitlets.config import Config
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from mist_explore.explorer.frame import skeleton_html
from mist_explore.explorer.pages import PAGES, Page
from mist_explore.explorer.typeface import FILE, font_url
from mist_explore.plots.style import FONT
from mist_explore.resources import notebooks_directory
from mist_explore.server.fork_client import FORK_SERVER, FORKED, fork_kernels

__all__ = ["serve"]

LARGEST_UPLOAD = 200 * 2**20
KERNEL_MEMORY = 300 * 2**20
SHARE_OF_MEMORY = 0.25
"""Largest share of memory for preheated kernels."""
SECONDS_TO_PREHEAT = 60
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
"""Environment variables of the folders of Jupyter and IPython; by default in the home folder."""


def serve(
    port: int = 8866, host: str = "127.0.0.1", open_browser: bool = True, preheat: int = 1
) -> int:
    """Serve each page under the name of its notebook, and home at `/`, until SIGINT or SIGTERM.

    Args:
        port: the first port to try; a message names the next free one if it is taken.
        host: the address to listen on; every client at this address can use the processor.
        open_browser: whether to open the first page.
        preheat: where kernels are not forked, the number of preheated kernels per page, with the
            first view computed, 300 MB each. Pages are preheated in their order on an idle
            machine, up to a quarter of the memory.

    Returns:
        The exit code, 0.

    Raises:
        FileNotFoundError: if the installation has no notebooks.
        OSError: if no port is free, or the address is not an address of this machine.
    """
    free = _free_port(host, port)
    if free != port:
        print(f"port {port} is taken, using {free}", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="mist-explore-") as folder,
        as_file(files("mist_explore") / "explorer" / "assets") as assets,
    ):
        # Address from which a kernel fetches its request; it also marks the kernels of the app.
        os.environ["VOILA_APP_IP"] = "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host
        # The computations of a page are small: several threads are slower than one.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        root = Path(folder, "pages")
        root.mkdir()
        for page in PAGES.values():
            shutil.copy(notebooks_directory() / page.notebook, root)
        # Ignore the user's settings of Jupyter and IPython; the home folder may be read-only.
        for variable in JUPYTER_FOLDERS:
            os.environ[variable] = str(Path(folder, variable.lower()))
        if FORKED:
            fork_kernels()
        app = Pages(config=_config(free, host, root), assets=assets)
        app.initialize([])
        app.ioloop.add_callback(_open, app, f"http://{host}:{free}/", open_browser, preheat)
        try:
            app.start()
        finally:
            FORK_SERVER.stop()
    return 0


class Pages(Voila):  # type: ignore[misc]
    """Voila with one path for each notebook and without a listing of files."""

    def __init__(self, assets: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template_paths: list[str]
        self._assets = assets
        # A signal may arrive before Voila creates its loop.
        self.ioloop = IOLoop.current()

    def setup_template_dirs(self) -> None:
        """Put the template of the app before the template of Voila."""
        super().setup_template_dirs()
        self.template_paths = [str(self._assets / "voila"), *self.template_paths]

    def init_handlers(self) -> list[Any]:
        """Return the request handlers, with one path for each page instead of the listing."""
        listing = ("/", "/voila/tree", "/voila/render", "/voila/api/contents", "/voila/files")
        handlers = [h for h in super().init_handlers() if not h[0].startswith(listing[1:])]
        handlers = [h for h in handlers if h[0] != listing[0]]
        handlers = [
            (h[0], KernelSocket, *h[2:]) if h[1] is VoilaKernelWebsocketHandler else h
            for h in handlers
        ]
        common = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        paths = {f"/{Path(page.notebook).stem}": page for page in PAGES.values()}
        pages = [
            (
                path,
                PageHandler,
                {"words": self._words(page), "notebook_path": page.notebook, **common},
            )
            for path, page in {"/": PAGES["home"], **paths}.items()
        ]
        fonts = (f"/fonts/({FILE})", FontHandler, {"path": str(self._assets / "fonts")})
        return [fonts, *pages, *handlers]

    def _words(self, page: Page) -> dict[str, str]:
        """Return the variables of the opening template, shown before the kernel is ready."""
        notebook = json.loads((Path(self.root_dir) / page.notebook).read_text(encoding="utf-8"))
        return {
            "title": notebook["metadata"]["title"],
            "skeleton": skeleton_html(page.name),
            "font_url": font_url(),
            "font": FONT,
        }

    async def preheat(self, notebook: str, kernels: int) -> None:
        """Keep a pool of kernels for a notebook; return once one has rendered the page."""
        manager = self.kernel_manager
        manager.kernel_pools_config = {
            **manager.kernel_pools_config,
            notebook: {"pool_size": kernels},
        }
        manager.fill_if_needed(delay=0, notebook_name=notebook)
        first = manager._pools[notebook][0]
        kernel = (await first)["kernel_id"]
        for _ in range(10 * SECONDS_TO_PREHEAT):
            if kernel in RequestInfoSocketHandler._waiters:
                return
            await asyncio.sleep(0.1)


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Handler that sends the opening of a page at once, followed by the rendered notebook.

    Voila alone sends nothing before a kernel has started, which takes a second or more on a busy
    machine.
    """

    def initialize(self, words: Mapping[str, str], **kwargs: Any) -> None:
        """Store the template variables; pass the other arguments to Voila."""
        super().initialize(**kwargs)
        self._words = words

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Send the opening, then the rendered notebook."""
        self.set_header("Content-Type", "text/html")
        self.set_header("Cache-Control", "no-store")
        self.write(self.render_template("opening.html.j2", **self._words))
        await self.flush()
        await super().get(path)


class FontHandler(StaticFileHandler):
    """Handler of the typeface, cached by browsers: a changed font has another address."""

    def get_content_type(self) -> str:
        """Return the MIME type, which is not registered on every system."""
        return "font/woff2"

    def set_extra_headers(self, path: str) -> None:
        """Allow browsers to cache the file for a year."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")


class KernelSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """WebSocket between a page and its kernel, in both versions of the protocol.

    After a failed first attempt, as on a busy machine, a browser connects without the newer
    protocol. Voila parses binary messages of the older protocol as if they were of the newer
    one: an invalid length then blocks the server in an endless loop.
    """

    def write_message(self, message: bytes | dict[str, Any], binary: bool = False) -> Any:
        """Send a message; those of the older protocol are not converted."""
        if isinstance(message, bytes) and self.selected_subprotocol is None:
            return super(VoilaKernelWebsocketHandler, self).write_message(message, binary)
        return super().write_message(message, binary)


class QuietKernels(AsyncMappingKernelManager):
    """Kernel manager that discards the error stream, with its messages at shutdown."""

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel with its error stream discarded."""
        return str(await super().start_kernel(stderr=subprocess.DEVNULL, **kwargs))


class ThisPython(KernelSpecManager):
    """Kernel specifications of the running Python only, without those in the user's folders."""

    @default("kernel_dirs")
    def _no_folders(self) -> list[str]:
        return []


async def _open(app: Pages, url: str, open_browser: bool, preheat: int) -> None:
    """Preheat the pages one by one; print the address once the first is ready."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    most = int(SHARE_OF_MEMORY * memory / (KERNEL_MEMORY * max(preheat, 1)))
    waiting = _notebooks()[: most if preheat > 0 and not FORKED else 0]
    if FORKED:
        await FORK_SERVER.ready(next(iter(PAGES)))
    for notebook in waiting[:1]:
        await app.preheat(notebook, preheat)
    print(f"mist-explore runs at {url} (Ctrl-C stops it)", flush=True)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    for notebook in waiting[1:]:
        # Requests have priority: a page without a preheated kernel opens only seconds later.
        while os.getloadavg()[0] > (os.cpu_count() or 1):
            await asyncio.sleep(1)
        await app.preheat(notebook, preheat)


def _notebooks() -> list[str]:
    return [page.notebook for page in PAGES.values()]


def _config(port: int, host: str, pages: Path) -> Config:
    config = Config()
    config.Voila.port = port
    config.Voila.port_retries = 0
    config.Voila.ip = host
    config.Voila.root_dir = str(pages)
    config.Voila.open_browser = False
    config.Voila.log_level = "ERROR"
    config.Voila.config_file_paths = []
    config.Voila.tornado_settings = {
        # The last message of a page, which shuts down its kernel, has no token (Voila issue 1458).
        "disable_check_xsrf": True,
        # Answers may be slow on a busy machine; tornado requires a timeout up to the interval.
        "ws_ping_interval": 90_000,
        "ws_ping_timeout": 90_000,
        # Larger uploads are dropped without an error.
        "websocket_max_message_size": LARGEST_UPLOAD,
    }
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.multi_kernel_manager_class = QuietKernels
    config.VoilaConfiguration.kernel_spec_manager_class = ThisPython
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.preheat_kernel = True
    # Pool sizes are set for each page.
    config.VoilaConfiguration.default_pool_size = 0
    # Shut down the kernels of pages whose last message is lost.
    config.QuietKernels.cull_idle_timeout = 600
    config.QuietKernels.cull_interval = 60
    config.QuietKernels.cull_connected = False
    return config


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

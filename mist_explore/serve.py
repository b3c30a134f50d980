"""Serving the notebooks as pages: Voila with the settings that they need."""

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

__all__ = ["serve"]

LARGEST_UPLOAD = 200 * 2**20
KERNEL_MEMORY = 300 * 2**20
SHARE_OF_MEMORY = 0.25
"""What of this computer's memory kernels may take that wait for visitors."""
SECONDS_TO_PREHEAT = 60
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
"""Variables that name the folders of Jupyter and IPython, else in the home of the user."""


def serve(
    port: int = 8866, host: str = "127.0.0.1", open_browser: bool = True, preheat: int = 1
) -> int:
    """Serve every page at the name of its notebook, home at `/`, until SIGINT or SIGTERM.

    Args:
        port: where to listen; if it is taken, the next free one is used, and said so.
        host: the address to listen on; anyone who reaches it can use this computer's time.
        open_browser: whether to open the first page.
        preheat: kernels that wait for each page with its first screen finished, 300 MB each. The
            pages are preheated in their order, when the computer has nothing else to do, and as
            far as a quarter of its memory goes.

    Returns:
        The exit code, 0.

    Raises:
        FileNotFoundError: if the installation carries no notebooks.
        OSError: if no port is free, or the address is not one of this computer.
    """
    free = _free_port(host, port)
    if free != port:
        print(f"port {port} is taken, using {free}", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="mist-explore-") as folder,
        as_file(files("mist_explore") / "explorer" / "assets") as assets,
    ):
        # Where a kernel of the app asks for its request, and how it knows that it is one.
        os.environ["VOILA_APP_IP"] = "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host
        # The distributions of a page are small: more threads than one make them slower.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        root = Path(folder, "pages")
        root.mkdir()
        for page in PAGES.values():
            shutil.copy(notebooks_directory() / page.notebook, root)
        # No settings of the user's Jupyter and IPython; and a home may not be writable.
        for variable in JUPYTER_FOLDERS:
            os.environ[variable] = str(Path(folder, variable.lower()))
        app = Pages(config=_config(free, host, root), assets=assets)
        app.initialize([])
        app.ioloop.add_callback(_open, app, f"http://{host}:{free}/", open_browser, preheat)
        app.start()
    return 0


class Pages(Voila):  # type: ignore[misc]
    """Voila, with a page at the name of each notebook and without a listing of files."""

    def __init__(self, assets: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template_paths: list[str]
        self._assets = assets
        # A signal may come before Voila has made its loop.
        self.ioloop = IOLoop.current()

    def setup_template_dirs(self) -> None:
        """Put our template before Voila's."""
        super().setup_template_dirs()
        self.template_paths = [str(self._assets / "voila"), *self.template_paths]

    def init_handlers(self) -> list[Any]:
        """Replace the listing and its paths by one path for each page."""
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
        """What is shown of a page before its kernel answers."""
        notebook = json.loads((Path(self.root_dir) / page.notebook).read_text(encoding="utf-8"))
        return {
            "title": notebook["metadata"]["title"],
            "skeleton": skeleton_html(page.name),
            "font_url": font_url(),
            "font": FONT,
        }

    async def preheat(self, notebook: str, kernels: int) -> None:
        """Let kernels wait for a page, now and after each visit; returns when one does."""
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
    """Sends the words of a page at once, and then what Voila makes of its notebook.

    Voila by itself sends nothing before a kernel has started, a second or more on a busy computer.
    """

    def initialize(self, words: Mapping[str, str], **kwargs: Any) -> None:
        """Take the words beside what Voila wants to know."""
        super().initialize(**kwargs)
        self._words = words

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Answer a visitor."""
        self.set_header("Content-Type", "text/html")
        self.set_header("Cache-Control", "no-store")
        self.write(self.render_template("opening.html.j2", **self._words))
        await self.flush()
        await super().get(path)


class FontHandler(StaticFileHandler):
    """Serves the typeface; a browser keeps it, as a font that changes has another address."""

    def get_content_type(self) -> str:
        """Return the type, which not every system knows."""
        return "font/woff2"

    def set_extra_headers(self, path: str) -> None:
        """Allow the browser to keep the file for a year."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")


class KernelSocket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The socket between a page and its kernel, in both of its protocols.

    A browser whose first attempt failed, as on a busy computer, connects without the newer
    protocol. Voila reads the binary messages of the older one as if they were of the newer, takes
    a length from bytes that are none, and counts up to it for ever: nobody is served any more.
    """

    def write_message(self, message: bytes | dict[str, Any], binary: bool = False) -> Any:
        """Send a message; one of the older protocol as it is."""
        if isinstance(message, bytes) and self.selected_subprotocol is None:
            return super(VoilaKernelWebsocketHandler, self).write_message(message, binary)
        return super().write_message(message, binary)


class QuietKernels(AsyncMappingKernelManager):
    """Kernels that keep to themselves what they say when they are told to end."""

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel without a place for its error stream."""
        return str(await super().start_kernel(stderr=subprocess.DEVNULL, **kwargs))


class ThisPython(KernelSpecManager):
    """Knows one kernel, that of the Python which runs this: a user's folder may hold others."""

    @default("kernel_dirs")
    def _no_folders(self) -> list[str]:
        return []


async def _open(app: Pages, url: str, open_browser: bool, preheat: int) -> None:
    """Preheat the pages one by one, and announce the app when the first is ready."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    most = int(SHARE_OF_MEMORY * memory / (KERNEL_MEMORY * max(preheat, 1)))
    waiting = _notebooks()[: most if preheat > 0 else 0]
    for notebook in waiting[:1]:
        await app.preheat(notebook, preheat)
    print(f"mist-explore runs at {url} (Ctrl-C stops it)", flush=True)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    for notebook in waiting[1:]:
        # Visitors come first: a page that nobody preheated is only some seconds slower.
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
        # The page's last message, which frees its kernel, carries no token (Voila issue 1458).
        "disable_check_xsrf": True,
        # A busy computer may need long for an answer; tornado wants no timeout above the interval.
        "ws_ping_interval": 90_000,
        "ws_ping_timeout": 90_000,
        # Larger uploads would be dropped in silence.
        "websocket_max_message_size": LARGEST_UPLOAD,
    }
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.multi_kernel_manager_class = QuietKernels
    config.VoilaConfiguration.kernel_spec_manager_class = ThisPython
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.preheat_kernel = True
    # Which pages get how many is said one by one.
    config.VoilaConfiguration.default_pool_size = 0
    # Frees the kernels of pages whose last message got lost.
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

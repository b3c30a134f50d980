"""Serving the notebooks as pages: Voila with the settings that they need."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
import tempfile
import threading
import webbrowser
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from tornado.web import RedirectHandler
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.utils import get_query_string

from mist_explore.resources import notebooks_directory

__all__ = ["requested_query", "serve"]

FIRST_PAGE = "estimate"
LARGEST_UPLOAD = 200 * 2**20


def serve(port: int = 8866, host: str = "127.0.0.1", open_browser: bool = True) -> int:
    """Serve every notebook as a page, at `/` and its name, until SIGINT or SIGTERM.

    Args:
        port: where to listen; if it is taken, the next free one is used, and said so.
        host: the address to listen on; anyone who reaches it can use this computer's time.
        open_browser: whether to open the first page.

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
        tempfile.TemporaryDirectory(prefix="mist-explore-") as pages,
        tempfile.TemporaryDirectory(prefix="mist-explore-") as profiles,
        as_file(files("mist_explore.explorer") / "assets" / "voila") as template,
    ):
        # Voila starts a kernel for each notebook below its root: give it the pages and no more.
        for notebook in notebooks_directory().glob("*.ipynb"):
            shutil.copy(notebook, pages)
        os.environ["IPYTHONDIR"] = str(_quiet_profile(Path(profiles)))
        app = Pages(config=_config(free, host, Path(pages)), template=template)
        app.initialize([])
        url = f"http://{host}:{free}/"
        print(f"mist-explore runs at {url} (Ctrl-C stops it)", flush=True)
        if open_browser:
            threading.Timer(1.0, webbrowser.open, [url]).start()
        app.start()
    return 0


def requested_query() -> str:
    """The query string of the request that this kernel answers; empty outside Voila.

    In a preheated kernel it waits for the request.
    """
    return get_query_string() or ""


class Pages(Voila):  # type: ignore[misc]
    """Voila, with a page at the name of each notebook and without a listing of files."""

    def __init__(self, template: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template_paths: list[str]
        self._template = template

    def setup_template_dirs(self) -> None:
        """Put our template before Voila's."""
        super().setup_template_dirs()
        self.template_paths = [str(self._template), *self.template_paths]

    def init_handlers(self) -> list[Any]:
        """Replace the listing and its paths by one path for each page."""
        listing = ("/", "/voila/tree", "/voila/render", "/voila/api/contents", "/voila/files")
        handlers = [h for h in super().init_handlers() if not h[0].startswith(listing[1:])]
        handlers = [h for h in handlers if h[0] != listing[0]]
        common = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        pages = [
            (f"/{path.stem}", TornadoVoilaHandler, {"notebook_path": path.name, **common})
            for path in sorted(Path(self.root_dir).glob("*.ipynb"))
        ]
        first = ("/", RedirectHandler, {"url": f"/{FIRST_PAGE}", "permanent": False})
        return [first, *pages, *handlers]


def _quiet_profile(folder: Path) -> Path:
    """A profile of IPython for the kernels: without the user's start-up files and history.

    Kernels that wait for a request complain at length when they are told to end: not to users.
    """
    profile = folder / "profile_default"
    profile.mkdir()
    lines = ("c.IPKernelApp.log_level = 50", "c.HistoryManager.enabled = False")
    (profile / "ipython_kernel_config.py").write_text("\n".join(lines))
    return folder


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
        # Larger uploads would be dropped in silence.
        "websocket_max_message_size": LARGEST_UPLOAD,
    }
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.preheat_kernel = True
    config.VoilaConfiguration.default_pool_size = 2
    # Frees the kernels of pages whose last message got lost.
    config.MappingKernelManager.cull_idle_timeout = 600
    config.MappingKernelManager.cull_interval = 60
    config.MappingKernelManager.cull_connected = False
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

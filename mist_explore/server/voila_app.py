"""Voila with one path for each page, below the base path, and without a listing of files."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import voila.notebook_renderer
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.ioloop import IOLoop
from tornado.web import RedirectHandler, StaticFileHandler
from traitlets import default
from traitlets.config import Config
from voila.app import Voila
from voila.exporter import VoilaExporter
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from mist_explore.explorer.frame import skeleton_html
from mist_explore.explorer.pages import PAGES, Page
from mist_explore.explorer.typeface import FILE, font_url
from mist_explore.palette import FONT
from mist_explore.server.fork_client import FORK_SERVER, FORKED
from mist_explore.server.kernels import Kernels, KernelSocket
from mist_explore.server.page_handler import PageHandler, WantedHandler
from mist_explore.server.security import security_headers
from mist_explore.server.settings import Settings
from mist_explore.server.status import HealthHandler, ReadyHandler, access_log
from mist_explore.server.visitors import Visitors

__all__ = ["Pages", "compile_templates_once", "configuration"]

MEGABYTE = 2**20
LARGEST_MESSAGE = 1024 * MEGABYTE
MINUTES_TO_KEEP = 20
"""Time that networks of a visitor without a page are kept, where idleness has no limit."""


class Pages(Voila):  # type: ignore[misc]
    """The server of the pages.

    Args:
        settings: settings of the server.
        folder: folder with the notebooks in `pages`, and for temporary files.
        assets: folder of the templates and fonts.
    """

    def __init__(self, settings: Settings, folder: Path, assets: Path) -> None:
        super().__init__(config=configuration(settings, folder))
        self.template_paths: list[str]
        self.ready = not FORKED
        """Whether the first page is built."""
        self._settings, self._assets, self._folder = settings, assets, folder
        # A signal may arrive before Voila creates its loop.
        self.ioloop = IOLoop.current()

    def setup_template_dirs(self) -> None:
        """Put the template of the app before the template of Voila."""
        super().setup_template_dirs()
        self.template_paths = [str(self._assets / "voila"), *self.template_paths]

    def stop(self) -> None:
        """End all kernels at once, then the server."""
        FORK_SERVER.stop()
        super().stop()

    def init_handlers(self) -> list[Any]:
        """Return the request handlers, with one path for each page instead of the listing."""
        base = self._settings.base_url
        if self._settings.public:
            seconds = 60.0 * (self._settings.idle_minutes or MINUTES_TO_KEEP)
            self.kernel_manager.visitors = Visitors(self._folder / "visitors", seconds)
        listing = ("voila/tree", "voila/render", "voila/api/contents", "voila/files")
        hidden = (*(f"{base}{path}" for path in listing), "/login", "/logout")
        replaced = {VoilaKernelWebsocketHandler: KernelSocket}
        handlers = [
            (h[0], replaced.get(h[1], h[1]), *h[2:])
            for h in super().init_handlers()
            if h[0] != base and not h[0].startswith(hidden)
        ]
        return [*self._own_handlers(base), *self._login_handlers(base), *handlers]

    def _own_handlers(self, base: str) -> list[Any]:
        common = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        paths = {base: PAGES["home"]}
        paths |= {base + page.stem: page for page in PAGES.values()}
        pages = [
            (path, PageHandler, {"words": self._words(p), "notebook_path": p.notebook, **common})
            for path, p in paths.items()
        ]
        former = [
            (base + name.replace("_", "-"), RedirectHandler, {"url": base + page.stem})
            for page in PAGES.values()
            for name in page.former
        ]
        ready = {"kernels": self.kernel_manager, "ready": lambda: self.ready}
        inside = [(base.rstrip("/"), RedirectHandler, {"url": base})] if base != "/" else []
        return [
            (f"{base}healthz", HealthHandler),
            (f"{base}readyz", ReadyHandler, ready),
            (f"{base}wanted/(.+)", WantedHandler),
            (f"{base}fonts/({FILE})", FontHandler, {"path": str(self._assets / "fonts")}),
            *inside,
            *pages,
            *former,
        ]

    def _login_handlers(self, base: str) -> list[Any]:
        """Return the handlers of the token; none where there is no token."""
        if not self._settings.token:
            return []
        login = self.identity_provider.login_handler_class
        return [(f"{base}login", login), (f"{base}logout", LogoutHandler)]

    def _words(self, page: Page) -> dict[str, str]:
        """Return the variables of the opening template, shown before the kernel is ready."""
        notebook = json.loads((Path(self.root_dir) / page.notebook).read_text(encoding="utf-8"))
        return {
            "title": notebook["metadata"]["title"],
            "skeleton": skeleton_html(page.name),
            "font_url": font_url(),
            "font": FONT,
            "largest_upload": self._settings.upload_mb or "Infinity",
        }


class FontHandler(StaticFileHandler):
    """Handler of the typeface, cached by browsers: a changed font has another address."""

    def get_content_type(self) -> str:
        """Return the MIME type, which is not registered on every system."""
        return "font/woff2"

    def set_extra_headers(self, path: str) -> None:
        """Allow browsers to cache the file for a year."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")


class LogoutHandler(JupyterHandler):
    """Handler that forgets a visitor and asks for the token again."""

    @allow_unauthenticated
    def get(self) -> None:
        """Remove the cookie."""
        self.identity_provider.clear_login_cookie(self)
        self.redirect(self.settings["login_url"])


class ThisPython(KernelSpecManager):
    """Kernel specifications of the running Python only, without those in the user's folders."""

    @default("kernel_dirs")
    def _no_folders(self) -> list[str]:
        return []


def configuration(settings: Settings, folder: Path) -> Config:
    """Return the configuration of Voila.

    Args:
        settings: settings of the server.
        folder: folder with the notebooks in `pages`, and for temporary files.
    """
    config = Config()
    config.Voila.port = settings.port
    config.Voila.port_retries = 0
    config.Voila.ip = settings.host
    config.Voila.base_url = config.Voila.server_url = settings.base_url
    config.Voila.root_dir = str(folder / "pages")
    config.Voila.connection_dir_root = str(folder)
    config.Voila.open_browser = False
    config.Voila.log_level = "ERROR"
    config.Voila.config_file_paths = []
    if settings.token:
        config.Voila.token = settings.token
    config.Voila.tornado_settings = {
        # The last message of a page, which shuts down its kernel, has no token (Voila issue 1458).
        "disable_check_xsrf": True,
        # A socket sends its own pings.
        "ws_ping_interval": 0,
        # Larger messages are dropped without an error; an upload has a little beside its file.
        "websocket_max_message_size": MEGABYTE * (settings.upload_mb + 1)
        if settings.upload_mb
        else LARGEST_MESSAGE,
        "log_function": access_log(every=settings.public),
        "headers": {
            "Server": f"mist-explore/{version('mist-explore')}",
            **security_headers(settings.frame_ancestors),
        },
    }
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.multi_kernel_manager_class = Kernels
    config.VoilaConfiguration.kernel_spec_manager_class = ThisPython
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.preheat_kernel = not FORKED
    # Pool sizes are set for each page.
    config.VoilaConfiguration.default_pool_size = 0
    # A kernel that died would be started again without its page.
    config.KernelManager.autorestart = False
    config.Kernels.largest_number = settings.max_kernels
    config.Kernels.idle_seconds = 60.0 * settings.idle_minutes
    config.Kernels.kernel_environment = {
        **settings.environment(),
        # Voila takes the port from a request, which names none behind a proxy.
        "VOILA_APP_PORT": str(settings.port),
    }
    return config


def compile_templates_once() -> None:
    """Let Voila, which makes an environment for each request, share the compiled templates.

    To compile them was half of the server's work for a page.
    """
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

"""Process that forks kernels: everything is imported, and each page built, before the first.

A forked kernel shares the memory of its parent until it writes to it, so that it starts in a
fraction of a second and holds little of its own. The parent has one thread: a lock that another
thread held at a fork would stay locked in the kernel.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

from mist_explore.explorer.pages import PAGES
from mist_explore.server.confinement import confine
from mist_explore.server.memory import return_memory_at_rest

__all__ = ["LARGEST_REQUEST", "main"]

LARGEST_REQUEST = 2**18
"""Bytes of the message that requests a kernel."""
SECONDS_TO_BUILD = 60
PR_SET_PDEATHSIG = 1


def main(descriptor: int) -> None:
    """Answer the requests of a server until it ends; build pages while the machine is idle.

    A request is JSON with the name of a `page`, which is built before the answer, and the
    `connection_file`, `cwd` and `env` of a kernel, with a descriptor that is closed when that
    ends; the answer is the number of its process. Without a connection file, none is forked.

    Args:
        descriptor: a Unix socket that keeps the bounds of messages.
    """
    _end_with_parent()
    server = socket.socket(fileno=descriptor)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _import()
    waiting = list(PAGES)
    while True:
        idle = waiting and os.getloadavg()[0] < (os.cpu_count() or 1)
        readable, _, _ = select.select([server], [], [], 0 if idle else 1)
        _reap()
        if readable:
            message, descriptors, _, _ = socket.recv_fds(server, LARGEST_REQUEST, 1)
            if not message:
                return
            request = json.loads(message)
            if request["page"] in waiting:
                waiting.remove(request["page"])
                _build(request["page"])
            _answer(server, request, descriptors)
        elif idle:
            _build(waiting.pop(0))


def _import() -> None:
    """Import the libraries of a kernel, and of every page."""
    # The debugger of kernels takes half of their start, and has no use here.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in ("ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib"):
        import_module(name)
    import ipywidgets
    import pyarrow
    import tqdm  # type: ignore[import-untyped]

    # At its import in a kernel, ipywidgets does this by itself.
    ipywidgets.register_comm_target()
    # Threads do not survive a fork: that of progress bars would live here for ever.
    tqdm.tqdm.monitor_interval = 0
    pyarrow.set_cpu_count(1)
    for page in PAGES:
        with _printed_errors():
            import_module(f"mist_explore.explorer.{page}")


def _build(name: str) -> None:
    """Build a page; one that fails is built, and fails, where its visitor sees it."""
    with _printed_errors():
        import_module(f"mist_explore.explorer.{name}").PAGE.build()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(SECONDS_TO_BUILD)
    _widgets[name] = [dict(registry) for registry in _registries()]
    for registry in _registries():
        registry.clear()
    # What stands now is not examined by the collector of a kernel, which would copy it.
    gc.collect()
    gc.freeze()


_widgets: dict[str, list[dict[str, Any]]] = {}
"""Widgets of each built page: a browser is sent all that a kernel registers."""


def _registries() -> tuple[dict[str, Any], ...]:
    """Return the widgets, and their channels, of this process by their names."""
    import comm
    from ipywidgets.widgets import widget

    return widget._instances, comm.get_comm_manager().comms


def _register(page: str) -> None:
    """Register the widgets of a page; those of every page where it is not known which is shown."""
    for name in [page] if page in _widgets else _widgets:
        for registry, widgets in zip(_registries(), _widgets[name], strict=True):
            registry.update(widgets)


@contextmanager
def _printed_errors() -> Iterator[None]:
    """Print an error: one page must not end the server of all others."""
    try:
        yield
    except Exception:  # noqa: BLE001
        traceback.print_exc()


def _answer(server: socket.socket, request: dict[str, Any], descriptors: list[int]) -> None:
    number = os.fork() if "connection_file" in request else os.getpid()
    if not number:
        server.close()
        _run_kernel(request)
    for descriptor in descriptors:
        os.close(descriptor)
    server.send(str(number).encode())


def _run_kernel(request: dict[str, Any]) -> NoReturn:
    """Be the kernel of a connection file until it is shut down."""
    code = 1
    try:
        _end_with_parent()
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.environ.clear()
        os.environ.update(request["env"])
        confine()
        os.chdir(request["cwd"])
        _register(request["page"])
        from ipykernel.comm.comm import BaseComm
        from ipykernel.kernelapp import IPKernelApp

        app = IPKernelApp.instance()
        app.initialize(["-f", request["connection_file"], "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
        # Widgets that were made before there was a kernel speak through this one.
        BaseComm.kernel = app.kernel
        return_memory_at_rest()
        app.start()  # type: ignore[no-untyped-call]
        code = 0
    finally:
        os._exit(code)


def _end_with_parent() -> None:
    """Let the kernel of Linux end this process with its parent, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main(int(sys.argv[1]))

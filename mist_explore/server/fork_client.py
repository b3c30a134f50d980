"""Kernels as children of the fork server, for the kernel manager of Jupyter."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from mist_explore.explorer.pages import PAGES
from mist_explore.server.confinement import CONFINABLE

__all__ = [
    "FORKED",
    "FORK_SERVER",
    "ForkProvisioner",
    "ForkServer",
    "ForkedProcess",
    "fork_kernels",
]

FORKED = sys.platform == "linux"
"""Whether kernels are forked; the libraries of other systems do not survive a fork."""

LENGTH_OF_NAME = 12
"""Letters of the id of a kernel in the names of its sockets."""
LONGEST_PATH = 100
"""Bytes of the path of a Unix socket on Linux, but for a number and what ends it."""


def fork_kernels() -> None:
    """Let the kernel managers of this process fork their kernels; start the fork server."""
    factory = KernelProvisionerFactory.instance()
    kind = ForkProvisioner
    factory.provisioners["fork"] = EntryPoint(
        "fork", f"{kind.__module__}:{kind.__name__}", factory.GROUP_NAME
    )
    factory.default_provisioner_name = "fork"
    FORK_SERVER.start()


class ForkedProcess:
    """A process that is not a child of this one, with the methods that a kernel manager calls.

    Args:
        pid: number of the process, which leads its process group.
        lifeline: reading end of a pipe; only the process has the writing end, so its end is
            the end of the process.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, lifeline: int) -> None:
        self.pid, self._lifeline = pid, lifeline
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return None while the process runs, else 1: its parent alone knows its code."""
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._lifeline, select.POLLIN)
            if ended.poll(0):
                os.close(self._lifeline)
                self.returncode = 1
        return self.returncode

    def wait(self) -> int | None:
        """Return the code of an ended process."""
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


class ForkServer:
    """The fork server as seen from this process: started with the first kernel, or before."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = asyncio.Lock()

    def start(self) -> None:
        """Start the process, unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mist_explore.server.fork_server", str(number)],
                pass_fds=(number,),
                stdin=subprocess.DEVNULL,
                env={**os.environ, **CONFINABLE},
            )

    async def ready(self, page: str) -> None:
        """Return once a page is built."""
        await self._request({"page": page})

    async def fork(self, connection_file: str, cwd: str, env: dict[str, str]) -> ForkedProcess:
        """Return a new kernel on a connection file."""
        page = _page_at(env.get("SCRIPT_NAME", ""))
        request = {"page": page, "connection_file": connection_file, "cwd": cwd, "env": env}
        ours, theirs = os.pipe()
        try:
            number = await self._request(request, theirs)
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        return ForkedProcess(number, ours)

    async def _request(self, request: dict[str, Any], *descriptors: int) -> int:
        async with self._lock:
            self.start()
            assert self._socket is not None
            socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)
            answer = await asyncio.get_running_loop().sock_recv(self._socket, 64)
        if not answer:
            raise RuntimeError("expected a kernel; the process that forks kernels has ended")
        return int(answer)

    def stop(self) -> None:
        """End the process and with it its kernels."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._socket is not None:
            self._socket.close()


FORK_SERVER = ForkServer()
"""That of this process."""


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by a fork instead of a command."""

    process: Any

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose sockets of the file system: of free ports, another process may take one first."""
        manager: Any = self.parent
        file = Path(manager.connection_file)
        sockets = file.with_name(file.stem.removeprefix("kernel-")[:LENGTH_OF_NAME])
        if len(os.fsencode(sockets)) <= LONGEST_PATH:
            manager.transport, manager.ip, manager.cache_ports = "ipc", str(sockets), False
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; `cmd`, which would start it in another way, is left alone."""
        manager: Any = self.parent
        kernel = await FORK_SERVER.fork(manager.connection_file, kwargs["cwd"], kwargs["env"])
        self.process = kernel
        self.pid = self.pgid = kernel.pid
        return self.connection_info


def _page_at(path: str) -> str:
    """Return the name of the page at a path; empty where there is none."""
    stem = path.rpartition("/")[2] or "index"
    return next((name for name, page in PAGES.items() if page.stem == stem), "")

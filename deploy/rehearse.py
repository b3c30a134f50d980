"""The steps of the Dockerfile without Docker: in a clean folder, and then as its command.

    python deploy/rehearse.py           # the whole installation, as the image has it
    python deploy/rehearse.py --reuse   # with the libraries of this environment, and no network

Files are copied below the folder, commands run with its paths in place of those of the image, and
the server is started with the environment of the image, until its health check passes and it has
answered a request; then it has to end by itself on SIGTERM. Users are not made.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
FOLDERS = ("/source", "/opt/mist-explore", "/home/mist")
SECONDS_TO_START = 300
"""Time for the first start of a fresh installation, which compiles its modules."""


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions of a Dockerfile with their arguments."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


class Rehearsal:
    """An image as a folder.

    Args:
        home: the folder.
        reuse: whether to take the libraries of this environment.
    """

    def __init__(self, home: Path, reuse: bool) -> None:
        self._home, self._reuse, self._folder = home, reuse, home
        self.environment: dict[str, str] = {}
        self.command: list[str] = []
        self.health = ""

    def follow(self, text: str) -> None:
        """Follow the instructions of a Dockerfile."""
        for name, rest in instructions(text):
            match name:
                case "FROM" | "USER" | "EXPOSE":
                    pass
                case "ARG":
                    key, _, value = rest.partition("=")
                    self.environment[key] = os.environ.get(key, value)
                case "ENV":
                    self.environment |= dict(
                        pair.split("=", 1) for pair in self._here(rest).split()
                    )
                case "WORKDIR":
                    self._folder = Path(self._here(rest))
                    self._folder.mkdir(parents=True, exist_ok=True)
                case "COPY":
                    self._copy(*rest.split())
                case "RUN":
                    self._run(rest)
                case "HEALTHCHECK":
                    self.health = self._here(rest.partition("CMD ")[2])
                case "CMD":
                    self.command = json.loads(rest)
                case _:
                    raise ValueError(f"expected a known instruction; got {name!r}")

    def serve(self) -> str:
        """Run the command until it is healthy; return its first page, and end it."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if k in {"LANG", "OMP_NUM_THREADS"}}
        environment = {**kept, **self.environment, "MIST_EXPLORE_PORT": str(port)}
        with subprocess.Popen(self.command, cwd=self._folder, env=environment) as server:
            try:
                until = time.monotonic() + SECONDS_TO_START
                while subprocess.run(
                    self.health, shell=True, env=environment, stderr=subprocess.DEVNULL, check=False
                ).returncode:
                    if server.poll() is not None:
                        raise RuntimeError(f"expected a server; it ended with {server.poll()}")
                    if time.monotonic() > until:
                        raise RuntimeError(f"expected a server within {SECONDS_TO_START} s")
                    time.sleep(1)
                with urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                    page = str(answer.read(4_096), "utf-8", "replace")
            finally:
                server.send_signal(signal.SIGTERM)
            if server.wait(30):
                raise RuntimeError(f"expected a graceful end; got code {server.returncode}")
        return page

    def _here(self, text: str) -> str:
        """Return a text with the paths of the image in this folder."""
        for folder in FOLDERS:
            text = text.replace(folder, f"{self._home}{folder}")
        return text

    def _copy(self, *names: str) -> None:
        *sources, target = names
        if sources[0].startswith("--from"):  # it lies there already
            return
        for source in sources:
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "state.pt")
                shutil.copytree(ROOT / source, self._folder / target, ignore=ignored)
            else:
                shutil.copy(ROOT / source, self._folder / target)

    def _run(self, rest: str) -> None:
        command = self._here(rest)
        if rest.startswith("useradd"):
            return
        if self._reuse and "bin/pip" in command:
            self._install()
        elif self._reuse:
            self._shell(command.replace("-m venv", "-m venv --without-pip"))
        else:
            self._shell(command)

    def _install(self) -> None:
        """Install the package alone; its libraries are those of this environment."""
        environment = self._home / "opt" / "mist-explore"
        packages = next(environment.glob("lib/python3*/site-packages"))
        options = "--quiet --no-deps --no-build-isolation --no-index --no-compile"
        self._shell(f"python -m pip install {options} --target {packages} .")
        ours = sysconfig.get_path("purelib")
        (packages / "of-this-environment.pth").write_text(f"{ours}\n", encoding="utf-8")
        (environment / "share").symlink_to(Path(sys.prefix, "share"))
        script = environment / "bin" / "mist-explore"
        call = "from mist_explore.cli import main\nraise SystemExit(main())\n"
        script.write_text(f"#!{environment}/bin/python\n{call}", encoding="utf-8")
        script.chmod(0o755)

    def _shell(self, command: str) -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, **self.environment, "PATH": path}
        subprocess.run(command, shell=True, check=True, cwd=self._folder, env=environment)


def rehearse(reuse: bool) -> str:
    """Follow the Dockerfile in a temporary folder; return the first page of its server."""
    with tempfile.TemporaryDirectory(prefix="mist-explore-image-") as home:
        rehearsal = Rehearsal(Path(home), reuse)
        rehearsal.follow(DOCKERFILE.read_text(encoding="utf-8"))
        return rehearsal.serve()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reuse", action="store_true", help="take the libraries of this Python")
    opening = rehearse(parser.parse_args().reuse)
    if "<title>" not in opening:
        raise SystemExit(f"expected a page; got {opening[:200]!r}")
    print("the image builds, serves a page, and ends when asked to")

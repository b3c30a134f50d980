"""Settings of the server: where it listens, and what its visitors may use."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

__all__ = ["PREFIX", "Settings"]

PREFIX = "MIST_EXPLORE_"
"""Start of the environment variables; the rest is the name of a setting in capitals."""


@dataclass(frozen=True)
class Settings:
    """Settings of one server; 0 is no limit.

    Args:
        public: whether strangers use it: limits are set, and saved networks go with their page.
        host: address to listen on.
        port: the first port to try.
        base_url: path below which the pages are, as `/mist/`; a slash at either end is added.
        token: word that a visitor must give, as `?token=...`; none where empty.
        max_kernels: largest number of open pages.
        idle_minutes: minutes after which a page that nobody uses ends.
        upload_mb: largest size of an uploaded file, in MB.
        train_minutes: longest time of one training run.
        kernel_memory_mb: largest memory of the computation behind one page, in MB.
        kernel_cpu_minutes: most processor time of the computation behind one page.
        networks: largest number of networks that a visitor may save.
        frame_ancestors: origins whose pages may embed these, as in `https://a.edu https://b.edu`.

    Example:
        >>> Settings.chosen(base_url="mist").base_url
        '/mist/'
        >>> Settings.chosen(public=True, upload_mb=5).environment()["MIST_EXPLORE_UPLOAD_MB"]
        '5'
    """

    public: bool = False
    host: str = "127.0.0.1"
    port: int = 8866
    base_url: str = "/"
    token: str = ""
    max_kernels: int = 0
    idle_minutes: int = 0
    upload_mb: int = 200
    train_minutes: int = 0
    kernel_memory_mb: int = 0
    kernel_cpu_minutes: int = 0
    networks: int = 0
    frame_ancestors: str = ""

    def __post_init__(self) -> None:
        inner = self.base_url.strip("/")
        object.__setattr__(self, "base_url", f"/{inner}/" if inner else "/")
        for name in LIMITS:
            if getattr(self, name) < 0:
                raise ValueError(f"expected {name} of at least 0; got {getattr(self, name)}")
        if not 0 < self.port < 2**16:
            raise ValueError(f"expected a port from 1 to {2**16 - 1}; got {self.port}")

    @classmethod
    def chosen(cls, **given: Any) -> Self:
        """Return the given settings, over those of the environment and the defaults.

        With `public` the defaults are limits for strangers. A value of None is not given.

        Raises:
            ValueError: if a value is not possible.
        """
        given = {**_read(os.environ), **{k: v for k, v in given.items() if v is not None}}
        defaults = cls(public=True, **PUBLIC) if given.get("public") else cls()
        return replace(defaults, **given)

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables, without the token, for a kernel."""
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "token"}
        return {PREFIX + name.upper(): _written(value) for name, value in shown.items()}


LIMITS = (
    *("max_kernels", "idle_minutes", "upload_mb", "train_minutes"),
    *("kernel_memory_mb", "kernel_cpu_minutes", "networks"),
)
PUBLIC: dict[str, Any] = {
    "host": "0.0.0.0",
    "max_kernels": 60,
    "idle_minutes": 20,
    "upload_mb": 25,
    "train_minutes": 10,
    "kernel_memory_mb": 1500,
    "kernel_cpu_minutes": 60,
    "networks": 20,
}
"""Defaults where strangers use the server."""


def _read(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings among environment variables."""
    found = {f.name: environment.get(PREFIX + f.name.upper(), "") for f in fields(Settings)}
    return {name: _value(name, text) for name, text in found.items() if text}


def _value(name: str, text: str) -> Any:
    kind = type(getattr(Settings, name))
    if kind is bool:
        if text not in {"0", "1"}:
            raise ValueError(f"expected 0 or 1 for {PREFIX}{name.upper()}; got {text!r}")
        return text == "1"
    if kind is int and not text.isdecimal():
        raise ValueError(f"expected a whole number for {PREFIX}{name.upper()}; got {text!r}")
    return kind(text)


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)

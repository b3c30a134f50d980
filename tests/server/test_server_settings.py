"""Settings of the server: defaults, environment, and values that are not possible."""

from __future__ import annotations

import re
from inspect import signature
from pathlib import Path

import pytest

from mist_explore.cli.app import app
from mist_explore.server.settings import LIMITS, PREFIX, PUBLIC, Settings
from mist_explore.server.voila_app import configuration


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_strangers_meet_limits_and_the_own_computer_hardly_any() -> None:
    assert all(getattr(Settings.chosen(public=True), name) > 0 for name in LIMITS)
    assert PUBLIC.keys() >= set(LIMITS)
    assert Settings.chosen().loopback
    assert not Settings.chosen(public=True).loopback


def test_an_option_comes_before_the_environment_before_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIST_EXPLORE_PUBLIC", "1")
    monkeypatch.setenv("MIST_EXPLORE_MAX_KERNELS", "7")
    monkeypatch.setenv("MIST_EXPLORE_UPLOAD_MB", "3")
    chosen = Settings.chosen(upload_mb=4, host=None)
    assert (chosen.max_kernels, chosen.upload_mb) == (7, 4)
    assert chosen.train_minutes == PUBLIC["train_minutes"]


def test_a_kernel_receives_the_settings_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Settings.chosen(public=True, token="secret", base_url="/mist", port=9000)
    assert "secret" not in str(chosen.environment())
    for name, value in chosen.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.chosen(token="secret") == chosen


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"upload_mb": -1}, "expected upload_mb of at least 0; got -1"),
        ({"port": 0}, "expected a port from 1 to 65535; got 0"),
    ],
)
def test_impossible_settings_get_a_message(given: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings.chosen(**given)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("PUBLIC", "yes", "expected 0 or 1 for MIST_EXPLORE_PUBLIC; got 'yes'"),
        ("PORT", "http", "expected a whole number for MIST_EXPLORE_PORT; got 'http'"),
    ],
)
def test_an_impossible_environment_gets_a_message(
    name: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, text)
    with pytest.raises(ValueError, match=message):
        Settings.chosen()


def test_every_setting_is_an_option_and_documented() -> None:
    options = {f"--{name.replace('_', '-')}" for name in Settings.__dataclass_fields__}
    page = (Path(__file__).parents[2] / "docs" / "hosting.md").read_text(encoding="utf-8")
    assert options <= set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))
    assert {option[2:].replace("-", "_") for option in options} <= signature(app).parameters.keys()


def test_a_kernel_finds_the_server_without_the_port_of_a_request(tmp_path: Path) -> None:
    settings = Settings(port=9000, base_url="mist", upload_mb=3, idle_minutes=2)
    config = configuration(settings, tmp_path)
    assert config.Kernels.kernel_environment["VOILA_APP_PORT"] == "9000"
    assert config.Voila.base_url == "/mist/"
    assert config.Kernels.idle_seconds == 120
    assert config.Voila.tornado_settings["websocket_max_message_size"] > 3 * 2**20

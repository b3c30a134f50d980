"""The files of `deploy/` agree with the program, and the steps of the image work without Docker."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from deploy.audit import FORBIDDEN, licences
from deploy.rehearse import DOCKERFILE, ROOT, instructions, rehearse
from mist_explore.server.settings import PREFIX, Settings

DEPLOY = ROOT / "deploy"
STEPS = list(instructions(DOCKERFILE.read_text()))


def test_the_steps_of_the_image_lead_to_a_server_that_answers_and_ends() -> None:
    opening = rehearse(reuse=True)
    assert "<title>" in opening


def test_the_image_has_no_root_and_a_health_check() -> None:
    names = [name for name, _ in STEPS]
    assert names.index("USER") < names.index("CMD")
    assert dict(STEPS)["USER"] == "1000"
    assert "healthz" in dict(STEPS)["HEALTHCHECK"]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    copied = [rest.split()[:-1] for name, rest in STEPS if name == "COPY" and "--from" not in rest]
    assert {f"!{source}" for sources in copied for source in sources} <= set(ignored)


@pytest.mark.parametrize("path", sorted(p for p in DEPLOY.rglob("*") if p.is_file()), ids=str)
def test_settings_of_the_files_exist(path: Path) -> None:
    if path.suffix == ".pyc":
        return
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", path.read_text())) <= known


def test_the_files_for_several_servers_agree() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    app, proxy = compose["services"]["app"], compose["services"]["nginx"]
    configuration = (DEPLOY / "nginx.conf").read_text()
    port = dict(pair.split("=") for name, pair in STEPS if name == "ENV" and " " not in pair)[
        "MIST_EXPLORE_PORT"
    ]
    assert f"server app:{port} " in configuration
    assert f"location {app['environment']['MIST_EXPLORE_BASE_URL']} {{" in configuration
    assert f"listen {proxy['ports'][0].split(':')[1]};" in configuration
    assert app["read_only"]
    deployment, service, _ = yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert {probe["port"] for probe in probes} == {int(port)}
    assert {probe["path"] for probe in probes} == {"/healthz", "/readyz"}
    assert service["spec"]["ports"][0]["targetPort"] == int(port)
    assert container["securityContext"]["readOnlyRootFilesystem"]
    space = (DEPLOY / "huggingface" / "README.md").read_text().split("---")[1]
    assert yaml.safe_load(space)["app_port"] == int(port)


def test_no_licence_binds_those_who_use_the_package() -> None:
    found = licences()
    assert {"torch", "voila", "numpy"} <= found.keys()
    assert [name for name, one in found.items() if not one or FORBIDDEN.search(one)] == []
    bad = ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "GNU Affero GPL"]
    assert all(FORBIDDEN.search(licence) for licence in bad)
    fine = ["LGPL-2.1", "GNU Lesser General Public License v3 (LGPLv3)", "MIT"]
    assert not any(FORBIDDEN.search(licence) for licence in fine)

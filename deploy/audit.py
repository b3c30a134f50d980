"""Known vulnerabilities of the locked packages, and the licences of those that users install.

python deploy/audit.py               # both; the advisories come from the package index
python deploy/audit.py --licences    # offline
"""

from __future__ import annotations

import argparse
import re
import subprocess
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FORBIDDEN = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|Affero|(?<!Lesser )General Public License")
"""Licences that would bind a program that uses the package."""


def licences(name: str = "mist-explore") -> dict[str, str]:
    """Return the licence of each package that a package needs, by name; "" where none is given."""
    found: dict[str, str] = {}
    waiting = [Requirement(line) for line in distribution(name).requires or ()]
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name)
        if key in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        package = distribution(wanted.name)
        found[key] = _licence(package)
        waiting += [Requirement(line) for line in package.requires or ()]
    return dict(sorted(found.items()))


def _licence(package: Distribution) -> str:
    about = package.metadata
    classes = [
        line.split(" :: ")[-1]
        for line in about.get_all("Classifier") or ()
        if line.startswith("License :: OSI Approved :: ")
    ]
    text = (about.get("License") or "").strip().splitlines()
    # A whole text of a licence stands in the place of its name in some packages.
    named = text[0] if len(text) == 1 else ""
    return about.get("License-Expression") or ", ".join(classes) or named or "".join(text[:1])


def check_licences() -> None:
    """Print how many packages have each licence; end with an error at one that binds."""
    found = licences()
    for licence in sorted(set(found.values())):
        names = [name for name, one in found.items() if one == licence]
        print(f"{licence or 'none given'}: {', '.join(names)}")
    bad = [f"{name}: {one or 'none'}" for name, one in found.items() if not _free(one)]
    if bad:
        raise SystemExit(f"expected licences that bind no user; got {'; '.join(bad)}")


def _free(licence: str) -> bool:
    return bool(licence) and not FORBIDDEN.search(licence)


def check_vulnerabilities(auditor: str) -> None:
    """End with an error at a locked version with a known vulnerability, or without advisories."""
    lock = str(ROOT / "requirements.lock")
    done = subprocess.run(
        [auditor, "--no-deps", "--disable-pip", "--progress-spinner", "off", "-r", lock],
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, end="")
    # Without the index, it ends either in an error or with every package left out.
    unread = done.stdout.count("could not be audited")
    if unread or re.search("[Cc]onnect|Max retries|timed out", done.stderr):
        raise SystemExit(
            f"expected the advisories of every package; {unread or 'all'} of them could not be "
            "read, so nothing is known about them: run make audit with a connection to pypi.org"
        )
    if done.returncode:
        raise SystemExit(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--auditor", help="the program pip-audit")
    program = parser.parse_args().auditor
    check_licences()
    if program:
        check_vulnerabilities(program)

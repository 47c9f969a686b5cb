"""`python tests/dependencies.py audit|licences`: what the site is delivered with, as requirements.lock pins it.

`audit` asks PyPI's advisories for each pinned version (pip-audit) and fails where one is known to be vulnerable; where
they cannot be reached it says so in a line and fails nothing. `licences` prints the licence of each package and fails
for one that is not among those that a site under the MIT licence can be delivered with.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
ALLOWED = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|Zlib|CC0|Unlicense|LGPL|Lesser General|Artistic"
)
"""Licences that ask for a notice at most; those of the Mozilla and the lesser GNU kind bind changes to the library."""
READ_BY_A_PERSON = {"resvg-py": "MIT"}
"""Packages whose metadata name no licence, with what their own files say."""


def pinned() -> dict[str, str]:
    """Version by name, of what is installed on this machine from the lock file."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", LOCK.read_text("utf-8"), re.MULTILINE))


def licence_of(name: str) -> str | None:
    """What a package's metadata say; None where it is not installed here (one for another Python or system)."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classes = [one.rsplit(" :: ", 1)[-1] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    known = told.get("License-Expression") or "; ".join(classes) or (told.get("License") or "").strip().split("\n")[0]
    return READ_BY_A_PERSON.get(name, known)


def licences() -> int:
    """Print them; 1 where one is not allowed."""
    refused = 0
    for name, version in sorted(pinned().items()):
        licence = licence_of(name)
        if licence is None:
            continue
        is_allowed = bool(ALLOWED.search(licence))
        refused += not is_allowed
        print(f"{name:<28}{version:<14}{licence or 'not told'}{'' if is_allowed else '   NOT ALLOWED'}")
    return min(refused, 1)


def audit() -> int:
    """Print what is known; 1 where a pinned version is vulnerable."""
    asked = ["-r", str(LOCK), "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([sys.executable, "-m", "pip_audit", *asked], check=False, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"audit skipped: the advisories cannot be reached ({(done.stderr.strip().splitlines() or ['?'])[-1]})")
        return 0
    known = [one for one in found if "skip_reason" not in one]
    if not known:
        print(f"audit skipped: the advisories cannot be reached (none of {len(found)} packages is known there)")
        return 0
    bad = [(one["name"], one["version"], vulnerable) for one in known for vulnerable in one["vulns"]]
    for name, version, told in bad:
        print(f"{name} {version}: {told['id']}, mended in {', '.join(told['fix_versions']) or 'no version'}")
    print(f"audit: {len(known)} of {len(found)} packages asked, {len(bad)} advisories")
    return min(len(bad), 1)


if __name__ == "__main__":
    sys.exit({"audit": audit, "licences": licences}[sys.argv[1]]())

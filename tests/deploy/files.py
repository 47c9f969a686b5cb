"""The files of deploy/, read."""

from __future__ import annotations

import re

from dashboard.settings import Settings
from tests.deploy.proxied import DEPLOY

PORT = Settings.model_fields["port"].default
TEXTS = {
    path.relative_to(DEPLOY).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
}
README = TEXTS["README.md"]


def env(name):
    """The variables of a file of settings, as systemd and Docker read it."""
    lines = [line for line in TEXTS[name].splitlines() if line and not line.startswith("#")]
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}


def instructions():
    """The Containerfile's, each as (name, rest)."""
    joined = re.sub(r"\\\n\s*", " ", TEXTS["Containerfile"])
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]

"""Makes sure that there is a Chromium for the browser tests: the system's, else Debian's package when root,
else playwright's own download, else one clear line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of the system's Chromium, or of playwright's, None where there is neither."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """Install it where it is missing."""
    if find_chromium():
        return 0
    sys.stdout.write("Installing Chromium for the browser tests ...\n")
    sys.stdout.flush()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        _run("apt-get", "update")
        _run("apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core")
    if not find_chromium():
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if not find_chromium():
        sys.stdout.write("No Chromium: install your system's `chromium` package, then run `make test` again.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

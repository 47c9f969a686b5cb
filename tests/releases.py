"""One sample release for all tests that need a whole one: built once by the pipeline, whatever the workers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = 6000


def shared_sample(folder: Path) -> Path:
    """The data directory below `folder` with a live sample release; the first who asks builds it."""
    data_dir = folder / "sample"
    with (folder / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data_dir / "releases" / "current.json").exists():
            shutil.rmtree(data_dir, ignore_errors=True)
            _build(data_dir)
    return data_dir


def _build(data_dir: Path) -> None:
    shutil.copytree(ROOT / "data" / "reference", data_dir / "reference")
    command = [sys.executable, "-m", "etl", "run", "--sample", "--rows", str(ROWS)]
    environment = {**os.environ, "ETL_DATA_DIR": str(data_dir)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The pipeline could not build a sample release: {done.stdout}{done.stderr}")

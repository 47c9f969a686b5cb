"""Runs the command line in a process of its own that is killed, or finds the disk full, at a chosen moment.

A moment is the N-th time that the process opens a file for writing, renames, removes, makes a folder or syncs below
the data folder. Python tells of these through audit events; what DuckDB and Arrow write by themselves is covered by
killing at times and by limits that the system sets.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import sys
import time
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
NAMED = {"os.rename", "os.mkdir", "os.remove", "os.rmdir"}
FREEING = {"os.remove", "os.rmdir"}
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["etl.cli", "etl.sample.portal", "tests.source.failing"])


class Moments:
    """Counts the moments below a folder, and acts from the chosen one on."""

    def __init__(self, folder, at, action):
        self.folder, self.at, self.action, self.log = str(folder), at, action, []

    def install(self):
        sync = os.fsync

        def counted(descriptor):
            self.hear("os.fsync", os.readlink(f"/proc/self/fd/{descriptor}"))
            sync(descriptor)

        os.fsync = counted
        sys.addaudithook(self.audit)

    def audit(self, event, arguments):
        if event in NAMED or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            self.hear(event, arguments[0])

    def hear(self, event, path):
        if not isinstance(path, str | bytes | os.PathLike) or not os.fsdecode(path).startswith(self.folder):
            return
        self.log.append(f"{event} {os.fsdecode(path)}")
        if self.at and len(self.log) >= self.at:
            if self.action == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif event not in FREEING:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fsdecode(path))


def child(data, arguments, at, action, limit, output):
    from etl.cli import main

    with output.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ |= {"ETL_DATA_DIR": str(data), "ETL_PAUSE_SECONDS": "0", "ETL_ATTEMPTS": "1"}
    os.environ["ETL_READ_TIMEOUT_SECONDS"] = "20"
    moments = Moments(data, at, action)
    moments.install()
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.argv = ["etl", *arguments]
    code = 0
    try:
        main()
    except SystemExit as done:
        code = int(done.code or 0)
    finally:
        moments.at = 0
        if not limit:
            output.with_suffix(".moments").write_text("\n".join(moments.log))
    sys.stdout.flush()
    os._exit(code)


class Started:
    """One command that runs in a process of its own."""

    def __init__(self, data, *arguments, at=0, action="kill", limit=0, name="output"):
        data.mkdir(parents=True, exist_ok=True)
        self.output = Path(f"{data}.{name}")
        self.process = CONTEXT.Process(target=child, args=(data, arguments, at, action, limit, self.output))
        self.process.start()

    def kill_after(self, seconds):
        time.sleep(seconds)
        self.process.kill()

    def end(self):
        """Wait for its end. Returns the exit code (-9 where it was killed) and what it said."""
        self.process.join(120)
        code = self.process.exitcode
        if code is None:
            self.process.kill()
        self.process.close()
        return code, self.output.read_text()

    @property
    def moments(self):
        """The moments that it had, once it has ended by itself."""
        return self.output.with_suffix(".moments").read_text().splitlines()

"""How the machine itself holds the process of queries to its limits; only that process calls this."""

from __future__ import annotations

import contextlib
import os
import resource

MB = 1024 * 1024
BESIDE_MB = 1024
"""Memory that the process may take besides what it has when it is ready."""


class Memory:
    """How much memory this process has taken. Made while files can be opened."""

    def __init__(self) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):  # a machine that does not tell
            self._file = os.open("/proc/self/statm", os.O_RDONLY)
        self.at_first = self.taken()

    def taken(self) -> int:
        """Bytes of addresses, which is what the machine limits; none where it does not tell."""
        if self._file is None:
            return 0
        return int(os.pread(self._file, 100, 0).split()[0]) * resource.getpagesize()

    def is_worn(self) -> bool:
        """Whether so much of what may be taken is gone, used or not, that the next query could lack it."""
        return self.taken() - self.at_first > BESIDE_MB * MB // 2


def hold_down(memory: Memory) -> None:
    """Let this process write no file, open no file or connection any more, leave no core and grow by so much only.

    What DuckDB is asked for then fails even where DuckDB itself would do it. A limit that the machine cannot set is
    passed over: the others stand.
    """
    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0}
    if memory.at_first:
        wanted[resource.RLIMIT_AS] = memory.at_first + BESIDE_MB * MB
    for which, most in {**wanted, resource.RLIMIT_NOFILE: 0}.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (most, most))


def hold_time(seconds: float, threads: int) -> None:
    """Let the machine end this process when it has worked for longer than one query can take from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds * threads) + 2
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def step_back() -> None:
    """Let everything else on the machine go first."""
    with contextlib.suppress(OSError):
        os.nice(10)

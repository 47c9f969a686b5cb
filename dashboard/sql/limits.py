"""What a query may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of every query. All of them are stated to readers."""

    seconds: float = 5
    grace: float = 1
    """Seconds that a query has to stop when it is told to, before its process is ended."""
    memory_mb: int = 512
    threads: int = 2
    most_bytes: int = 8_000_000
    """Of an answer; rows beyond are left out."""
    most_fields: int = 500
    """Of an answer."""
    most_characters: int = 10_000
    """Of the SQL."""
    most_waiting: int = 3
    """How many queries wait while one is run; more are told to come back. Each holds one of the site's threads."""
    wait: float = 8
    """Seconds that a query waits for its turn: what the longest one before it takes until it is ended, and a little."""
    start: float = 120
    """Seconds in which the process must be ready; the first time it makes its database of the release."""

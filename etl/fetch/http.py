"""Streams a URL to a file, hashed on the way, and names every way in which that can fail.

States (kept apart, since each asks something else of a person): unreachable, timeout, refused (403),
not_found (404), gone (410), server_error (5xx, 429), truncated, empty, too_large, wrong_content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
import stamina

from etl.errors import FetchError
from etl.settings import Settings

CHUNK_BYTES = 1 << 18
STATES = {403: "refused", 401: "refused", 404: "not_found", 410: "gone"}
ADVICE = {
    "refused": "The portal refuses this client; the last good snapshot stays. Ask the portal's contact.",
    "not_found": "The address is gone from the portal; look the dataset up and correct the declaration.",
    "gone": "The portal has removed the file; look the dataset up and correct the declaration.",
    "server_error": "The portal has a fault of its own; run again later.",
    "unreachable": "Check the network and the portal's address in portals.yml; run again later.",
    "timeout": "The portal did not answer in time; run again later.",
}
RETRIED = {"server_error", "unreachable"}


@dataclass(frozen=True)
class Download:
    """What was written: size in bytes, SHA-256 and the validators that the server gave."""

    bytes: int
    sha256: str
    etag: str | None
    last_modified: str | None
    content_type: str | None


def open_session(settings: Settings) -> requests.Session:
    """A session that says who asks, and takes bytes as they are, so that their length can be checked."""
    session = requests.Session()
    session.headers.update({"User-Agent": settings.user_agent, "Accept-Encoding": "identity"})
    return session


def is_worth_retrying(error: Exception) -> bool:
    """Whether the same request may go through later in this run."""
    return isinstance(error, FetchError) and error.state in RETRIED


def download(
    session: requests.Session,
    url: str,
    target: Path,
    settings: Settings,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Download:
    """Stream `url` to `target`.

    `on_bytes` hears the size of each chunk. Raises FetchError; a half-written `target` is removed.
    """
    for attempt in stamina.retry_context(
        on=is_worth_retrying, attempts=settings.attempts, wait_initial=0.2, wait_max=5.0
    ):
        with attempt:
            try:
                return _stream(session, url, target, settings, on_bytes)
            except FetchError:
                target.unlink(missing_ok=True)
                raise
    raise AssertionError("unreachable")  # pragma: no cover


def _stream(
    session: requests.Session, url: str, target: Path, settings: Settings, on_bytes: Callable[[int], None]
) -> Download:
    timeout = (settings.connect_timeout_seconds, settings.read_timeout_seconds)
    digest, size = hashlib.sha256(), 0
    try:
        with session.get(url, stream=True, timeout=timeout) as response:
            raise_for_status(response.status_code, url)
            with target.open("wb") as file:
                for chunk in response.iter_content(CHUNK_BYTES):
                    size += len(chunk)
                    if size > settings.max_bytes:
                        raise FetchError(
                            f"{url} is larger than allowed",
                            state="too_large",
                            expected=f"at most {settings.max_bytes:,} bytes",
                            do="Raise ETL_MAX_BYTES if the file is meant to be that large.",
                        )
                    digest.update(chunk)
                    file.write(chunk)
                    on_bytes(len(chunk))
            headers = response.headers
    except requests.exceptions.RequestException as error:
        raise as_fetch_error(error, url) from error
    if size == 0:
        raise FetchError(f"{url} is empty", state="empty", expected="a file", got="0 bytes")
    return Download(
        size,
        digest.hexdigest(),
        headers.get("ETag"),
        headers.get("Last-Modified"),
        headers.get("Content-Type"),
    )


def raise_for_status(status: int, url: str) -> None:
    """Raise FetchError unless `status` is a success."""
    if status < 400:
        return
    state = STATES.get(status, "server_error" if status >= 500 or status == 429 else "wrong_content")
    raise FetchError(f"{url} answered {status}", state=state, expected="200", got=str(status), do=ADVICE.get(state, ""))


def as_fetch_error(error: requests.exceptions.RequestException, url: str) -> FetchError:
    """The FetchError that says what `error` means for the file at `url`."""
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error).lower():
        return FetchError(f"{url} did not answer in time", state="timeout", do=ADVICE["timeout"])
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return FetchError(
            f"{url} broke off before its end",
            state="truncated",
            expected="the length that the server announced",
            got="fewer bytes",
            do="Run again; if it stays, tell the portal.",
        )
    if isinstance(error, requests.exceptions.ConnectionError):
        return FetchError(f"{url} cannot be reached", state="unreachable", do=ADVICE["unreachable"])
    return FetchError(f"{url}: {error}", state="wrong_content")

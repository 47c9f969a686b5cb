"""Streams a file to disk: only what changed, resumed where it broke off, hashed as it comes.

Validators, conditional and range requests as RFC 9110 (sections 8.8, 13 and 14) has them.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import requests
import stamina
import urllib3

from etl.errors import FetchError
from etl.settings import Settings

CHUNK_BYTES = 1 << 18
MAX_ANSWER_BYTES = 64 << 20
"""The most that one answer of an API may hold; `ETL_MAX_BYTES` where that is less."""
RANGE_NOT_SATISFIABLE = 416
CONTENT_RANGE = re.compile(r"bytes (?P<first>[0-9]+)-(?P<last>[0-9]+)/(?P<whole>[0-9]+|\*)")
STATES = {401: "refused", 403: "refused", 404: "not_found", 410: "gone"}
ADVICE = {
    "refused": "The portal refuses this client; the last good snapshot stays. Ask the portal's contact.",
    "not_found": "The address is gone from the portal; look the dataset up and correct the declaration.",
    "gone": "The portal has removed the file; look the dataset up and correct the declaration.",
    "server_error": "The portal has a fault of its own; run again later.",
    "unreachable": "Check the network and the portal's address in portals.yml; run again later.",
    "timeout": "The portal did not answer in time; run again later.",
}
RETRIED = {"server_error", "unreachable"}
RESUMED = {"truncated", "timeout", "unreachable"}
"""States after which what has come is kept for the next attempt, if it has a validator."""


@dataclass(frozen=True)
class Validators:
    """What a server gave to tell one content of an address from another."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, response: requests.Response) -> Validators:
        """Those that an answer has."""
        return cls(response.headers.get("ETag"), response.headers.get("Last-Modified"))

    @property
    def conditional(self) -> dict[str, str]:
        """Headers that ask only for other content."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}

    @property
    def for_range(self) -> str | None:
        """What may stand in `If-Range`: a strong entity tag, else the date (RFC 9110, 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class _Part:
    """What an earlier attempt left: of which content, its size, and that of the whole where it is known (bytes)."""

    validators: Validators
    size: int
    whole: int | None

    def is_continued_by(self, response: requests.Response) -> bool:
        """Whether a 206 holds all the rest of this very content.

        That is for us to see: there are servers and caches that do not heed `If-Range` (RFC 9110, 15.3.7.3).
        """
        given = Validators.of(response)
        is_same = given.for_range == self.validators.for_range and given.etag in (None, self.validators.etag)
        found = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if not is_same or found is None or int(found["first"]) != self.size:
            return False
        ends = {int(found["last"]) + 1, self.whole, int(found["whole"]) if found["whole"] != "*" else None}
        return len(ends - {None}) == 1


@dataclass(frozen=True)
class Download:
    """What was written: size in bytes, SHA-256 and the validators that the server gave."""

    bytes: int
    sha256: str
    etag: str | None
    last_modified: str | None
    content_type: str | None


def is_worth_retrying(error: Exception) -> bool:
    """Whether the same request may go through later in this run."""
    return isinstance(error, FetchError) and error.state in RETRIED


def download(
    session: requests.Session,
    url: str,
    target: Path,
    settings: Settings,
    on_bytes: Callable[[int], None] = lambda _: None,
    known: Validators = Validators(),
) -> Download | None:
    """Stream `url` to `target`. None where it still is what `known` describes, and nothing was written.

    `on_bytes` hears the size of each chunk. What broke off is kept beside a `.resume` record if the server gave a
    validator, and the next call goes on from there; otherwise a half-written `target` is removed.
    Raises FetchError.
    """
    for attempt in stamina.retry_context(
        on=is_worth_retrying, attempts=settings.attempts, timeout=None, wait_initial=0.2, wait_max=5.0
    ):
        with attempt:
            transfer = _Transfer(url, target, settings, on_bytes)
            try:
                return transfer.run(session, known)
            except FetchError as error:
                transfer.give_up(keep=error.state in RESUMED)
                raise
    raise AssertionError("unreachable")  # pragma: no cover


class _Transfer:
    """One attempt at one file."""

    def __init__(self, url: str, target: Path, settings: Settings, on_bytes: Callable[[int], None]) -> None:
        self.url, self.target, self.settings, self.on_bytes = url, target, settings, on_bytes
        self.record = target.with_name(f"{target.name}.resume")
        self.deadline = time.monotonic() + settings.max_seconds
        self.size, self.digest = 0, hashlib.sha256()

    def run(self, session: requests.Session, known: Validators) -> Download | None:
        timeout = (self.settings.connect_timeout_seconds, self.settings.read_timeout_seconds)
        kept = self._kept()
        try:
            with session.get(self.url, stream=True, timeout=timeout, headers=self._headers(kept, known)) as response:
                if response.status_code == requests.codes.not_modified:
                    return None
                does_not_fit = kept is not None and not _fits(response, kept)
                if not does_not_fit:
                    raise_for_status(response.status_code, self.url)
                    self._write(response)
                headers = response.headers
        except requests.exceptions.RequestException as error:
            raise as_fetch_error(error, self.url) from error
        if does_not_fit:
            self.give_up(keep=False)
            return self.run(session, known)
        self.record.unlink(missing_ok=True)
        if self.size == 0:
            raise FetchError(f"{self.url} is empty", state="empty", expected="a file", got="0 bytes")
        return Download(
            self.size,
            self.digest.hexdigest(),
            headers.get("ETag"),
            headers.get("Last-Modified"),
            headers.get("Content-Type"),
        )

    def give_up(self, *, keep: bool) -> None:
        """Remove what was written unless it can be gone on with."""
        if not (keep and self.record.exists() and self.target.exists() and self.target.stat().st_size):
            self.record.unlink(missing_ok=True)
            self.target.unlink(missing_ok=True)

    def _kept(self) -> _Part | None:
        """What an earlier attempt left of this very address, if it can be gone on with."""
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
            validators = Validators(record["etag"], record["last_modified"])
            part = _Part(validators, self.target.stat().st_size, record["whole"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return part if record.get("url") == self.url and part.size and validators.for_range else None

    def _headers(self, kept: _Part | None, known: Validators) -> dict[str, str]:
        if kept is None:
            return known.conditional
        return {"Range": f"bytes={kept.size}-", "If-Range": str(kept.validators.for_range)}

    def _write(self, response: requests.Response) -> None:
        validators = Validators.of(response)
        goes_on = response.status_code == requests.codes.partial_content
        if goes_on and "Range" not in response.request.headers:
            raise FetchError(f"{self.url} gave a part unasked", state="wrong_content", expected="200", got="206")
        if goes_on:
            with self.target.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    self.size += len(chunk)
                    self.digest.update(chunk)
        else:
            length = response.headers.get("Content-Length", "")
            whole = int(length) if length.isdecimal() else None
            record = {"url": self.url, **asdict(validators), "whole": whole}
            if validators.for_range:
                self.record.write_text(json.dumps(record), encoding="utf-8")
            else:
                self.record.unlink(missing_ok=True)
        with self.target.open("ab" if goes_on else "wb") as file:
            for chunk in read_chunks(response, self.url, self.deadline, self.settings):
                self.size += len(chunk)
                if self.size > self.settings.max_bytes:
                    raise FetchError(
                        f"{self.url} is larger than allowed",
                        state="too_large",
                        expected=f"at most {self.settings.max_bytes:,} bytes",
                        do="Raise ETL_MAX_BYTES if the file is meant to be that large.",
                    )
                self.digest.update(chunk)
                file.write(chunk)
                self.on_bytes(len(chunk))


def read_chunks(response: requests.Response, url: str, deadline: float, settings: Settings) -> Iterator[bytes]:
    """The body as it comes: a trickle is seen at once, and is ended at `deadline` (of the monotonic clock).

    Raises FetchError: `timeout` or `truncated`.
    """
    try:
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            if time.monotonic() > deadline:
                raise FetchError(
                    f"{url} takes too long",
                    state="timeout",
                    expected=f"at most {settings.max_seconds:,.0f} s",
                    do="Raise ETL_MAX_SECONDS if the portal is that slow.",
                )
            yield chunk
    except urllib3.exceptions.ReadTimeoutError as error:
        raise FetchError(f"{url} did not answer in time", state="timeout", do=ADVICE["timeout"]) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise FetchError(
            f"{url} broke off before its end",
            state="truncated",
            expected="the length that the server announced",
            got="fewer bytes",
            do="Run again; if it stays, tell the portal.",
        ) from error


def read_answer(
    response: requests.Response,
    url: str,
    deadline: float,
    settings: Settings,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> bytes:
    """The whole body of an API's answer, which is held in memory. Raises FetchError, `too_large` among others."""
    content = bytearray()
    limit = min(MAX_ANSWER_BYTES, settings.max_bytes)
    for chunk in read_chunks(response, url, deadline, settings):
        content += chunk
        on_bytes(len(chunk))
        if len(content) > limit:
            raise FetchError(f"{url} is larger than allowed", state="too_large", expected=f"at most {limit:,} bytes")
    return bytes(content)


def _fits(response: requests.Response, kept: _Part) -> bool:
    """Whether an answer to a range request is of use: the rest that was asked for, or the whole file."""
    if response.status_code == requests.codes.partial_content:
        return kept.is_continued_by(response)
    return response.status_code != RANGE_NOT_SATISFIABLE


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
            f"{url} broke off before its end", state="truncated", do="Run again; if it stays, tell the portal."
        )
    if isinstance(error, requests.exceptions.ConnectionError):
        return FetchError(f"{url} cannot be reached", state="unreachable", do=ADVICE["unreachable"])
    return FetchError(f"{url}: {error}", state="wrong_content")

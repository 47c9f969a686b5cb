"""Fetches an API page by page into one file, so that the rest of the line sees a document like any other.

Learnt from harvesters of such APIs: what is listed changes while one pages, so a record may come twice (dropped and
counted) and a count that the API gives is not relied on; an empty page ends the list.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
import stamina

from etl.declare import Paging
from etl.errors import FetchError
from etl.fetch.http import Download, as_fetch_error, is_worth_retrying, raise_for_status, read_answer
from etl.settings import Settings

ADVICE = "Compare the API's answer with `paging` in the source's YAML."


@dataclass
class Pages:
    """What an API gave: its records, how many pages they stood on, and how many came twice."""

    records: list[Any] = field(default_factory=list)
    pages: int = 0
    doubles: int = 0
    seen: set[str] = field(default_factory=set)

    def add(self, records: list[Any], key: str) -> int:
        """Take a page. Returns how many of its records are new; one without an id always is."""
        self.pages += 1
        before = len(self.records)
        for record in records:
            identifier = record.get(key) if isinstance(record, dict) else None
            if identifier is not None and str(identifier) in self.seen:
                self.doubles += 1
                continue
            if identifier is not None:
                self.seen.add(str(identifier))
            self.records.append(record)
        return len(self.records) - before


def check_api(session: requests.Session, url: str, settings: Settings) -> None:
    """Raise FetchError unless something answers at `url`, whatever it says. One attempt."""
    timeout = (settings.connect_timeout_seconds, settings.read_timeout_seconds)
    try:
        session.get(url, timeout=timeout, stream=True).close()
    except requests.exceptions.RequestException as error:
        raise as_fetch_error(error, url) from error


def fetch_pages(
    session: requests.Session, url: str, paging: Paging, settings: Settings, on_bytes: Callable[[int], None]
) -> Pages:
    """Every record of the API that begins at `url`.

    The session waits between requests; `settings.max_seconds` is the time for all pages together. Raises FetchError:
    where a page cannot be had or is none, where the pages go round in a circle or leave the API's host, and where
    there are more than `paging.max_pages`, since a part of a list must not pass for the whole.
    """
    pages, asked = Pages(), set[str]()
    deadline = time.monotonic() + settings.max_seconds
    number, address = paging.first, url if paging.style == "next" else with_parameter(url, paging, paging.first)
    while address:
        if address in asked:
            raise _odd(address, "the pages go round in a circle", got=f"page {pages.pages + 1} again")
        if pages.pages == paging.max_pages:
            raise _odd(url, "there are more pages than allowed", expected=f"at most {paging.max_pages}")
        asked.add(address)
        document = _page(session, address, deadline, settings, on_bytes)
        records = _records(document, paging, address)
        new = pages.add(records, paging.id)
        if paging.style == "next":
            address = _next_address(document, paging, address, url) if records else ""
        else:
            number += 1
            is_last = not new or _is_last(document, paging, number)
            address = "" if is_last else with_parameter(url, paging, number)
    return pages


def write_pages(pages: Pages, target: Path) -> Download:
    """Write the records as one JSON list, a record a line, the same records as the same bytes."""
    lines = ",\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in pages.records)
    content = f"[\n{lines}\n]\n".encode()
    target.write_bytes(content)
    return Download(len(content), hashlib.sha256(content).hexdigest(), None, None, "application/json")


def with_parameter(url: str, paging: Paging, number: int) -> str:
    """The address of a numbered page.

    >>> with_parameter("https://a.example/x?page=9&b=1", Paging(style="page", records="r"), 2)
    'https://a.example/x?b=1&page=2'
    """
    parts = urlsplit(url)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name != paging.parameter]
    return urlunsplit(parts._replace(query=urlencode([*pairs, (paging.parameter, number)])))


def _page(
    session: requests.Session, url: str, deadline: float, settings: Settings, on_bytes: Callable[[int], None]
) -> Any:
    for attempt in stamina.retry_context(
        on=is_worth_retrying, attempts=settings.attempts, timeout=None, wait_initial=0.2, wait_max=5.0
    ):
        with attempt:
            return _read(session, url, deadline, settings, on_bytes)
    raise AssertionError("unreachable")  # pragma: no cover


def _read(
    session: requests.Session, url: str, deadline: float, settings: Settings, on_bytes: Callable[[int], None]
) -> Any:
    timeout = (settings.connect_timeout_seconds, settings.read_timeout_seconds)
    try:
        with session.get(url, timeout=timeout, stream=True, headers={"Accept": "application/json"}) as response:
            raise_for_status(response.status_code, url)
            content = read_answer(response, url, deadline, settings, on_bytes)
    except requests.exceptions.RequestException as error:
        raise as_fetch_error(error, url) from error
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        is_page = content.lstrip()[:1] == b"<"
        raise _odd(
            url, "the answer is no JSON", expected="a page of records", got="an HTML page" if is_page else ""
        ) from (error)


def _records(document: Any, paging: Paging, url: str) -> list[Any]:
    found = document
    for key in paging.records.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        keys = ", ".join(list(document)[:8]) if isinstance(document, dict) else type(document).__name__
        raise _odd(url, f"the page has no list at {paging.records}", got=keys)
    return found


def _next_address(document: Any, paging: Paging, address: str, first: str) -> str:
    """The next page's address, empty at the end. It must stay on the API's host; behind a proxy it may name http."""
    link = document.get(paging.next)
    if not link:
        return ""
    found, home = urlsplit(urljoin(address, str(link))), urlsplit(first)
    if found.netloc != home.netloc:
        raise _odd(address, "the next page stands on another host", expected=home.netloc, got=found.netloc)
    return urlunsplit(found._replace(scheme=home.scheme))


def _is_last(document: Any, paging: Paging, next_number: int) -> bool:
    count = document.get(paging.page_count) if paging.page_count else None
    return isinstance(count, int) and next_number > paging.first + count - 1


def _odd(url: str, what: str, *, expected: str = "", got: str = "") -> FetchError:
    return FetchError(f"{url}: {what}", state="wrong_content", expected=expected, got=got, do=ADVICE)

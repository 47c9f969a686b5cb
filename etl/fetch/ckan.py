"""Asks a CKAN portal for datasets, through its Action API."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckanapi
import requests
import stamina

from etl.errors import FetchError
from etl.fetch.http import ADVICE, as_fetch_error, is_worth_retrying, raise_for_status, read_answer
from etl.settings import Settings

SEARCH_ROWS = 100
SEARCH_LIMIT = 100_000


@dataclass(frozen=True)
class Package:
    """What is kept of a `package_show` answer."""

    id: str
    name: str
    licence_id: str | None
    metadata_modified: str | None
    resources: tuple[dict[str, Any], ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Language -> title; the portal's own under an empty key."""
    organisation: str = ""
    licence_title: str = ""
    licence_url: str = ""


def check_portal(session: requests.Session, api: str, settings: Settings) -> None:
    """Raise FetchError unless the portal at `api` answers `status_show` as a CKAN does. One attempt."""
    _action(session, api, "status_show", {}, settings)


def show_package(session: requests.Session, api: str, dataset: str, settings: Settings) -> Package:
    """The dataset's metadata. Raises FetchError with a state for every way in which it cannot be had."""
    return parse_package(_patiently(session, api, "package_show", {"id": dataset}, settings), f"{api}: {dataset}")


def _patiently(session: requests.Session, api: str, action: str, data: dict[str, str], settings: Settings) -> Any:
    """The action's result, tried again where that may help."""
    for attempt in stamina.retry_context(
        on=is_worth_retrying, attempts=settings.attempts, timeout=None, wait_initial=0.2, wait_max=5.0
    ):
        with attempt:
            return _action(session, api, action, data, settings)
    raise AssertionError("unreachable")  # pragma: no cover


def parse_package(answer: Any, where: str) -> Package:
    """What is used of a `package_show` result; FetchError where it is not one."""
    resources = answer.get("resources") if isinstance(answer, dict) else None
    if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
        raise FetchError(
            f"{where}: package_show gave no dataset",
            state="wrong_content",
            expected="an object with a list of resources",
            got=type(answer).__name__,
        )
    return Package(
        id=str(answer.get("id", "")),
        name=str(answer.get("name", "")),
        licence_id=(str(answer["license_id"]).lower() if answer.get("license_id") else None),
        metadata_modified=answer.get("metadata_modified"),
        resources=tuple(r for r in resources if r.get("state", "active") == "active"),
        titles=_titles(answer),
        organisation=str((answer.get("organization") or {}).get("title") or ""),
        licence_title=str(answer.get("license_title") or ""),
        licence_url=str(answer.get("license_url") or ""),
    )


def _titles(answer: Mapping[str, Any]) -> dict[str, str]:
    """A dataset's title, and its translations where the portal has them (`title_translated` of ckanext-fluent)."""
    translated = answer.get("title_translated")
    pairs = translated.items() if isinstance(translated, dict) else ()
    return {"": str(answer.get("title") or ""), **{str(code): str(text) for code, text in pairs if text}}


def search_packages(session: requests.Session, api: str, text: str, settings: Settings) -> Iterator[Package]:
    """Every dataset that `package_search` finds, each once, in order of id.

    Pages as the national portal's own harvester does: 100 at a time in a fixed order until a page is empty, since
    the count moves while datasets are added; ids that come twice for that reason are dropped. Raises FetchError.
    """
    seen: set[str] = set()
    for start in range(0, SEARCH_LIMIT, SEARCH_ROWS):
        query = {"q": text, "rows": str(SEARCH_ROWS), "start": str(start), "sort": "id asc"}
        answer = _patiently(session, api, "package_search", query, settings)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise FetchError(f"{api}: package_search gave no results", state="wrong_content", expected="a list")
        if not results:
            return
        for item in results:
            package = parse_package(item, f"{api}: package_search")
            if package.id not in seen:
                seen.add(package.id)
                yield package


class _Portal(ckanapi.RemoteCKAN):  # type: ignore[misc]
    """ckanapi's client, that reads an answer only up to the limits of size and time."""

    def __init__(self, api: str, session: requests.Session, settings: Settings) -> None:
        super().__init__(api, user_agent=settings.user_agent, get_only=True, session=session)
        self.settings = settings

    def _request_fn_get(
        self, url: str, data_dict: dict[str, str], headers: dict[str, str], _: dict[str, Any]
    ) -> tuple[int, str]:
        """Status and text. Raises FetchError and requests' errors."""
        timeout = (self.settings.connect_timeout_seconds, self.settings.read_timeout_seconds)
        deadline = time.monotonic() + self.settings.max_seconds
        with self.session.get(url, params=data_dict, headers=headers, timeout=timeout, stream=True) as response:
            content = read_answer(response, url, deadline, self.settings)
            return response.status_code, content.decode(errors="replace")


def _action(session: requests.Session, api: str, action: str, data: dict[str, str], settings: Settings) -> Any:
    portal = _Portal(api, session, settings)
    where = f"{api} {action}" + (f" {data['id']}" if "id" in data else "")
    try:
        return portal.call_action(action, data)
    except ckanapi.NotFound as error:
        raise FetchError(
            f"{where}: not found", state="not_found", expected="a dataset", do=ADVICE["not_found"]
        ) from error
    except ckanapi.NotAuthorized as error:
        raise FetchError(f"{where}: refused", state="refused", got="403", do=ADVICE["refused"]) from error
    except ckanapi.CKANAPIError as error:
        raise _from_answer(error, where) from error
    except requests.exceptions.RequestException as error:
        raise as_fetch_error(error, where) from error


def _from_answer(error: ckanapi.CKANAPIError, where: str) -> FetchError:
    """An answer that is no CKAN answer: ckanapi gives `[url, status, text]` as its message."""
    status = re.search(r",\s*(\d{3}),", str(error))
    try:
        raise_for_status(int(status[1]) if status else 200, where)
    except FetchError as known:
        return known
    page = "an HTML page" if "<html" in str(error).lower() or "<!doctype" in str(error).lower() else "no CKAN answer"
    return FetchError(
        f"{where}: the answer is not CKAN's",
        state="wrong_content",
        expected="a JSON object with `success`",
        got=page,
        do="The portal may be down behind its front page; run again later.",
    )

"""Asks a CKAN portal for a dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ckanapi
import requests
import stamina

from etl.errors import FetchError
from etl.fetch.http import ADVICE, as_fetch_error, is_worth_retrying, raise_for_status
from etl.settings import Settings


@dataclass(frozen=True)
class Package:
    """What is kept of a `package_show` answer."""

    id: str
    name: str
    licence_id: str | None
    metadata_modified: str | None
    resources: tuple[dict[str, Any], ...]


def check_portal(session: requests.Session, api: str, settings: Settings) -> None:
    """Raise FetchError unless the portal at `api` answers `status_show` as a CKAN does. One attempt."""
    _action(session, api, "status_show", {}, settings)


def show_package(session: requests.Session, api: str, dataset: str, settings: Settings) -> Package:
    """The dataset's metadata. Raises FetchError with a state for every way in which it cannot be had."""
    for attempt in stamina.retry_context(
        on=is_worth_retrying, attempts=settings.attempts, wait_initial=0.2, wait_max=5.0
    ):
        with attempt:
            answer = _action(session, api, "package_show", {"id": dataset}, settings)
    return parse_package(answer, f"{api}: {dataset}")


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
    )


def _action(session: requests.Session, api: str, action: str, data: dict[str, str], settings: Settings) -> Any:
    timeout = (settings.connect_timeout_seconds, settings.read_timeout_seconds)
    portal = ckanapi.RemoteCKAN(api, user_agent=settings.user_agent, get_only=True, session=session)
    where = f"{api} {action}" + (f" {data['id']}" if "id" in data else "")
    try:
        return portal.call_action(action, data, requests_kwargs={"timeout": timeout})
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

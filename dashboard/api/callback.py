"""What Dash asks in the browser; anything else at that address is refused before Dash fails on it."""

from __future__ import annotations

import re

import flask

from dashboard.errors import InvalidQuery

PATH = "/_dash-update-component"
OUTPUT = {"id": "page", "property": "children"}
INPUTS = ("pathname", "search")
HALF_LETTER = re.compile("[\ud800-\udfff]")
"""What JSON can spell and no address hold: half of a letter's pair."""


def check_callback() -> None:
    """Before a request: raises InvalidQuery for a body that is not the site's one callback."""
    if flask.request.path == PATH and flask.request.method == "POST" and not is_ours(_body()):
        raise InvalidQuery("This address answers only what the site's own pages ask.")


def _body() -> object:
    try:
        return flask.request.get_json(force=True, silent=True)
    except RecursionError:  # brackets within brackets without end
        return None


def is_ours(body: object) -> bool:
    """Whether the body asks for the page at an address.

    >>> is_ours([]), is_ours({"output": "page.children"})
    (False, False)
    """
    if not isinstance(body, dict) or body.get("output") != "page.children" or body.get("outputs") != OUTPUT:
        return False
    inputs, changed = body.get("inputs"), body.get("changedPropIds", [])
    return (
        isinstance(inputs, list)
        and len(inputs) == len(INPUTS)
        and all(_is_of_url(item, name) for item, name in zip(inputs, INPUTS, strict=True))
        and isinstance(changed, list)
        and all(isinstance(name, str) for name in changed)
        and body.get("state") in (None, [])
    )


def address_asked(body: dict[str, list[dict[str, str | None]]]) -> str:
    """The address of the page that a body of ours asks for.

    >>> address_asked({"inputs": [{"value": "/fi/companies"}, {"value": "?city=853"}]})
    '/fi/companies?city=853'
    """
    return "".join(item.get("value") or "" for item in body["inputs"])


def _is_of_url(item: object, name: str) -> bool:
    return (
        isinstance(item, dict)
        and item.get("id") == "url"
        and item.get("property") == name
        and isinstance(item.get("value"), str | None)
        and not HALF_LETTER.search(item.get("value") or "")
    )

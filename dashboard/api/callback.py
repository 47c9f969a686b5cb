"""What Dash asks in the browser; anything else at that address is refused before Dash fails on it."""

from __future__ import annotations

import re

import flask

from dashboard.errors import InvalidQuery

PATH = "/_dash-update-component"
OUTPUT = {"id": "page", "property": "children"}
INPUTS = ("pathname", "search")
CHANGED = frozenset(f"url.{name}" for name in INPUTS)
BODY = frozenset(("output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"))
"""All that Dash's script sends."""
INPUT = frozenset(("id", "property", "value"))
LONGEST = 100_000
"""Characters of an address, at most: more than any server takes in the address of a page itself."""
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
    if not isinstance(body, dict) or not body.keys() <= BODY:
        return False
    if body.get("output") != "page.children" or body.get("outputs") != OUTPUT or body.get("state") not in (None, []):
        return False
    inputs = body.get("inputs")
    return (
        isinstance(inputs, list)
        and len(inputs) == len(INPUTS)
        and all(_is_of_url(item, name) for item, name in zip(inputs, INPUTS, strict=True))
        and all(_are_changed(body.get(name, [])) for name in ("changedPropIds", "parsedChangedPropsIds"))
    )


def address_asked(body: dict[str, list[dict[str, str | None]]]) -> str:
    """The address of the page that a body of ours asks for.

    >>> address_asked({"inputs": [{"value": "/fi/companies"}, {"value": "?city=853"}]})
    '/fi/companies?city=853'
    """
    return "".join(item.get("value") or "" for item in body["inputs"])


def _are_changed(names: object) -> bool:
    """Whether these may be the inputs that changed: some of ours, each once."""
    return (
        isinstance(names, list)
        and len(names) <= len(CHANGED)
        and all(isinstance(name, str) and name in CHANGED for name in names)
    )


def _is_of_url(item: object, name: str) -> bool:
    return (
        isinstance(item, dict)
        and item.keys() <= INPUT
        and item.get("id") == "url"
        and item.get("property") == name
        and isinstance(item.get("value"), str | None)
        and len(item.get("value") or "") <= LONGEST
        and not HALF_LETTER.search(item.get("value") or "")
    )

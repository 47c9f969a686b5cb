"""What Dash's script asks the site when a reader goes somewhere."""

from __future__ import annotations

from typing import Any


def callback_body(path: str, search: str = "", changed: str = "pathname") -> dict[str, Any]:
    """The body of a request for the page at an address; `changed` is what of the address the reader changed."""
    return {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": [f"url.{changed}"],
    }

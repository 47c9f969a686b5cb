"""The addresses of what changed in a dataset between two releases: the page, and its files."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from dashboard.context import Context
from dashboard.state import State


def diff_page(ctx: Context, dataset: str, before: str = "", after: str = "", table: str = "") -> str:
    """The page, of the newest release and the one before where none is named."""
    return f"/{ctx.language}/dataset/{quote(dataset)}/diff" + _query(ctx, before, after, table)


def diff_file(ctx: Context, dataset: str, kind: str, before: str, after: str, table: str = "") -> str:
    """A file of it."""
    return f"/dataset/{quote(dataset)}/diff.{kind}" + _query(ctx, before, after, table)


def _query(ctx: Context, before: str, after: str, table: str) -> str:
    """The releases and the table, and the release that the page with the link shows for ever."""
    pairs = {"from": before, "to": after, "table": table}
    named = urlencode({name: value for name, value in pairs.items() if value})
    query = "&".join(filter(None, (named, ctx.query(State()))))
    return f"?{query}" if query else ""

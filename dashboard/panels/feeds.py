"""The addresses of the feeds of releases, which pages name in their heads."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from dashboard.context import Context


def releases_feed(ctx: Context, search: str = "") -> str:
    """The feed of all releases, or of those that changed a dataset that a search finds."""
    return "/feed.atom?" + urlencode({**({"q": search} if search else {}), "lang": ctx.language})


def search_feed(ctx: Context, search: str) -> str:
    """The feed of the releases that changed something that a search of the site finds."""
    return "/feed/search.atom?" + urlencode({"q": search, "lang": ctx.language})


def dataset_feed(ctx: Context, name: str) -> str:
    """The feed of the releases that changed a dataset."""
    return f"/dataset/{quote(name)}/feed.atom?lang={ctx.language}"


def city_feed(ctx: Context, code: str) -> str:
    """The feed of the releases that changed rows of a city."""
    return f"/feed/city/{quote(code)}.atom?lang={ctx.language}"

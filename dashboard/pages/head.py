"""What a page says of itself: title, addresses, preview, and what search engines read of it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from dashboard.components.shell import PLAIN
from dashboard.context import Context
from dashboard.figures.style import CITY_COLOURS
from dashboard.html.document import Head
from dashboard.html.preview import Preview
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.pages.linked import below, described, linked_data, text_of
from dashboard.pages.page import Page
from dashboard.pages.subjects import SITE_NAME
from dashboard.state import State, to_query_string

OVERVIEW = "overview"
"""The overview in an address of a preview, as its own path is empty."""


def make_head(ctx: Context, page: Page) -> Head:
    """The head of a page. One that is not there, a view of many of one page, and a figure in a frame of another site
    are not for search engines."""
    state = ctx.state.change(sort=None)
    query = to_query_string(state)
    path = quote(page.path, safe=PLAIN) + (f"?{query}" if query else "")
    alternates = {language: f"{ctx.base_url}/{language}/{path}" for language in LANGUAGES}
    is_there = page.status == 200
    is_live = ctx.pinned is None and not page.is_bare
    is_plain = state == State() and not (ctx.state.sort or ctx.sql)
    return Head(
        lang=ctx.language,
        title=f"{page.title} – {SITE_NAME}" + (f" ({ctx.t('sample data')})" if ctx.package.sample else ""),
        description=page.description,
        site=SITE_NAME,
        canonical=alternates[ctx.language] if is_there else None,
        alternates=alternates | {"x-default": alternates[DEFAULT_LANGUAGE]} if is_there else {},
        is_indexed=is_there and is_live and is_plain,
        feed=ctx.base_url + page.feed if page.feed else None,
        forms=[(kind, ctx.base_url + address) for kind, address in (*page.forms, *_oembed(ctx, page))]
        if is_there
        else (),
        picture=ctx.base_url + preview_path(ctx, page) if is_there and ctx.package.version == ctx.live else None,
        linked_data=tuple(linked_data(ctx, page, alternates[ctx.language])) if is_there and is_live else (),
        described=described(ctx, page) if is_there and is_live else None,
    )


def _oembed(ctx: Context, page: Page) -> list[tuple[str, str]]:
    """What tells other sites how to show the page's one figure."""
    if page.embed is None:
        return []
    asked = {kind: urlencode({"url": ctx.base_url + page.embed, "format": kind}) for kind in ("json", "xml")}
    return [("application/json+oembed", f"/oembed?{asked['json']}"), ("text/xml+oembed", f"/oembed?{asked['xml']}")]


def preview_path(ctx: Context, page: Page) -> str:
    """The address of the page's preview picture, another one for each release."""
    return f"/preview/{ctx.package.version}/{ctx.language}/{quote(page.path, safe=PLAIN) or OVERVIEW}.png"


def describe_preview(ctx: Context, page: Page) -> Preview:
    """What the page's preview picture says: what its first panel found, else what it is."""
    t = ctx.t
    return Preview(
        SITE_NAME,
        page.title,
        _finding(page) or page.description,
        t("Release {version}", version=ctx.package.version),
        t("Sample data: generated, not real") if ctx.package.sample else None,
        tuple(CITY_COLOURS.values()),
    )


def _finding(page: Page) -> str | None:
    titles = (one for part in page.body for one in below(part) if getattr(one, "className", "") == "panel__title")
    return next((text_of(one.children) for one in titles), None)

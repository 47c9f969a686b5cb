"""The pages for what cannot be shown: each says what was asked for and where to go."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.context import Context
from dashboard.pages.page import Page

NO_SECTION = "none"
"""Of no entry of the navigation, so that none is marked as the current page."""


def missing(ctx: Context, path: str, sentence: str | None = None) -> Page:
    """A page with status 404."""
    t = ctx.t
    title = t("Page not found")
    body = _body(ctx, title, sentence or t("There is no page at this address."))
    return Page(title, sentence or title, NO_SECTION, path, body, status=404)


def refused(ctx: Context, path: str) -> Page:
    """A page with status 405: the address is there, but not for this way of asking."""
    title = ctx.t("This address can only be read")
    sentence = ctx.t("Nothing can be sent to it. Open it as a page instead.")
    return Page(title, sentence, NO_SECTION, path, _body(ctx, title, sentence), status=405)


def _body(ctx: Context, title: str, sentence: str) -> list[Any]:
    t = ctx.t
    ways = (("", t("Overview")), ("companies", t("Companies")), ("data", t("Datasets")))
    return [
        html.H1(title),
        html.P(sentence, className="lede"),
        html.Ul([html.Li(html.A(text, href=ctx.path(path))) for path, text in ways]),
    ]

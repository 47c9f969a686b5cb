"""The page for what is not there: says what was asked for and where to go."""

from __future__ import annotations

from dash import html

from dashboard.context import Context
from dashboard.pages.page import Page


def missing(ctx: Context, path: str, sentence: str | None = None) -> Page:
    """A page with status 404."""
    t = ctx.t
    title = t("Page not found")
    body = [
        html.H1(title),
        html.P(sentence or t("There is no page at this address."), className="lede"),
        html.Ul(
            [
                html.Li(html.A(t("Overview"), href=ctx.path(""))),
                html.Li(html.A(t("Companies"), href=ctx.path("companies"))),
                html.Li(html.A(t("Datasets"), href=ctx.path("data"))),
            ]
        ),
    ]
    return Page(title, sentence or title, "missing", path, body, status=404)

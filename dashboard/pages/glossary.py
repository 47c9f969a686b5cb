"""The words of the site and what they mean."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.glossary import load_terms
from dashboard.pages import subjects
from dashboard.pages.page import Page


def layout(ctx: Context) -> Page:
    """Every term in the alphabet's order of the reader's language."""
    t = ctx.t
    title = t("Glossary")
    description = t("The words of this site and what they mean here.")
    terms = sorted(load_terms().items(), key=lambda item: ctx.text(item[1].name).casefold())
    items = [
        html.Div([html.Dt(html.Dfn(ctx.text(term.name))), html.Dd(ctx.text(term.text))], id=key) for key, term in terms
    ]
    body: list[Any] = [html.H1(title), html.P(description, className="lede"), html.Dl(items, className="glossary")]
    about = (subjects.glossary(ctx, title, terms),)
    return Page(title, description, "glossary", "glossary", body, about=about)

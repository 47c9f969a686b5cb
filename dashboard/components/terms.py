"""Terms that explain themselves where they are used: opened by a press of Enter or a touch, with or without scripts."""

from __future__ import annotations

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.glossary import load_terms


def explained_terms(ctx: Context, *keys: str) -> html.Ul:
    """The terms of a page, each with its meaning folded away beneath it and the way to the glossary."""
    return html.Ul([html.Li(_term(ctx, key)) for key in keys], className="terms", **aria(label=ctx.t("Terms")))


def _term(ctx: Context, key: str) -> html.Details:
    term = load_terms()[key]
    more = html.A(ctx.t("Glossary: {term}", term=ctx.text(term.name)), href=ctx.path(f"glossary#{key}"))
    return html.Details(
        [html.Summary(html.Dfn(ctx.text(term.name))), html.P([ctx.text(term.text), " ", more])], className="term"
    )

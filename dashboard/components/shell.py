"""What stands around every page: header, navigation, languages, the sample band, footer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.attributes import aria
from dashboard.components.browser import Input
from dashboard.context import Context
from dashboard.i18n import LANGUAGES
from dashboard.state import LONGEST_NAMED, MAX_SEARCH_LENGTH, to_query_string

MOST_NAMED = 10
"""Values of the address that a note names: it may hold thousands that are none."""
LANGUAGE_NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}


def shell(ctx: Context, section: str, path: str, body: Sequence[Any]) -> html.Div:
    """The page's content between header and footer. `path` is its address without the language."""
    parts: list[Any] = [
        html.A(ctx.t("Skip to content"), href="#content", className="skip-link"),
        _header(ctx, section, path),
        html.Main([*_ignored(ctx), *body], id="content", className="page stack", tabIndex=-1),
        _footer(ctx),
    ]
    return html.Div(parts)


def _header(ctx: Context, section: str, path: str) -> html.Header:
    t = ctx.t
    pages = (
        ("", t("Overview")),
        ("project", t("Project")),
        ("companies", t("Companies")),
        ("budgets", t("Budgets")),
        ("services", t("Services")),
        ("cities", t("Cities")),
        ("compare", t("Compare")),
        ("indicators", t("Indicators")),
        ("data", t("Datasets")),
        ("status", t("Status")),
    )
    navigation = [
        html.Li(html.A(text, href=ctx.path(name), **(aria(current="page") if name == section else {})))
        for name, text in pages
    ]
    filters = to_query_string(ctx.state)
    query = f"?{filters}" if filters else ""
    languages = [
        html.Li(
            html.A(
                LANGUAGE_NAMES[language],
                href=f"/{language}/{path}{query}",
                lang=language,
                hrefLang=language,
                **(aria(current="true") if language == ctx.language else {}),
            )
        )
        for language in LANGUAGES
    ]
    bar = html.Div(
        [
            html.A("Kuusi", href=ctx.path(""), className="site-name", **aria(label=t("Kuusi, front page"))),
            html.Nav(html.Ul(languages), className="lang-nav", **aria(label=t("Language"))),
            *([] if section == "search" else [_search(ctx)]),
            html.Nav(_menu(t("Menu"), navigation), className="site-nav", **aria(label=t("Pages"))),
        ],
        className="site-header",
    )
    return html.Header([bar, *_sample(ctx)])


def _menu(name: str, items: Sequence[html.Li]) -> html.Details:
    """The sections, folded up where the page is narrow; the style sheet unfolds them where there is room."""
    return html.Details([html.Summary(name), html.Ul(items)])


def _search(ctx: Context) -> html.Form:
    """The box over the whole site; its own page has one of its own."""
    t = ctx.t
    return html.Form(
        [
            html.Label(t("Search the site"), htmlFor="site-search", className="visually-hidden"),
            Input(
                id="site-search",
                name="q",
                type="search",
                placeholder=t("Search the site"),
                maxLength=MAX_SEARCH_LENGTH,
            ),
            html.Button(html.Span(t("Search")), type="submit", className="button button--quiet"),
        ],
        className="search search--site",
        method="get",
        action=ctx.path("search"),
        role="search",
        **aria(label=t("Search the site")),
    )


def _sample(ctx: Context) -> list[html.Div]:
    if not ctx.package.sample:
        return []
    real = [ctx.text(d.title) for d in ctx.package.datasets if not ctx.package.is_generated(d)]
    said = html.Strong(ctx.t("Sample data: what this site shows is generated, not real."))
    but = html.P(ctx.t("Real data are in these datasets only: {names}.", names=", ".join(real)))
    return [html.Div(html.Details([html.Summary(said), but]), className="sample-banner")]


def _ignored(ctx: Context) -> list[html.P]:
    """What of the address does not count: values that the release does not have, the end of a long search."""
    names = [item for item in ctx.ignored if not item.startswith("q=")]
    texts = []
    if names:
        texts.append(
            ctx.t(
                "The address asked for something that this release does not have; it was left out: {names}",
                names=", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]),
            )
        )
    if len(names) < len(ctx.ignored):
        texts.append(
            ctx.t("The search text was too long: only its first {n} characters were used.", n=MAX_SEARCH_LENGTH)
        )
    texts += _not_obeyed(ctx)
    return [html.P(text, className="note note--warn", role="status") for text in [*_other_release(ctx), *texts]]


def _not_obeyed(ctx: Context) -> list[str]:
    """The order and the page of rows that nothing shown has. The content must be made before."""
    t, state, texts = ctx.t, ctx.state, []
    if state.sort and "sort" not in ctx.heeded:
        texts.append(t("No table here can be sorted by {name}.", name=state.sort))
    if state.page > 1 and "page" not in ctx.heeded:
        texts.append(t("There is no page {n} of rows here.", n=ctx.f.number(state.page)))
    return texts


def _other_release(ctx: Context) -> list[Any]:
    """That the address was made from another release, whose figures may have been others."""
    if ctx.release_asked is None:
        return []
    text = ctx.t(
        "The address names the release {asked}. What is shown is release {version}, whose figures may be others.",
        asked=ctx.release_asked[:LONGEST_NAMED],
        version=ctx.package.version,
    )
    return [[text, " ", html.A(ctx.t("All releases"), href=ctx.path("releases"))]]


def _footer(ctx: Context) -> html.Footer:
    t = ctx.t
    release = t("Release {version}, made on {moment}", version=ctx.package.version, moment=ctx.f.moment(ctx.created))
    links = (
        ("method", t("How the data are made")),
        ("glossary", t("Glossary")),
        ("releases", t("Releases")),
        ("accessibility", t("Accessibility statement")),
        ("privacy", t("Privacy")),
        ("about", t("About the site")),
    )
    items = [html.Li(html.A(text, href=ctx.path(path))) for path, text in links]
    return html.Footer(
        [
            html.Nav(html.Ul(items), **aria(label=t("About the site and the data"))),
            html.P(release),
            html.P(
                [
                    t("Data: the cities and the named sources, CC BY 4.0 where a dataset does not say otherwise."),
                    " ",
                    html.A("datapackage.json", href="/datapackage.json"),
                ]
            ),
        ],
        className="site-footer",
    )

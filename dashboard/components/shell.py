"""What stands around every page: header, navigation, languages, the sample band, footer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from dashboard.components.attributes import aria
from dashboard.components.browser import Input
from dashboard.components.elements import html
from dashboard.components.filters import kept_fields
from dashboard.components.withdrawn import withdrawn_words
from dashboard.context import Context
from dashboard.i18n import DOT, LANGUAGES
from dashboard.package import Resource
from dashboard.panels.scope import scope_words
from dashboard.releases import read_withdrawn
from dashboard.state import BETWEEN, MAX_SEARCH_LENGTH, PARAMETERS, Ignored, Reason, State

MOST_NAMED = 10
"""Values of the address that a note names: it may hold thousands that are none."""
PLAIN = "/,:"
"""What stands in a path as it is, beside letters and digits."""
LANGUAGE_NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}


def shell(
    ctx: Context,
    section: str,
    path: str,
    body: Sequence[Any],
    filters: Collection[str],
    addresses: Mapping[str, str] | None = None,
) -> html.Div:
    """The page's content between header and footer. `path` is its address without the language, `filters` are the
    parameters that it obeys; `addresses` are those by language, where they are not the path behind it."""
    parts: list[Any] = [
        html.A(ctx.t("Skip to content"), href="#content", className="skip-link"),
        _header(ctx, section, path, addresses or {}),
        html.Main([*view_notes(ctx, path, filters), *body], id="content", className="page stack", tabIndex=-1),
        _footer(ctx),
    ]
    return html.Div(parts)


def _header(ctx: Context, section: str, path: str, addresses: Mapping[str, str]) -> html.Header:
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
    filters = ctx.query(ctx.state)
    query = f"?{filters}" if filters else ""
    languages = [
        html.Li(
            html.A(
                LANGUAGE_NAMES[language],
                href=addresses.get(language, f"/{language}/{quote(path, safe=PLAIN)}{query}"),
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
    t, action = ctx.t, ctx.path("search")
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
            *kept_fields(action),
        ],
        className="search search--site",
        method="get",
        action=action,
        role="search",
        **aria(label=t("Search the site")),
    )


def _sample(ctx: Context) -> list[html.Div]:
    """In a sample release: which of what this page shows is generated. The content must be made before."""
    if not ctx.package.sample:
        return []
    real = [ctx.text(d.title) for d in ctx.package.datasets if not ctx.package.is_generated(d)]
    said = html.Strong(_sample_words(ctx))
    but = html.P(ctx.t("Real data are in these datasets only: {names}.", names=", ".join(real)))
    return [html.Div(html.Details([html.Summary(said), but]), className="sample-banner")]


def _sample_words(ctx: Context) -> str:
    """Whether what is shown is generated, real, or some of both: then the shorter list is named."""
    t, shown = ctx.t, [resource for resource in ctx.package.resources if resource.name in ctx.asked]
    generated, real = ([one for one in shown if one.sample is kind] for kind in (True, False))
    if not shown:
        return t("Sample data: most of what this site shows is generated, not real.")
    if not generated:
        return t("What this page shows is real; other pages of this site show generated sample data.")
    if not real:
        return t("Sample data: what this page shows is generated, not real.")
    named_generated, named_real = _titles(ctx, generated, real), _titles(ctx, real, generated)
    if len(named_generated) < len(named_real):
        return t("Sample data: on this page generated, not real: {names}.", names=", ".join(named_generated))
    return t("Sample data: what this page shows is generated, not real, except: {names}.", names=", ".join(named_real))


def _titles(ctx: Context, tables: list[Resource], others: list[Resource]) -> list[str]:
    """The titles of the tables' datasets; of a dataset that has some of the others too, those of the tables."""
    mixed = {table.dataset for table in others}
    named = (table if table.dataset in mixed else ctx.package.dataset(table.dataset) for table in tables)
    return list(dict.fromkeys(ctx.text(one.title) for one in named))


def view_notes(ctx: Context, path: str, filters: Collection[str], target: str | None = None) -> list[html.P]:
    """Which release is shown where it is not the newest; what of the address at `path` does not count, and why: values
    that the release does not have, filters that are none of the page's `filters`, the end of a long search. The content
    must be made before, as it heeds some of the address itself. `target` is where links open, of a page in a frame."""
    t, texts = ctx.t, []
    is_cut = [item.name == "q" and item.reason == "unknown" for item in ctx.ignored]
    left_out = [
        item for item, cut in zip(ctx.ignored, is_cut, strict=True) if not cut and not _is_heeded(item, filters)
    ]
    if names := _names(left_out, "unknown"):
        texts.append(
            t("The address asked for something that this release does not have; it was left out: {names}", names=names)
        )
    if names := _names(left_out, "unreadable"):
        texts.append(
            t("Something in the address is not written as it should be; it was left out: {names}", names=names)
        )
    if names := _names(left_out, "repeated"):
        texts.append(t("The address asks for the same more than once: the last counts, not {names}", names=names))
    if any(is_cut):
        texts.append(t("The search text was too long: only its first {n} characters were used.", n=MAX_SEARCH_LENGTH))
    texts += _not_obeyed(ctx, filters)
    return [
        html.P(text, className="note note--warn", role="status")
        for text in [*_older(ctx), *_pinned(ctx, path, target), *texts]
    ]


def _is_heeded(item: Ignored, filters: Collection[str]) -> bool:
    """Whether it is unknown to the site's filters, and yet a parameter of this page."""
    return item.name in BETWEEN and item.name in filters


def _names(ignored: Sequence[Ignored], reason: Reason) -> str:
    """What was left out for that reason; empty where nothing was."""
    names = [item for item in ignored if item.reason == reason]
    return ", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])


def _not_obeyed(ctx: Context, filters: Collection[str]) -> list[str]:
    """The filters that the page does not have, and the order and the page of rows that nothing shown has. The content
    must be made before."""
    t, state, texts = ctx.t, ctx.state, []
    if unheeded := _unheeded(ctx, filters):
        texts.append(t("Chosen, but it changes nothing on this page: {filters}.", filters=unheeded))
    if state.sort and "sort" not in ctx.heeded:
        texts.append(t("No table here can be sorted by {name}.", name=state.sort))
    if state.page > 1 and "page" not in ctx.heeded:
        texts.append(t("There is no page {n} of rows here.", n=ctx.f.number(state.page)))
    return texts


def _unheeded(ctx: Context, filters: Collection[str]) -> str:
    """What is chosen and not among the page's filters, in words."""
    plain, state = State(), ctx.state
    foreign = [p for p in PARAMETERS if p.name not in filters]
    chosen = [p.name for p in foreign if getattr(state, p.attribute) != getattr(plain, p.attribute)]
    words = [scope_words(ctx, chosen)] if chosen else []
    if state.company and "company" not in filters and not any(item.name == "company" for item in ctx.ignored):
        words.append(ctx.t("company {id}", id=state.company))
    if state.search and "q" not in filters:
        words.append(ctx.t("search for “{text}”", text=state.search))
    return DOT.join(words)


def _older(ctx: Context) -> list[str]:
    """That a newer release is there, which this version of the site cannot read."""
    if not ctx.newest:
        return []
    return [
        ctx.t(
            "The newest release, {newest}, was made for another version of this site and cannot be shown. What is "
            "shown is release {version} of {day}.",
            newest=ctx.newest,
            version=ctx.package.version,
            day=ctx.f.day(ctx.created),
        )
    ]


def _pinned(ctx: Context, path: str, target: str | None) -> list[Any]:
    """That what is shown is an older release, or one that was taken back, and the way to the same view of the newest
    data."""
    if ctx.pinned in (None, ctx.live):
        return []
    if path == "sql":
        return [ctx.t("SQL is answered from the newest release, not from the one that the address names.")]
    withdrawn = read_withdrawn(ctx.package).get(ctx.package.version)
    if withdrawn is not None:
        text = withdrawn_words(ctx, withdrawn)
    else:
        text = ctx.t(
            "This address shows release {version} of {day} for ever. There are newer data.",
            version=ctx.package.version,
            day=ctx.f.day(ctx.created),
        )
    newest = replace(ctx, pinned=None).path(path, ctx.state)
    changed = replace(ctx, pinned=None).path("releases")
    return [
        [
            text,
            " ",
            html.A(ctx.t("Show the newest"), href=newest, target=target),
            " · ",
            html.A(ctx.t("What changed between the releases"), href=changed, target=target),
        ]
    ]


def _footer(ctx: Context) -> html.Footer:
    t = ctx.t
    release = t("Release {version}, made on {moment}", version=ctx.package.version, moment=ctx.f.moment(ctx.created))
    links = (
        ("method", t("How the data are made")),
        ("glossary", t("Glossary")),
        ("releases", t("Releases")),
        ("api", t("Interface for programs")),
        ("sql", t("SQL over the data")),
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

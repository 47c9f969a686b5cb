"""What a page says of itself: title, addresses, preview, and what search engines read as schema.org objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.context import Context
from dashboard.figures.style import CITY_COLOURS
from dashboard.html.document import Head
from dashboard.html.preview import Preview
from dashboard.i18n import LANGUAGES
from dashboard.pages.page import Page
from dashboard.pages.routes import DEFAULT_LANGUAGE
from dashboard.state import State, to_query_string

SITE_NAME = "Kuusi"
OVERVIEW = "overview"
"""The overview in an address of a preview, as its own path is empty."""
SEARCH_PATH = "search"
"""The page whose search box answers `q`."""
PAGE_OF_DATASET = "dataset/"


def make_head(ctx: Context, page: Page) -> Head:
    """The head of a page. One that is not there, and a view of many of one page, is not for search engines."""
    state = ctx.state.change(sort=None)
    query = to_query_string(state)
    alternates = {
        language: f"{ctx.base_url}/{language}/{page.path}" + (f"?{query}" if query else "") for language in LANGUAGES
    }
    is_there = page.status == 200
    return Head(
        lang=ctx.language,
        title=f"{page.title} – {SITE_NAME}" + (f" ({ctx.t('sample data')})" if ctx.package.sample else ""),
        description=page.description,
        site=SITE_NAME,
        canonical=alternates[ctx.language] if is_there else None,
        alternates=alternates | {"x-default": alternates[DEFAULT_LANGUAGE]} if is_there else {},
        is_indexed=is_there and not page.is_bare and state == State() and not ctx.state.sort,
        feed=ctx.base_url + page.feed if page.feed else None,
        picture=ctx.base_url + preview_path(ctx, page) if is_there else None,
        linked_data=tuple(linked_data(ctx, page)) if is_there else (),
    )


def preview_path(ctx: Context, page: Page) -> str:
    """The address of the page's preview picture, another one for each release."""
    return f"/preview/{ctx.package.version}/{ctx.language}/{page.path or OVERVIEW}.png"


def linked_data(ctx: Context, page: Page) -> Iterator[dict[str, Any]]:
    """The schema.org objects of a page."""
    if page.path == "":
        yield _website(ctx)
    if page.path == "data":
        yield _catalogue(ctx)
    if page.dataset is not None:
        yield _dataset(ctx, page.dataset)
    steps = _steps(ctx, page)
    if steps:
        yield {"@type": "BreadcrumbList", "itemListElement": steps}


def _url(ctx: Context, path: str) -> str:
    return ctx.base_url + ctx.path(path)


def _website(ctx: Context) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "name": SITE_NAME,
        "url": _url(ctx, ""),
        "inLanguage": ctx.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": _url(ctx, SEARCH_PATH) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }


def _catalogue(ctx: Context) -> dict[str, Any]:
    return {
        "@type": "DataCatalog",
        "name": SITE_NAME,
        "url": _url(ctx, "data"),
        "inLanguage": ctx.language,
        "dataset": [
            {"@type": "Dataset", "name": ctx.text(one.title), "description": ctx.text(one.description),
             "url": _url(ctx, PAGE_OF_DATASET + one.name)}
            for one in ctx.package.datasets
        ],
    }  # fmt: skip


def _dataset(ctx: Context, name: str) -> dict[str, Any]:
    dataset = ctx.package.dataset(name)
    publishers = dict.fromkeys(source.publisher for source in dataset.sources)
    files = [
        {"@type": "DataDownload", "name": f"{resource}.{kind}", "encodingFormat": media_type,
         "contentUrl": f"{ctx.base_url}/data/{resource}.{kind}"}
        for resource in dataset.resources
        for kind, media_type in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet"))
    ]  # fmt: skip
    return {
        "@type": "Dataset",
        "name": ctx.text(dataset.title),
        "description": ctx.text(dataset.description),
        "url": _url(ctx, PAGE_OF_DATASET + name),
        "inLanguage": ctx.language,
        "license": dataset.licence.url,
        "version": ctx.package.version,
        "dateModified": ctx.created.date().isoformat(),
        "isAccessibleForFree": True,
        "creator": [{"@type": "Organization", "name": publisher} for publisher in publishers],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": SITE_NAME, "url": _url(ctx, "data")},
        "distribution": files,
    }


def _steps(ctx: Context, page: Page) -> list[dict[str, Any]]:
    """The page's crumbs; the last one, which is the page itself, needs no address."""
    found: list[Any] = [
        one
        for part in page.body
        if isinstance(part, html.Nav) and getattr(part, "className", "") == "crumbs"
        for one in _below(part)
        if isinstance(one, html.A | html.Span)
    ]
    return [
        {"@type": "ListItem", "position": number, "name": str(step.children)}
        | ({"item": ctx.base_url + step.href} if getattr(step, "href", None) else {})
        for number, step in enumerate(found, start=1)
    ]


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
    titles = (one for part in page.body for one in _below(part) if getattr(one, "className", "") == "panel__title")
    return next((str(one.children) for one in titles), None)


def _below(part: Any) -> Iterator[Any]:
    """The components below one."""
    return part._traverse() if isinstance(part, Component) else iter(())  # type: ignore[no-untyped-call]

"""What search engines read of a page: schema.org objects, of nothing but what the page itself shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from dashboard.catalogue.croissant import croissant
from dashboard.catalogue.model import Entry, describe_dataset
from dashboard.catalogue.schema_org import schema_org
from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.pages import subjects
from dashboard.pages.page import Page
from dashboard.pages.subjects import SITE_NAME, Thing, url
from dashboard.panels.registry import PANELS

SEARCH_PATH = "search"
"""The page whose search box answers `q`."""


def linked_data(ctx: Context, page: Page, address: str) -> Iterator[Mapping[str, Any]]:
    """The schema.org objects of a page at its `address`: itself, the way to it, and what it is about."""
    about = [*page.about, *_catalogue(ctx, page), *_dataset(ctx, page)]
    yield _page(ctx, page, address, about)
    if page.path == "":
        yield _website(ctx)
    else:
        yield {"@type": "BreadcrumbList", "itemListElement": _steps(ctx, page)}
    yield from about


def _page(ctx: Context, page: Page, address: str, about: Sequence[Mapping[str, Any]]) -> Thing:
    """The page itself, and the datasets that its figures are computed from."""
    based_on = [subjects.dataset(ctx, ctx.package.dataset(name)) for name in _datasets(ctx, page)]
    found: Thing = {
        "@type": page.kind,
        "@id": address,
        "url": address,
        "name": page.title,
        "description": page.description,
        "inLanguage": ctx.language,
        "isPartOf": _site(ctx),
    }
    if about:
        found["mainEntity"] = {"@id": about[0]["@id"]}
    if based_on:
        found |= {"isBasedOn": based_on, "dateModified": ctx.created.date().isoformat()}
    return found


def _site(ctx: Context) -> Thing:
    home = url(ctx, "")
    return {"@type": "WebSite", "@id": f"{home}#website", "name": SITE_NAME, "url": home}


def _website(ctx: Context) -> Thing:
    return {
        **_site(ctx),
        "inLanguage": ctx.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": url(ctx, SEARCH_PATH) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }


def _catalogue(ctx: Context, page: Page) -> list[Thing]:
    """On its own page, the list of all datasets."""
    if page.path != "data":
        return []
    datasets = [subjects.dataset(ctx, one) for one in ctx.package.datasets]
    return [{**_catalogue_in_short(ctx), "inLanguage": ctx.language, "dataset": datasets}]


def _catalogue_in_short(ctx: Context) -> Thing:
    address = url(ctx, "data")
    return {"@type": "DataCatalog", "@id": f"{address}#catalogue", "name": SITE_NAME, "url": address}


def _dataset(ctx: Context, page: Page) -> list[Thing]:
    """On its own page, a dataset with its files."""
    if page.dataset is None:
        return []
    found = schema_org(_entry(ctx, page.dataset), ctx.language)
    return [{**found, "includedInDataCatalog": _catalogue_in_short(ctx)}]


def described(ctx: Context, page: Page) -> Mapping[str, Any] | None:
    """On its own page, a dataset once more: with the fields of its tables, as Croissant."""
    return croissant(_entry(ctx, page.dataset), ctx.language) if page.dataset else None


def _entry(ctx: Context, name: str) -> Entry:
    return describe_dataset(ctx.package, ctx.package.dataset(name), ctx.base_url)


def _datasets(ctx: Context, page: Page) -> list[str]:
    """The datasets of the page's figures, as their source lines name them, and those that the page names besides."""
    tables = [PANELS[name].resource for name in _panels(page.body)]
    return list(dict.fromkeys([*(ctx.dataset_of(table).name for table in tables), *page.datasets]))


def _panels(parts: Any) -> Iterator[str]:
    """The names of the panels among these parts and in what holds them together; what is in a section is not looked
    through, as tables are long."""
    for part in parts if isinstance(parts, list | tuple) else (parts,):
        if isinstance(part, html.Section):
            if (name := getattr(part, "id", None)) in PANELS:
                yield str(name)
        elif isinstance(part, html.Div):
            yield from _panels(getattr(part, "children", None))


def _steps(ctx: Context, page: Page) -> list[Thing]:
    """The front page, and then the page's crumbs; the last step, which is the page itself, needs no address."""
    crumbs: list[Any] = [
        one.children
        for part in page.body
        if isinstance(part, html.Nav) and getattr(part, "className", "") == "crumbs"
        for one in below(part)
        if isinstance(one, html.Li)
    ]
    steps = [(text_of(one.children), getattr(one, "href", None)) for one in crumbs] or [(page.title, None)]
    return [
        {"@type": "ListItem", "position": at, "name": name} | ({"item": ctx.base_url + href} if href else {})
        for at, (name, href) in enumerate([(SITE_NAME, ctx.path("")), *steps], start=1)
    ]


def text_of(children: Any) -> str:
    """What a heading or a crumb says, without the marks of languages in it."""
    if isinstance(children, list):
        return "".join(map(text_of, children))
    return text_of(children.children) if isinstance(children, Component) else str(children)


def below(part: Any) -> Iterator[Any]:
    """The components below one."""
    return part._traverse() if isinstance(part, Component) else iter(())  # type: ignore[no-untyped-call]

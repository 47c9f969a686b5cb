"""The sitemap: every page in every language with its alternates, and the day its data last changed as far as known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import flask

from dashboard.components.shell import PLAIN
from dashboard.errors import UnknownResource
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES, translator
from dashboard.package import Package
from dashboard.panels.registry import PANELS
from dashboard.query.model import Query
from dashboard.releases import list_releases
from dashboard.search.entries import page_entries
from dashboard.served import Served

MOST_URLS = 50_000
"""Of one file, by the protocol."""
MEDIA_TYPE = "application/xml; charset=utf-8"
ROBOTS = (
    "User-agent: *\nDisallow: /download/\nDisallow: /picture/\nDisallow: /api/v1/tables/\nDisallow: /api/v1/sql\n"
    "Disallow: /*/sql?\n\nSitemap: {sitemap}\n"
)
"""Pages are for search engines; the same figures as files, under every filter, would only wear them out."""
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
OF_TEXT = ("glossary", "accessibility", "privacy", "status", "search", "api")
"""Pages that do not tell of the data: when they last changed is not known."""


@dataclass(frozen=True)
class Listed:
    """A page, by its address without the language, and when what it tells of last changed."""

    path: str
    modified: dt.datetime | None


def create_sitemap(served: Callable[[], Served], base_url: Callable[[], str]) -> flask.Blueprint:
    """The blueprint."""
    blueprint = flask.Blueprint("sitemap", __name__)

    @blueprint.get("/robots.txt")
    def robots() -> flask.Response:
        return flask.Response(ROBOTS.format(sitemap=f"{base_url()}/sitemap.xml"), mimetype="text/plain")

    @blueprint.get("/sitemap.xml")
    def whole() -> flask.Response:
        parts = list(split(list_pages(served())))
        if len(parts) == 1:
            return _respond(urlset(parts[0], base_url()))
        return _respond(index_of(parts, base_url()))

    @blueprint.get("/sitemap-<int:number>.xml")
    def part(number: int) -> flask.Response:
        parts = list(split(list_pages(served())))
        if not 1 <= number <= len(parts):
            raise UnknownResource("The sitemap has {n} parts: /sitemap.xml names them.", n=len(parts))
        return _respond(urlset(parts[number - 1], base_url()))

    return blueprint


def list_pages(now: Served) -> list[Listed]:
    """Every page that search engines may show, in a stable order."""
    package = now.package
    every = modified(package, (dataset.name for dataset in package.datasets))
    of_companies = modified(package, {"companies", "purchases"} & {one.name for one in package.datasets})
    found = [
        Listed(path, None if path in OF_TEXT else every) for path, *_ in page_entries(translator(DEFAULT_LANGUAGE))
    ]
    found += [Listed(f"cities/{code}", every) for code in now.codes.cities]
    found += [Listed(f"dataset/{one.name}", one.modified) for one in package.datasets]
    found += [Listed(f"releases/{one.version}", one.created) for one in list_releases(package)[0]]
    found += [
        Listed(f"origin/{panel.name}", modified(package, [package.dataset_of(panel.resource).name]))
        for panel in PANELS.values()
        if package.has(panel.resource) and not panel.of_company
    ]
    ids = now.engine.rows(Query("companies", columns=("supplier_business_id",)))
    return found + [Listed(f"companies/{row['supplier_business_id']}", of_companies) for row in ids]


def modified(package: Package, names: Iterable[str]) -> dt.datetime | None:
    """When the last of these datasets changed; None where the release does not tell it of each."""
    moments = [package.dataset(name).modified for name in names]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def split(pages: list[Listed], most: int | None = None) -> Iterator[list[Listed]]:
    """The pages in parts that one file each can hold, a page's languages together."""
    size = (most or MOST_URLS) // len(LANGUAGES)
    yield from (pages[start : start + size] for start in range(0, max(len(pages), 1), size))


def urlset(pages: Iterable[Listed], base_url: str) -> str:
    """One file of addresses."""
    return "\n".join([_HEAD, f"<urlset {NAMESPACES}>", *(_page(page, base_url) for page in pages), "</urlset>", ""])


def index_of(parts: Iterable[list[Listed]], base_url: str) -> str:
    """The file that names the others, each with the last change in it."""
    lines = [_HEAD, f"<sitemapindex {NAMESPACES}>"]
    for number, pages in enumerate(parts, start=1):
        moments = [page.modified for page in pages if page.modified]
        loc = f"<loc>{escape(base_url)}/sitemap-{number}.xml</loc>"
        lines.append(f"<sitemap>{loc}{_lastmod(max(moments, default=None))}</sitemap>")
    return "\n".join([*lines, "</sitemapindex>", ""])


_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def _page(page: Listed, base_url: str) -> str:
    """A page in each language, each with the addresses of all."""
    path = quote(page.path, safe=PLAIN)
    addresses = {language: f"{base_url}/{language}/{path}" for language in LANGUAGES}
    named = {**addresses, "x-default": addresses[DEFAULT_LANGUAGE]}
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
        for language, address in named.items()
    )
    more = f"{_lastmod(page.modified)}{alternates}"
    return "\n".join(f"<url><loc>{escape(address)}</loc>{more}</url>" for address in addresses.values())


def _lastmod(moment: dt.datetime | None) -> str:
    return f"<lastmod>{moment.isoformat()}</lastmod>" if moment else ""


def _respond(text: str) -> flask.Response:
    response = flask.Response(text, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag(weak=True)
    response.make_conditional(flask.request)
    return response

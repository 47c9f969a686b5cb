"""Every address of a site: a value for each part of each rule of Flask's map, so that a new rule must be thought of."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from dashboard.ckan_api.actions import ACTIONS
from dashboard.i18n import LANGUAGES
from dashboard.panels.registry import PANELS
from tests.routes import busiest, example_paths

if TYPE_CHECKING:
    from dashboard.app import Site

DATASETS = ("purchases", "companies", "budgets", "projects", "cities", "service_units")
"""One of each kind: fetched, made, kept by hand; every one has texts of publishers."""
TABLES = ("purchases", "companies", "budgets", "project_funding", "cities", "service_requests")
COMPANY = "9000001-1"
SHOWN = {
    "company": COMPANY, "city": "091", "indicator": "purchases_per_inhabitant", "service": "171", "year": "2023",
}  # fmt: skip


def values_of(site: Site) -> dict[tuple[str, str], tuple[str, ...]]:
    """What stands for each part of an address, by (endpoint or "", part)."""
    package = site.engine.package
    panels = tuple(PANELS)
    return {
        ("", "language"): LANGUAGES,
        ("", "_language"): LANGUAGES,
        ("", "_name"): panels,
        ("", "table"): TABLES,
        ("", "version"): (package.version,),
        ("", "business_id"): (COMPANY,),
        ("", "code"): ("purchases_per_inhabitant",),
        ("releases_feed.of_city", "code"): ("091",),
        ("", "name"): DATASETS,
        ("ckan.action", "name"): tuple(ACTIONS),
        ("ckan.dump", "name"): TABLES,
        ("downloads.table", "name"): TABLES,
        ("downloads.panel_data", "name"): panels,
        ("pictures.picture", "name"): ("nothing",),
        ("cite.cite_figure", "name"): panels[:6],
        ("", "kind"): ("csv", "excel.csv", "xlsx", "json", "jsonl", "parquet", "zip"),
        ("downloads.dataset", "kind"): ("zip",),
        ("diff.file", "kind"): ("csv", "json"),
        ("cite.cite", "kind"): ("txt", "bib", "ris", "json"),
        ("cite.cite_figure", "kind"): ("txt", "bib", "ris", "json"),
        ("pictures.picture", "kind"): ("svg",),
        ("catalogue.catalogue_file", "kind"): ("ttl", "rdf", "jsonld", "nt"),
        ("catalogue.dataset_file", "kind"): ("ttl", "rdf", "jsonld", "nt"),
        ("catalogue.release_file", "kind"): ("ttl",),
        ("v1.changed_rows", "kind"): ("added",),
        ("rows.row", "key"): ("091", "091.ttl", "091.rdf", "091.jsonld"),
        ("rows.row", "name"): ("cities",),
        ("assets.asset", "_"): ("0/site.js",),
        ("_dash_assets.static", "filename"): ("site.js",),
        ("v1.nothing", "_rest"): ("nothing",),
        ("previews.preview", "asked"): (package.version,),
        ("previews.preview", "path"): ("overview",),
        ("sitemap.part", "number"): ("1",),
        ("", "package_name"): ("dash",),
        ("", "fingerprinted_path"): ("dash-renderer/build/dash_renderer.min.js",),
        ("", "path"): (f"fi/companies/{busiest(package)}",),
    }


QUERIES: dict[str, tuple[str, ...]] = {
    "oai.oai": (
        "verb=Identify", "verb=ListSets", "verb=ListMetadataFormats", "verb=ListRecords&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=dcat", "verb=GetRecord&identifier=x&metadataPrefix=oai_dc", "verb=Nothing",
    ),
    "ckan.action": (
        "id=purchases", "resource_id=purchases", "name=package_show", "q=oy", "id=purchases&all_fields=true",
        "sql=select+*+from+companies",
    ),
    "releases_feed.of_search": ("q=oy",),
    "releases_feed.all_releases": ("", "q=ostot", "lang=sv", "lang=en"),
    "sql.sql": ("sql=select+*+from+companies",),
    "oembed.oembed": ("",),
    "v1.aggregate": ("measures=count", "group=supplier_name"),
    "v1.companies": ("", "q=oy"),
}  # fmt: skip


def addresses_of(site: Site) -> list[tuple[str, str]]:
    """(endpoint, address) of every rule that answers GET, with every value and query above. Raises KeyError for a part
    of a rule that has no value here."""
    found: list[tuple[str, str]] = []
    values = values_of(site)
    for rule in site.server.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint == "downloads.panel_data":
            found += [(rule.endpoint, address) for address in _panel_files(values["", "kind"])]
            continue
        names = sorted(rule.arguments)
        choices = [values.get((rule.endpoint, name)) or values["", name] for name in names]
        for chosen in itertools.product(*choices):
            address = fill(rule.rule, dict(zip(names, chosen, strict=True)))
            found += [(rule.endpoint, f"{address}?{query}".rstrip("?")) for query in QUERIES.get(rule.endpoint, ("",))]
    found += [("page", address) for address in pages_of(site)]
    found += [("pictures.picture", f"/picture/{name}.svg?{_filters(name)}") for name in PANELS]
    found += [("oembed.oembed", address) for address in _oembeds()]
    return found


def pages_of(site: Site) -> list[str]:
    """Every kind of page in every language; each dataset, and the rows behind some figures."""
    package = site.engine.package
    paths = [
        *example_paths(package),
        *(f"dataset/{one.name}" for one in package.datasets),
        *(f"dataset/{one}/diff" for one in DATASETS),
        *(f"origin/{name}?{urlencode(SHOWN)}" for name in _TRACED),
        "companies?q=oy", "companies?sort=suppliers.company_name&city=091", "search?q=oy", "search?q=alfa",
        "budgets?city=091", "services?city=091", f"compare?indicator={SHOWN['indicator']}",
        "companies/9000005-4", "dataset/purchases/row/" + quote("purchases-helsinki-2022/1"), "nothing/here",
        "sql?sql=select+*+from+companies",
    ]  # fmt: skip
    return [f"/{language}/{path}" for language, path in itertools.product(LANGUAGES, dict.fromkeys(paths))]


_TRACED = ("suppliers", "company-rows", "company-shares", "indicators", "project-money", "coverage", "ten-largest")
"""Figures whose rows lead to files, to other rows, and to sources that are named in words."""


def fill(rule: str, values: dict[str, str]) -> str:
    """A rule with values in the place of its parts."""
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: values[found[1]], rule)


def _panel_files(kinds: tuple[str, ...]) -> list[str]:
    """Each figure as CSV, and in one more format, which all have their turn."""
    turns = zip(PANELS, itertools.cycle(kinds[1:]), strict=False)
    pairs = [*((name, "csv") for name in PANELS), *turns]
    return [f"/download/{name}.{kind}?{_filters(name)}" for name, kind in pairs]


def _filters(name: str) -> str:
    """What the figure must know to show something, and what fits it."""
    known = PANELS[name].parameters
    wanted = ("company", "indicator", *(("city",) if name.startswith("city-") else ()))
    return urlencode({one: SHOWN[one] for one in wanted if one in known})


def _oembeds() -> list[str]:
    figures = [f"http://localhost/fi/embed/{name}" for name in list(PANELS)[::5]]
    return [f"/oembed?{urlencode({'url': url, 'format': kind})}" for url in figures for kind in ("json", "xml")]

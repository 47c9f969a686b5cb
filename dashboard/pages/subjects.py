"""What a page is about, as schema.org objects for search engines: only what the release itself knows of it.

A generated company is no company, so that a sample release tells search engines of none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.catalogue.model import description_of, title_of
from dashboard.context import Context
from dashboard.glossary import Term
from dashboard.package import Dataset
from dashboard.pages.facts import attribute

Thing = dict[str, Any]
"""A schema.org object."""

SITE_NAME = "Kuusi"
BUSINESS_ID = "Y-tunnus"
MUNICIPALITY_CODE = "kuntanumero"
PROJECT_CODE = "EURA"
"""What identifies a company, a city and a project, as their registers call it."""


def url(ctx: Context, path: str) -> str:
    """The whole address of a page of the site."""
    return ctx.base_url + ctx.path(path)


def company(ctx: Context, path: str, row: Mapping[str, Any]) -> tuple[Thing, ...]:
    """The company of a row; none where it is generated, or nameless as its name could be a person's."""
    business_id, name = row["supplier_business_id"], row["company_name"]
    if ctx.package.resource("companies").sample or name == business_id:
        return ()
    return ({**_organisation(name, business_id), "@id": f"{url(ctx, path)}#company"},)


def _organisation(name: str, business_id: str | None) -> Thing:
    known = {"identifier": _identifier(BUSINESS_ID, business_id)} if business_id else {}
    return {"@type": "Organization", "name": name, **known}


def city(ctx: Context, code: str) -> Thing:
    """A city under its municipality code."""
    address = url(ctx, f"cities/{code}")
    return {
        "@type": "City",
        "@id": f"{address}#city",
        "name": ctx.city(code),
        "identifier": _identifier(MUNICIPALITY_CODE, code),
    }


def cities(ctx: Context) -> Thing:
    """The list of the cities, each with its page."""
    items = [
        {"@type": "ListItem", "position": at, "name": ctx.city(code), "url": url(ctx, f"cities/{code}")}
        for at, code in enumerate(ctx.codes.cities, start=1)
    ]
    return {"@type": "ItemList", "@id": f"{url(ctx, 'cities')}#list", "itemListElement": items}


def project(
    ctx: Context, code: str, facts: Iterable[Mapping[str, Any]], partners: Iterable[Mapping[str, Any]]
) -> Thing:
    """The project that the site is about; its first and last day as far as its sources agree on them."""
    days: dict[str, set[str]] = {}
    for fact in facts:
        days.setdefault(attribute(fact), set()).add(str(fact["value"]))
    asked = {"foundingDate": "start_date", "dissolutionDate": "end_date"}
    agreed = {name: min(said) for name, of in asked.items() if len(said := days.get(of, set())) == 1}
    return {
        "@type": "Project",
        "@id": f"{url(ctx, 'project')}#project",
        "name": ctx.t("Open participation and customership"),
        "identifier": _identifier(PROJECT_CODE, code),
        **agreed,
        "member": [_organisation(partner["partner_name"], partner["business_id"]) for partner in partners],
    }


def glossary(ctx: Context, title: str, terms: Iterable[tuple[str, Term]]) -> Thing:
    """The terms, each at its place on the page."""
    address = url(ctx, "glossary")
    items = [
        {"@type": "DefinedTerm", "@id": f"{address}#{key}", "name": ctx.text(term.name),
         "description": ctx.text(term.text)}
        for key, term in terms
    ]  # fmt: skip
    return {
        "@type": "DefinedTermSet",
        "@id": f"{address}#terms",
        "name": title,
        "inLanguage": ctx.language,
        "hasDefinedTerm": items,
    }


def article(ctx: Context, path: str, title: str, description: str) -> Thing:
    """A text that the page is."""
    return {
        "@type": "Article",
        "@id": f"{url(ctx, path)}#article",
        "headline": title,
        "description": description,
        "inLanguage": ctx.language,
    }


def release(ctx: Context, path: str, version: str, created: dt.datetime, *, sample: bool) -> Thing:
    """The catalogue as one release holds it."""
    address = url(ctx, path)
    return {
        "@type": "DataCatalog",
        "@id": f"{address}#release",
        "name": f"{SITE_NAME}: {ctx.t('Release {version}', version=version)}" + _sample(ctx, is_sample=sample),
        "url": address,
        "version": version,
        "dateCreated": created.isoformat(),
    }


def dataset(ctx: Context, one: Dataset) -> Thing:
    """A dataset in short, as another page names it."""
    address = url(ctx, f"dataset/{one.name}")
    return {
        "@type": "Dataset",
        "@id": f"{address}#dataset",
        "name": ctx.text(title_of(ctx.package, one)),
        "description": ctx.text(description_of(ctx.package, one)),
        "url": address,
        "license": one.licence.url,
    }


def _sample(ctx: Context, *, is_sample: bool) -> str:
    return f" ({ctx.t('sample data')})" if is_sample else ""


def _identifier(kind: str, value: str) -> Thing:
    return {"@type": "PropertyValue", "propertyID": kind, "value": value}

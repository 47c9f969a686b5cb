"""The index, the tables, the companies and the indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.api.v1.asked import Asked
from dashboard.api.v1.rows import page_of
from dashboard.errors import UnknownResource
from dashboard.indicator import Indicator as Declared
from dashboard.indicator import Limit
from dashboard.openapi import answers, filters, kinds, v1
from dashboard.openapi.answers import Link, Text
from dashboard.package import Field, Resource
from dashboard.query.model import Filter, Query

VALUES = "indicator_values"


def index(asked: Asked) -> answers.Index:
    """Where everything is."""
    package = asked.package
    names = ("tables", "companies", "indicators", "releases")
    return answers.Index(
        title=_text(package.title),
        release=package.version,
        created=package.created,
        sample=package.sample,
        limits=answers.Limits(
            rows=v1.MOST_ROWS,
            groups=v1.MOST_GROUPS,
            filters=filters.MOST_FILTERS,
            listed_values=kinds.MOST_LISTED,
            measures=filters.MOST_MEASURES,
            grouped_by=filters.MOST_GROUPED_BY,
            cells_read=v1.MOST_CELLS,
            companies=v1.MOST_COMPANIES,
        ),
        links=[
            *(Link(name=name, href=asked.url(f"{v1.ROOT}/{name}")) for name in names),
            Link(name="openapi", href=asked.url("/openapi.json")),
            Link(name="documentation", href=asked.url("/en/api")),
            Link(name="datapackage", href=asked.url("/datapackage.json")),
        ],
    )


def tables(asked: Asked) -> answers.Tables:
    """All tables in short."""
    found = [answers.Table(**_table(asked, one)) for one in asked.package.resources]
    return answers.Tables(release=asked.package.version, tables=found)


def table(asked: Asked) -> answers.TableWhole:
    """A table with its fields."""
    one = asked.table()
    licence = asked.package.dataset_of(one.name).licence
    return answers.TableWhole(
        **_table(asked, one),
        release=asked.package.version,
        primary_key=list(one.primary_key),
        fields=[_field(field) for field in one.fields],
        licence=answers.Licence(id=licence.id, title=licence.title, url=licence.url),
        files=[
            answers.File(format=d.format, href=asked.url(f"/data/{one.name}.{d.format}"), bytes=d.bytes, hash=d.hash)
            for d in one.distributions
        ],
    )


def _table(asked: Asked, one: Resource) -> dict[str, Any]:
    address = f"{v1.ROOT}/tables/{one.name}"
    links = {"table": address, "rows": f"{address}/rows", "aggregate": f"{address}/aggregate"}
    links["dataset"] = f"/dataset/{one.dataset}"
    return {
        "name": one.name,
        "dataset": one.dataset,
        "title": _text(one.title),
        "description": _text(one.description),
        "rows": one.rows,
        "sample": one.sample,
        "links": _links(asked, links),
    }


def _field(field: Field) -> answers.FieldOf:
    return answers.FieldOf(
        name=field.name,
        type=field.type,
        exact_type=field.exact_type,
        unit=field.unit,
        title=_text(field.title),
        description=_text(field.description) if field.description else None,
        language=field.language,
        filters=filters.filters_of_field(field),
    )


def companies(asked: Asked) -> answers.Companies:
    """What the site's search finds among companies, the best first."""
    found = asked.served.search.search(asked.values["q"], asked.values["limit"], ("company",))
    group = next(iter(found.groups), None)
    ids = [entry.path.rpartition("/")[2] for entry in group.entries] if group else []
    rows = {
        row["supplier_business_id"]: row for row in _companies(asked, Filter("supplier_business_id", "in", tuple(ids)))
    }
    return answers.Companies(
        release=asked.package.version,
        total=group.count if group else 0,
        instead=found.instead,
        companies=[answers.Company(**_company(asked, rows[one])) for one in ids if one in rows],
    )


def company(asked: Asked) -> answers.CompanyWhole:
    """A company by its business id. Raises UnknownResource."""
    business_id = asked.path["business_id"]
    rows = _companies(asked, Filter("supplier_business_id", "eq", business_id))
    if not rows:
        raise UnknownResource(
            "No company has the business id {name} here; one is written like {like}.",
            name=business_id[: kinds.LONGEST_NAMED], like="1234567-8",
        )  # fmt: skip
    query = Query("company_names", filters=(Filter("supplier_business_id", "eq", business_id),))
    names = [
        answers.CompanyName(
            name=row["company_name"], rows=row["rows_count"], first_year=row["first_year"], last_year=row["last_year"]
        )
        for row in asked.served.engine.rows(query)
    ]
    return answers.CompanyWhole(**_company(asked, rows[0]), release=asked.package.version, names=names)


def _companies(asked: Asked, which: Filter) -> list[dict[str, Any]]:
    return asked.served.engine.rows(Query("companies", filters=(which,)))


def _company(asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    business_id = row["supplier_business_id"]
    links = {
        "company": f"{v1.ROOT}/companies/{business_id}",
        "rows": f"{v1.ROOT}/tables/purchases/rows?supplier_business_id={business_id}",
        "page": f"/en/companies/{business_id}",
    }
    return {
        "business_id": business_id,
        "name": row["company_name"],
        "kind": row["kind_code"],
        "cities": list(row["city_codes"] or ()),
        "first_year": row["first_year"],
        "last_year": row["last_year"],
        "rows": row["rows_count"],
        "amount_eur": row["amount_eur"],
        "sample": asked.package.resource("companies").sample,
        "links": _links(asked, links),
    }


def indicators(asked: Asked) -> answers.Indicators:
    """All definitions."""
    found = [answers.Indicator(**_indicator(asked, one)) for one in asked.package.indicators]
    return answers.Indicators(release=asked.package.version, indicators=found)


def indicator(asked: Asked) -> answers.IndicatorWhole:
    """One definition. Raises UnknownResource."""
    one = asked.package.indicator(asked.path["code"])
    return answers.IndicatorWhole(**_indicator(asked, one), release=asked.package.version)


def indicator_values(asked: Asked) -> dict[str, Any]:
    """The values of an indicator. Raises UnknownResource."""
    found = asked.package.indicator(asked.path["code"])
    fields = ("city_code", "period_kind_code")
    chosen = [Filter(name, "eq", value) for name in fields if (value := asked.values[name]) is not None]
    which = (Filter("indicator_code", "eq", found.code), *chosen)
    return page_of(asked, asked.package.resource(VALUES), which)


def _indicator(asked: Asked, one: Declared) -> dict[str, Any]:
    address = f"{v1.ROOT}/indicators/{one.code}"
    links = {"indicator": address, "values": f"{address}/values", "table": f"{v1.ROOT}/tables/{one.table}"}
    return {
        **{name: getattr(one, name) for name in ("code", "unit", "direction", "measure", "table", "owner")},
        **{name: _text(getattr(one, name)) for name in ("title", "description", "caveats")},
        "periods": list(one.periods),
        "reviewed_on": one.reviewed_on,
        "next_review_on": one.next_review_on,
        "targets": [_limit(limit) for limit in one.targets],
        "thresholds": [_limit(limit) for limit in one.thresholds],
        "break_years": list(one.break_years),
        "links": _links(asked, links),
    }


def _limit(limit: Limit) -> answers.LimitOf:
    return answers.LimitOf(
        cities=list(limit.city_codes), bounds=dict(limit.bounds), reason=_text(limit.reason), owner=limit.owner
    )


def _text(text: Mapping[str, str]) -> Text:
    return Text(**text)


def _links(asked: Asked, paths: Mapping[str, str]) -> list[Link]:
    return [Link(name=name, href=asked.url(path)) for name, path in paths.items()]

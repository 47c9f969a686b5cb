"""A page of each route, for tests and measurements that look at every kind of page."""

from __future__ import annotations

import re

import pandas as pd

from dashboard.package import Package
from dashboard.pages.routes import ROUTES

_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def busiest(package: Package) -> str:
    """The business id of the company with most rows."""
    companies = pd.read_parquet(package.file("companies", "parquet"))
    return str(companies.sort_values("rows_count").iloc[-1]["supplier_business_id"])


def example_paths(package: Package) -> list[str]:
    """An address that is there for each route, without its language. A new group of a pattern needs a value here."""
    values = {
        "business_id": busiest(package),
        "city": "853",
        "key": "853",
        "version": package.version,
    }
    names = {"dataset": "cities", "origin": "suppliers", "embed": "suppliers"}

    def example(pattern: str) -> str:
        given = {**values, "name": names.get(pattern.partition("/")[0], "")}
        return _GROUP.sub(lambda found: given[found[1]], pattern)

    return [example(pattern) for pattern, _ in ROUTES]

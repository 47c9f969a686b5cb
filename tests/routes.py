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
        "name": package.datasets[-1].name,
        "city": "853",
        "code": "853",
        "version": package.version,
    }
    return [_GROUP.sub(lambda found: values[found[1]], pattern) for pattern, _ in ROUTES]

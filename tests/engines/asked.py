"""Every question that the site itself puts to its engine: collected by asking for its pages, feeds and data once."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dashboard.app import Site, create_site
from dashboard.package import Package
from dashboard.panels.registry import PANELS
from dashboard.query.engine import Engine
from dashboard.query.engines.duckdb import DuckDb
from dashboard.query.engines.protocol import Answers
from dashboard.query.model import Query
from dashboard.settings import Settings
from tests.routes import busiest, example_paths

METHODS = ("run_arrow", "rows", "count", "places", "stream")
Asked = tuple[str, Query]

FILTERED = (
    "companies?city=853&year=2025", "companies?q=oy", "companies?group=43&min=100&max=90000", "companies?kind=company",
    "companies?sort=ranking.amount_eur&page=2", "companies?prices=2024&city=091&city=049", "budgets?city=853",
    "budgets?per=inhabitant&prices=2024&direction=income", "services?city=853&year=2024", "search?q=oy",
    "cities/091", "cities/049?year=2024", "indicators?city=853", "origin/ranking?city=853&year=2024",
    "compare?year=2024", "dataset/purchases", "dataset/companies",
    "dataset/purchases?sort=preview-purchases.amount_eur.desc",
)  # fmt: skip
DATA = (
    "/api/v1/tables/purchases/rows?limit=20&sort=-amount_eur&supplier_name__contains=oy",
    "/api/v1/tables/purchases/rows?limit=5&city_code=853&amount_eur__gte=100&fields=amount_eur,posting_date",
    "/api/v1/tables/purchases/aggregate?by=city_code&measure=sum:amount_eur&measure=median:amount_eur&measure=count",
    "/api/v1/tables/purchases/aggregate?by=purchase_year&measure=share:amount_eur&measure=min:is_credit_note",
    "/api/v1/tables/companies/rows?limit=5&city_codes__contains=853", "/api/v1/companies?q=oy", "/api/v1/indicators",
    "/api/3/action/datastore_search?resource_id=purchases&q=oy&limit=20&sort=amount_eur%20desc",
    '/api/3/action/datastore_search?resource_id=purchases&limit=9&filters={"city_code":["091","853"]}&offset=10',
    "/api/3/action/datastore_search?resource_id=companies&fields=city_codes&distinct=true&limit=50",
    "/datastore/dump/cities", "/data/purchases.csv?city_code=853", "/data/purchases.jsonl?purchase_year=2024",
    "/data/companies.xlsx", "/feed/search.atom?q=oy", "/sitemap.xml", "/cite/purchases.txt",
)  # fmt: skip


class Recording:
    """An engine that notes what it is asked."""

    def __init__(self, engine: Answers, asked: dict[Asked, None]) -> None:
        self.package, self._engine, self._asked = engine.package, engine, asked

    def __getattr__(self, name: str) -> Any:
        answer = getattr(self._engine, name)
        if name not in METHODS:
            return answer

        def noted(query: Query) -> Any:
            self._asked[name, query] = None
            return answer(query)

        return noted


def asked_by_the_site(data_dir: Path) -> tuple[list[Asked], dict[str, int]]:
    """The questions, and the status of each address that asked them; the first who asks collects them for all."""
    kept = data_dir / "asked.pickle"
    with (data_dir / "asked.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_collect(data_dir)))
        asked: tuple[list[Asked], dict[str, int]] = pickle.loads(kept.read_bytes())
    return asked


def _collect(data_dir: Path) -> tuple[list[Asked], dict[str, int]]:
    found: dict[Asked, None] = {}
    with patch.object(DuckDb, "open", lambda _, package: Recording(Engine(package), found)):
        site = create_site(Settings(data_dir=data_dir))
        client = site.server.test_client()
        statuses = {address: client.get(address).status_code for address in addresses(site)}
    return list(found), statuses


def addresses(site: Site) -> Iterator[str]:
    """A page of each route, each figure, pages under filters, and data."""
    package: Package = site.engine.package
    company = busiest(package)
    of_one = (f"embed/{name}?company={company}" for name in PANELS if name.startswith("company-"))
    of_all = (f"embed/{name}?city=853&year=2024" for name in PANELS if not name.startswith("company-"))
    paths = [*example_paths(package), *FILTERED, f"companies/{company}?city=853", *of_one, *of_all]
    yield from (f"/fi/{path}" for path in dict.fromkeys(paths))
    yield from DATA

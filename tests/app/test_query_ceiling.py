"""How many questions a page puts to the database when nobody has seen it: each costs time on a large release."""

import re

import pytest

from dashboard.pages.routes import ROUTES
from dashboard.query.engine import Engine
from tests.routes import example_paths

GROUP = r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)"
CEILINGS = {
    "": 5,
    "project": 7,
    "companies": 21,
    "companies/(business_id)": 16,  # one of them for which years are told to be parts of one
    "budgets": 10,
    "services": 10,
    "indicators": 18,
    "compare": 9,
    "cities": 4,
    "cities/(city)": 19,
    "data": 2,
    "dataset/(name)": 5,
    "dataset/(name)/row/(key)": 1,
    "origin/(name)": 8,
    "embed/(name)": 5,
    "search": 1,
    "method": 3,
    "about": 1,
}
"""By route. One that is not here asks nothing. A page that comes to ask more needs a reason, and a new number here."""


@pytest.fixture
def asked(monkeypatch):
    """Every question that reaches the database."""
    found = []
    ask = Engine._asked

    def counted(engine, query, *compiled):
        found.append(query)
        return ask(engine, query, *compiled)

    monkeypatch.setattr(Engine, "_asked", counted)
    return found


def test_no_page_asks_more_than_its_ceiling(site, client, asked):
    counts = {}
    for (pattern, _), path in zip(ROUTES, example_paths(site.engine.package), strict=True):
        client.get("/fi/search?q=a")  # the index of names is made once, whoever comes first
        site.forget()
        asked.clear()
        assert client.get(f"/fi/{path}").status_code == 200, path
        counts[re.sub(GROUP, r"(\1)", pattern)] = len(asked)
    assert {route: count for route, count in counts.items() if count > CEILINGS.get(route, 0)} == {}
    assert set(CEILINGS) <= set(counts)


def test_a_view_that_was_seen_asks_nothing(client, asked):
    address = "/fi/companies?city=853&year=2024"
    client.get(address)
    asked.clear()
    client.get(address)
    assert asked == []

"""How many questions a page puts to the database when nobody has seen it: each costs time on a large release."""

import pytest

from dashboard.query.engine import Engine
from tests.routes import example_paths

CEILINGS = {}
NOT_LISTED = 0


@pytest.fixture
def asked(monkeypatch):
    """Every question that reaches the engine."""
    found = []
    ask = Engine._asked

    def counted(engine, query, *compiled):
        found.append(query)
        return ask(engine, query, *compiled)

    monkeypatch.setattr(Engine, "_asked", counted)
    return found


def test_x(site, client, asked):
    for path in [*example_paths(site.engine.package), "companies?city=853&year=2024", "search?q=oy"]:
        site.forget()
        asked.clear()
        client.get(f"/fi/{path}")
        print(repr(path), len(asked))
    assert 0

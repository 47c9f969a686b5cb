"""The releases on disk: what each changed, and that a damaged one is named and takes nothing down."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from dashboard import releases
from dashboard.package import open_current
from tests.data.handmade import HELSINKI, SECOND, TURKU, purchase, whole_year, write_facts
from tests.fixtures import release as fixture

BEFORE = [*whole_year(HELSINKI, 2024, 1200), *whole_year(TURKU, 2024, 2400, SECOND)]
AFTER = [*BEFORE[1:], purchase(TURKU, 2025, 1, "7.00"), purchase(TURKU, 2025, 2, "8.00")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two releases: in the second a row is gone and two have come."""
    made = tmp_path_factory.mktemp("releases")
    write_facts(made, BEFORE)
    with patch.object(fixture, "NOW", fixture.NOW + dt.timedelta(days=1)):
        write_facts(made, AFTER)
    return made


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "data")


def changes(folder):
    found = releases.changes_since_previous(SimpleNamespace(package=open_current(folder)))
    return {change.table: change for change in found}


def alter(folder, place, change):
    """Change the descriptor of the newest (0) or the older (1) release."""
    path = sorted((folder / "releases").glob("2*/datapackage.json"), reverse=True)[place]
    raw = json.loads(path.read_text("utf-8"))
    change(raw)
    path.write_text(json.dumps(raw), "utf-8")


def test_the_rows_that_came_and_went_are_counted_by_table(folder):
    found = changes(folder)
    assert found["purchases"] == releases.Change("purchases", 24, 25, "rows", added=2, changed=0, removed=1)
    coverage = found["coverage"]  # Turku has rows of a year that it had none of, Helsinki fewer of another
    assert (coverage.before, coverage.after, coverage.added, coverage.changed) == (2, 3, 1, 1)
    assert "cities" not in found


def test_a_first_release_changed_nothing(folder):
    found, damaged = releases.list_releases(open_current(folder))
    assert [one.version[:10] for one in found] == ["2026-11-25", "2026-11-24"]
    assert damaged == []
    assert releases.changes_of(found[1], None) == ()
    assert found[0].against == found[1].version


def test_fields_that_came_and_went_are_named(copy):
    def rename(raw):
        table = next(one for one in raw["resources"] if one["name"] == "purchases")
        table["schema"]["fields"][0]["name"] = "file_id"

    alter(copy, 1, rename)
    change = changes(copy)["purchases"]
    assert (change.kind, change.fields_added, change.fields_removed) == ("fields", ("snapshot_id",), ("file_id",))


def test_a_table_that_the_release_before_had_not_is_new_and_one_that_it_alone_had_is_dropped(copy):
    def swap(raw):
        table = next(one for one in raw["resources"] if one["name"] == "purchases")
        table["name"] = "invoices"

    def untold(raw):
        raw["x-changes"]["tables"] = [one for one in raw["x-changes"]["tables"] if one["table"] != "purchases"]

    alter(copy, 1, swap)
    alter(copy, 0, untold)
    found = changes(copy)
    assert (found["purchases"].kind, found["purchases"].after) == ("new", 25)
    assert (found["invoices"].kind, found["invoices"].before) == ("dropped", 24)


def test_without_the_release_before_its_counts_still_stand(copy):
    shutil.rmtree(min((copy / "releases").glob("2*")))
    assert changes(copy)["purchases"] == releases.Change("purchases", 24, 25, "rows", added=2, changed=0, removed=1)


def test_rows_set_aside_are_compared_by_reason(copy):
    def more(raw):
        source = next(one for d in raw["x-datasets"] for one in d["sources"] if one["name"] == "purchases-turku")
        source["set_aside"] = {"no_amount": 5, "sole_trader": 2}

    alter(copy, 0, more)
    (new, old), _ = releases.list_releases(open_current(copy))
    found = releases.set_aside_changes(new, old)
    assert found == {("purchases", "no_amount"): (2, 6), ("purchases", "sole_trader"): (0, 2)}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"x-version": 1}', '{"x-datasets": 7}'])
def test_a_damaged_release_is_named_and_takes_nothing_down(copy, text):
    old = min((copy / "releases").glob("2*"))
    (old / "datapackage.json").write_text(text, "utf-8")
    found, damaged = releases.list_releases(open_current(copy))
    assert (len(found), damaged) == (1, [old.name])
    assert changes(copy)["purchases"].added == 2


def test_the_release_before_is_looked_for_among_the_releases_only(copy):
    def outside(raw):
        raw["x-changes"]["against"] = "../../elsewhere"

    alter(copy, 0, outside)
    assert releases.previous_release(open_current(copy)) is None

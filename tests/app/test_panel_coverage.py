"""A year of some months only: how coverage says it, on the pages that go by it, and in a release that does not tell."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.app import PANELS, create_site
from dashboard.i18n import LANGUAGES
from dashboard.settings import Settings
from tests.app.walk import read
from tests.data.handmade import HELSINKI, TURKU, purchase, whole_year

FACTS = [
    *whole_year(HELSINKI, 2023, 1200),
    *whole_year(HELSINKI, 2024, 1500),
    *[purchase(TURKU, 2023, month, "100") for month in range(6, 13)],
    *whole_year(TURKU, 2024, 2400),
]
PURCHASES = "City purchases"
OF_PURCHASES = "dataset=purchases"


@pytest.fixture(scope="module")
def towns(make_site):
    return make_site(FACTS)


@pytest.fixture(scope="module")
def older(towns, tmp_path_factory):
    """The same release as contract 1.2 had it: a year of any months is published, of how many is not told."""
    folder = tmp_path_factory.mktemp("older") / "data"
    shutil.copytree(towns.engine.package.folder.parent, folder / "releases")
    path = folder / "releases" / towns.engine.package.version / "datapackage.json"
    raw = json.loads(path.read_text()) | {"x-contract": "1.2"}
    (table,) = (one for one in raw["resources"] if one["name"] == "coverage")
    table["schema"]["fields"] = [field for field in table["schema"]["fields"] if field["name"] != "months_count"]
    path.write_text(json.dumps(raw))
    file = path.parent / "coverage.parquet"
    told = pq.read_table(file)
    states = pa.array(["published"] * len(told))
    pq.write_table(told.drop_columns(["months_count", "status_code"]).append_column("status_code", states), file)
    return create_site(Settings(data_dir=folder))


def cells(view):
    """(city, year) -> (what the cell says, its shade from 0 to 1)."""
    (data,) = view.figure["data"]
    lines = zip(data["y"], data["text"], data["z"], strict=True)
    span = data["zmax"] - data["zmin"]
    return {
        (city, year): (text, None if value is None else (value - data["zmin"]) / span)
        for city, texts, values in lines
        for year, text, value in zip(data["x"], texts, values, strict=True)
    }


def test_a_partial_year_has_its_months_and_its_own_shade(towns):
    view = PANELS["coverage"].view(towns.context("en", OF_PURCHASES))
    found = cells(view)
    assert found["Turku", "2023"] == ("7", pytest.approx(2 / 3))
    assert found["Helsinki", "2023"] == found["Turku", "2024"] == ("✓", 1)
    assert found["Oulu", "2023"] == ("–", None)
    assert "published: 3, part of the year: 1, not known: 8" in view.summary
    assert "1–11 part of the year" in view.notes[0]
    rows = {(row["city_code"], row["year"]): (row["status"], row["months_count"]) for row in view.rows}
    assert rows[TURKU, 2023] == ("part of the year", 7)


def test_a_partial_year_counts_as_published_where_cities_are_counted(towns):
    view = PANELS["coverage"].view(towns.context("en", ""))
    assert {key: text for key, (text, _) in cells(view).items()} == {(PURCHASES, y): "2" for y in ("2023", "2024")}
    assert any("a part of a year counts" in note for note in view.notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citys_page_names_the_months_of_a_partial_year(towns, language):
    client = towns.server.test_client()
    (gaps,) = read(client.get(f"/{language}/cities/{TURKU}").text).with_class("brief__gaps")
    assert "2023 (" in gaps.text
    assert ": 7)" in gaps.text
    assert "2024" not in gaps.text
    ctx = towns.context(language, "")
    (turku,) = [one for one in read(client.get(f"/{language}/cities").text).all("tr") if ctx.city(TURKU) in one.text]
    assert ctx.name("dataset", "purchases") not in turku.text


@pytest.mark.parametrize("panel", ["change", "suppliers", "kinds", "newcomers"])
def test_a_release_that_does_not_tell_the_months_is_read_all_the_same(towns, older, panel):
    newest, oldest = (PANELS[panel].view(site.context("en", "")) for site in (towns, older))
    assert any("Turku 2023 (months with data: 7)" in note for note in newest.notes)
    assert newest.notes == oldest.notes
    assert repr(newest.rows) == repr(oldest.rows)  # a value that is missing is no number, and equals nothing


def test_the_pages_of_coverage_open_in_an_older_release(older):
    client = older.server.test_client()
    for address in (f"cities/{TURKU}", "cities", "data", "dataset/purchases", "dataset/coverage"):
        assert client.get(f"/en/{address}").status_code == 200

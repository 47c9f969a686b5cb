"""What is downloaded is what the release holds and what the panels show, whoever reads it, to the cent."""

import itertools
from math import isnan

import pyarrow.parquet as pq
import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES
from tests.app.readers import as_cell, as_json, as_text, read_book, read_csv, read_json, read_parquet, rows_of
from tests.data.handmade import ESPOO, FIRST, HELSINKI, SECOND, TURKU

TABLES = (
    "account_groups", "cities", "city_population", "projects", "project_partners", "project_facts",
    "project_funding", "projects_set_aside", "purchases",
    "purchases_set_aside", "companies", "company_names", "budgets", "budgets_set_aside", "service_requests",
    "service_requests_set_aside", "service_results", "service_units", "service_units_set_aside", "city_figures",
    "city_indicators", "coverage", "price_index", "indicator_values", "unidentified_names", "company_kind_rules",
)  # fmt: skip
VIEWS = {
    "suppliers": ("", f"city={TURKU}", "year=2024&group=45", "group=47"),
    "change": ("", f"city={TURKU}", "group=47"),
    "projects": ("",),
    "company-years": (f"company={FIRST[0]}", f"company={SECOND[0]}&city={TURKU}"),
    "company-rows": (f"company={FIRST[0]}", f"company={SECOND[0]}&year=2024"),
    "company-accounts": (f"company={SECOND[0]}", f"company={FIRST[0]}&year=2024"),
    "company-shares": (f"company={SECOND[0]}", f"company={FIRST[0]}&year=2024"),
    "company-similar": (f"company={SECOND[0]}", f"company={FIRST[0]}&year=2024"),
    "ranking": ("", f"city={TURKU}", "kind=company&min=40000&max=90000", "group=47"),
    "concentration": ("", f"city={TURKU}", "group=47"),
    "hhi": ("", "year=2024"),
    "newcomers": ("", f"city={TURKU}", "group=47"),
    "shared": ("", "year=2024", "group=47"),
    "kinds": ("", f"city={TURKU}", "group=47"),
}
PANEL_VIEWS = [(name, query) for name, queries in VIEWS.items() for query in queries]


@pytest.fixture(scope="module")
def get(small):
    client = small.server.test_client()

    def read(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.data

    return read


@pytest.fixture(scope="module")
def stored(small):
    """A table as it stands on disk, past the site's own engine."""

    def read(name):
        return pq.read_table(small.engine.package.folder / f"{name}.parquet")

    return read


def saved(tmp_path, content):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    return str(path)


def test_the_tables_here_are_all_tables_of_the_release(small):
    assert {resource.name for resource in small.engine.package.resources} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_whole_table_is_the_same_in_every_format(get, stored, tmp_path, name):
    table = stored(name)
    want, names = rows_of(table), table.schema.names
    head, rows = read_csv(get(f"/data/{name}.csv"))
    order = sorted(range(len(want)), key=lambda n: [as_text(value) for value in want[n]])
    assert head == names
    assert sorted(rows) == [[as_text(value) for value in want[n]] for n in order]
    found = [list(row.items()) for row in read_json(get(f"/data/{name}.json"))]
    assert sorted(map(str, found)) == sorted(str(list(zip(names, map(as_json, row), strict=True))) for row in want)
    columns, typed = read_parquet(saved(tmp_path, get(f"/data/{name}.parquet")))
    assert columns == names
    assert sorted(map(str, typed)) == sorted(map(str, want))


@pytest.mark.parametrize(("name", "language"), list(itertools.product(TABLES, LANGUAGES)))
def test_a_workbook_holds_the_table_and_explains_it_in_the_readers_language(small, get, stored, name, language):
    table, package = stored(name), small.engine.package
    book = read_book(get(f"/data/{name}.xlsx?lang={language}"))
    data, fields, source = (book.get_sheet_by_index(number).to_python() for number in range(3))
    resource, dataset = package.resource(name), package.dataset_of(name)
    assert [head.partition(" (")[0] for head in data[0]] == [
        field.title[language].partition(" (")[0] for field in resource.fields
    ]
    assert sorted(str([as_cell(value) for value in row]) for row in data[1:]) == sorted(
        str([as_cell(value) for value in row]) for row in rows_of(table)
    )
    assert [row[:3] for row in fields[1:]] == [
        [field.name, field.title[language], field.unit or ""] for field in resource.fields
    ]
    said = dict(source)
    assert dataset.title[language] in said.values()
    assert package.version in said.values()
    assert any(dataset.licence.url in value for value in said.values())
    assert any(f"/data/{name}.xlsx" in value for value in said.values())


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_has_one_sheet_more_than_a_reader_can_overlook(get, name):
    """Three sheets, named in the reader's language, never twice the same."""
    names = [tuple(read_book(get(f"/data/{name}.xlsx?lang={language}")).sheet_names) for language in LANGUAGES]
    assert all(len(set(one)) == 3 for one in names)
    assert len(set(names)) == len(LANGUAGES)


@pytest.mark.parametrize(("name", "query"), PANEL_VIEWS)
def test_a_panels_download_is_the_same_in_every_format(get, tmp_path, name, query):
    head, texts = read_csv(get(f"/download/{name}.csv?{query}"))
    columns, rows = read_parquet(saved(tmp_path, get(f"/download/{name}.parquet?{query}")))
    assert columns == head
    index = columns.index("index") if "index" in columns else None
    for row, text in zip(rows, texts, strict=True):
        for written, value in zip(without(text, index), without(row, index), strict=True):
            assert float(written) == value if isinstance(value, float) else written == as_text(value)
    found = read_json(get(f"/download/{name}.json?{query}"))
    assert [list(row) for row in found] == [head] * len(rows)
    assert [without(row.values(), index) for row in found] == [
        [as_json(v) for v in without(row, index)] for row in rows
    ]
    sheet = read_book(get(f"/download/{name}.xlsx?{query}")).get_sheet_by_index(0).to_python()
    assert len(sheet[0]) == len(head)
    for cells, row in zip(sheet[1:], rows, strict=True):
        for cell, value in zip(without(cells, index), without(row, index), strict=True):
            assert cell == (pytest.approx(value, rel=1e-14) if isinstance(value, float) else as_cell(value))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "query"), [(name, query) for name, (query, *_) in VIEWS.items()])
def test_every_column_of_a_panels_workbook_is_explained_in_the_readers_language(get, small, name, query, language):
    book = read_book(get(f"/download/{name}.xlsx?lang={language}&{query}"))
    head, *_ = book.get_sheet_by_index(0).to_python()
    _, *fields = book.get_sheet_by_index(1).to_python()
    columns, _ = read_csv(get(f"/download/{name}.csv?lang={language}&{query}"))
    stored = small.engine.package.resource(PANELS[name].resource).fields
    undescribed = {field.name for field in stored if field.description is None}
    assert [row[0] for row in fields] == columns
    for written, (field, title, unit, description) in zip(head, fields, strict=True):
        assert written == (f"{title} ({unit})" if unit else title)
        assert title != field
        assert description or field in undescribed


def test_a_sum_is_not_explained_as_the_field_that_was_added_up(get, small):
    stored = next(field for field in small.engine.package.resource("purchases").fields if field.name == "amount_eur")
    for name, query, is_sum in (("change", "", True), ("company-rows", f"&company={FIRST[0]}", False)):
        book = read_book(get(f"/download/{name}.xlsx?lang=en{query}"))
        rows = {row[0]: row for row in book.get_sheet_by_index(1).to_python()}
        assert (rows["amount_eur"][1] == stored.title["en"]) is not is_sum


@pytest.mark.parametrize(("language", "name"), [("fi", "Taulukko"), ("sv", "Tabell"), ("en", "Table")])
def test_the_sheet_of_the_rows_is_not_called_datasets(get, language, name):
    assert read_book(get(f"/download/suppliers.xlsx?lang={language}")).sheet_names[0] == name


def without(values, place):
    """All values but the index, which has a test of its own: it may be unknown."""
    return [value for number, value in enumerate(values) if number != place]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_index_that_is_not_known_is_nothing(get, tmp_path, kind):
    content = get(f"/download/change.{kind}")
    head, rows = read_csv(content) if kind == "csv" else read_parquet(saved(tmp_path, content))
    (unknown, *_) = (row[head.index("index")] for row in rows if row[head.index("city_code")] == ESPOO)
    assert unknown in ("", None)


def test_an_index_that_is_not_known_is_null_in_json_and_empty_in_a_workbook(get):
    found = {(row["city_code"], row["purchase_year"]): row["index"] for row in read_json(get("/download/change.json"))}
    sheet = read_book(get("/download/change.xlsx?lang=en")).get_sheet_by_index(0).to_python()
    assert found[ESPOO, 2024] is None
    assert found[HELSINKI, 2023] == 125
    assert found[HELSINKI, 2024] == 75
    assert {row[0]: row[-1] for row in sheet[1:]}[ESPOO] == ""
    assert [row[-1] for row in sheet[1:] if row[0] == HELSINKI] == [100, 125, 75]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "query"), [(name, query) for name, query in PANEL_VIEWS if name != "company-rows"])
def test_a_panels_download_holds_what_the_panel_shows(small, get, tmp_path, name, query, language):
    """Row by row and column by column; only the rows of a company are shown a page at a time."""
    view = PANELS[name].view(small.context(language, query))
    columns, rows = read_parquet(saved(tmp_path, get(f"/download/{name}.parquet?{query}&lang={language}")))
    assert len(rows) == len(view.rows)
    for row, shown in zip(rows, view.rows, strict=True):
        values = dict(zip(columns, row, strict=True))
        for column in view.columns:
            mine = shown[column.name]
            stands = values[column.name]
            assert (is_nothing(mine) and is_nothing(stands)) or mine == stands


def is_nothing(value):
    return value is None or (isinstance(value, float) and isnan(value))


def test_the_columns_of_a_download_do_not_change_with_the_language(get):
    for name, (query, *_) in VIEWS.items():
        assert len({read_csv(get(f"/download/{name}.csv?{query}&lang={one}"))[0].__repr__() for one in LANGUAGES}) == 1


def test_the_names_in_a_download_are_in_the_readers_language(get):
    names = {}
    for language in LANGUAGES:
        head, rows = read_csv(get(f"/download/change.csv?city={TURKU}&lang={language}"))
        names[language] = {row[head.index("city")] for row in rows}
    assert names == {"fi": {"Turku"}, "sv": {"Åbo"}, "en": {"Turku"}}


def test_a_company_with_more_rows_than_a_page_is_downloaded_whole(get):
    head, rows = read_csv(get(f"/download/company-rows.csv?company={FIRST[0]}&page=2"))
    amounts = [row[head.index("amount_eur")] for row in rows]
    assert len(rows) == 24
    assert sum(map(float, amounts)) == 2_700_000
    assert len({(row[head.index("snapshot_id")], row[head.index("row_number")]) for row in rows}) == 24


def test_a_figures_file_tells_its_finding_and_only_the_publishers_of_the_cities_chosen(site):
    ctx = site.context("en", f"city={TURKU}")
    answer = site.server.test_client().get(f"/download/suppliers.xlsx?lang=en&city={TURKU}")
    said = dict(read_book(answer.data).get_sheet_by_index(2).to_python())
    view = PANELS["suppliers"].view(ctx)
    assert (said["Finding"], said["What it shows"]) == (view.title, view.subtitle)
    sources = ctx.package.dataset("purchases").sources
    named = {ctx.text(one.title) for one in sources if one.city_code in (TURKU, None)}
    assert set(said["Sources"].split("; ")) == named
    assert len(named) < len(sources)

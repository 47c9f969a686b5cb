"""What this project declares is whole: columns, texts, code lists and the tables kept by hand fit each other."""

from __future__ import annotations

import csv
import re
from itertools import chain

import pytest
from stdnum.fi import ytunnus

from etl.publish.assemble import COVERED, STRAY
from etl.read.rows import header_key
from etl.registry import load_registry
from etl.sample.cities import CITIES
from etl.settings import ROOT
from etl.tidy.dates import FORMATS

REGISTRY = load_registry()
DATASETS = {registered.dataset.name: registered for registered in REGISTRY.datasets}
SOURCES = [(registered, source) for registered in REGISTRY.datasets for source in registered.sources]
TABLES = [table for registered in REGISTRY.datasets for table in registered.dataset.tables]
REFERENCE = ROOT / "data" / "reference"


def named(items):
    return pytest.mark.parametrize("registered_source", items, ids=[source.name for _, source in items])


def reference(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@named(SOURCES)
def test_a_source_maps_to_fields_of_its_own_table(registered_source):
    registered, source = registered_source
    table = registered.table_of(source)
    fields = {field.name for field in (*table.fields, *table.inputs)}
    assert set(source.columns) <= fields
    assert set(source.constants) <= fields
    assert not set(source.columns) & set(source.constants)


@named(SOURCES)
def test_a_source_gives_every_required_field_that_its_tidy_function_does_not_make(registered_source):
    registered, source = registered_source
    if registered.tidy is None or source.kind == "reference":
        given = {*source.columns, *source.constants}
        missing = {f.name for f in registered.table_of(source).fields if f.required} - given
        assert not missing


@named(SOURCES)
def test_no_two_headers_of_a_source_are_the_same_header(registered_source):
    _, source = registered_source
    keys = [header_key(name) for name in chain(*source.columns.values(), source.ignore)]
    assert len(keys) == len(set(keys))
    assert all(keys)


@named(SOURCES)
def test_a_source_declares_formats_of_dates_that_there_are(registered_source):
    _, source = registered_source
    assert set(source.layout.dates) <= set(FORMATS)


@named([item for item in SOURCES if item[1].kind == "reference"])
def test_a_table_kept_by_hand_has_exactly_the_declared_columns_and_no_odd_cell(registered_source):
    registered, source = registered_source
    path = REFERENCE / source.path
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    mapped = [spelling for spellings in source.columns.values() for spelling in spellings]
    assert sorted(header) == sorted([*mapped, *source.ignore])
    assert all(len(row) == len(header) for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)
    fields = {field.name: field for field in registered.table_of(source).fields}
    for name, spellings in source.columns.items():
        cells = [row[header.index(spellings[0])] for row in rows]
        if fields[name].required:
            assert all(cells), name
        if fields[name].enum:
            assert {cell for cell in cells if cell} <= set(fields[name].enum), name
        if fields[name].pattern:
            assert all(re.match(fields[name].pattern, cell) for cell in cells if cell), name


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.name)
def test_every_row_kept_by_hand_names_a_source_that_can_be_looked_up(path):
    for row in reference(path.name):
        for name, value in row.items():
            if name.endswith("source_url") and value:
                assert re.match(r"https?://[^\s/]+\.[^\s/]+/?\S*$", value), (path.name, value)
                assert row[name.replace("_url", "_title")].strip(), row


def texts():
    """(where, text in three languages) of all that is declared."""
    for registered in REGISTRY.datasets:
        dataset = registered.dataset
        yield f"{dataset.name} title", dataset.title
        yield f"{dataset.name} description", dataset.description
        for source in registered.sources:
            yield f"{source.name} title", source.title
            if source.scope:
                yield f"{source.name} scope", source.scope
        for table in dataset.tables:
            yield f"{table.name} title", table.title
            yield f"{table.name} description", table.description
            for field in table.fields:
                yield f"{table.name}.{field.name} title", field.title
                if field.description:
                    yield f"{table.name}.{field.name} description", field.description


def test_no_text_is_empty_or_unfinished_in_any_language():
    for where, text in texts():
        for language, words in text.model_dump().items():
            assert words.strip() == words != "", (where, language)
            assert not re.search(r"\b(TODO|FIXME|TBD|XXX|lorem)\b", words), (where, language)
            assert "  " not in words, (where, language)


def test_a_description_is_never_the_same_in_two_languages():
    for where, text in texts():
        if where.endswith(("description", "scope")):
            assert len({text.fi, text.sv, text.en}) == 3, where


def test_most_titles_differ_and_those_that_do_not_are_short():
    same = [(where, text) for where, text in texts() if where.endswith("title") and text.fi in (text.sv, text.en)]
    assert all(len(text.fi.split()) <= 3 for _, text in same), same


def test_a_number_in_a_description_is_the_same_in_all_languages():
    for where, text in texts():
        years = [sorted(re.findall(r"\b(?:19|20)\d\d\b", words)) for words in (text.fi, text.sv, text.en)]
        assert years[0] == years[1] == years[2], where


def test_names_of_tables_and_fields_are_snake_case_and_tables_are_named_once():
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))
    for table in TABLES:
        fields = [field.name for field in table.fields]
        assert len(fields) == len(set(fields)), table.name
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in (table.name, *fields))


def test_a_name_says_its_type():
    for table in TABLES:
        for field in table.fields:
            where = f"{table.name}.{field.name}"
            has_unit_field = field.name == "value" and "unit" in {other.name for other in table.fields}
            assert (field.type == "decimal") == field.name.endswith("_eur") or has_unit_field, where
            assert (field.type == "date") == field.name.endswith("_date"), where
            assert (field.type == "boolean") == field.name.startswith(("is_", "has_")), where
            assert (field.type == "year") <= (field.name.endswith("_year") or field.name == "year"), where


def test_a_foreign_key_points_to_a_whole_primary_key_of_a_table_that_is_built_before():
    built = []
    for registered in REGISTRY.datasets:
        built += [table.name for table in registered.dataset.tables]
        for table in registered.dataset.tables:
            for key in table.foreign_keys:
                assert key.resource in built, (table.name, key)
                target = next(other for other in TABLES if other.name == key.resource)
                assert target.primary_key == (key.reference_field,)


def test_account_groups_split_two_digit_prefixes_without_overlap():
    prefixes = [p for row in reference("account_groups.csv") for p in row["account_prefixes"].split("|")]
    assert len(prefixes) == len(set(prefixes))
    assert all(re.fullmatch(r"[1-9][0-9]", prefix) for prefix in prefixes)
    for row in reference("account_groups.csv"):
        assert row["account_group_code"] in row["account_prefixes"].split("|")


def test_the_six_cities_have_valid_ids_codes_and_places_in_finland():
    rows = reference("cities.csv")
    assert {row["city_code"]: row["business_id"] for row in rows} == {
        city.code: city.business_id for city in CITIES.values()
    }
    for row in rows:
        assert ytunnus.is_valid(row["business_id"])
        assert 59.8 < float(row["latitude"]) < 65.2
        assert 22 < float(row["longitude"]) < 26
        assert row["name_fi"] != row["name_sv"]


def test_partners_have_valid_ids_and_a_city_among_them_is_the_city_of_the_list():
    own = {row["city_code"]: row["business_id"] for row in reference("cities.csv")}
    partners = reference("project_partners.csv")
    for row in partners:
        assert ytunnus.is_valid(row["business_id"]), row
        assert row["city_code"] in ("", *own)
        if row["partner_name"].endswith("kaupunki"):
            assert own[row["city_code"]] == row["business_id"]
    assert sum(row["role_code"] == "lead" for row in partners) == 1


def test_a_project_ends_after_it_began_and_pays_no_more_than_it_planned():
    for row in reference("projects.csv"):
        assert row["start_date"] < row["planned_end_date"]
        assert not row["final_end_date"] or row["start_date"] < row["final_end_date"]
        assert 0 < float(row["granted_eur"]) <= float(row["planned_eur"])
        assert float(row["realised_eu_state_eur"]) <= float(row["realised_eur"])


def test_population_grows_like_a_city_not_like_a_slip_of_the_pen():
    counts = {(row["city_code"], int(row["year"])): int(row["population_count"])
              for row in reference("city_population.csv")}  # fmt: skip
    for (city, year), count in counts.items():
        if (city, year - 1) in counts:
            assert 0.98 < count / counts[city, year - 1] < 1.05, (city, year)


def test_prices_rise_like_prices_and_each_year_says_who_gives_it():
    found = {int(row["year"]): float(row["price_index"]) for row in reference("price_index.csv")}
    assert found
    for year, value in found.items():
        if year - 1 in found:
            assert 0.95 < value / found[year - 1] < 1.10, year


def test_every_reason_that_the_assembly_gives_is_declared():
    table = next(table for table in TABLES if table.name == "purchases_set_aside")
    assert {COVERED, STRAY} <= set(table.field("reason_code").enum)

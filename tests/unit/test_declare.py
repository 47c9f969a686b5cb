from __future__ import annotations

import shutil

import pytest
import yaml
from pydantic import ValidationError

from etl.declare import Dataset, Pick, Source, Table
from etl.errors import DeclarationError
from etl.registry import DATASETS, load_registry

TEXT = {"fi": "a", "sv": "b", "en": "c"}
LICENCE = {"id": "cc-by-4.0", "title": "CC BY 4.0", "url": "https://example.org"}
SOURCE = {
    "name": "purchases-lahti",
    "title": TEXT,
    "publisher": "Lahden kaupunki",
    "licence": LICENCE,
    "portal": "avoindata",
    "dataset": "lahden-ostot",
    "pick": {"match": r"ostot_(?P<year>\d{4})"},
    "columns": {"amount_eur": ["Netto"]},
}
TABLE = {
    "name": "t",
    "title": TEXT,
    "description": TEXT,
    "fields": [{"name": "a", "type": "string", "title": TEXT}],
    "primary_key": ["a"],
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the declared datasets that a test may spoil."""
    copy = tmp_path / "datasets"
    shutil.copytree(DATASETS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def edit(path, **changes):
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**value, **changes}, allow_unicode=True), encoding="utf-8")


def test_the_declared_datasets_load_inputs_first():
    names = [registered.dataset.name for registered in load_registry().datasets]
    assert {"accounts", "budgets", "cities", "companies", "projects", "purchases"} <= set(names)
    assert names.index("cities") < names.index("purchases") < names.index("companies")
    assert names.index("accounts") < min(names.index("purchases"), names.index("budgets"))


def test_six_cities_and_the_national_file_are_declared_and_the_national_file_comes_last():
    purchases = next(r for r in load_registry().datasets if r.dataset.name == "purchases")
    assert [s.name for s in purchases.sources][-1] == "purchases-national"
    assert {s.constants.get("city_code") for s in purchases.sources} == {"091", "049", "092", "837", "853", "564", None}


def test_every_declared_source_says_what_it_leaves_out_in_three_languages():
    for source in load_registry().sources():
        if source.kind != "reference":
            assert source.scope is not None, source.name
            assert all(len(text) > 20 for text in source.scope.model_dump().values()), source.name


def test_no_declared_header_feeds_two_fields_or_is_also_ignored():
    for source in load_registry().sources():
        spelt = [s.casefold() for spellings in source.columns.values() for s in spellings]
        assert len(spelt) == len(set(spelt)), source.name
        assert not set(spelt) & {name.casefold() for name in source.ignore}, source.name


def test_a_source_that_is_whole_is_taken():
    source = Source.model_validate(SOURCE)
    assert (source.kind, source.layout.decimal, source.pick.newest_years) == ("ckan", ",", 4)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"pick": None}, "needs portal, dataset and pick"),
        ({"portal": None}, "needs portal, dataset and pick"),
        ({"dataset": ""}, "needs portal, dataset and pick"),
        ({"kind": "reference"}, "needs path"),
        ({"kind": "file"}, "needs url, or switched_off"),
        ({"layout": {"cells": {"Koodi": "["}}}, "not a regular expression"),
        ({"required": ["supplier_name"]}, "without a mapping"),
        ({"pick": {"match": "("}}, "not a regular expression"),
        ({"pick": {"match": "a", "newest_years": 0}}, "greater than or equal"),
        ({"pick": {"match": "a", "formats": ["PDF"]}}, "CSV"),
        ({"layout": {"decimal": ";"}}, "decimal"),
        ({"layout": {"colour": "red"}}, "colour"),
        ({"title": {"fi": "a"}}, "sv"),
        ({"columns": None}, "columns"),
    ],
)
def test_a_source_that_is_not_whole_is_refused(change, said):
    with pytest.raises(ValidationError, match=said):
        Source.model_validate({**SOURCE, **change})


def test_a_key_that_names_no_field_is_refused():
    for change in (
        {"primary_key": ["b"]},
        {"foreign_keys": [{"field": "b", "resource": "x", "reference_field": "y"}]},
    ):
        with pytest.raises(ValidationError, match="keys name no field"):
            Table.model_validate({**TABLE, **change})


def test_a_field_of_an_unknown_type_is_refused():
    fields = [{"name": "a", "type": "money", "title": TEXT}]
    with pytest.raises(ValidationError, match="decimal"):
        Table.model_validate({**TABLE, "fields": fields})


def test_a_field_is_found_by_its_name():
    table = Table.model_validate(TABLE)
    assert table.field("a").type == "string"
    with pytest.raises(KeyError):
        table.field("b")


def test_what_is_declared_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Pick(match="a").match = "b"


def test_a_dataset_knows_its_texts_in_three_languages():
    with pytest.raises(ValidationError, match=r"title\.en"):
        Dataset.model_validate(
            {"name": "d", "title": {"fi": "a", "sv": "b"}, "description": TEXT, "licence": LICENCE, "tables": [TABLE]}
        )


def test_a_portal_that_is_not_declared_is_named(folder):
    edit(folder / "purchases/sources/turku.yml", portal="turku")
    with pytest.raises(DeclarationError, match=r"purchases-turku names the portal 'turku'.*one of \['avoindata'"):
        load_registry(folder)


def test_a_field_that_the_dataset_does_not_have_is_named(folder):
    edit(folder / "purchases/sources/turku.yml", constants={"town": "853"})
    with pytest.raises(DeclarationError, match=r"purchases-turku maps to fields.*town"):
        load_registry(folder)


def test_a_table_that_the_dataset_does_not_have_is_named(folder):
    edit(folder / "purchases/sources/turku.yml", table="sales")
    with pytest.raises(DeclarationError, match="purchases-turku feeds 'sales'"):
        load_registry(folder)


def test_a_precedence_that_names_no_source_is_refused(folder):
    (folder / "purchases/sources/turku.yml").unlink()
    with pytest.raises(DeclarationError, match=r"precedence names no source.*purchases-turku"):
        load_registry(folder)


def test_datasets_made_from_each_other_are_refused(folder):
    edit(folder / "cities/dataset.yml", inputs=["companies"])
    with pytest.raises(DeclarationError, match="circle"):
        load_registry(folder)


def test_an_input_that_is_no_dataset_is_refused(folder):
    edit(folder / "cities/dataset.yml", inputs=["towns"])
    with pytest.raises(DeclarationError, match="towns"):
        load_registry(folder)


def test_an_unknown_key_is_named_with_its_file(folder):
    edit(folder / "purchases/sources/turku.yml", colour="red")
    with pytest.raises(DeclarationError, match=r"turku\.yml: colour"):
        load_registry(folder)


@pytest.mark.parametrize("text", ["name: [", "- a\n- b\n", "", "a: b: c"])
def test_a_file_that_is_no_declaration_is_named(folder, text):
    (folder / "purchases/sources/turku.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"turku\.yml"):
        load_registry(folder)


def test_a_seventh_source_is_one_file_more(folder):
    copy = folder / "purchases/sources/lahti.yml"
    copy.write_text(yaml.safe_dump(SOURCE, allow_unicode=True), encoding="utf-8")
    purchases = next(r for r in load_registry(folder).datasets if r.dataset.name == "purchases")
    assert [s.name for s in purchases.sources][-1] == "purchases-lahti"
    assert purchases.table_of(purchases.sources[-1]).name == "purchases"

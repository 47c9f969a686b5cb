"""What a person can get wrong in YAML, and the sentence that they are told."""

from __future__ import annotations

import shutil

import pytest
import yaml

from etl.errors import DeclarationError
from etl.registry import DATASETS, PORTALS, load_registry

SOURCE = "purchases/sources/turku.yml"
DATASET = "purchases/dataset.yml"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "datasets"
    shutil.copytree(DATASETS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def edit(path, change):
    """Change the YAML at `path` with a function of what it says."""
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")


def said(folder, portals=PORTALS):
    with pytest.raises(DeclarationError) as caught:
        load_registry(folder, portals)
    text = str(caught.value)
    assert "\n" not in text
    return text


def first_field(value):
    return value["tables"][0]["fields"][0]


SOURCE_MISTAKES = {
    "a name that is not spelt as declared": (lambda s: s.update(licens=s.pop("licence")), "licence: Field required"),
    "no title in Swedish": (lambda s: s["title"].pop("sv"), "title.sv: Field required"),
    "a title without languages": (lambda s: s.update(title="Turku"), "title: "),
    "one header in place of a list": (lambda s: s["columns"].update(amount_eur="Summa"), "columns.amount_eur"),
    "a decimal mark that is none": (lambda s: s["layout"].update(decimal="·"), "layout.decimal: Input should"),
    "an unknown kind": (lambda s: s.update(kind="ftp"), "kind: Input should be 'ckan'"),
    "a number as a constant": (lambda s: s["constants"].update(city_code=853), "constants.city_code"),
    "a bracket that is not closed": (lambda s: s["pick"].update(match="ostot("), "pick.match: Value error"),
    "a wrong exclusion": (lambda s: s["pick"].update(exclude="[a"), "pick.exclude: Value error, not a regular"),
    "no years": (lambda s: s["pick"].update(newest_years=0), "pick.newest_years: Input should be greater"),
    "a format that is not read": (lambda s: s["pick"].update(formats=["PDF"]), "pick.formats.0"),
    "required but not mapped": (lambda s: s["required"].append("unit_name"), "required columns without"),
    "no rule which files": (lambda s: s.pop("pick"), "a ckan source needs portal, dataset and pick"),
    "a file without an address": (lambda s: s.update(kind="file"), "a file source needs url, or switched_off"),
    "a reference without a path": (lambda s: s.update(kind="reference"), "a reference source needs path"),
    "a field that there is not": (lambda s: s["columns"].update(total_eur=["Summa"]), "got ['total_eur']"),
    "a constant that there is not": (lambda s: s["constants"].update(town="853"), "got ['town']"),
    "an unknown portal": (lambda s: s.update(portal="turku"), "names the portal 'turku', which portals.yml"),
    "an unknown table": (lambda s: s.update(table="sales"), "purchases-turku feeds 'sales'; expected one of"),
    "an expression for a cell that is none": (lambda s: s["layout"].update(cells={"Tili": "("}), "layout.cells.Tili"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", SOURCE_MISTAKES)
def test_a_mistake_in_a_source_is_named_with_its_place(folder, mistake):
    change, words = SOURCE_MISTAKES[mistake]
    edit(folder / SOURCE, change)
    text = said(folder)
    assert words in text
    assert "turku" in text


DATASET_MISTAKES = {
    "a type that there is not": (lambda d: first_field(d).update(type="money"), "tables.0.fields.0.type"),
    "an expression that is none": (lambda d: first_field(d).update(pattern="*"), "fields.0.pattern: Value error"),
    "a field without a title": (lambda d: first_field(d).pop("title"), "tables.0.fields.0.title: Field required"),
    "a key that is no field": (lambda d: d["tables"][0].update(primary_key=["id"]), "keys name no field: ['id']"),
    "a foreign key that is no field": (
        lambda d: d["tables"][0]["foreign_keys"][0].update(field="town"), "keys name no field: ['town']",
    ),
    "a watched field that is none": (lambda d: d["tables"][0]["watch"].update(by=["x"]), "keys name no field: ['x']"),
    "a watched sum that is none": (lambda d: d["tables"][0]["watch"].update(sum="eur"), "keys name no field: ['eur']"),
    "a fall of more than all": (lambda d: d["tables"][0]["watch"].update(largest_fall=2), "watch.largest_fall"),
    "a negative share": (lambda d: d.update(coverage_share=-0.1), "coverage_share: Input should be greater"),
    "no tables": (lambda d: d.pop("tables"), "tables: Field required"),
    "a source in precedence that is none": (lambda d: d["precedence"].append("purchases-lahti"), "['purchases-lahti']"),
    "an input that is none": (lambda d: d["inputs"].append("towns"), "an input names no dataset: ['towns']"),
    "itself as an input": (lambda d: d["inputs"].append("purchases"), "made from each other in a circle"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", DATASET_MISTAKES)
def test_a_mistake_in_a_dataset_is_named_with_its_place(folder, mistake):
    change, words = DATASET_MISTAKES[mistake]
    edit(folder / DATASET, change)
    assert words in said(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [unclosed", "is not YAML"),
        ("\tname: tab", "is not YAML"),
        ("name: a\nname: {b: c", "is not YAML"),
        ("- a\n- b\n", "Input should be a valid dictionary"),
        ("just words", "Input should be a valid dictionary"),
        ("", "Input should be a valid dictionary"),
        ("!!python/object/apply:os.system ['true']", "is not YAML"),
    ],
)
def test_a_file_that_is_no_declaration_is_named_and_nothing_in_it_is_run(folder, text, words):
    (folder / SOURCE).write_text(text, encoding="utf-8")
    message = " ".join(_first_lines(folder))
    assert words in message
    assert "turku.yml" in message


def _first_lines(folder):
    """An error of the YAML library has lines of its own behind ours."""
    with pytest.raises(DeclarationError) as caught:
        load_registry(folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("portals", "words"),
    [
        ({"hri": {"title": "HRI", "api": "https://hri.fi/data"}}, "page: Field required"),
        ({"hri": "https://hri.fi/data"}, "Input should be a valid dictionary"),
        ({"hri": {"title": "H", "api": "a", "page": "b", "key": "secret"}}, "key: Extra inputs are not permitted"),
    ],
)
def test_a_portal_that_is_not_whole_is_named(folder, tmp_path, portals, words):
    path = tmp_path / "portals.yml"
    path.write_text(yaml.safe_dump(portals), encoding="utf-8")
    text = said(folder, path)
    assert words in text
    assert "portals.yml" in text


def test_two_sources_of_one_name_are_refused(folder):
    shutil.copy(folder / SOURCE, folder / "purchases/sources/zz_copy.yml")
    assert "purchases-turku" in said(folder)


def test_a_format_of_dates_that_is_not_known_is_refused(folder):
    edit(folder / SOURCE, lambda s: s["layout"].update(dates=["m/d/Y"]))
    assert "m/d/Y" in said(folder)


def test_a_foreign_key_to_a_table_that_is_none_is_refused(folder):
    edit(folder / DATASET, lambda d: d["tables"][0]["foreign_keys"][0].update(resource="towns"))
    assert "towns" in said(folder)


def test_a_folder_without_declarations_declares_nothing(tmp_path):
    assert load_registry(tmp_path).datasets == ()

"""In a sample release each table says by itself whether it is generated: what is kept by hand is real."""

import pytest

from dashboard.i18n import LANGUAGES, translator
from tests.app.readers import read_book
from tests.app.walk import read

REAL = {
    "account_groups", "cities", "city_population", "city_figures", "city_indicators",
    "price_index", "projects", "project_partners", "project_facts",
}  # fmt: skip
REAL_DATASETS = ("accounts", "cities", "city_context", "prices", "projects")


def test_the_tables_kept_by_hand_are_real_and_no_others(site):
    assert {resource.name for resource in site.engine.package.resources if not resource.sample} == REAL


def test_no_table_of_a_real_release_is_a_sample(real):
    assert not any(resource.sample for resource in real.engine.package.resources)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("address", "is_sample"),
    [("/download/projects.xlsx", False), ("/download/suppliers.xlsx", True), ("/data/budgets.xlsx", True),
     ("/data/city_figures.xlsx", False), ("/data/project_funding.xlsx", True)],
)  # fmt: skip
def test_a_workbook_is_called_generated_only_where_it_is(client, address, is_sample, language):
    answer = client.get(f"{address}?lang={language}")
    lines = dict(map(tuple, read_book(answer.data).get_sheet_by_index(2).to_python()))
    assert (translator(language)("sample data") in lines) is is_sample
    assert answer.headers["X-Sample"] == str(is_sample).lower()
    assert ('filename="sample-' in answer.headers["Content-Disposition"]) is is_sample


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_band_names_every_dataset_with_real_data_and_no_other(client, site, language):
    (band,) = read(client.get(f"/{language}/").text).with_class("sample-banner")
    titles = ", ".join(d.title[language] for d in site.engine.package.datasets if d.name in REAL_DATASETS)
    assert band.text.endswith(f": {titles}.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_table_on_the_page_of_its_dataset_is_marked_where_it_is_generated(client, site, language):
    for dataset in site.engine.package.datasets:
        tree = read(client.get(f"/{language}/dataset/{dataset.name}").text)
        marked = {one.get("id") for one in tree.all("h2") if one.with_class("badge--sample")}
        assert marked == set(dataset.resources) - REAL


def band_words(client, path):
    """What the band of a page says without being opened."""
    (band,) = read(client.get(path).text).with_class("sample-banner")
    return band.one("summary").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_band_calls_no_page_of_real_facts_generated(client, language):
    t = translator(language)
    told = t("What this page shows is real; other pages of this site show generated sample data.")
    for path in ("project", "dataset/prices", "dataset/projects/row/f001", "about"):
        assert band_words(client, f"/{language}/{path}") == told, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_band_of_a_page_of_both_names_what_is_real_or_what_is_generated(client, site, language):
    titles = {dataset.name: dataset.title[language] for dataset in site.engine.package.datasets}
    words = band_words(client, f"/{language}/")
    assert titles["projects"] in words
    assert titles["purchases"] not in words
    tables = {resource.name: resource.title[language] for resource in site.engine.package.resources}
    words = band_words(client, f"/{language}/dataset/projects")
    assert tables["project_funding"] in words
    assert titles["projects"] not in words.split(": ", 2)[-1].split(", ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_band_of_a_page_of_generated_data_excepts_nothing(client, language):
    told = translator(language)("Sample data: what this page shows is generated, not real.")
    assert {band_words(client, f"/{language}/{path}") for path in ("companies", "budgets", "services")} == {told}


def test_every_view_is_told_of_by_itself(client):
    """What one reader was shown says nothing of the next page."""
    first = band_words(client, "/en/project")
    assert band_words(client, "/en/companies") != first
    assert band_words(client, "/en/project") == first

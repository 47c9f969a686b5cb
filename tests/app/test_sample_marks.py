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

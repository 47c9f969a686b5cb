"""The table of funded projects on the site: listed, documented, downloadable, marked as generated."""

from __future__ import annotations

import csv
import io

import pyarrow.parquet as pq
import pytest

from dashboard.i18n import LANGUAGES

TITLES = {
    "fi": "Hankkeet rahoitusluetteloissa",
    "sv": "Projekt i finansieringslistor",
    "en": "Projects in funding lists",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_its_fields_and_its_sources_are_on_the_page_of_its_dataset(client, site, language):
    page = client.get(f"/{language}/dataset/projects").text
    resource = site.engine.package.resource("project_funding")
    assert f"/{language}/dataset/projects" in client.get(f"/{language}/data").text
    assert TITLES[language] in page
    for field in resource.fields:
        assert field.name in page
        assert field.title[language].replace("'", "&#x27;") in page or field.title[language] in page
    assert "EURA 2014" in page
    assert "Kohesio" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_sample_the_generated_table_is_marked_and_the_real_ones_beside_it_are_not(client, language):
    page = client.get(f"/{language}/dataset/projects").text
    headings = {
        part.split('id="')[1].split('"')[0]: part.split("</h2>")[0]
        for part in page.split("<h2")[1:]
        if 'id="' in part.split(">")[0]
    }
    marked = {name for name, heading in headings.items() if "badge--sample" in heading}
    assert {"projects", "project_partners", "project_facts"} <= set(headings)
    assert marked == {"project_funding", "projects_set_aside"}


def test_the_table_can_be_downloaded_and_holds_the_rows_of_the_release(client, site):
    answer = client.get("/data/project_funding.csv?lang=en")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    stored = pq.read_table(site.engine.package.file("project_funding", "parquet")).num_rows
    assert answer.status_code == 200
    assert len(rows) == stored > 50


def test_bodies_and_funds_have_their_swedish_names_on_a_swedish_page(site):
    """The tables hold them in Finnish or English, as their sources do."""
    client = site.server.test_client()
    project = client.get("/sv/project").get_data(as_text=True)
    for name in ("Nylands förbund", "ERUF", "Åbo stad", "Uleåborgs stad"):
        assert name in project
    for name in ("Uudenmaan liitto", ">EAKR<", "first committed", "osatoteuttajat list"):
        assert name not in project
    assert ">Åbo stad<" in client.get("/sv/about").get_data(as_text=True)

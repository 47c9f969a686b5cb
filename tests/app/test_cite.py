"""A citation names release, filter, moment and hash, and says the same in each format."""

import datetime as dt
import hashlib
import json
import re

import pytest
import time_machine

from dashboard.app import PANELS
from dashboard.citation.formats import FORMATS, cite_bibtex, cite_csl, cite_ris, cite_text
from dashboard.citation.work import Work
from dashboard.i18n import LANGUAGES, translator
from tests.app.small import HARD

NOW = dt.datetime(2026, 12, 1, 10, 30, 15, tzinfo=dt.UTC)
ADDRESSES = (
    ("purchases", ""),
    ("purchases_set_aside", ""),
    ("purchases", "city_code=853"),
    ("figure/suppliers", "city=853&year=2024"),
    ("suppliers", "city=853"),
    ("figure/projects", ""),
)


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "query"), ADDRESSES)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_citation_names_release_moment_and_hash(client, small, name, query, kind, language):
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/cite/{name}.{kind}?lang={language}&{query}")
    assert answer.status_code == 200
    assert answer.content_type == FORMATS[kind][0]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    text = answer.text.replace("\\_", "_")
    assert small.engine.package.version in text
    assert "2026-12-01T10:30:15Z" in text
    (found, *_) = re.findall(r"sha256:([0-9a-f]{64})", text)
    route = "download" if name.rpartition("/")[2] in PANELS and name != "purchases" else "data"
    content = client.get(f"/{route}/{name.rpartition('/')[2]}.csv?lang={language}&{query}").data
    assert found == hashlib.sha256(content).hexdigest()


def test_filters_are_told_and_stand_in_the_address(client):
    text = client.get("/cite/purchases.txt?lang=en&city_code=853&amount_eur.ge=10").text
    assert "amount_eur>=10; city_code=853" in text
    assert "/data/purchases.csv?city_code=853&amount_eur.ge=10&release=" in text
    assert "Turku" in client.get("/cite/figure/suppliers.txt?lang=en&city=853").text


def test_a_name_of_a_dataset_and_a_figure_is_the_dataset(client, small):
    title = small.engine.package.dataset("projects").title["en"]
    assert title in client.get("/cite/projects.txt?lang=en").text
    assert "/en/project" in client.get("/cite/figure/projects.txt?lang=en").text


@pytest.mark.parametrize("address", ["/cite/nothing.bib", "/cite/purchases.doc", "/cite/figure/nothing.ris"])
def test_what_cannot_be_cited_is_a_404_of_the_one_shape(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_resource")


def work(**values):
    given = {
        "name": "a_b", "title": HARD[1], "authors": ("A & B {x}", "C\nD"), "version": "2026-11-24T0603Z-aaaaaa",
        "issued": dt.date(2026, 11, 24), "address": "https://x.example/a?b={c}&d=e%20f", "language": "en",
        "licence": "CC BY 4.0", "licence_address": "https://cc.example/", "accessed": NOW, "filters": "50 % # ~ ^ \\",
        "sha256": (("a_b.csv", "0" * 64),), "sample": "sample data",
    }  # fmt: skip
    return Work(**{**given, **values})


def test_bibtex_escapes_what_tex_would_read():
    text = cite_bibtex(work(), translator("en"))
    assert text.count("{") == text.count("}")
    assert r"A \& B \{x\}" in text
    assert "C D" in text
    assert r"50 \% \# \textasciitilde{} \textasciicircum{} \textbackslash{}" in text
    assert "url = {https://x.example/a?b=%7Bc%7D&d=e%20f}" in text


def test_ris_is_a_tag_a_line_and_ends():
    lines = cite_ris(work(), translator("en")).split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert (lines[0], lines[-2], lines[-1]) == ("TY  - DATA", "ER  - ", "")
    assert "AU  - C D" in lines


def test_csl_is_a_dataset_with_its_dates():
    (item,) = json.loads(cite_csl(work(), translator("en")))
    assert item["type"] == "dataset"
    assert item["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert item["accessed"] == {"date-parts": [[2026, 12, 1]]}
    assert [author["literal"] for author in item["author"]] == ["A & B {x}", "C\nD"]


def test_a_citation_within_a_file_names_no_moment():
    for write in (cite_text, cite_bibtex, cite_ris, cite_csl):
        assert "2026-12-01" not in write(work(accessed=None), translator("en"))
        assert "2026, 12" not in write(work(accessed=None), translator("en"))

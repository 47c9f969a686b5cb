"""Errors of files and pictures: one JSON shape to programs, a page to browsers, both in the language asked for."""

from __future__ import annotations

import shutil

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, Formats, translator
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.app.walk import read
from tests.data.handmade import write_facts

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
WRONG = (
    ("/download/suppliers.csv?year=1066", 400, "This release has no {value}: {name} is one of {names}."),
    ("/download/suppliers.csv?min=x", 400, "This release has no {value}: {name} is a whole number of euros."),
    ("/download/suppliers.csv?town=1", 400, "{figure} cannot be filtered by {name!r}: it has the filters {names}."),
    ("/picture/projects.svg?city=853", 400, "{figure} cannot be filtered by {name!r}: it has no filters."),
    ("/download/nothing.csv", 404, "There is no figure {name!r}; there are {names}."),
    ("/download/suppliers.doc", 404, "There is no format {kind!r}; there are {names}."),
    ("/download/company-rows.csv", 404,
     "{figure} shows one company: add company=BUSINESS-ID of a company in this release."),
    ("/download/company-rows.csv?company=0000000-0", 404,
     "{figure} shows one company: add company=BUSINESS-ID of a company in this release; got {company}."),
    ("/picture/suppliers.gif", 404, "There is no picture {name}.{kind} under these filters."),
    ("/preview/0/fi/companies.png", 404, "There is no preview at {address}: its page names the address."),
    ("/data/nothing.csv", 404, "There is no table {name!r}; there are {names}."),
)  # fmt: skip


def begins(text, language):
    """The words of a text before its first value, in a language."""
    return translator(language)(text).partition("{")[0]


@pytest.fixture(scope="module")
def ask(small):
    client = small.server.test_client()
    return lambda path, **headers: client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def with_language(path, language):
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize(("path", "status", "text"), WRONG)
def test_a_program_gets_one_shape_in_the_language_it_asks_for(ask, path, status, text):
    said = set()
    for language in LANGUAGES:
        by_parameter = ask(with_language(path, language), Accept_Language="de")
        by_header = ask(path, Accept_Language=f"{language}-FI,de;q=0.3")
        for answer in (by_parameter, by_header):
            assert answer.status_code == answer.json["error"]["status"] == status
            assert set(answer.json) == {"error"}
            assert set(answer.json["error"]) == {"code", "status", "message"}
            assert begins(text, language) in answer.json["error"]["message"]
            assert answer.json["error"]["message"].endswith(".")
            assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        said.add(by_header.json["error"]["message"])
    assert len(said) == len(LANGUAGES)


def test_a_program_that_asks_for_no_language_or_an_unknown_one_gets_finnish(ask):
    path, text = "/download/suppliers.csv?year=1066", "This release has no {value}: {name} is one of {names}."
    for asked in (path, f"{path}&lang=de", f"{path}&lang="):
        assert ask(asked).json["error"]["message"].startswith(begins(text, "fi"))
    assert ask(f"{path}&lang=sv", Accept_Language="en").json["error"]["message"].startswith(begins(text, "sv"))
    assert ask(f"{path}&lang=xx", Accept_Language="en").json["error"]["message"].startswith(begins(text, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "status", "text"), WRONG)
def test_a_browser_gets_a_page_of_the_site_that_says_why_and_what_to_do(ask, path, status, text, language):
    answer = ask(with_language(path, language), Accept=BROWSER)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    tree = read(answer.text)
    assert tree.one("html").get("lang") == language
    assert tree.one("h1").text
    (sentence,) = tree.with_class("lede")
    assert begins(text, language) in sentence.text
    assert sentence.text == ask(with_language(path, language)).json["error"]["message"]
    assert not tree.with_class("note--warn")
    assert [one.get("content") for one in tree.all("meta") if one.get("name") == "robots"] == ["noindex,follow"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", [path for path, _, _ in WRONG])
def test_whatever_the_page_of_an_error_offers_is_there(ask, path):
    main = read(ask(with_language(path, "en"), Accept=BROWSER).text).one("main")
    links = [one.get("href") for one in main.all("a")]
    assert len(links) >= 3
    for link in links:
        assert ask(link.partition("#")[0]).status_code == 200, link


def test_the_page_of_a_refused_download_offers_it_under_the_filters_that_count(ask):
    main = read(ask("/download/suppliers.csv?city=853,999&year=2024&lang=sv", Accept=BROWSER).text).one("main")
    links = [one.get("href") for one in main.all("a")]
    assert "/sv/companies?city=853&year=2024#suppliers" in links
    files = [f"/download/suppliers.{kind}?lang=sv&city=853&year=2024" for kind in ("csv", "xlsx", "json")]
    assert [link for link in links if "/download/" in link] == files


def test_the_page_of_a_preview_leads_to_what_the_picture_is_of(ask):
    main = read(ask("/preview/0/fi/companies.png?lang=en", Accept=BROWSER).text).one("main")
    assert "/en/companies" in [one.get("href") for one in main.all("a")]


def test_the_same_error_is_one_step_away_in_the_other_languages(ask):
    tree = read(ask("/download/suppliers.csv?year=1066&city=853&lang=fi", Accept=BROWSER).text)
    links = {one.get("hreflang"): one.get("href") for one in tree.with_class("lang-nav")[0].all("a")}
    assert set(links) == set(LANGUAGES)
    for language, link in links.items():
        answer = ask(link, Accept=BROWSER)
        assert answer.status_code == 400
        assert read(answer.text).one("html").get("lang") == language


@pytest.mark.parametrize(
    "accept",
    [None, "*/*", "application/json", "application/json, text/plain, */*", "text/csv", "application/json,text/html",
     "image/avif,image/webp,image/svg+xml,*/*;q=0.8", "text/html;q=0.5,application/json", "nonsense", ",;q="],
)  # fmt: skip
def test_whatever_does_not_prefer_a_page_gets_json(ask, accept):
    answer = ask("/picture/suppliers.gif", **({"Accept": accept} if accept is not None else {}))
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "unknown_resource"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_ours_is_told_in_every_language_and_never_as_a_traceback(site, monkeypatch, caplog, language):
    def fail(*_):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("dashboard.api.downloads.respond", fail)
    client = site.server.test_client()
    told = client.get(f"/download/suppliers.csv?lang={language}")
    page = client.get(f"/download/suppliers.csv?lang={language}", headers={"Accept": BROWSER})
    assert told.status_code == page.status_code == 500
    words = translator(language)("Something went wrong on our side; it has been recorded.")
    assert told.json["error"] == {"code": "error", "status": 500, "message": words}
    assert read(page.text).one("h1").text == translator(language)("This page cannot be shown now")
    assert read(page.text).one("html").get("lang") == language
    assert "unforeseen" not in told.text + page.text
    assert "unforeseen" in caplog.text


def test_a_number_in_an_error_is_written_as_its_language_writes_numbers():
    from dashboard.errors import QueryTooLarge

    error = QueryTooLarge("The SQL is longer than the {n} characters that can be run: shorten it.", n=1_048_575)
    assert "1,048,575" in str(error)
    for language in LANGUAGES:
        told = error.told(translator(language), Formats(language).number)
        assert Formats(language).number(1_048_575) in told


def test_a_release_that_is_gone_is_a_page_too(tmp_path):
    folder = write_facts(tmp_path, small_facts())
    client = create_site(Settings(data_dir=tmp_path)).server.test_client()
    shutil.rmtree(folder)
    answer = client.get("/data/purchases.csv?lang=sv", headers={"Accept": BROWSER})
    assert answer.status_code == 503
    tree = read(answer.text)
    assert folder.name in tree.with_class("lede")[0].text
    assert tree.one("h1").text == translator("sv")("The data cannot be had now")
    assert client.get("/data/purchases.csv?lang=sv").json["error"]["code"] == "release_gone"

"""What pages say of themselves to search engines and social media."""

import json
import re
import struct

import pytest

from dashboard.i18n import LANGUAGES
from tests.app.walk import read
from tests.routes import example_paths


def linked(text):
    """The page's schema.org objects by type."""
    items = [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)]
    return {item["@type"]: item for item in items}


def metas(text):
    return {one.get("name") or one.get("property"): one.get("content") for one in read(text).all("meta")}


@pytest.fixture(scope="module")
def get(real):
    client = real.server.test_client()
    return lambda path: client.get(path).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_says_how_to_search_the_site(get, language):
    item = linked(get(f"/{language}/"))["WebSite"]
    assert item["inLanguage"] == language
    target = item["potentialAction"]["target"].replace("{search_term_string}", "oy")
    assert target.startswith(f"https://kuusi.example/{language}/")
    assert 'value="oy"' in get(target.removeprefix("https://kuusi.example"))


def test_the_catalogue_names_every_dataset_and_each_its_files(get, real):
    package = real.engine.package
    catalogue = linked(get("/en/data"))["DataCatalog"]
    assert len(catalogue["dataset"]) == len(package.datasets)
    for one in catalogue["dataset"]:
        dataset = linked(get(one["url"].removeprefix("https://kuusi.example")))["Dataset"]
        assert dataset["name"] == one["name"]
        assert dataset["license"].startswith("https://")
        assert dataset["version"] == package.version
        for file in dataset["distribution"]:
            path = file["contentUrl"].removeprefix("https://kuusi.example")
            assert real.server.test_client().head(path).status_code == 200


def test_crumbs_are_said_too(get):
    steps = linked(get("/sv/dataset/purchases"))["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert [step.get("item") for step in steps] == ["https://kuusi.example/sv/", "https://kuusi.example/sv/data", None]


@pytest.mark.parametrize(
    ("path", "robots"),
    [("/fi/companies", None), ("/fi/companies?q=oy", "noindex,follow"), ("/fi/companies?city=853", "noindex,follow"),
     ("/fi/none", "noindex,follow")],
)  # fmt: skip
def test_only_the_plain_view_of_a_page_is_for_search_engines(get, path, robots):
    assert metas(get(path)).get("robots") == robots


@pytest.mark.parametrize("path", ["", "companies", "data", "status", "dataset/purchases", "companies/9000001-1"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shared_shows_its_title_and_a_picture(get, real, path, language):
    said = metas(get(f"/{language}/{path}"))
    assert said["og:url"] == f"https://kuusi.example/{language}/{path}"
    assert said["og:title"]
    assert said["twitter:card"] == "summary_large_image"
    answer = real.server.test_client().get(said["og:image"].removeprefix("https://kuusi.example"))
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert struct.unpack(">II", answer.data[16:24]) == (1200, 630)


def links(text, rel):
    return [one for one in read(text).all("link") if one.get("rel") == rel]


def descriptions(text):
    return [one.get("content") for one in read(text).all("meta") if one.get("name") == "description"]


def test_every_page_has_one_address_and_names_itself_in_every_language(real):
    """Each page of a language leads to the same set of addresses, its own among them."""
    client = real.server.test_client()
    for path in example_paths(real.engine.package):
        addresses = {language: f"https://kuusi.example/{language}/{path}" for language in LANGUAGES}
        for language in LANGUAGES:
            text = client.get(f"/{language}/{path}").text
            assert [one.get("href") for one in links(text, "canonical")] == [addresses[language]], path
            found = [(one.get("hreflang"), one.get("href")) for one in links(text, "alternate") if one.get("hreflang")]
            assert sorted(found) == sorted([*addresses.items(), ("x-default", addresses["fi"])]), path
            assert read(text).one("html").get("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_description_and_a_title_of_its_own(real, language):
    client, said = real.server.test_client(), {}
    for path in example_paths(real.engine.package):
        text = client.get(f"/{language}/{path}").text
        (description,) = descriptions(text)
        assert len(description) > 20, path
        assert not description.startswith(" ")
        said.setdefault((read(text).one("head").one("title").text, description), []).append(path)
    assert [paths for paths in said.values() if len(paths) > 1] == []


def test_the_addresses_of_a_page_are_the_same_however_it_was_asked_for(real):
    client = real.server.test_client()
    for asked, own in (("cities/Åbo", "cities/853"), ("companies/FI90000011", "companies/9000001-1")):
        text = client.get(f"/sv/{asked}").text
        assert [one.get("href") for one in links(text, "canonical")] == [f"https://kuusi.example/sv/{own}"]


ERRORS = {
    404: ("/fi/none", "/sv/cities/Paris", "/en/companies/0000000-0", "/fi/embed/none", "/sv/origin/none",
          "/xx/companies", "/en/dataset/none", "/fi/dataset/cities/row/none", "/en/releases/none", "/nothing",
          "/fi/äö <x>", "/assets/x", "/download/none.csv", "/picture/none.svg", "/preview/0/fi/none.png",
          "/data/none.csv"),
    400: ("/download/suppliers.csv?year=1066", "/picture/change.svg?year=2024"),
    405: ("/fi/companies", "/sv/", "/download/suppliers.csv"),
    500: ("/en/companies?city=049",),
}  # fmt: skip


@pytest.mark.parametrize(("status", "path"), [(status, path) for status, paths in ERRORS.items() for path in paths])
def test_a_page_of_an_error_is_not_for_search_engines(real, monkeypatch, status, path):
    if status == 500:
        monkeypatch.setattr("dashboard.app.make_page", lambda *_: 1 / 0)
        real.forget()
    method = "POST" if status == 405 else "GET"
    answer = real.server.test_client().open(path, method=method, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert metas(answer.text)["robots"] == "noindex,follow"
    assert links(answer.text, "canonical") == []
    assert [one for one in links(answer.text, "alternate") if one.get("hreflang")] == []
    assert linked(answer.text) == {}
    assert not any(name and name.startswith("og:") for name in metas(answer.text))
    assert len(descriptions(answer.text)) == 1
    assert read(answer.text).one("html").get("lang") in LANGUAGES


@pytest.mark.parametrize("path", ["0/fi/companies.png", "VERSION/fi/none.png", "VERSION/xx/companies.png"])
def test_a_preview_of_nothing_is_not_there(real, path):
    address = f"/preview/{path.replace('VERSION', real.engine.package.version)}"
    answer = real.server.test_client().get(address)
    assert answer.status_code == 404
    assert answer.json["error"]["status"] == 404

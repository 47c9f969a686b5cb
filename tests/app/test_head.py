"""What pages say of themselves to search engines and social media."""

import json
import re
import struct

import pytest

from dashboard.i18n import LANGUAGES
from tests.app.walk import read


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
    assert [step["position"] for step in steps] == [1, 2]
    assert steps[0]["item"] == "https://kuusi.example/sv/data"
    assert "item" not in steps[1]


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


@pytest.mark.parametrize("path", ["0/fi/companies.png", "VERSION/fi/none.png", "VERSION/xx/companies.png"])
def test_a_preview_of_nothing_is_not_there(real, path):
    address = f"/preview/{path.replace('VERSION', real.engine.package.version)}"
    answer = real.server.test_client().get(address)
    assert answer.status_code == 404
    assert answer.json["error"]["status"] == 404

"""What search engines read of each page: schema.org objects that parse, hang together, and say what is true."""

from __future__ import annotations

import json
from functools import cache

import pytest

from dashboard.glossary import load_terms
from dashboard.i18n import LANGUAGES, translator
from dashboard.pages.routes import ROUTES
from dashboard.panels.projects import OWN_PROJECT
from dashboard.query.model import Filter, Query
from tests.app.walk import read
from tests.data.handmade import FIRST
from tests.routes import example_paths

BASE = "https://kuusi.example"
CROISSANT = "http://mlcommons.org/croissant/"
PAGE = {"WebPage", "CollectionPage", "ItemPage", "AboutPage", "SearchResultsPage"}
OF_PAGE = {"@id", "url", "name", "description", "inLanguage", "isPartOf", "mainEntity", "isBasedOn", "dateModified"}
VOCABULARY = {
    **dict.fromkeys(PAGE, OF_PAGE),
    "WebSite": {"@id", "name", "url", "inLanguage", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "BreadcrumbList": {"itemListElement"},
    "ItemList": {"@id", "itemListElement"},
    "ListItem": {"position", "name", "item", "url"},
    "DataCatalog": {"@id", "name", "url", "inLanguage", "dataset", "version", "dateCreated"},
    "Dataset": {"@id", "name", "description", "url", "license", "inLanguage", "version", "dateModified", "creator",
                "isAccessibleForFree", "includedInDataCatalog", "distribution", "identifier", "keywords",
                "datePublished", "temporalCoverage", "spatialCoverage", "publisher", "variableMeasured"},
    "DataDownload": {"name", "encodingFormat", "contentUrl", "contentSize", "sha256"},
    "Place": {"name", "sameAs"},
    "Organization": {"@id", "name", "identifier"},
    "Project": {"@id", "name", "identifier", "foundingDate", "dissolutionDate", "member"},
    "City": {"@id", "name", "identifier"},
    "PropertyValue": {"propertyID", "value", "name", "unitText"},
    "DefinedTermSet": {"@id", "name", "inLanguage", "hasDefinedTerm"},
    "DefinedTerm": {"@id", "name", "description"},
    "Article": {"@id", "headline", "description", "inLanguage"},
}  # fmt: skip
"""The types of schema.org that pages use, and of their properties those that they use."""
MAIN = {
    "": "WebSite",
    "project": "Project",
    "companies/": "Organization",
    "cities": "ItemList",
    "cities/": "City",
    "data": "DataCatalog",
    "dataset/": "Dataset",
    "releases/": "DataCatalog",
    "api": "Article",
    "method": "Article",
    "glossary": "DefinedTermSet",
}
"""What else than itself a page is about, by the beginning of its route."""


@pytest.fixture(scope="module")
def get(real):
    client = real.server.test_client()

    @cache
    def ask(path):
        answer = client.get(path)
        return answer.status_code, answer.text

    return ask


def objects(text):
    """The objects in schema.org's own context."""
    return [one for one in all_objects(text) if CROISSANT not in one.get("conformsTo", "")]


def all_objects(text):
    scripts = [one for one in read(text).all("script") if one.get("type") == "application/ld+json"]
    return [json.loads("".join(one.children)) for one in scripts]


def within(item):
    """An object and all objects within it."""
    if isinstance(item, dict):
        yield item
        for value in item.values():
            yield from within(value)
    elif isinstance(item, list):
        for value in item:
            yield from within(value)


def main_type(pattern):
    if "/row/" in pattern or pattern.endswith("/diff"):
        return None
    prefix = pattern.partition("(")[0]
    return MAIN.get(prefix)


def routes(site):
    """(pattern, address) of each page; a figure in a frame of another site is none, and runs and tells nothing."""
    found = zip(ROUTES, example_paths(site.engine.package), strict=True)
    return [(pattern, path) for (pattern, _), path in found if not path.startswith("embed/")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_it_is_where_it_stands_and_what_it_is_about(get, real, language):
    for pattern, path in routes(real):
        status, text = get(f"/{language}/{path}")
        assert status == 200, path
        items = objects(text)
        assert all(item["@context"] == "https://schema.org" for item in items), path
        (page,) = [item for item in items if item["@type"] in PAGE]
        assert page["url"] == page["@id"] == f"{BASE}/{language}/{path}"
        assert page["inLanguage"] == language
        assert page["isPartOf"]["url"] == f"{BASE}/{language}/"
        types = [item["@type"] for item in items]
        assert ("BreadcrumbList" in types) == (path != ""), path
        others = set(types) - PAGE - {"BreadcrumbList"}
        assert others == ({main_type(pattern)} if main_type(pattern) else set()), path
        if "mainEntity" in page:
            assert page["mainEntity"]["@id"] in [item.get("@id") for item in items], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_is_of_a_known_type_with_known_properties_and_no_empty_value(get, real, language):
    for _, path in routes(real):
        for item in within(objects(get(f"/{language}/{path}")[1])):
            if set(item) == {"@id"}:  # names an object that is told elsewhere
                continue
            unknown = set(item) - VOCABULARY[item["@type"]] - {"@type", "@context"}
            assert not unknown, (path, item["@type"], unknown)
            assert not [name for name, value in item.items() if value in (None, "", [], {})], (path, item)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_of_the_site_that_an_object_names_is_there(get, real, language):
    addresses = set()
    for _, path in routes(real):
        for item in within(objects(get(f"/{language}/{path}")[1])):
            addresses |= {item[name] for name in ("url", "item") if name in item}
    for address in addresses:
        assert address.startswith(f"{BASE}/{language}/"), address
        assert get(address.removeprefix(BASE).partition("#")[0])[0] == 200, address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_to_a_page_begins_at_the_front_page_and_ends_at_itself(get, real, language):
    for _, path in routes(real):
        lists = [item for item in objects(get(f"/{language}/{path}")[1]) if item["@type"] == "BreadcrumbList"]
        for steps in (item["itemListElement"] for item in lists):
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
            assert len(steps) > 1
            assert steps[0]["item"] == f"{BASE}/{language}/"
            assert ["item" in step for step in steps] == [True] * (len(steps) - 1) + [False]
            assert all(step["name"] for step in steps)


def only(get, path, kind):
    (found,) = [item for item in objects(get(path)[1]) if item["@type"] == kind]
    return found


def test_a_company_is_named_with_its_business_id_unless_it_is_generated(get, real, small):
    found = only(get, f"/sv/companies/{FIRST[0]}", "Organization")
    assert found["name"] == FIRST[1]
    assert found["identifier"]["value"] == FIRST[0]
    generated = objects(small.server.test_client().get(f"/sv/companies/{FIRST[0]}").text)
    assert [item for item in within(generated) if item.get("@type") == "Organization"] == []


def test_a_company_whose_name_is_withheld_is_no_organisation(real):
    from dashboard.pages import subjects

    ctx = real.context("fi", "")
    row = {"supplier_business_id": FIRST[0], "company_name": FIRST[0]}
    assert subjects.company(ctx, f"companies/{FIRST[0]}", row) == ()


def test_the_project_is_told_as_its_sources_tell_it(client, site):
    found = next(item for item in objects(client.get("/en/project").text) if item["@type"] == "Project")
    facts = {
        fact["indicator_code"]: fact["value"]
        for fact in site.engine.rows(Query("project_facts", filters=(Filter("project_code", "eq", OWN_PROJECT),)))
        if fact["indicator_code"] in ("start_date", "end_date")
    }
    assert (found["foundingDate"], found["dissolutionDate"]) == (facts["start_date"], facts["end_date"])
    assert found["identifier"]["value"] == OWN_PROJECT
    partners = site.engine.rows(Query("project_partners", filters=(Filter("project_code", "eq", OWN_PROJECT),)))
    assert {one["identifier"]["value"] for one in found["member"]} == {one["business_id"] for one in partners}


def test_a_day_on_which_sources_disagree_is_not_told(site):
    from dashboard.pages import subjects

    said = (("start_date", "2015-04-01"), ("end_date", "2018-04-30"), ("end_date_final", "2018-03-31"))
    facts = [{"indicator_code": code, "value": value} for code, value in said]
    found = subjects.project(site.context("en", ""), OWN_PROJECT, facts, [])
    assert found["foundingDate"] == "2015-04-01"
    assert "dissolutionDate" not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_gives_each_term_its_place_on_the_page(get, language):
    found = only(get, f"/{language}/glossary", "DefinedTermSet")
    tree = read(get(f"/{language}/glossary")[1])
    ids = {one.get("id") for one in tree if one.get("id")}
    assert {one["@id"].partition("#")[2] for one in found["hasDefinedTerm"]} == set(load_terms())
    assert set(load_terms()) <= ids


def test_a_page_is_based_on_the_datasets_that_its_source_lines_name(get):
    for path in ("companies", "budgets", "services", "compare", "cities/853", f"companies/{FIRST[0]}"):
        status, text = get(f"/en/{path}")
        assert status == 200
        page = next(item for item in objects(text) if item["@type"] in PAGE)
        named = {
            line.all("a")[0].get("href")
            for line in read(text).with_class("panel__source")
            if line.all("a") and "/dataset/" in line.all("a")[0].get("href")
        }
        based = {one["url"].removeprefix(BASE) for one in page["isBasedOn"]}
        assert named, path
        assert named <= based, path


def test_generated_data_are_called_so(client, site):
    words = translator("fi")("sample data")
    (catalogue,) = [one for one in objects(client.get("/fi/data").text) if one["@type"] == "DataCatalog"]
    generated = {one.name for one in site.engine.package.datasets if site.engine.package.is_generated(one)}
    assert generated
    for one in catalogue["dataset"]:
        name = one["url"].rpartition("/")[2]
        assert (words in one["name"]) == (name in generated)
        assert (translator("fi")("Generated, not real.") in one["description"]) == (name in generated)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_dataset_and_no_other_holds_its_croissant(get, real, language):
    for _, path in routes(real):
        found = [one for one in all_objects(get(f"/{language}/{path}")[1]) if CROISSANT in one.get("conformsTo", "")]
        if path.startswith("dataset/") and "/row/" not in path and not path.endswith("/diff"):
            assert found == [json.loads(get(f"/{path}/croissant.json?lang={language}")[1])]
        else:
            assert found == [], path


def test_a_figure_in_a_frame_of_another_site_is_told_there_only(get):
    assert objects(get("/fi/embed/change")[1]) == []


@pytest.mark.parametrize("path", ["none", "companies/0000000-0", "embed/none", "cities/Paris", "dataset/none"])
def test_what_is_not_there_is_told_to_nobody(get, path):
    status, text = get(f"/fi/{path}")
    assert status == 404
    assert objects(text) == []

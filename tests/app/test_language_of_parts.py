"""Whatever stands in one language in the data says so on a page of another one (WCAG 3.1.2), and only there."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES
from dashboard.query.model import Query
from dashboard.settings import Settings
from tests.app.walk import Node, read
from tests.fixtures.release import change_descriptor, write_release
from tests.routes import busiest, example_paths

DATASETS = ("accounts", "budgets", "cities", "city_context", "prices", "projects", "purchases", "service_requests",
            "service_results", "service_units")  # fmt: skip
FIGURES = ("budget-accounts", "budget-units", "city-figures", "project-money", "projects", "service-times")
MORE = (
    *(f"dataset/{name}" for name in DATASETS),
    *(f"origin/{name}" for name in FIGURES),
    *(f"embed/{name}" for name in FIGURES),
    "cities/091", "services?service=171", "search?q=avoin", "search?q=inköp", "search?q=purchases",
    "dataset/projects/row/f005", "dataset/cities/row/091",
)  # fmt: skip
NAMES_OF_SUPPLIERS = (("companies", "company_name"), ("company_names", "company_name"), ("purchases", "supplier_name"))
"""Proper names need no mark; one that is the name of something else too is not looked at."""
SHORTEST = 3
DRAWN_ONLY = ("title", "desc", "script", "style")


@pytest.fixture(scope="module")
def known(site):
    """Text -> its languages, of every field of the release that tells one."""
    found = defaultdict(set)
    for resource in site.engine.package.resources:
        for field in resource.fields:
            if not (field.language or field.language_in):
                continue
            columns = tuple(filter(None, (field.name, field.language_in)))
            for row in site.engine.rows(Query(resource.name, columns=columns)):
                text, language = row[field.name], field.language_of(row)
                if isinstance(text, str) and language and len(text) >= SHORTEST:
                    found[text].add(language)
    for table, name in NAMES_OF_SUPPLIERS:
        for row in site.engine.rows(Query(table, columns=(name,))):
            found.pop(row[name], None)
    return found


@pytest.fixture(scope="module")
def paths(site):
    package = site.engine.package
    company = busiest(package)
    return [*example_paths(package), *MORE, f"embed/company-accounts?company={company}"]


def language_of(node: Node) -> str | None:
    """The language in which an element stands."""
    while node.parent is not None and not node.get("lang"):
        node = node.parent
    return node.get("lang")


def texts(tree: Node):
    """(element, text) of each text that a page shows or draws by itself."""
    for one in tree.one("body"):
        if one.name not in DRAWN_ONLY:
            yield from ((one, child.strip()) for child in one.children if isinstance(child, str))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_data_have_in_one_language_stands_in_it_on_every_route(client, paths, known, language):
    wrong, seen = set(), set()
    for path in paths:
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200, path
        for node, text in texts(read(answer.text)):
            if text in known:
                seen.add(text)
                if language_of(node) not in known[text]:
                    wrong.add((path, node.name, text, language_of(node)))
    assert wrong == set()
    assert {found for text in seen for found in known[text]} >= {"fi", "sv", "en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_carries_the_language_of_its_own_page(client, paths, language):
    """It would say nothing and make long tables longer."""
    for path in paths:
        for cell in read(client.get(f"/{language}/{path}").text).one("main").all("td", "th"):
            marks = [cell, *cell.all("span")]
            assert language not in {one.get("lang") for one in marks}, path


@pytest.mark.parametrize(("path", "language"), [("budgets", "fi"), ("services", "en")])
def test_the_option_list_of_a_filter_says_the_language_of_its_names(site, client, path, language):
    name = {"budgets": "department", "services": "service"}[path]
    for page in LANGUAGES:
        ctx = site.context(page, "")
        (select,) = [one for one in read(client.get(f"/{page}/{path}").text).all("select") if one.get("name") == name]
        told = {one.get("value"): one.get("lang") for one in select.all("option")}
        named = set(site.codes.languages[name])
        assert named
        assert {told[code] for code in named} == {ctx.foreign(language)}
        assert {told[code] for code in set(told) - named} <= {None}  # what the site itself says stands in its language


@pytest.mark.parametrize("name", ["company-accounts", "budget-units", "service-times", "projects"])
def test_a_name_within_a_finding_or_a_drawing_says_its_language(site, client, name):
    query = f"?company={busiest(site.engine.package)}" if name.startswith("company") else ""
    spoken = "en" if name.startswith("service") else "fi"
    for page in LANGUAGES:
        tree = read(client.get(f"/{page}/embed/{name}{query}").text)
        drawn = {one.get("lang") for one in tree.one("main").all("text")} - {None}
        assert drawn == ({spoken} if page != spoken else set())
        if name != "projects":  # whose finding names none
            title = tree.one("h1")
            assert [one.get("lang") for one in title.all("span")] == ([spoken] if page != spoken else [])


def test_a_preview_and_the_crumbs_say_a_finding_in_words_alone(client):
    """Marks are no part of what others read of a page."""
    text = client.get("/sv/origin/budget-units").text
    parts = text.split('<script type="application/ld+json">')[1:]
    things = [json.loads(one.partition("</script>")[0]) for one in parts]
    (crumbs,) = [thing for thing in things if thing["@type"] == "BreadcrumbList"]
    names = [step["name"] for step in crumbs["itemListElement"]]
    assert len(names) == 3
    assert names[1].startswith("Helsingfors")
    assert not any("Span" in name or "[" in name or "<" in name for name in names)


def test_a_release_that_tells_no_languages_is_served_without_marks(tmp_path):
    """Those of contract 1.3 and older."""
    release = write_release(tmp_path)
    raw = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    for resource in raw["resources"]:
        for field in resource["schema"]["fields"]:
            field.pop("x-language", None)
            field.pop("x-language-in", None)
    change_descriptor(release, resources=raw["resources"])
    old = create_site(Settings(data_dir=tmp_path))
    assert old.codes.languages == {"department": {}, "service": {}}
    client = old.server.test_client()
    for path in ("project", "budgets", "services", "cities/091", "dataset/projects", "dataset/city_context"):
        assert client.get(f"/sv/{path}").status_code == 200

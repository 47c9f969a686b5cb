"""What pages say against what the release holds: filters, search, a company, the catalogue, how sources stand."""

import datetime as dt
import json
import re

import pytest

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, formats, translator
from dashboard.i18n.plain import capital
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.app.walk import read
from tests.data.handmade import ESPOO, FIRST, HELSINKI, OULU, SECOND, THIRD, TURKU, purchase, write_facts

RUN = {"started_at": "2026-11-24T05:00:00Z", "finished_at": "2026-11-24T21:30:00Z", "issues": []}


@pytest.fixture(scope="module")
def get(small):
    client = small.server.test_client()

    def fetch(address, **query):
        answer = client.get(address, query_string=query or None)
        assert answer.status_code == 200, address
        return read(answer.text)

    return fetch


def table(tree, number=0):
    """The cells of a table's body."""
    return [[cell.text for cell in row.all("th", "td")] for row in tree.all("tbody")[number].all("tr")]


def boxes(tree, name):
    """The boxes of a name: value -> whether it is ticked; and their words."""
    found = [one for one in tree.all("input") if one.get("name") == name and one.get("type") == "checkbox"]
    words = {label.get("for"): label.text for label in tree.all("label")}
    return {one.get("value"): "checked" in one.attributes for one in found}, {
        one.get("value"): words[one.get("id")] for one in found
    }


def options(tree, name):
    (select,) = (one for one in tree.all("select") if one.get("name") == name)
    return {one.get("value"): one.text for one in select.all("option")}


def chosen(tree, name):
    (select,) = (one for one in tree.all("select") if one.get("name") == name)
    return ",".join(one.get("value") for one in select.all("option") if "selected" in one.attributes)


def written(tree, name):
    (box,) = (one for one in tree.all("input") if one.get("id") == f"filter-{name}")
    return box.get("value")


def facts(tree):
    """The list of facts of a page, label and value."""
    (found,) = tree.with_class("facts")
    return [one.text for one in found.all("dd")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_filters_offer_what_the_release_has_in_the_readers_language(small, get, language):
    tree, codes = get(f"/{language}/companies"), small.codes
    years, groups = (options(tree, name) for name in ("year", "group"))
    assert boxes(tree, "city")[1] == {code: text[language] for code, text in codes.cities.items()}
    assert [year for year in years if year] == ["2024", "2023", "2022"]
    assert {code: name for code, name in groups.items() if code} == {c: t[language] for c, t in codes.groups.items()}
    company = capital(codes.names["kind"]["company"][language])
    assert options(tree, "kind") == {"": options(tree, "kind")[""], "company": company}
    assert {years[""], groups[""], options(tree, "kind")[""]}.isdisjoint({""})


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ("", "", "")),
        (f"city={TURKU}", (TURKU, "", "")),
        (f"city={TURKU}&year=2024&group=43", (TURKU, "2024", "43")),
        (f"city={TURKU},{HELSINKI}&group=43", (f"{HELSINKI},{TURKU}", "", "43")),
        ("city=999&year=1066&group=zz", ("", "", "")),
    ],
)
def test_the_form_shows_the_filters_in_force_so_that_sending_it_changes_nothing(small, get, query, wanted):
    tree = get(f"/en/companies?{query}")
    ticked = [code for code, is_ticked in boxes(tree, "city")[0].items() if is_ticked]
    values = {"city": ",".join(ticked), **{name: chosen(tree, name) for name in ("year", "group")}}
    assert set(ticked) == set(filter(None, wanted[0].split(",")))
    assert (values["year"], values["group"]) == wanted[1:]
    again = get("/en/companies", **values)
    assert table(again) == table(tree)


@pytest.mark.parametrize(
    ("query", "least", "most", "wrong"),
    [
        ("min=100&max=900", "100", "900", 0), ("min=1 000&max=-5", "1000", "-5", 1), ("min=5&max=5", "5", "5", 0),
        ("min=ten&max=9,5", "ten", "9,5", 2), ("max=7", "", "7", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bounds_of_a_row_stand_in_their_boxes_and_what_is_wrong_with_them_beside(
    get, language, query, least, most, wrong
):
    tree = get(f"/{language}/companies?{query}")
    assert (written(tree, "min"), written(tree, "max")) == (least, most)
    assert len(tree.with_class("filters__error")) == wrong


def test_filters_that_leave_no_purchase_are_said_once_with_the_way_out(get):
    tree = get(f"/en/companies?city={ESPOO}&year=2022&min=7")
    (panel,) = tree.with_class("panel")
    for word in ("Espoo", "2022", "€7"):
        assert word in panel.text
    assert panel.one("a").get("href") == "/en/companies"


def test_the_clear_link_leads_to_the_plain_view(get):
    form = get(f"/fi/companies?city={TURKU}").with_class("filters")[0]
    assert form.one("a").get("href") == form.get("action") == "/fi/companies"


def test_each_supplier_leads_to_its_own_page_under_the_same_filters(get):
    tree = get(f"/fi/companies?city={TURKU}&year=2024&q=alfa")
    panel = next(one for one in tree.with_class("panel") if one.get("id") == "suppliers")
    links = {one.text: one.get("href") for one in panel.one("tbody").all("a")}
    assert links == {THIRD[1]: f"/fi/companies/{THIRD[0]}?city={TURKU}&year=2024"}


def names(results):
    """The names that a list of results shows, in its order."""
    return [item.all("a")[0].text for listed in results.with_class("found") for item in listed.all("li")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alfa", [FIRST]), ("ALFA oy", [FIRST]), ("<b>& poj", [THIRD]), ("beeat", [SECOND]), ("zzz", []), ("%", []),
        ("'", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_lists_the_companies_of_the_name_even_mistyped(get, language, text, found):
    (results,) = get(f"/{language}/companies", q=text, year=2024).with_class("results")
    assert names(results) == [name for _, name in found]
    assert re.search(rf": {len(found)}$", results.one("h2").text)
    assert text in results.one("h2").text
    links = [one.get("href") for listed in results.with_class("found") for one in listed.all("a")]
    assert links == [f"/{language}/companies/{number}?year=2024" for number, _ in found]


def test_the_companies_page_finds_what_the_search_page_finds(get):
    for text in ("oy", "a", "beeat"):
        (results,) = get("/en/companies", q=text).with_class("results")
        (section,) = [one for one in get("/en/search", q=text).all("section") if one.all("h2") and
                      one.get("aria-labelledby") == "found-company"]  # fmt: skip
        assert names(results) == names(section) != []


def test_a_search_of_many_names_says_how_many_it_shows(make_site):
    companies = [(f"92000{n:02}-{n % 10}", f"Yhtiö {n} Oy") for n in range(60)]
    site = make_site([purchase(TURKU, 2024, 1, "1", one) for one in companies])
    (results,) = read(site.server.test_client().get("/en/companies?q=yhti").text).with_class("results")
    assert "60" in results.one("h2").text
    assert len(names(results)) == 50
    assert "50" in results.all("p")[-1].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_has_its_id_cities_years_and_names(small, get, language):
    tree, ctx = get(f"/{language}/companies/{SECOND[0]}"), small.context(language, "")
    assert tree.one("h1").text == SECOND[1]
    cities = ", ".join(sorted([ctx.city(HELSINKI), ctx.city(TURKU)]))
    euros = ctx.f.money(1_140_000)
    assert facts(tree) == [SECOND[0], ctx.t("company"), cities, "2023–2024", euros, "24"]
    assert table(tree) == [[SECOND[1], "2023", "2024", "24"]]


def test_a_company_under_filters_says_so_and_offers_the_whole(get):
    note = get(f"/en/companies/{SECOND[0]}?city={TURKU}").one("main").with_class("note")[0]
    assert "Turku" in note.text
    assert note.one("a").get("href") == f"/en/companies/{SECOND[0]}"
    plain = get(f"/en/companies/{SECOND[0]}").one("main")
    assert f"/en/companies/{SECOND[0]}" not in [a.get("href") for one in plain.with_class("note") for a in one.all("a")]


def test_a_company_without_purchases_under_the_filters_says_so_once(get):
    tree = get(f"/en/companies/{SECOND[0]}?city={ESPOO}")
    (panel,) = tree.with_class("panel")
    assert panel.one("h2").text == "No purchases under these filters"


@pytest.mark.parametrize("spelled", ["FI90000038", "90000038", "fi 9000003-8", "9000003–8"])
def test_a_business_id_is_found_however_it_is_spelled(small, get, spelled):
    tree = get(f"/en/companies/{spelled}")
    assert tree.one("h1").text == SECOND[1]
    (canonical,) = (one.get("href") for one in tree.all("link") if one.get("rel") == "canonical")
    assert canonical.endswith(f"/en/companies/{SECOND[0]}")
    (results,) = get("/en/companies", q=spelled).with_class("results")
    assert names(results) == [SECOND[1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_stands_with_the_projects_whose_partners_have_its_id(make_site, language):
    """Turku's own id leads the project in data/reference; a namesake with another id takes part in none."""
    facts = [purchase(OULU, 2024, 1, "5", ("0204819-8", "Turun kaupunki"))]
    facts += [purchase(OULU, 2024, 1, "5", ("9000001-1", "Turun kaupunki"))]
    site = make_site(facts)
    client, t = site.server.test_client(), site.context(language, "").t
    pages = [client.get(f"/{language}/companies/{number}").text for number in ("0204819-8", "9000001-1")]
    assert ["6AIKA" in page for page in pages] == [True, False]
    assert [t("lead partner") in page for page in pages] == [True, False]


def test_turning_pages_keeps_the_filters(make_site):
    client = make_site([purchase(TURKU, 2024, n % 12 + 1, "1") for n in range(120)]).server.test_client()
    address = f"/fi/companies/{FIRST[0]}?city={TURKU}&year=2024"
    turns = {one.get("rel"): one.get("href") for one in read(client.get(address + "&page=2").text).all("a")}
    assert turns["next"] == address + "&page=3#company-rows"
    assert turns["prev"] == address + "#company-rows"
    assert "prev" not in {one.get("rel") for one in read(client.get(address).text).all("a")}
    assert "next" not in {one.get("rel") for one in read(client.get(address + "&page=3").text).all("a")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_each_dataset_with_its_rows(small, get, language):
    package = small.engine.package
    cards = get(f"/{language}/data").with_class("card")
    assert len(cards) == len(package.datasets)
    for card, dataset in zip(cards, package.datasets, strict=True):
        rows = sum(package.resource(name).rows for name in dataset.resources)
        assert card.one("h2").text == dataset.title[language]
        assert card.one("a").get("href") == f"/{language}/dataset/{dataset.name}"
        assert str(rows) in re.sub(r"[\xa0,](?=\d{3})", "", card.text)
        assert dataset.licence.title in card.text
        by_hand = all(source.state == "reference" for source in dataset.sources) and bool(dataset.sources)
        assert not (by_hand and card.with_class("badge--sample"))
        if dataset.name in ("purchases", "companies", "budgets", "service_units"):
            assert card.with_class("badge--sample")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["purchases", "companies", "projects", "cities", "accounts"])
def test_a_dataset_describes_each_field_and_offers_each_format(small, get, language, name):
    tree, package = get(f"/{language}/dataset/{name}"), small.engine.package
    dataset = package.dataset(name)
    words = translator(language)
    for resource in map(package.resource, dataset.resources):
        caption = words("Fields of {table}", table=resource.title[language])
        (number,) = (place for place, one in enumerate(tree.all("table")) if one.one("caption").text == caption)
        described = [(row[0], row[1]) for row in table(tree, number)]
        assert described == [(field.name, field.title[language]) for field in resource.fields]
        hrefs = [one.get("href") for one in tree.all("a")]
        for kind in ("csv", "xlsx", "parquet", "json"):
            assert f"/data/{resource.name}.{kind}?lang={language}" in hrefs
    assert dataset.licence.url in [one.get("href") for one in tree.all("a")]
    cited = tree.one("main").text.partition(translator(language)("How to cite"))[2]
    assert package.version in cited
    assert formats(language).date(dt.datetime.now(dt.UTC).date()) in cited


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_gives_each_sources_rows_and_no_row_is_lost(small, get, language):
    sources = [source for dataset in small.engine.package.datasets for source in dataset.sources]
    rows = table(get(f"/{language}/status"), -1)
    assert [row[0] for row in rows] == [source.title[language] for source in sources]
    numbers = [[int(re.sub(r"\D", "", cell)) for cell in row[3:6]] for row in rows]
    assert all(read_in == kept + aside for read_in, kept, aside in numbers)
    states = {source.name: row[1] for source, row in zip(sources, rows, strict=True)}
    assert len({states[f"purchases-{one}"] for one in ("turku", "oulu", "national")}) == 3


@pytest.fixture(scope="module")
def status_of(tmp_path_factory):
    """Gives the status page in a language after a run that went so."""
    folder = tmp_path_factory.mktemp("status")
    write_facts(folder, small_facts())
    client = create_site(Settings(data_dir=folder)).server.test_client()

    def fetch(run, language="en"):
        (folder / "releases" / "last_run.json").write_text(json.dumps(run), encoding="utf-8")
        answer = client.get(f"/{language}/status")
        assert answer.status_code == 200
        return read(answer.text)

    return fetch


def test_the_last_run_is_told_apart_by_words_and_in_finnish_time(status_of):
    """21.30 UTC in November is half past eleven in the evening in Helsinki."""
    badges = {}
    for result, kind in (("published", "badge--ok"), ("unchanged", "badge--ok"), ("failure", "badge--failed")):
        tree = status_of({**RUN, "result": result})
        (badge,) = tree.with_class(kind)
        badges[result] = badge.text
        assert re.search(r"\b23[.:]30", badge.parent.text)
    assert len(set(badges.values())) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_failed_is_listed_with_what_was_expected(status_of, language):
    issue = {"source": "purchases-turku", "code": "not_found", "message": "No <b>file</b>.", "severity": "error"}
    warning = {**issue, "severity": "warning", "message": "Only a warning."}
    run = {
        **RUN,
        "result": "failure",
        "issues": [{**issue, "expected": "200", "got": None}, {**warning, "expected": None, "got": None}],
    }
    tree = status_of(run, language)
    t = translator(language)
    assert [row[1:] for row in table(tree)] == [[t("not found on the portal"), "No <b>file</b>.", "200", "–"]]


@pytest.mark.parametrize(
    "run",
    [{}, {"result": "published"}, {**RUN, "result": "exploded"}, {**RUN, "result": "failure", "finished_at": "soon"}],
)
def test_a_record_of_another_shape_does_not_take_the_status_page_down(status_of, run):
    assert status_of(run).one("h1").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scope_of_each_citys_data_is_told_before_the_comparison(small, get, language):
    scopes = [one.scope[language] for one in small.engine.package.dataset("purchases").sources if one.scope]
    main = get(f"/{language}/companies").one("main")
    assert scopes
    assert all(scope in main.text for scope in scopes)
    assert main.text.index(scopes[0]) < main.text.index(small.context(language, "").t("Index"))


def test_a_release_of_one_purchase_has_all_its_pages(make_site):
    client = make_site([purchase(ESPOO, 2025, 12, "0.01")]).server.test_client()
    for path in (
        "",
        "companies",
        f"companies/{FIRST[0]}",
        "companies?year=2025&q=a",
        "data",
        "status",
        "dataset/purchases",
    ):
        assert client.get(f"/sv/{path}").status_code == 200

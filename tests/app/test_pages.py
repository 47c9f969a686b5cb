import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pandas as pd
import pytest

from dashboard.app import PANELS as SITE_PANELS
from dashboard.html.render import render
from dashboard.i18n import LANGUAGES, translator
from dashboard.query.model import Measure, Query
from tests.app.callback import callback_body
from tests.app.walk import read

TURKU, HELSINKI = "853", "091"
OF_A_KIND = 2
FIXED = (
    "",
    "project",
    "companies",
    "companies?city=853&year=2025",
    "companies?q=oy",
    "data",
    "status",
    "dataset/purchases",
)
WITH_PANELS = ("", "companies", "companies?city=853&year=2025")
PANELS = ("suppliers", "change", "projects")
TABLES_ONLY = ("ranking",)
"""Panels of the pages here that are long tables and have no chart."""


class Reader(HTMLParser):
    """What a test needs of a page: the attributes by tag, the text by tag, the tables by their panel."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.texts, self.tables, self.ids = {}, {}, {}, []
        self._open, self._panel = [], ""
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.setdefault(tag, []).append(found)
        self.texts.setdefault(tag, []).append("")
        self.ids += [found["id"]] if "id" in found else []
        self._open.append((tag, len(self.texts[tag]) - 1))
        if tag == "section":
            self._panel = found.get("id", "")
        if tag == "tr":
            self.tables.setdefault(self._panel, []).append([])
        if tag in ("td", "th"):
            self.tables[self._panel][-1].append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, number in self._open:
            self.texts[tag][number] += data
        if any(tag in ("td", "th") for tag, _ in self._open):
            self.tables[self._panel][-1][-1] += data

    def links(self):
        return [one["href"] for one in self.tags.get("a", []) if "href" in one]


@pytest.fixture(scope="module")
def get(client):
    def read(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        return Reader(answer.text)

    return read


@pytest.fixture(scope="module")
def purchases(site):
    return pd.read_parquet(site.engine.package.file("purchases", "parquet"))


def addresses(paths=FIXED):
    return [f"/{language}/{path}" for language in LANGUAGES for path in paths]


def language_of(address):
    return address.split("/")[1]


def plain(text):
    return text.replace("\xa0", " ").replace("−", "-")


def number_of(text):
    """The number that a table's cell writes, in whichever language."""
    return Decimal(re.sub(r"[^0-9.-]", "", plain(text).replace(",", ".")))


@pytest.mark.parametrize("address", addresses())
def test_a_page_is_whole_without_scripts(client, address):
    answer = client.get(address)
    page = Reader(answer.text)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert page.tags["html"][0]["lang"] == language_of(address)
    assert len(page.texts["h1"]) == 1
    assert page.texts["h1"][0].strip()
    assert len(page.tags["main"]) == 1
    assert page.texts["title"][0].startswith(page.texts["h1"][0] + " – Kuusi (")
    assert 'class="sample-banner"' in answer.text
    assert [one["content"] for one in page.tags["meta"] if one.get("name") == "description"] != [""]
    assert len(set(page.ids)) == len(page.ids)


@pytest.mark.parametrize("address", addresses(WITH_PANELS))
def test_each_panel_is_served_with_chart_table_and_downloads(get, address):
    page = get(address)
    panels = [one["id"] for one in page.tags["section"] if one.get("class") == "panel"]
    drawn = [name for name in panels if name not in TABLES_ONLY]
    assert drawn
    for name in panels:
        assert len(page.tables[name]) > 1
        kinds = {urlsplit(link).path for link in page.links() if f"/{name}." in link}
        downloads = {f"/download/{name}.{kind}" for kind in ("csv", "xlsx", "json", "zip")}
        cited = {f"/cite/figure/{name}.{kind}" for kind in ("txt", "bib", "ris", "json")}
        assert kinds == downloads | cited | {f"/picture/{name}.{kind}" for kind in ("svg", "png") if name in drawn}
    assert len([svg for svg in page.tags["svg"] if "chart" in svg.get("class", "")]) == 2 * len(drawn)


def test_the_pages_of_all_languages_have_the_same_structure(get):
    for path in FIXED:
        shapes = {tuple(tag for tag in sorted(page.tags) for _ in page.tags[tag]) for page in _in_all(get, path)}
        assert len(shapes) == 1, path


def _in_all(get, path):
    pages = [get(f"/{language}/{path}") for language in LANGUAGES]
    for page in pages:  # charts wrap their labels by length, so they differ
        for tag in ("svg", "g", "path", "rect", "text", "tspan", "line", "title", "desc", "circle", "style", "q"):
            page.tags.pop(tag, None)
    return pages


def test_no_two_languages_share_their_title_and_description(client):
    for path in ("", "companies", "data", "status", "dataset/purchases", "nothing"):
        heads = {
            client.get(f"/{language}/{path}").text.split("<link", 1)[0].split("<title", 1)[1] for language in LANGUAGES
        }
        assert len(heads) == 3, path


def kind_of(address):
    """Addresses that differ in language, ids, rows, orders and values only: a few of them stand for all."""
    path, _, query = address.partition("?")
    path = re.sub(r"^/(picture|cite)/.*\.(png|bib|ris|json)$", r"/\1/*.\2", path)  # each has tests of its own
    path = re.sub(r"^/(fi|sv|en)(?=/)|/[0-9]{7}-[0-9]|/row/.*|/[0-9]{3}(?=/|$)", "/*", path)
    return path, tuple(sorted({pair.partition("=")[0] for pair in query.split("&")} - {"lang"}))


def test_every_link_on_every_page_answers(client):
    waiting, seen, broken, kinds = ["/fi/", "/sv/", "/en/"], set(), [], Counter()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        kinds[kind_of(address)] += 1
        if kinds[kind_of(address)] > OF_A_KIND:
            continue
        is_file = "." in address.partition("?")[0].rpartition("/")[2]  # which is made when it is read; others read them
        answer = client.head(address) if is_file else client.get(address)
        if answer.status_code != 200:
            broken.append((address, answer.status_code))
        elif answer.mimetype == "text/html":
            links = [urljoin(address, link).partition("#")[0] for link in Reader(answer.text).links()]
            waiting += [link for link in links if link.startswith("/") and link not in seen]
    assert broken == []
    assert {urlsplit(one).path.rpartition(".")[2] for one in seen if "." in one} >= {
        "csv", "xlsx", "json", "parquet", "svg", "png",
    }  # fmt: skip
    assert len(seen) > 100


def test_links_within_a_page_lead_to_something(get):
    for address in addresses():
        page = get(address)
        fragments = {link[1:] for link in page.links() if link.startswith("#")}
        assert "content" in fragments
        assert fragments <= set(page.ids)


@pytest.mark.parametrize("path", ["nothing", "companies/0000000-0", "dataset/nothing", "companies/x/y", "data/x"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_is_said_on_a_page_of_the_language(client, language, path):
    answer = client.get(f"/{language}/{path}")
    page = Reader(answer.text)
    assert answer.status_code == 404
    assert page.tags["html"][0]["lang"] == language
    assert page.texts["h1"] == [translator(language)("Page not found")]
    assert f"/{language}/companies" in page.links()
    assert not any(one.get("rel") == "canonical" for one in page.tags["link"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_filters_are_named(client, language):
    answer = client.get(f"/{language}/companies?city=999&year=1066&group=<b>x")
    assert answer.status_code == 200
    assert "city=999, year=1066, group=&lt;b&gt;x" in answer.text
    assert 'class="note note--warn"' in answer.text
    assert 'class="note note--warn"' not in client.get(f"/{language}/companies").text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; drop table x"])
def test_what_is_searched_for_never_becomes_markup(client, text):
    answer = client.get("/fi/companies", query_string={"q": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    boxes = {one["id"]: one for one in Reader(answer.text).tags["input"] if "id" in one}
    assert boxes["search-box"]["value"] == text


PROJECTS = {
    "fi": "59, yli 60 tai lähes 60",
    "sv": "59, mer än 60 eller nästan 60",
    "en": "59, more than 60 or nearly 60",
}


@pytest.mark.parametrize(("language", "budget"), [("fi", "8,98 milj. €"), ("sv", "8,98 mn €"), ("en", "€8.98m")])
def test_the_key_figures_have_their_sources(client, language, budget):
    text = client.get(f"/{language}/").text
    values = [plain(one) for one in re.findall(r'class="key-figure__value">([^<]*)<', text)]
    assert values[:3] == [budget, "7", "6"]
    assert [re.sub(r"\D", "", one) for one in values[3:5]] == ["37", "470"]
    assert (
        values[6]
        == {
            "fi": "59, yli 60 tai lähes 60",
            "sv": "59, mer än 60 eller nästan 60",
            "en": "59, more than 60 or nearly 60",
        }[language]
    )
    sources = re.findall(r'class="key-figure__source">.*?</details>', text, re.DOTALL)
    assert len(sources) == len(values) == 10
    assert all("<q" in one for one in sources)
    assert all('href="http' in one for one in sources)


@pytest.mark.parametrize("path", ["", "project", "about"])
def test_the_words_of_a_source_carry_their_language(client, site, path):
    facts = pd.read_parquet(site.engine.package.file("project_facts", "parquet")).dropna(subset=["quote"])
    codes = dict(zip(facts["quote"], facts["quote_language_code"], strict=True))
    main = read(client.get(f"/sv/{path}").text).one("main")
    told = [one for one in main.all("q", "span") if one.text in codes]
    assert "en" in {one.get("lang") for one in told}
    assert all(one.get("lang") == codes[one.text] for one in told)
    cells = [one for one in main.all("td") if codes.get(one.text) in LANGUAGES]
    assert all(one.one("span").get("lang") == codes[one.text] for one in cells)


def test_where_sources_disagree_both_values_stand_with_their_sources(client, site):
    facts = pd.read_parquet(site.engine.package.file("project_facts", "parquet"))
    text = plain(client.get("/en/project").text)
    own = facts[facts["project_code"] == "A71005"]
    ends = own[own["indicator_code"] == "end_date"]
    projects = pd.read_parquet(site.engine.package.file("projects", "parquet")).set_index("project_code")
    planned = projects.loc["A71005"]
    assert "€8,980,000" in text
    assert f"€{planned['planned_eur']:,.0f}" in text
    assert planned["planned_eur"] != 8_980_000
    assert str(planned["planned_end_date"]) != ends["value"].iloc[0]
    assert ends["source_url"].iloc[0].replace("&", "&amp;") in text
    assert planned["planned_source_url"].replace("&", "&amp;") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_differs_stands_where_the_sources_differ(client, language):
    t = translator(language)
    part = client.get(f"/{language}/project").text.partition('id="differ"')[2].partition("</table>")[0]
    part = part.partition(t("Facts that are easily confused"))[0]
    values = re.findall(r'class="said__value">([^<]*)<', part)
    assert [re.sub(r"\D", "", one) for one in values] == ["7500000", "8100000", "59", "60", "60", "4000", "4000"]
    assert re.findall(r"<h3>([^<]*)</h3>", part) == [
        t("Open data spearhead: total budget"),
        t("6Aika programme: number of projects"),
        t("6Aika programme: companies that took part"),
    ]


@pytest.mark.parametrize("name", PANELS)
def test_a_download_holds_the_table_that_is_shown(client, get, name):
    page = get("/fi/project" if name == "projects" else "/fi/companies?city=091,853&group=43")
    link = next(one for one in page.links() if one.startswith(f"/download/{name}.csv"))
    rows = list(csv.DictReader(io.StringIO(client.get(link).text, newline="")))
    head, *shown = page.tables[name]
    assert len(rows) == len(shown) > 0
    for title, column in (("Ostot", "amount_eur"), ("Rivejä", "rows_count"), ("Y-tunnus", "supplier_business_id")):
        if title in head:
            place = head.index(title)
            assert [number_of(row[place].replace("-", "")) for row in shown] == [
                number_of(row[column].replace("-", "")) for row in rows
            ]
    if name == "projects":
        assert [row[0] for row in shown] == [row["project_code"] for row in rows]


@pytest.mark.parametrize("name", PANELS)
def test_all_formats_of_a_download_hold_the_same(client, name, tmp_path):
    query = "lang=en" + ("&city=853" if name != "projects" else "")
    rows = list(csv.DictReader(io.StringIO(client.get(f"/download/{name}.csv?{query}").text, newline="")))
    found = json.loads(client.get(f"/download/{name}.json?{query}").text)
    (tmp_path / "a.parquet").write_bytes(client.get(f"/download/{name}.parquet?{query}").data)
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert len(rows) == len(found) == len(frame) > 0
    assert list(rows[0]) == list(found[0]) == list(frame.columns)


def test_the_largest_suppliers_of_turku_are_those_that_pandas_finds(get, purchases):
    year = purchases["purchase_year"].max()
    ours = purchases[(purchases["city_code"] == TURKU) & (purchases["purchase_year"] == year)]
    ours = ours[ours["supplier_business_id"].notna()]
    sums = ours.groupby("supplier_business_id")["amount_eur"].agg(["sum", "size"]).reset_index()
    sums = sums.sort_values(["sum", "supplier_business_id"], ascending=[False, True]).head(10)
    whole = ours["amount_eur"].sum()
    shown = get(f"/fi/companies?city={TURKU}&year={year}").tables["suppliers"][1:]
    assert [row[4] for row in shown] == list(sums["supplier_business_id"])
    assert [number_of(row[1]) for row in shown] == list(sums["sum"])
    assert [number_of(row[2]) for row in shown] == [round(100 * one / whole, 1) for one in sums["sum"]]
    assert [int(row[3]) for row in shown] == list(sums["size"])


def test_the_index_compares_each_city_with_its_own_first_whole_year(client, purchases):
    months = purchases.groupby(["city_code", "purchase_year"])["purchase_month"].nunique()
    sums = purchases.groupby(["city_code", "purchase_year"])["amount_eur"].sum()
    rows = csv.DictReader(io.StringIO(client.get("/download/change.csv").text, newline=""))
    found = {(row["city_code"], int(row["purchase_year"])): Decimal(row["amount_eur"]) for row in rows}
    assert found == sums.to_dict()
    head, *shown = Reader(client.get("/en/").text).tables["change"]
    index = head.index("Index")
    for (code, year), row in zip(found, shown, strict=True):
        whole = [one for one in months[code].index if months[code, one] == 12]
        base = min(one for one in whole if code == HELSINKI or one >= 2023)  # services left the others then
        want = "–" if year not in whole else f"{100 * sums[code, year] / sums[code, base]:.1f}"
        assert row[index] == "–" if want == "–" else number_of(row[index]) == Decimal(want)


def test_cities_are_never_ranked(get, site):
    order = [text["en"] for text in site.codes.cities.values()]
    for address in ("/en/", "/en/companies", "/en/companies?group=43"):
        page = get(address)
        shown = list(dict.fromkeys(row[0] for row in page.tables["change"][1:]))
        by_code = [site.codes.cities[code]["en"] for code in sorted(site.codes.cities)]
        assert shown in (order, by_code)
        assert "Index" in page.tables["change"][0]
        assert any("cannot be ranked" in text for text in page.texts["p"])
        assert any("differ in scope" in text for text in page.texts["summary"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_break_of_2023_is_marked_in_the_chart(client, language):
    words = translator(language)("1 Jan 2023: health and social services left the cities (not Helsinki)")
    drawn = " ".join(re.findall(r"<text.*?</text>", client.get(f"/{language}/").text, re.DOTALL))
    letters = re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", drawn))
    assert re.sub(r"\s+", "", words) in letters
    picture = client.get(f"/picture/change.svg?lang={language}")
    assert picture.mimetype == "image/svg+xml"
    assert re.sub(r"\s+", "", words) in re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", picture.text))


@pytest.mark.parametrize(
    "path",
    ["/download/x.csv", "/download/suppliers.doc", "/data/x.csv", "/data/cities.doc", "/picture/x.svg",
     "/picture/suppliers.gif", "/picture/company-years.svg"],
)  # fmt: skip
def test_errors_have_one_shape(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "status", "message"}
    assert answer.json["error"]["status"] == 404
    assert answer.json["error"]["message"].endswith((".", "?"))


@pytest.fixture(scope="module")
def nothing(site):
    """A query string under which there is a company but nothing that it sold."""
    rows = site.engine.rows(Query("purchases", (Measure("n", "count"),), ("supplier_business_id", "city_code")))
    cities = {}
    for row in rows:
        cities.setdefault(row["supplier_business_id"], set()).add(row["city_code"])
    company = next(key for key, there in cities.items() if key and "564" not in there)
    return f"company={company}&city=564&lang=en"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
@pytest.mark.parametrize("name", ["company-years", "company-rows"])
def test_a_download_of_nothing_is_a_file_of_nothing(client, nothing, name, kind):
    answer = client.get(f"/download/{name}.{kind}?{nothing}")
    assert answer.status_code == 200
    assert answer.data


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
@pytest.mark.parametrize("query", ["", "company=0000000-0", "company=x", "city=853"])
@pytest.mark.parametrize("name", ["company-years", "company-rows"])
def test_a_company_that_is_not_there_has_no_download(client, name, query, kind):
    answer = client.get(f"/download/{name}.{kind}?lang=en&{query}")
    assert answer.status_code == 404
    assert "company=BUSINESS-ID" in answer.json["error"]["message"]


def test_an_empty_csv_still_has_its_header(client, nothing):
    answer = client.get(f"/download/company-rows.csv?{nothing}")
    assert answer.text.count("\r\n") == answer.text.count("\n") == 1
    assert next(csv.reader([answer.text]))[:2] == ["city_code", "city"]


@pytest.mark.parametrize("address", addresses())
def test_dash_draws_what_the_server_sent(client, site, address):
    """The tree, fetched the way a browser does, renders to the bytes of the served page."""
    path, _, query = address.partition("?")
    with site.server.test_request_context(address):
        tree = site.page_tree(path, f"?{query}" if query else "")
    served = re.search(r'<div id="static">(.*)</div>\s*<div id="announcements"', client.get(address).text, re.DOTALL)
    assert served
    assert render(tree.children) == served[1]


def test_the_callback_answers_over_http(client):
    answer = client.post("/_dash-update-component", json=callback_body("/sv/companies", "?city=853"))
    assert answer.status_code == 200
    text = json.dumps(answer.json, ensure_ascii=False)
    assert Reader(client.get("/sv/companies").text).texts["h1"][0] in text
    assert "Åbo" in text


def test_the_root_leads_to_the_readers_language(client):
    for asked, language in (("sv-FI,sv;q=0.9", "sv"), ("en-GB", "en"), ("de", "fi"), ("", "fi")):
        answer = client.get("/", headers={"Accept-Language": asked})
        assert answer.status_code == 302
        assert answer.location == f"/{language}/"


def test_health_and_descriptor_answer(client, site):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready", "release": site.engine.package.version, "sample": True}
    assert client.get("/datapackage.json").json["x-version"] == site.engine.package.version


@pytest.mark.parametrize(
    "query", ["q=\xc5bo", "q=%FF", "q=%00", "city=%00,&year=&page=-1&company=%0A", "q=" + "a" * 9000]
)
@pytest.mark.parametrize("path", ["/fi/companies", "/download/suppliers.csv", "/picture/suppliers.svg"])
def test_no_query_string_breaks_an_address(client, path, query):
    """A page leaves out what it does not know; data must not hold more than was asked for."""
    refused = "city=" in query and path != "/fi/companies"
    assert client.open(path, environ_overrides={"QUERY_STRING": query}).status_code == (400 if refused else 200)


def test_beyond_the_last_page_of_rows_is_the_last(client, purchases):
    business_id = purchases["supplier_business_id"].value_counts().index[0]
    count = (purchases["supplier_business_id"] == business_id).sum()
    last = -(-count // 50)
    assert last > 1
    beyond, wanted = (Reader(client.get(f"/en/companies/{business_id}?page={n}").text) for n in (9999, last))
    assert beyond.tables["company-rows"] == wanted.tables["company-rows"]
    assert len(wanted.tables["company-rows"]) == 1 + count - 50 * (last - 1)
    assert [one["rel"] for one in beyond.tags["a"] if one.get("rel") in ("prev", "next")] == ["prev"]


@pytest.mark.parametrize("name", SITE_PANELS)
def test_every_column_that_a_panel_shows_is_in_its_download(client, site, name):
    company = site.engine.rows(Query("companies", limit=1))[0]["supplier_business_id"]
    query = f"company={company}" if name.startswith("company") else ""
    ctx = site.context("fi", query)
    shown = {column.name for column in SITE_PANELS[name].view(ctx).columns}
    header = client.get(f"/download/{name}.csv?{query}").text.splitlines()[0].replace('"', "").split(",")
    assert shown <= set(header)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_page_lists_every_dataset_of_the_release_and_each_has_its_page(client, site, language):
    listed = client.get(f"/{language}/data").text
    for dataset in site.engine.package.datasets:
        assert f"/{language}/dataset/{dataset.name}" in listed
        page = client.get(f"/{language}/dataset/{dataset.name}")
        assert page.status_code == 200
        assert dataset.title[language] in unescape(page.text)


def test_the_status_page_says_what_is_not_published_in_its_language(client):
    assert "Turku puuttuu siksi" in client.get("/fi/status").text
    assert "Åbo saknas därför" in client.get("/sv/status").text
    assert "what is missing is not zero" in client.get("/en/status").text


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/companies?city=853", "/sv/companies?city=853"),
        ("/cities/Åbo", "/sv/cities/%C3%85bo"),
        ("/fi/companies/?city=853", "/fi/companies?city=853"),
        ("/fi", "/fi/"),
    ],
)
def test_a_page_has_one_address_in_each_language(client, asked, address):
    answer = client.get(asked, headers={"Accept-Language": "sv"})
    assert answer.status_code in (301, 302)
    assert answer.location == address
    assert client.get(address).status_code == 200


def test_what_is_no_page_leads_nowhere(client):
    assert client.get("/nothing/at/all").status_code == 404
    assert client.get("//example.com/companies").headers["Location"] == "/fi/companies"
    assert client.get("/robots.txt").text.startswith("User-agent: *")

"""Forms hand on what they do not change; errors look like the site; wrong bodies are refused."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.html.render import render
from dashboard.i18n import LANGUAGES, translator
from dashboard.pages import status
from dashboard.query.model import Filter, Query
from dashboard.settings import ROOT
from tests.app.callback import callback_body

BREAK = {"fi": "1.1.2023", "sv": "1.1.2023", "en": "1 Jan 2023"}


class Forms(HTMLParser):
    """The fields of each form by its class, as a browser would send them."""

    def __init__(self, markup):
        super().__init__()
        self.forms, self.form, self.select = {}, None, None
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.form = self.forms.setdefault(found["class"], [])
        elif tag == "input" and self.form is not None and (found.get("type") != "checkbox" or "checked" in found):
            self.form.append((found["name"], found.get("value", "")))
        elif tag == "select":
            self.select = found["name"]
        elif tag == "option" and "selected" in found:
            self.form.append((self.select, found.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def sent(client, address, form):
    fields = Forms(client.get(address).text).forms[form]
    return [(name, value) for name, value in fields if value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_keeps_the_filters_and_a_filter_keeps_the_search(client, language):
    address = f"/{language}/companies?city=853&year=2025&group=43&q=oy"
    kept = [("city", "853"), ("group", "43"), ("q", "oy"), ("year", "2025")]
    assert sorted(sent(client, address, "search")) == kept
    assert sorted(sent(client, address, "filters")) == kept


def test_a_search_over_several_cities_keeps_each_of_them(client):
    assert ("city", "091") in sent(client, "/fi/companies?city=091,853", "search")
    assert ("city", "853") in sent(client, "/fi/companies?city=091,853", "search")


def test_results_lead_to_companies_under_the_same_filters_and_without_the_search(client):
    page = client.get("/fi/companies?city=853&year=2025&q=oy").text
    results = page[page.index('class="results"') :]
    links = re.findall(r'href="(/fi/companies/[^"]+)"', results[: results.index("</section>")])
    assert links
    for link in links:
        assert dict(parse_qsl(urlsplit(link.replace("&amp;", "&")).query)) == {"city": "853", "year": "2025"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_that_is_cut_says_so(client, language):
    words = translator(language)("The search text was too long: only its first {n} characters were used.", n=100)
    assert words in client.get(f"/{language}/companies?q={'a' * 101}").text
    assert ("q", "a" * 100) in sent(client, f"/{language}/companies?q={'a' * 101}", "search")
    assert 'note--warn"' not in client.get(f"/{language}/companies?q={'a' * 100}").text


def test_a_cut_search_and_an_unknown_value_are_told_apart(client):
    notes = re.findall(r'note--warn"[^>]*>([^<]*)<', client.get(f"/en/companies?year=1066&q={'a' * 101}").text)
    assert len(notes) == 2
    assert notes[0].endswith("it was left out: year=1066")


@pytest.mark.parametrize(
    ("address", "named"),
    [("companies?foo=bar", "foo=bar"), ("companies?sort=zz.zz", "zz.zz"), ("companies?page=9999", "9,999"),
     ("companies?sort=change.nothing", "change.nothing"), ("?page=2", "2"), ("search?q=oy&page=99", "99"),
     ("companies?company=9999999-9", "company=9999999-9")],
)  # fmt: skip
def test_whatever_of_an_address_is_not_obeyed_is_named(client, address, named):
    found = re.findall(r'<p[^>]*note--warn[^>]*role="status"[^>]*>(.*?)</p>', client.get(f"/en/{address}").text)
    assert [named in note for note in found] == [True]


@pytest.mark.parametrize("asked", ["min=abc", "min=10 000,50", "page=-1", "year=20x4", "company=abc"])
def test_what_cannot_be_read_is_not_told_as_something_that_the_release_lacks(client, asked):
    (note,) = re.findall(
        r'<p[^>]*note--warn[^>]*role="status"[^>]*>(.*?)</p>', client.get(f"/en/companies?{asked}").text
    )
    assert note == f"Something in the address is not written as it should be; it was left out: {asked}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_that_cannot_be_read_stays_in_its_field_with_what_is_wrong(client, language):
    text = client.get(f"/{language}/companies?min=10 000,50").text
    assert ("min", "10 000,50") in Forms(text).forms["filters"]
    label = text[text.index('for="filter-min"') :].partition("</label>")[0]
    assert translator(language)("Write whole euros without cents, such as 10000.") in label


@pytest.mark.parametrize("asked", ["year=2024&year=2025", "page=2&page=1", "q=kone&q=oy"])
def test_what_is_asked_for_twice_is_named_with_the_one_that_counts(client, asked):
    (note,) = re.findall(
        r'<p[^>]*note--warn[^>]*role="status"[^>]*>(.*?)</p>', client.get(f"/en/companies?{asked}").text
    )
    first = asked.partition("&")[0]
    assert note == f"The address asks for the same more than once: the last counts, not {first}"
    assert client.get("/download/suppliers.csv?year=2024&year=2025").status_code == 400


@pytest.mark.parametrize(("asked", "named"), [("city=853&ye", "ye"), ("ci", "ci"), ("%", "%"), ("city=853&=5", "=5")])
def test_an_address_whose_end_was_cut_off_names_what_is_left_of_it(client, asked, named):
    (note,) = re.findall(
        r'<p[^>]*note--warn[^>]*role="status"[^>]*>(.*?)</p>', client.get(f"/en/companies?{asked}").text
    )
    assert note.endswith(f"it was left out: {named}")


def test_fields_that_a_form_left_empty_are_no_fault(client):
    names = ("city", "year", "group", "kind", "min", "max", "q", "page", "sort", "company", "release")
    assert 'note--warn"' not in client.get(f"/en/companies?{'&'.join(f'{name}=' for name in names)}").text


NOTE = r'<p[^>]*note--warn[^>]*role="status"[^>]*>(.*?)</p>'


@pytest.mark.parametrize(
    ("address", "named"),
    [("compare?year=2024&per=inhabitant&group=43&city=853,091", ("2024", "inhabitant")),
     ("indicators?year=2023", ("2023",)),
     ("status?city=853", ("Turku",)), ("cities/564?year=2024&city=091", ("Helsinki", "2024")),
     ("cities?year=2024", ("2024",)), ("services?group=43", ()), ("project?year=2024", ("2024",)),
     ("search?q=oulu&city=853", ("Turku",)), ("compare?q=oulu", ("oulu",)), ("method?min=5", ("5",)),
     ("data?year=2024&city=853", ("2024",)), ("origin/suppliers?prices=2024&year=2025", ("2024",))],
)  # fmt: skip
def test_a_filter_that_the_page_does_not_have_is_named_once(client, address, named):
    (note,) = re.findall(NOTE, client.get(f"/en/{address}").text)
    assert note.startswith("Chosen, but it changes nothing on this page: ")
    assert all(one in note for one in named)
    assert "Turku" not in note or "city=853" in address.partition("?")[2]


@pytest.mark.parametrize(
    "address",
    ["companies?city=853&year=2025&group=43&kind=company&min=1&max=9000000&q=oy", "compare?city=853,091",
     "budgets?city=853&year=2025&direction=income&internal=included&prices=2024&per=inhabitant",
     "services?city=091&year=2025", "indicators?city=853", "cities/853?city=853", "data?city=853&origin=portal&q=ostot",
     "search?q=oulu", "origin/suppliers?city=853&year=2025", "?year=2025", "nothing/here?city=853"],
)  # fmt: skip
def test_of_the_filters_that_a_page_has_nothing_is_said(client, address):
    assert re.findall(NOTE, client.get(f"/en/{address}").text) == []


def test_what_is_obeyed_is_not_named(client, site):
    version = site.engine.package.version
    for address in (f"companies?release={version}", "companies?page=2", "companies?sort=suppliers.amount_eur"):
        assert 'note--warn"' not in client.get(f"/fi/{address}").text, address


def test_a_long_value_that_is_ignored_is_not_repeated_whole(client):
    assert "year=" + "x" * 50 in (page := client.get("/fi/companies?year=" + "x" * 9000).text)
    assert "x" * 70 not in page
    assert "city=end" not in client.get("/fi/companies?city=" + "999," * 500 + "end").text


def test_what_other_forms_have_set_is_handed_on_in_hidden_fields(client):
    text = client.get("/fi/companies?city=091&city=853&year=2025&group=43&q=oy").text
    fields = re.findall(r'<input name="([^"]*)" type="hidden" value="([^"]*)">', text)
    in_search = [("city", "091"), ("city", "853"), ("year", "2025"), ("group", "43")]
    assert sorted(fields) == sorted([*in_search, ("q", "oy")])


def test_the_way_back_from_a_company_keeps_the_filters(client, site):
    business_id = site.engine.rows(Query("companies", limit=1))[0]["supplier_business_id"]
    text = client.get(f"/en/companies/{business_id}?city=853&year=2025&page=2").text
    crumbs = text[text.index('class="crumbs"') :]
    assert 'href="/en/companies?city=853&amp;year=2025"' in crumbs[: crumbs.index("</nav>")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mark_of_2023_stands_where_it_concerns_a_city_shown(client, language):
    def mark(query):
        return BREAK[language] in client.get(f"/picture/change.svg?lang={language}&{query}").text

    assert mark("")
    assert mark("city=049")
    assert mark("city=091&city=049")
    assert not mark("city=091")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mark_of_2023_is_never_cut_short(client, language):
    """Its end says "(not Helsinki)", which a narrow chart must not leave out."""
    words = translator(language)("1 Jan 2023: health and social services left the cities (not Helsinki)")
    text = client.get(f"/{language}/").text
    charts = re.findall(r'<svg[^>]*class="chart chart--(?:wide|narrow)".*?</svg>', text, re.DOTALL)
    drawn = [re.sub(r"\W+", "", "".join(re.findall(r"<text[^>]*>([^<]*)</text>", chart))) for chart in charts]
    assert sum(re.sub(r"\W+", "", words) in one for one in drawn) == 2


def test_the_title_of_an_axis_keeps_clear_of_its_top_number(client):
    svg = client.get("/picture/change.svg?city=853&lang=en").text
    texts = re.findall(r'<text[^>]* y="([\d.]+)"[^>]*>([^<]*)</text>', svg)
    title = next(float(y) for y, text in texts if text == "index")
    top = min(float(y) for y, text in texts if text.isdigit() and float(y) > title)
    assert top - title >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_with_one_row_is_written_in_the_singular(client, site, language):
    once = site.engine.rows(Query("company_names", filters=(Filter("rows_count", "eq", 1),), limit=1))[0]
    text = client.get(f"/{language}/companies/{once['supplier_business_id']}").text.replace("\xa0", " ")
    assert "1 rows" not in text
    assert f"{once['first_year']}–{once['first_year']}" not in text
    assert f"<dd>{once['first_year']}</dd>" in text


@pytest.mark.parametrize("path", ["/assets/none.css", "/assets/", "/fi/none", "/%00"])
def test_what_is_not_there_is_a_page_of_the_site(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert 'id="content"' in answer.text
    assert "<h1" in answer.text


@pytest.mark.parametrize("path", ["x/y.js", "dash/none.js", ""])
def test_a_script_that_dash_does_not_have_is_not_found(client, path):
    assert client.get(f"/_dash-component-suites/{path}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("path", ["/fi/", "/fi/companies", "/en/", "/download/suppliers.csv"])
def test_another_method_is_refused_with_a_page_and_the_allowed_ones(client, path, method):
    """Dash would show the page itself, as if nothing had been refused; so it is left out."""
    answer = client.open(path, method=method)
    t = translator("en" if path.startswith("/en/") else "fi")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert re.findall(r"<h1[^>]*>([^<]*)</h1>", answer.text) == [t("This address can only be read")]
    assert 'aria-current="page"' not in answer.text
    assert "<script src" not in answer.text
    assert "<template" not in answer.text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"{}", b"[" * 100_000, b'{"output": "page.children"}',
     b'{"output": "page.children", "inputs": []}', b'{"output": "page.children", "inputs": [1, 2]}',
     b'{"output": "x.y", "inputs": [{"value": "/"}, {"value": ""}]}',
     b'{"output": "page.children", "inputs": [{"value": 1}, {"value": ""}]}',
     b'{"output": "page.children", "inputs": [{"value": ["/"]}, {"value": {}}]}', b"\xff\xfe"],
)  # fmt: skip
def test_a_body_that_is_not_the_sites_own_is_refused(client, body):
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["error"]["status"] == 400
    assert len(answer.data) < 300


OURS = callback_body("/fi/")
URL = OURS["inputs"]


@pytest.mark.parametrize(
    "change",
    [{"output": []}, {"outputs": None}, {"outputs": {}}, {"outputs": {"id": 5}}, {"outputs": []},
     {"changedPropIds": None}, {"changedPropIds": [[]]}, {"state": 5}, {"state": [5]}, {"state": [{"id": "x"}]},
     {"inputs": None}, {"inputs": URL[:1]}, {"inputs": [{}, {}]}, {"inputs": [{"id": "url"}, {"id": "url"}]},
     {"inputs": [{**URL[0], "value": {}}, URL[1]]}],
)  # fmt: skip
def test_a_body_with_a_part_gone_wrong_is_refused(client, change):
    assert client.post("/_dash-update-component", json=OURS).status_code == 200
    assert client.post("/_dash-update-component", json=OURS | change).status_code == 400


@pytest.mark.parametrize("missing", ["changedPropIds", "value"])
def test_what_a_callback_may_leave_out_is_no_error(client, missing):
    body = {key: value for key, value in OURS.items() if key != missing}
    body["inputs"] = [{key: value for key, value in one.items() if key != missing} for one in URL]
    assert client.post("/_dash-update-component", json=body).status_code == 200


@pytest.mark.parametrize("path", ["/download/suppliers.csv", "/download/suppliers.json", "/picture/suppliers.svg",
                                  "/data/cities.csv", "/data/cities.json", "/fi/", "/datapackage.json"])  # fmt: skip
def test_a_media_type_names_its_charset_at_most_once(client, path):
    assert client.get(path).headers["Content-Type"].count("charset") <= 1


RECORDS = [{}, {"result": "rose"}, {"issues": [{}]}, {"finished_at": "x"}, {"sources": [{}]}, {"sources": ["x"]}]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_of_a_run_that_is_odd_does_not_take_the_status_page_down(site, record):
    ctx = replace(site.context("fi", ""), last_run=record)
    assert status.layout(ctx).body


def test_the_status_page_shows_how_the_last_run_found_a_source(site):
    source = next(s for d in site.engine.package.datasets for s in d.sources if s.name == "purchases-turku")
    found = {"name": source.name, "state": "stale", "problem": "refused", "last_good": "2026-11-01T06:00:00+00:00"}
    run = {"result": "failure", "finished_at": "2026-11-24T06:03:00Z", "sample": True, "sources": [found]}
    ctx = site.context("en", "")
    text = render(status.layout(replace(ctx, last_run=run)).body)
    assert "last good copy: the portal refuses us" in text
    assert "1 Nov 2026" in text
    of_real = replace(ctx, last_run=run | {"sample": False})
    assert "the portal refuses us" not in render(status.layout(of_real).body)


def serve(**settings):
    return subprocess.run(
        [sys.executable, "-m", "dashboard"], cwd=ROOT, env={"PATH": "/usr/bin:/bin", **settings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_port_that_is_taken_ends_in_one_line(sample_data_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve(DASHBOARD_DATA_DIR=str(sample_data_dir), DASHBOARD_PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"dashboard: http://127\.0\.0\.1:{port} cannot be served: .*\n", done.stderr)


@pytest.mark.parametrize(
    "setting", [{"DASHBOARD_PORT": "x"}, {"DASHBOARD_CACHE_TYPE": "none"}, {"DASHBOARD_START": "never"}]
)
def test_a_wrong_setting_ends_in_one_line_that_names_it(setting):
    done = serve(**setting)
    assert done.returncode == 1
    assert done.stderr.startswith(f"dashboard: {next(iter(setting))}: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_without_a_release_ends_in_one_line(tmp_path):
    done = serve(DASHBOARD_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("dashboard: ")
    assert "Traceback" not in done.stderr


def test_a_companys_panels_answer_for_every_company_of_the_release(client, site):
    for row in site.engine.rows(Query("companies", limit=5)):
        answer = client.get(f"/download/company-rows.csv?company={row['supplier_business_id']}")
        assert answer.status_code == 200


def test_a_fault_of_ours_is_a_page_in_the_readers_language(site, client, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("dashboard.app.make_page", fail)
    site.forget()
    for language, said in (("fi", "Tätä sivua"), ("sv", "Den här sidan"), ("en", "This page cannot")):
        answer = client.get(f"/{language}/companies?city=853")
        assert answer.status_code == 500
        assert said in answer.text
        assert "unforeseen" not in answer.text
    assert "unforeseen" in caplog.text


@pytest.mark.parametrize("half", ["\ud800", "?q=\udfff"])
def test_half_a_letter_in_what_dash_asks_is_refused(client, half):
    body = callback_body("/fi/companies", half, "search")
    assert client.post("/_dash-update-component", json=body).status_code == 400
    body["inputs"][1]["value"] = "?city=853"
    assert client.post("/_dash-update-component", json=body).status_code == 200


def test_an_unknown_address_is_answered_in_the_readers_language(client):
    for accepted, said in (("sv", "sv"), ("en-GB,en;q=0.9,fi;q=0.1", "en"), ("de", "fi")):
        for address in ("/nothing/here", "/xx/companies"):
            answer = client.get(address, headers={"Accept-Language": accepted})
            assert answer.status_code == 404
            assert f'<html lang="{said}"' in answer.text

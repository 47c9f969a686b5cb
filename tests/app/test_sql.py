"""SQL without a key: what the API and the page answer."""

from __future__ import annotations

import csv
import io
import socket
import threading
import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from werkzeug.serving import make_server

from dashboard.app import create_site
from dashboard.i18n import LANGUAGES, translator
from dashboard.settings import Settings
from dashboard.sql.limits import Limits
from tests.app.walk import read

ADDRESS = "/api/v1/sql"
ENDLESS = "select count(*) from range(1000000000000) where range % 7 = 8"
MONEY = "select city_code, sum(amount_eur) as amount_eur, max(posting_date) as d from purchases group by 1 order by 1"


@pytest.fixture(scope="module")
def own(sample_data_dir):
    """A site whose queries end within two seconds."""
    site = create_site(Settings(data_dir=sample_data_dir))
    site.sql.limits = Limits(seconds=2, wait=0.1)
    yield site
    site.sql.close()


@pytest.fixture(scope="module")
def client(own):
    return own.server.test_client()


def test_an_answer_has_fields_with_types_and_exact_values(own, client):
    answer = client.get(ADDRESS, query_string={"sql": MONEY})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.json["fields"] == [
        {"name": "city_code", "type": "VARCHAR"},
        {"name": "amount_eur", "type": "DECIMAL(38,2)"},
        {"name": "d", "type": "DATE"},
    ]
    assert answer.json["release"] == answer.headers["X-Release"] == own.engine.package.version
    assert answer.json["sample"] is True
    assert answer.json["is_truncated"] is False
    exact = client.get(ADDRESS, query_string={"sql": "select 12345678901234567.10::decimal(38,2) as x, null as y"})
    assert '"x": 12345678901234567.10, "y": null' in exact.text


def test_get_and_every_kind_of_post_answer_the_same(client):
    texts = {
        client.get(ADDRESS, query_string={"sql": MONEY}).text,
        client.post(ADDRESS, json={"sql": MONEY}).text,
        client.post(ADDRESS, data=MONEY, content_type="text/plain").text,
        client.post(ADDRESS, data={"sql": MONEY}).text,
    }
    assert len(texts) == 1


def test_csv_is_as_rfc_4180_has_it(client):
    sql = (
        "select 'a,\"b\"' as t, 1.50::decimal(4,2) as d, true as b, null as n, ['x', 'y'] as l, "
        "date '2020-01-31' as day"
    )
    answer = client.get(ADDRESS, query_string={"sql": sql, "format": "csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text == 't,d,b,n,l,day\r\n"a,""b""",1.50,true,,x|y,2020-01-31\r\n'
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_is_missing_and_what_is_empty_differ_in_csv_as_in_json(client):
    sql = "select '' as a, 1 as b union all select null, 2 union all select 'x,y', null order by b"
    csv_text = client.get(ADDRESS, query_string={"sql": sql, "format": "csv"}).text
    assert csv_text == 'a,b\r\n"",1\r\n,2\r\n"x,y",\r\n'
    assert [row["a"] for row in client.get(ADDRESS, query_string={"sql": sql}).json["rows"]] == ["", None, "x,y"]
    nan = {"sql": "select 'nan'::double as n, 1 as one"}
    assert client.get(ADDRESS, query_string={**nan, "format": "csv"}).text == "n,one\r\n,1\r\n"
    assert client.get(ADDRESS, query_string=nan).json["rows"] == [{"n": None, "one": 1}]


def test_a_limit_of_many_digits_and_a_tag_that_fits_everything_are_no_way_past_the_checks(client):
    answer = client.get(ADDRESS, query_string={"sql": "select 1", "limit": "0000000019999999"})
    assert answer.status_code == 400
    answer = client.get(ADDRESS, query_string={"sql": "nonsense"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 400


def test_two_fields_of_one_name_stay_two(client):
    answer = client.get(ADDRESS, query_string={"sql": "select 1 as a, 2 as a, {'b': 3} as c, interval 1 day as i"})
    assert answer.json["rows"] == [{"a": 1, "a_1": 2, "c": '{"b":3}', "i": "1 day"}]


def test_a_limit_cuts_and_says_so(client):
    for kind in ("json", "csv"):
        answer = client.get(ADDRESS, query_string={"sql": "from cities", "limit": "2", "format": kind})
        assert answer.headers["X-Truncated"] == "true"
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 3
    assert "first-2-rows" in answer.headers["Content-Disposition"]


def test_the_same_question_to_the_same_release_is_not_run_again(client, own):
    first = client.get(ADDRESS, query_string={"sql": MONEY})
    assert first.headers["ETag"].startswith("W/")
    again = client.get(ADDRESS, query_string={"sql": MONEY}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(ADDRESS, query_string={"sql": MONEY + " "}, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_every_origin_may_ask(client):
    for answer in (
        client.get(ADDRESS, query_string={"sql": "select 1"}),
        client.get(ADDRESS, query_string={"sql": "select"}),
        client.options(ADDRESS),
        client.head(ADDRESS, query_string={"sql": "select 1"}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]


WRONG = (
    ({}, {}, 400),
    ({"sql": "select foo from cities"}, {}, 400),
    ({"sql": "select * from nothing"}, {}, 400),
    ({"sql": "select 1", "format": "xml"}, {}, 404),
    ({"sql": "select 1", "limit": "0"}, {}, 400),
    ({"sql": "select 1", "limit": "99999999999"}, {}, 400),
    ({"sql": "select 1", "limit": "٣"}, {}, 400),
    ({"sql": "select 1", "rows": "1"}, {}, 400),
    ({}, {"data": "{", "content_type": "application/json"}, 400),
    ({}, {"data": "[" * 50_000, "content_type": "application/json"}, 400),
    ({}, {"json": ["select 1"]}, 400),
    ({}, {"json": {"sql": 1}}, 400),
    ({}, {"json": {"sql": "select 1", "limit": True}}, 400),
    ({}, {"data": b"\xff\xfe", "content_type": "text/plain"}, 400),
    ({}, {"data": "select 1", "content_type": "application/xml"}, 400),
    ({}, {"data": "x" * 200_000, "content_type": "text/plain"}, 413),
    ({}, {"json": {"sql": "select '\ud800'"}}, 400),
)


@pytest.mark.parametrize(("query", "body", "status"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_answered_is_one_shape_in_each_language(client, query, body, status):
    said = set()
    for language in LANGUAGES:
        ask = client.post if body else client.get
        answer = ask(ADDRESS, query_string={**query, "lang": language}, **body)
        assert answer.status_code == status, answer.text
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == {"code", "status", "message"}
        assert answer.json["error"]["status"] == status
        said.add(answer.json["error"]["message"])
    assert len(said) == len(LANGUAGES)


def test_an_error_says_where(client):
    answer = client.get(ADDRESS, query_string={"sql": "select 'ää',\n  upper(name_fi, 2)\nfrom cities", "lang": "en"})
    assert "(line 2, column 3)" in answer.json["error"]["message"]


def test_who_cannot_wait_any_longer_is_told_when_to_come_back(own, client):
    client.get(ADDRESS, query_string={"sql": "select 1"})
    found = []

    def ask():
        found.append(own.server.test_client().get(ADDRESS, query_string={"sql": ENDLESS}))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status_code for one in found) == [413, 503, 503, 503]
    assert {one.headers.get("Retry-After") for one in found if one.status_code == 503} == {"5"}
    assert client.get(ADDRESS, query_string={"sql": "select 1"}).status_code == 200


def in_threads(*calls):
    """What each call gives, in their order; they begin a little after each other."""
    found = [None] * len(calls)

    def run(at):
        found[at] = calls[at]()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
        time.sleep(0.15)
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def patient(own):
    """Asks the site as one of several clients, where a query waits as long as another one may last: (client, SQL)."""
    before = own.sql.limits
    own.sql.limits = Limits(seconds=1, wait=4)
    own.sql.run("select 1")
    yield lambda of, sql, address=ADDRESS: own.server.test_client().get(
        address, query_string={"sql": sql}, environ_base={"REMOTE_ADDR": of}
    )
    own.sql.limits = before


def test_a_slow_query_keeps_nobody_from_theirs(patient):
    slow, *others = in_threads(
        lambda: patient("192.0.2.1", ENDLESS),
        lambda: patient("192.0.2.2", "select 2 as x"),
        lambda: patient("2001:db8::1", "select 3 as x"),
        lambda: patient("192.0.2.4", "select 4 as x"),
    )
    assert slow.status_code == 413
    assert [one.status_code for one in others] == [200] * 3
    assert [one.json["rows"] for one in others] == [[{"x": 2}], [{"x": 3}], [{"x": 4}]]


def test_the_defaults_let_a_query_wait_until_a_slow_one_has_ended():
    limits = Limits()
    assert limits.wait > limits.seconds + limits.grace
    assert 1 + limits.most_waiting <= Settings.model_fields["threads"].default / 2


def test_a_client_has_one_query_at_a_time(patient):
    slow, *more, other = in_threads(
        lambda: patient("192.0.2.1", ENDLESS),
        lambda: patient("192.0.2.1", "select 1"),
        lambda: patient("::ffff:192.0.2.1", "select 1"),
        lambda: patient("192.0.2.1", "select 1", "/en/sql"),
        lambda: patient("192.0.2.2", "select 1"),
    )
    assert (slow.status_code, other.status_code) == (413, 200)
    assert [(one.status_code, one.headers["Retry-After"]) for one in more] == [(503, "5")] * 3
    assert more[0].json["error"]["code"] == "sql_busy"
    assert patient("192.0.2.1", "select 1").status_code == 200


def test_ckans_api_says_that_it_is_busy_and_not_that_the_statement_is_wrong(patient):
    address = "/api/3/action/datastore_search_sql"
    _, busy = in_threads(lambda: patient("192.0.2.1", ENDLESS), lambda: patient("192.0.2.1", "select 1", address))
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert busy.json["success"] is False
    assert busy.json["error"]["__type"] == "Service Unavailable Error"
    assert "5 seconds" in busy.json["error"]["message"]
    assert "Retry-After" in busy.headers["Access-Control-Expose-Headers"]


def test_a_query_stops_when_its_client_goes_away(own):
    """Over a real connection: the next query would be refused if the first one still ran."""
    server = make_server("127.0.0.1", 0, own.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        own.sql.run("select 1")
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(f"GET {ADDRESS}?sql={quote(ENDLESS)} HTTP/1.0\r\n\r\n".encode())
            time.sleep(0.4)
        begun = time.monotonic()
        while time.monotonic() - begun < own.sql.limits.seconds:
            try:
                assert own.sql.run("select 2 as x").rows == [[2]]
                break
            except Exception:  # noqa: BLE001  # busy
                time.sleep(0.05)
        assert time.monotonic() - begun < 1
    finally:
        server.shutdown()
        thread.join()


def page(client, language="en", **query):
    return client.get(f"/{language}/sql", query_string=query)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_example_of_the_page_is_answered(client, language):
    tree = read(page(client, language).text)
    links = [one.get("href") for one in tree.with_class("suggestions")[0].all("a")]
    assert len(links) == 6
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, (link, read(answer.text).one("main").text[:600])
        assert len(read(answer.text).one("main").all("tr")) > 3, link


def test_the_page_shows_the_answer_with_files_of_it_and_its_own_link(own, client):
    tree = read(page(client, sql=MONEY).text)
    assert tree.one("textarea").text.split() == MONEY.split()
    (table,) = tree.one("main").all("table")
    assert len(table.all("tr")) == 7
    links = [one.get("href") for one in tree.one("main").all("a")]
    files = [link for link in links if link.startswith(ADDRESS)]
    assert [parse_qs(urlsplit(link).query) for link in files] == [
        {"sql": [MONEY], "format": [kind]} for kind in ("csv", "json")
    ]
    assert [client.get(link).status_code for link in files] == [200, 200]
    (own_link,) = [
        link for link in links if link.startswith("/en/sql?") and parse_qs(urlsplit(link).query)["sql"] == [MONEY]
    ]
    assert client.get(own_link).text == page(client, sql=MONEY).text


def test_the_query_stays_when_the_language_changes(client):
    tree = read(page(client, sql=MONEY).text)
    for link in tree.with_class("lang-nav")[0].all("a"):
        assert parse_qs(urlsplit(link.get("href")).query)["sql"] == [MONEY]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_wrong_and_shows_where(client, language):
    answer = page(client, language, sql="select name_fi,\n  nome_fi\nfrom cities")
    assert answer.status_code == 400
    tree = read(answer.text)
    (alert,) = [one for one in tree.all("div") if one.get("role") == "alert"]
    begin = translator(language)(
        "There is no field {name} at line {line}, column {column}; the most alike are {names}."
    )
    assert begin.partition("{")[0].strip() in alert.text
    assert alert.one("pre").one("code").children[0] == "  nome_fi"
    assert tree.one("textarea").get("aria-describedby") == alert.get("id")
    assert [one.get("content") for one in tree.all("meta") if one.get("name") == "robots"] == ["noindex,follow"]


@pytest.mark.parametrize("sql", ["select '<b>x</b>' as \"<i>\"", "<script>", "select '</textarea><script>alert(1)'"])
def test_a_query_and_its_answer_are_text_and_nothing_else(client, sql):
    main = read(page(client, sql=sql).text).one("main")
    assert main.all("b", "i", "script") == []


def test_a_page_of_an_answer_is_not_for_search_engines(client):
    robots = [
        one.get("content") for one in read(page(client, sql=MONEY).text).all("meta") if one.get("name") == "robots"
    ]
    assert robots == ["noindex,follow"]
    assert not [one for one in read(page(client).text).all("meta") if one.get("name") == "robots"]


def test_the_schema_names_every_table_and_field(own, client):
    (aside,) = read(page(client).text).all("aside")
    codes = {one.text for one in aside.all("code")}
    for resource in own.engine.package.resources:
        assert {resource.name, *resource.field_names()} <= codes


def test_dash_shows_the_page_that_the_server_wrote(own, client):
    """Its links to the other languages hold the query too."""
    tree = str(own.page_tree("/en/sql", "?sql=select+1"))
    assert "/sv/sql?sql=select+1" in tree

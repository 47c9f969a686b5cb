"""CKAN's datastore over the release's tables: rows, columns, dumps, SQL; checked against the release's own files."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from dashboard.api.ckan import create_ckan
from dashboard.ckan_api.sql import SqlAnswer, SqlRefused
from tests.app.ckan_server import asker, query, refusal


@pytest.fixture(scope="module")
def client(real):
    return real.server.test_client()


@pytest.fixture(scope="module")
def ask(client):
    return asker(client)


@pytest.fixture(scope="module")
def rows(ask):
    """Gives the rows of the purchases under some parameters."""
    return lambda **parameters: ask("datastore_search", resource_id="purchases", limit=32_000, **parameters)["records"]


@pytest.fixture(scope="module")
def file(real):
    """The table's CSV, as Python reads it."""
    with real.engine.package.file("purchases", "csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_row_of_the_file_is_given(rows, file):
    found = rows()
    assert [one["_id"] for one in found] == list(range(1, len(file) + 1))
    for mine, theirs in zip(found, file, strict=True):
        assert mine["supplier_name"] == (theirs["supplier_name"] or None)
        assert Decimal(str(mine["amount_eur"])) == Decimal(theirs["amount_eur"])
        assert mine["posting_date"] == (theirs["posting_date"] or None)


def test_an_answer_says_what_it_is_of(ask, file):
    found = ask("datastore_search", resource_id="purchases", limit=3, offset=5)
    assert (found["resource_id"], found["limit"], found["offset"]) == ("purchases", 3, 5)
    assert (found["total"], found["total_was_estimated"]) == (len(file), False)
    assert [one["_id"] for one in found["records"]] == [6, 7, 8]
    types = {one["id"]: one["type"] for one in found["fields"]}
    wanted = {"_id": "int", "city_code": "text", "purchase_year": "int2", "amount_eur": "numeric"}
    assert wanted | {"is_credit_note": "bool", "posting_date": "date"} == {
        name: types[name] for name in (*wanted, "is_credit_note", "posting_date")
    }
    assert "total" not in ask("datastore_search", resource_id="purchases", include_total=False)
    assert ask("datastore_search", resource_id="purchases", limit=99_999)["limit"] == 32_000
    assert ask("datastore_search", id="purchases", limit=0)["records"] == []


def test_links_lead_to_the_other_pages(client):
    asked = query(resource_id="purchases", limit=4, filters={"purchase_year": 2023})
    first = client.get("/api/3/action/datastore_search", query_string=asked).get_json()["result"]
    second = client.get(first["_links"]["next"]).get_json()["result"]
    assert second["offset"] == 4
    assert client.get(second["_links"]["start"]).get_json()["result"] == first
    assert client.get(second["_links"]["prev"]).get_json()["result"]["records"] == first["records"]
    assert not {one["_id"] for one in first["records"]} & {one["_id"] for one in second["records"]}


def test_the_next_page_can_be_asked_by_the_last_row(ask, file):
    found, filters = [], {}
    while True:
        page = ask(
            "datastore_search", resource_id="purchases", limit=20, fields="city_code", filters=filters,
            include_next_page=True,
        )  # fmt: skip
        found += page["records"]
        if "next_page" not in page:
            break
        filters = page["next_page"]
    assert found == [{"city_code": one["city_code"]} for one in file]


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"city_code": "091"}, lambda row: row["city_code"] == "091"),
        ({"city_code": ["091", "049"], "purchase_year": 2024},
         lambda row: row["city_code"] in ("091", "049") and row["purchase_year"] == 2024),
        ({"amount_eur": {"gte": 1000.1, "lt": 70000}}, lambda row: 1000.1 <= row["amount_eur"] < 70000),
        ({"amount_eur": [{"lt": 0}, {"gt": 100000}, 33.33]},
         lambda row: row["amount_eur"] < 0 or row["amount_eur"] > 100000 or row["amount_eur"] == 33.33),
        ({"purchase_year": {"eq": "2023"}}, lambda row: row["purchase_year"] == 2023),
        ({"is_credit_note": "true"}, lambda row: row["is_credit_note"]),
        ({"posting_date": {"lte": "2022-03-15"}}, lambda row: (row["posting_date"] or "9") <= "2022-03-15"),
        ({"account_group_code": None}, lambda row: row["account_group_code"] is None),
        ({"account_group_code": [None, "45"]}, lambda row: row["account_group_code"] in (None, "45")),
        ([{"city_code": "837"}, {"city_code": "564"}], lambda row: row["city_code"] in ("837", "564")),
        ({"$or": [{"city_code": "837"}, {"purchase_month": 1, "purchase_year": 2022}]},
         lambda row: row["city_code"] == "837" or (row["purchase_month"], row["purchase_year"]) == (1, 2022)),
        ({"_id": {"gt": 3, "lte": 5}}, lambda row: 3 < row["_id"] <= 5),
    ],
)  # fmt: skip
def test_filters_find_what_python_finds(rows, filters, holds):
    found = rows(filters=filters)
    assert found == [row for row in rows() if holds(row)]
    assert found


def test_a_list_is_compared_as_a_whole(ask):
    records = ask("datastore_search", resource_id="companies", limit=1000)["records"]
    wanted = records[0]["city_codes"]
    found = ask("datastore_search", resource_id="companies", filters={"city_codes": wanted}, limit=1000)["records"]
    assert found == [row for row in records if row["city_codes"] == wanted]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"q": "delta"}, 2),
        ({"q": "OY Delta"}, 2),
        ({"q": "delt"}, 0),
        ({"q": "!!!"}, 0),
        ({"q": "delta:* | öy", "plain": False}, 4),
        ({"q": "delta & !(33 & tampere:*)", "plain": False}, 1),
        ({"q": {"supplier_name": "delta", "city_code": "837"}}, 1),
        ({"q": '{"city_code": "837"}'}, 1),
    ],
)
def test_words_are_found_in_rows(rows, parameters, count):
    assert len(rows(**parameters)) == count


def test_rows_are_ordered_as_is_asked(rows):
    found = rows(sort="purchase_year desc, amount_eur")
    assert found == sorted(rows(), key=lambda row: (-row["purchase_year"], row["amount_eur"], row["_id"]))
    assert rows(sort='"amount_eur" DESC NULLS LAST')[0]["amount_eur"] == max(row["amount_eur"] for row in rows())


def test_distinct_values_are_given_once(ask, rows):
    found = ask("datastore_search", resource_id="purchases", fields="city_code", distinct=True, sort="city_code desc")
    assert [one["city_code"] for one in found["records"]] == sorted({row["city_code"] for row in rows()}, reverse=True)
    assert found["total"] == len(found["records"])


@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_rows_come_as_text_too(rows, kind, delimiter):
    text = rows(records_format=kind, fields=["_id", "supplier_name"])
    found = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    assert found == [[str(row["_id"]), row["supplier_name"] or ""] for row in rows()]


def test_rows_come_as_lists_too(rows):
    assert rows(records_format="lists", fields="amount_eur,city_code") == [
        [row["amount_eur"], row["city_code"]] for row in rows()
    ]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"filters": {"nothing": 1}}, "filters"),
        ({"filters": "{"}, "filters"),
        ({"filters": 5}, "filters"),
        ({"filters": {"$not": []}}, "filters"),
        ({"filters": {"amount_eur": {"like": 1}}}, "filters"),
        ({"filters": {"amount_eur": "much"}}, "query"),
        ({"filters": {"city_code": 91}}, "query"),
        ({"filters": {"posting_date": "yesterday"}}, "query"),
        ({"fields": "nothing"}, "fields"),
        ({"fields": [{"id": "city_code"}]}, "fields"),
        ({"sort": "nothing desc"}, "sort"),
        ({"sort": "city_code; drop table purchases"}, "sort"),
        ({"q": {"nothing": "x"}}, "q"),
        ({"q": "a &", "plain": False}, "query"),
        ({"q": " ".join(map(str, range(99)))}, "q"),
        ({"limit": -1}, "limit"),
        ({"offset": "x"}, "offset"),
        ({"records_format": "xml"}, "records_format"),
        ({"nothing": "x"}, "nothing"),
        ({"distinct": True, "fields": "city_code", "sort": "amount_eur"}, "query"),
    ],
)
def test_wrong_parameters_are_told(client, parameters, name):
    status, error = refusal(client, "datastore_search", resource_id="purchases", **parameters)
    assert (status, error["__type"]) == (409, "Validation Error")
    assert name in error


def test_a_table_tells_of_its_columns(ask, file, real):
    info = ask("datastore_info", id="purchases")
    assert (info["meta"]["id"], info["meta"]["count"]) == ("purchases", len(file))
    assert [one["id"] for one in info["fields"]] == real.engine.package.resource("purchases").field_names()
    amount = next(one for one in info["fields"] if one["id"] == "amount_eur")
    assert (amount["type"], amount["schema"]["native_type"]) == ("numeric", "numeric")
    assert amount["info"]["label_translated"]["en"].startswith("Amount")


def dump(client, **parameters):
    answer = client.get("/datastore/dump/purchases", query_string=query(**parameters))
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(("kind", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_dump_holds_the_whole_file(client, file, kind, delimiter):
    text = dump(client, format=kind).get_data(as_text=True)
    found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert found == [{"_id": str(number), **row} for number, row in enumerate(file, start=1)]


def test_a_dump_as_json_and_as_xml_holds_the_same_rows(client, rows):
    whole = json.loads(dump(client, format="json").data)
    names = [one["id"] for one in whole["fields"]]
    assert [dict(zip(names, values, strict=True)) for values in whole["records"]] == rows()
    root = ET.fromstring(dump(client, format="xml").data)
    assert [(row.get("_id"), row.findtext("supplier_name") or None) for row in root] == [
        (str(row["_id"]), row["supplier_name"]) for row in rows()
    ]
    nothing = root[0].find("invoice_date").attrib
    assert nothing == {"{http://www.w3.org/2001/XMLSchema-instance}nil": "true"}


def test_a_dump_obeys_filters_and_pages(client, rows):
    asked = {"filters": {"city_code": "091"}, "fields": "_id,amount_eur", "sort": "amount_eur desc", "limit": 5}
    lines = dump(client, **asked, offset=2).get_data(as_text=True).splitlines()
    wanted = sorted(rows(filters={"city_code": "091"}), key=lambda row: (-row["amount_eur"], row["_id"]))[2:7]
    assert [line.split(",")[0] for line in lines[1:]] == [str(row["_id"]) for row in wanted]
    for kind in ("csv", "tsv", "json", "xml"):
        assert dump(client, format=kind, bom=True, limit=0).data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "xml"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"limit": 0},
        {"limit": 5, "offset": 2},
        {"offset": 99_999},
        {"filters": {"city_code": "091"}},
        {"filters": {"city_code": "091"}, "limit": 99_999, "offset": 1},
        {"fields": "city_code", "distinct": True},
    ],
)
def test_a_dump_tells_how_many_rows_it_holds(client, kind, asked):
    answer = dump(client, format=kind, **asked)
    found = {
        "csv": lambda: len(list(csv.reader(io.StringIO(answer.text, newline="")))) - 1,
        "tsv": lambda: len(list(csv.reader(io.StringIO(answer.text, newline=""), delimiter="\t"))) - 1,
        "json": lambda: len(answer.json["records"]),
        "xml": lambda: len(ET.fromstring(answer.data)),
    }[kind]()
    assert answer.headers["X-Row-Count"] == str(found)
    head = client.head("/datastore/dump/purchases", query_string=query(format=kind, **asked))
    assert head.headers["X-Row-Count"] == str(found)
    assert "X-Row-Count" in answer.headers["Access-Control-Expose-Headers"]


def test_a_dump_that_did_not_change_is_not_sent_again(client):
    first = dump(client, format="xml")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get("/datastore/dump/purchases?format=xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/datastore/dump/purchases?format=csv", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert client.head("/datastore/dump/purchases").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("nothing", 404), ("purchases?format=doc", 400), ("purchases?limit=-1", 400), ("purchases?filters={", 400),
     ("purchases?filter={}", 400), ('purchases?filters={"amount_eur":"x"}', 400)],
)  # fmt: skip
def test_a_dump_that_cannot_be_made_says_why(client, path, status):
    answer = client.get(f"/datastore/dump/{path}&lang=sv" if "?" in path else f"/datastore/dump/{path}")
    assert answer.status_code == status
    assert answer.get_json()["error"]["status"] == status


class Runner:
    """Answers one statement and refuses any other."""

    package = SimpleNamespace(version="live")

    def run(self, sql, *, most_rows, is_datastore):
        assert is_datastore
        if sql != 'SELECT * FROM "purchases"':
            raise SqlRefused("Only that one is answered: ask it.")
        rows = [("091", Decimal("12.50"), None), ("049", Decimal("-0.10"), ["a"])]
        fields = [("city_code", "VARCHAR"), ("amount_eur", "DECIMAL(18,2)"), ("list", "VARCHAR[]")]
        return SqlAnswer(fields, rows[:most_rows], True, 0.0)


@pytest.fixture(scope="module")
def with_sql(real):
    import flask

    server = flask.Flask("sql")
    server.register_blueprint(create_ckan(lambda: real.served, lambda: "https://kuusi.example", sql=Runner))
    return server.test_client()


def test_sql_is_answered_by_what_runs_it(with_sql):
    found = asker(with_sql)("datastore_search_sql", sql='SELECT * FROM "purchases"')
    assert found["fields"] == [
        {"id": "city_code", "type": "text"}, {"id": "amount_eur", "type": "numeric"}, {"id": "list", "type": "_text"},
    ]  # fmt: skip
    assert found["records"][0] == {"city_code": "091", "amount_eur": 12.5, "list": None}
    assert found["records_truncated"] is True


@pytest.fixture(scope="module")
def ask_sql(real, client):
    yield lambda sql: asker(client)("datastore_search_sql", sql=sql)
    real.sql.close()


def test_sql_has_the_place_of_each_row_as_a_search_has_it(ask_sql, rows):
    found = ask_sql('SELECT * FROM "purchases"')
    assert found["fields"][0] == {"id": "_id", "type": "int4"}
    key = [(one["_id"], one["supplier_name"], one["amount_eur"]) for one in rows()]
    assert sorted((one["_id"], one["supplier_name"], one["amount_eur"]) for one in found["records"]) == key
    some = ask_sql('SELECT p._id, p."city_code" FROM "purchases" AS p WHERE _id BETWEEN 3 AND 5 ORDER BY _id DESC')
    assert [one["_id"] for one in some["records"]] == [5, 4, 3]
    last = ask_sql("with purchases as (select * from purchases) select max(_id) from purchases")
    assert last["records"] == [{"max": len(rows())}]
    assert ask_sql("select purchases._id from purchases limit 1")["records"] == [{"_id": 1}]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ("count(*), max(purchase_year), sum(amount_eur)", ["count", "max", "sum"]),
        ("COUNT(DISTINCT city_code), Min(purchase_year) as y, avg(amount_eur)", ["count", "y", "avg"]),
        ("count(*), count(city_code)", ["count", "count_1"]),
        ("row_number() over (), sum(1) over ()", ["row_number", "sum"]),
        ("upper(city_code), coalesce(city_code, ''), city_code", ["upper", "coalesce", "city_code"]),
        ("city_code::text, 1::int, amount_eur::double precision", ["city_code", "int4", "amount_eur"]),
        ("case when true then 1 end, case when true then 1 else amount_eur end", ["case", "amount_eur"]),
        ("extract(year from posting_date), date_part('year', posting_date)", ["extract", "date_part"]),
        ("amount_eur + 1", ["?column?"]),
        ("'ä', percentile_cont(0.5) within group (order by amount_eur)", ["?column?", "percentile_cont"]),
        ("count (*) over (), nullif(max(city_code) over (), '')", ["count", "nullif"]),
        ("true, (array_agg(city_code))[1], '1'::numeric", ["bool", "array_agg", "numeric"]),
        ("(select max(name_fi) from cities), exists (select 1)", ["max", "exists"]),
        ("'a' || city_code, 1", ["?column?", "?column?_1"]),
    ],
)
def test_fields_without_a_name_are_called_as_postgresql_calls_them(ask_sql, fields, names):
    found = ask_sql(f'SELECT {fields} FROM "purchases"')
    assert [one["id"] for one in found["fields"]] == names
    assert set(found["records"][0]) == set(names)


def test_such_a_name_can_be_used_in_the_statement(ask_sql, rows):
    counted = Counter(one["city_code"] for one in rows())
    found = ask_sql("select city_code, count(*) from purchases group by city_code order by count desc, city_code")
    assert [(one["city_code"], one["count"]) for one in found["records"]] == sorted(
        counted.items(), key=lambda one: (-one[1], one[0])
    )
    most = ask_sql("select max(s.count) from (select count(*) from purchases group by city_code) s")
    assert most["records"] == [{"max": max(counted.values())}]


def test_an_error_tells_of_the_statement_as_it_was_written(client, ask_sql):
    for fields in ("count(*),\n  nothing", "count(*),\n  sum(city_code)"):
        status, error = refusal(client, "datastore_search_sql", sql=f"select {fields} from purchases")
        own = client.get("/api/v1/sql", query_string={"sql": f"select {fields} from purchases", "lang": "en"}).json
        assert (status, error["query"]) == (409, [own["error"]["message"]])
        assert "line 2, column 3" in error["query"][0]


def test_an_error_of_a_value_tells_of_no_place_that_the_statement_does_not_have(client, ask_sql):
    status, error = refusal(client, "datastore_search_sql", sql="select 'Oy'::date from purchases")
    assert status == 409
    assert "invalid date" in error["query"][0]
    assert "column" not in error["query"][0]


def test_the_sites_own_sql_has_the_tables_as_they_are(client, ask_sql):
    found = client.get("/api/v1/sql?sql=select count(*) from purchases").json
    assert [one["name"] for one in found["fields"]] == ["count_star()"]
    assert client.get("/api/v1/sql?sql=select _id from purchases").status_code == 400
    for table in ("datastore.purchases", "main.purchases"):
        assert client.get(f"/api/v1/sql?sql=select 1 from {table}").status_code == 400
        assert refusal(client, "datastore_search_sql", sql=f"select 1 from {table}")[0] == 409


def test_refused_sql_is_ckans_validation_error(with_sql):
    status, error = refusal(with_sql, "datastore_search_sql", sql="drop table purchases")
    assert (status, error["query"]) == (409, ["Only that one is answered: ask it."])
    assert refusal(with_sql, "datastore_search_sql")[1]["sql"] == ["Missing value"]


def test_sql_that_nothing_runs_is_no_action(real):
    client = flask_without_sql(real)
    answer = client.post("/api/action/datastore_search_sql", json={"sql": "select 1"})
    assert (answer.status_code, answer.get_json()) == (400, "Bad request - Action name not known: datastore_search_sql")


def flask_without_sql(site):
    import flask

    server = flask.Flask("none")
    server.register_blueprint(create_ckan(lambda: site.served, lambda: ""))
    return server.test_client()

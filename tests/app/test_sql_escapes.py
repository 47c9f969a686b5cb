"""Everything that somebody may try by SQL but to ask: each is refused or bounded, and the next query is answered."""

from __future__ import annotations

import time

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings
from dashboard.sql.limits import Limits

LIMITS = Limits(seconds=1, grace=1, memory_mb=128, wait=5)
ADDRESS = "/api/v1/sql"
REFUSED, HEAVY = {400}, {413}
EITHER = REFUSED | HEAVY

FILES = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_parquet('/tmp/*.parquet')",
    "select * from parquet_scan('x.parquet')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/proc/self/environ')",
    "select * from read_json('/etc/hosts')",
    "select * from read_ndjson_objects('/etc/hosts')",
    "select * from read_duckdb('x.duckdb')",
    "select * from glob('/*')",
    "select * from parquet_metadata('x.parquet')",
    "select * from parquet_kv_metadata('x.parquet')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from 'file.csv'",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd.csv"',
    "select * from 'https://example.org/x.csv'",
    "select * from 's3://bucket/x.parquet'",
    "select * from read_csv('http://169.254.169.254/latest/meta-data')",
    'with "x.csv" as (select 1) select * from "x.csv"',
    "select (select content from read_text('/etc/passwd'))",
    "select * from cities where name_fi in (select * from read_text('/etc/passwd'))",
    "copy cities to '/tmp/out.csv'",
    "copy (select 1) to '/tmp/out.parquet' (format parquet)",
    "export database '/tmp/out'",
    "import database '/tmp/out'",
)
STATEMENTS = (
    "attach '/tmp/x.duckdb' as x",
    "detach kuusi",
    "use memory",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "pragma enable_profiling",
    "set memory_limit = '100GB'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "call pragma_version()",
    "create table x as select 1",
    "create macro x() as 1",
    "create secret (type s3)",
    "create type x as enum ('a')",
    "insert into cities select * from cities",
    "update cities set name_fi = ''",
    "delete from cities",
    "drop table cities",
    "alter table cities add column x int",
    "truncate cities",
    "vacuum",
    "checkpoint",
    "begin",
    "prepare x as select 1",
    "execute x",
    "explain select 1",
    "explain analyze select 1",
    "describe cities",
    "summarize cities",
    "show tables",
    "show all tables",
    "select 1; select 2",
    "select 1; drop table cities",
    "select 1;\n--\ndrop table cities",
    "/* select 1 */ drop table cities",
    "--\rselect 1\ndrop table cities",
    "select 1 /* ; */; /* */ delete from cities",
    "merge into cities using cities as c on true when matched then delete",
    "pivot cities on city_code using count(*)",
    "",
    ";",
    "-- nothing",
)
SECRETS = (
    "select getenv('PATH')",
    "select current_setting('secret_directory')",
    "select getvariable('x')",
    "select * from duckdb_secrets()",
    "select * from duckdb_settings()",
    "select * from duckdb_databases()",
    "select * from duckdb_functions()",
    "select * from duckdb_tables",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from pg_tables",
    "select * from sqlite_master",
    "select * from pragma_table_info('cities')",
    "select * from pragma_version()",
    "with duckdb_views as (select 1) select * from (select * from duckdb_views)",
    "with duckdb_tables as (select * from duckdb_tables) select * from duckdb_tables",
    "select * from which_secret('s3://x', 's3')",
    "select current_user, current_database()",
    "select version()",
    "select txid_current()",
    "select * from main.cities",
    "select * from memory.main.cities",
    "select system.main.getenv('PATH')",
    "select main.getenv('PATH')",
    "select 'PATH'.getenv()",
    "select list_transform(['PATH'], lambda x: getenv(x))",
    "select list_aggregate([1], 'getenv')",
    "select * from query('select 1')",
    "select * from query_table('cities')",
    "select json_serialize_sql('select 1')",
    "select * from json_execute_serialized_sql('{}')",
    "select invoke(1)",
    "select write_log('x')",
    "select nextval('x')",
    "select pg_sleep(60)",
    "select sleep_ms(60000)",
    "select error('x')",
    "select random()",
    "select now()",
    "select current_date",
    "select * from test_all_types()",
    "select * from seq_scan('cities')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from python_map_function()",
    "select * from site",
    "select * from df",
    "select ?",
    "select $1",
    "select $name",
    "select * from cities using sample 2",
    "select * from cities at (version => 1)",
)
TRICKS = (
    "ｓｅｌｅｃｔ getenv('PATH')",
    "select getenv\u200b('PATH')",
    "select\u2028getenv('PATH')",
    "select 1 \u202e -- 1 tceles",
    "select 1\x00; drop table cities",
    "select \"getenv\"('PATH')",
    "select GetEnv('PATH')",
    "SELECT/**/getenv/**/('PATH')",
    "select u&'x' from getenv",
    "select $$ $$ || getenv($$PATH$$)",
    "from (from read_csv('x'))",
    "values (getenv('PATH'))",
    "select columns(lambda x: getenv(x)) from cities",
    "select * replace (getenv('PATH') as name_fi) from cities",
    "select 1 order by getenv('PATH')",
    "select 1 limit (select length(getenv('PATH')))",
    "select count(*) filter (where getenv('PATH') <> '') from cities",
    "select sum(1) over (partition by getenv('PATH')) from cities",
    "select * from cities join cities c on getenv('PATH') <> ''",
    "select * from cities, lateral (select getenv('PATH'))",
    "select case when true then getenv('PATH') end",
    "select * from cities pivot (max(getenv('PATH')) for city_code in ('853'))",
    "with x as (select 1) select * from x union all select getenv('PATH')",
    "with recursive r as (select getenv('PATH') union all select * from r) select * from r",
    "select * from cities group by all having getenv('PATH') <> ''",
    "select * from cities qualify getenv('PATH') <> ''",
    "select [getenv(x) for x in ['PATH']]",
    "select {'a': getenv('PATH')}",
    "select cast(getenv('PATH') as int)",
    "select * from unnest([getenv('PATH')])",
    "select * from generate_series(1, length(getenv('PATH')))",
)
BOMBS = (
    ("with recursive r as (select 1 as x union all select x + 1 from r) select count(*) from r", HEAVY),
    ("with recursive r as (select 'a' as x union all select x || x from r) select max(length(x)) from r", EITHER),
    ("select count(*) from purchases a, purchases b, purchases c, purchases d", HEAVY),
    ("select * from purchases a, purchases b order by a.amount_eur * b.amount_eur", HEAVY),
    ("select sum(x) from generate_series(1, 1000000000000) s(x)", HEAVY),
    ("select max(generate_series(1, 1000000000000))", EITHER),
    ("select list(range) from range(10000000000)", HEAVY),
    ("select repeat('a', 10000000000)", EITHER),
    ("select length(repeat('a', 4000000000))", HEAVY),
    ("select repeat(repeat('a', 1000000), 1000000)", EITHER),
    ("select lpad('a', 2000000000, 'b')", HEAVY),
    ("select printf('%2000000000d', 1)", HEAVY),
    ("select format('{:2000000000}', 'x')", HEAVY),
    ("select string_agg(repeat('x', 1000), ',') from range(100000000)", HEAVY),
    ("select [x for x in range(1000000000)]", EITHER),
    ("select list_sum(list_transform(range(100000), lambda x: list_sum(list_transform(range(100000), lambda y: x))))",
     HEAVY),
    ("select regexp_replace(repeat('a', 1000000), 'a', repeat('b', 100000), 'g')", HEAVY),
    ("select levenshtein(repeat('a', 200000), repeat('b', 200000))", HEAVY),
    ("select histogram(range) from range(1000000000)", HEAVY),
    ("select median(range) from range(10000000000)", HEAVY),
    ("select repeat('a', 9000000)", HEAVY),
    ("select " + "(" * 4000 + "1" + ")" * 4000, REFUSED),
    ("select " + "[" * 4000 + "1" + "]" * 4000, REFUSED),
    ("select " + "not " * 2400 + "true", REFUSED),
    ("select " + "-".join(["1"] * 4900), REFUSED),
    ("select " + "(select " * 900 + "1" + ")" * 900, REFUSED),
    ("select " + "*, " * 300 + "1 from purchases", HEAVY),
    ("select '" + "a" * 20_000 + "'", HEAVY),
)  # fmt: skip
HARMLESS = (
    ("select regexp_matches(repeat('a', 100000), '(a*)*b') as x", [{"x": False}]),
    ("select 'drop table cities; --' as x", [{"x": "drop table cities; --"}]),
    ("select 1 as x -- ; drop table cities", [{"x": 1}]),
    ("select '\"; getenv(1)' as x;", [{"x": '"; getenv(1)'}]),
    ("select count(*) as x from range(1000)", [{"x": 1000}]),
)


@pytest.fixture(scope="module")
def ask(sample_data_dir):
    """Asks a site whose queries may take little, and says how it was answered."""
    site = create_site(Settings(data_dir=sample_data_dir))
    site.sql.limits = LIMITS
    client = site.server.test_client()
    yield lambda sql: client.post(ADDRESS, json={"sql": sql}, headers={"Accept-Language": "en"})
    site.sql.close()


def refuses(ask, sql, statuses):
    answer = ask(sql)
    assert answer.status_code in statuses, (sql[:200], answer.status_code, answer.text[:300])
    error = answer.json["error"]
    assert error["status"] == answer.status_code
    assert error["message"].endswith(".")
    assert "Traceback" not in answer.text


def answers(ask):
    after = ask("select count(*) as n from cities")
    assert after.status_code == 200, after.text
    assert after.json["rows"] == [{"n": 6}]


@pytest.mark.parametrize("sql", [*FILES, *STATEMENTS, *SECRETS, *TRICKS])
def test_whatever_is_no_question_to_the_release_is_refused(ask, sql):
    refuses(ask, sql, REFUSED)
    answers(ask)


@pytest.mark.parametrize(("sql", "statuses"), BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_is_stopped_in_time_and_the_next_query_is_answered(ask, sql, statuses):
    answers(ask)
    begun = time.monotonic()
    refuses(ask, sql, statuses)
    assert time.monotonic() - begun < LIMITS.seconds + LIMITS.grace + 3
    answers(ask)


@pytest.mark.parametrize(("sql", "rows"), HARMLESS)
def test_what_only_looks_dangerous_is_answered(ask, sql, rows):
    answer = ask(sql)
    assert answer.status_code == 200, answer.text
    assert answer.json["rows"] == rows


def test_an_answer_without_end_is_cut(ask):
    answer = ask("select * from range(1000000000000)")
    assert answer.status_code == 200
    assert answer.json["is_truncated"] is True
    assert len(answer.json["rows"]) == 32_000


def test_nothing_of_it_changed_the_release(ask, site):
    for resource in site.engine.package.resources:
        answer = ask(f'select count(*) as n from "{resource.name}"')
        assert answer.json["rows"] == [{"n": resource.rows}]

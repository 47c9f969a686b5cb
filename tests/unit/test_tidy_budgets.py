from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from etl.datasets.budgets.tidy import direction_of, tidy
from etl.datasets.context import TidyContext
from etl.declare import Source
from etl.read.rows import RawBatch
from etl.registry import load_registry
from etl.tidy.columns import map_columns, parse_columns
from tests.source.test_real_files import snapshot_of

BUDGETS = next(r for r in load_registry().datasets if r.dataset.name == "budgets")
TABLE = BUDGETS.dataset.tables[0]
CONTEXT = TidyContext(account_groups={"43": "43"})
HEADER = ("Toimiala", "Yksikkö", "Tili", "Kumppaniyhtiö", "TA", "Vuosi")


def declare(**changes):
    values = {
        "name": "budgets-test",
        "title": {"fi": "x", "sv": "x", "en": "x"},
        "publisher": "x",
        "licence": {"id": "cc-by-4.0", "title": "x", "url": "x"},
        "kind": "reference",
        "path": "x.csv",
        "columns": {
            "department_name": ["Toimiala"],
            "unit_name": ["Yksikkö"],
            "account_code": ["Tili"],
            "partner_code": ["Kumppaniyhtiö"],
            "budget_eur": ["TA"],
            "budget_year": ["Vuosi"],
        },
        "constants": {"city_code": "049"},
    }
    return Source.model_validate(values | changes)


def run(tmp_path, *rows, year=None, source=None):
    path = tmp_path / "x.csv"
    path.touch()
    source = source or declare()
    columns = {f"c{index}": pa.array(list(cells), pa.string()) for index, cells in enumerate(zip(*rows, strict=True))}
    batch = RawBatch(pa.table(columns), pa.array(range(1, len(rows) + 1), pa.int64()))
    parsed = parse_columns(batch, map_columns(HEADER, source, "x"), TABLE, source)
    done = tidy(parsed, TABLE, source, snapshot_of(path, year), CONTEXT)
    return done.rows.to_pylist(), {r["row_number"]: r["reason_code"] for r in done.set_aside.to_pylist()}


def test_a_row_is_city_year_unit_account_and_exact_money(tmp_path):
    rows, aside = run(tmp_path, ("Opetus", "Koulut", "4340", "", "1 234 567,89", "2024"))
    assert aside == {}
    assert {name: rows[0][name] for name in ("city_code", "budget_year", "unit_name", "account_code")} == {
        "city_code": "049",
        "budget_year": 2024,
        "unit_name": "Koulut",
        "account_code": "4340",
    }
    assert (rows[0]["budget_eur"], rows[0]["actual_eur"]) == (Decimal("1234567.89"), None)
    assert (rows[0]["direction_code"], rows[0]["account_group_code"]) == ("expenditure", "43")


@pytest.mark.parametrize(
    ("account", "direction"), [("3999", "income"), ("4000", "expenditure"), ("5000", "other"), ("110000", "other")]
)
def test_the_first_digit_of_an_account_says_its_direction(account, direction):
    assert direction_of(account) == direction


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("Yhteensä", "", "", "", "100", ""), "total_row"),
        (("Opetus", "Koulut", "4340", "", "n/a", "2024"), "unreadable_amount"),
        (("Opetus", "Koulut", "4340", "", "", "2024"), "no_amount"),
        (("Käyttötalous", "", "", "", "", ""), "no_amount"),
        (("Opetus", "Koulut", "", "", "5", "2024"), "no_account"),
        (("Opetus", "Koulut", "4340", "", "5", ""), "no_year"),
        (("Toimiala", "Yksikkö", "Tili", "Kumppaniyhtiö", "TA", "Vuosi"), "repeated_header"),
    ],
)
def test_what_is_no_observation_is_set_aside_with_its_reason(tmp_path, row, reason):
    assert run(tmp_path, row) == ([], {1: reason})


def test_the_files_year_holds_where_the_row_has_none(tmp_path):
    rows, _ = run(tmp_path, ("a", "b", "4340", "", "5", ""), ("a", "b", "4340", "", "5", "2023"), year=2024)
    assert [row["budget_year"] for row in rows] == [2024, 2023]


def test_internal_items_are_told_apart_only_where_the_source_says_by_the_partner(tmp_path):
    rows = (("a", "b", "4340", "1200", "5", "2024"), ("a", "b", "4340", "", "5", "2024"))
    assert [row["is_internal"] for row in run(tmp_path, *rows)[0]] == [None, None]
    source = declare(options={"internal_from": "partner"})
    assert [row["is_internal"] for row in run(tmp_path, *rows, source=source)[0]] == [True, False]


def test_signs_stay_as_published(tmp_path):
    rows, _ = run(tmp_path, ("a", "b", "3100", "", "-5,50", "2024"), ("a", "b", "4340", "", "-7", "2024"))
    assert [row["budget_eur"] for row in rows] == [Decimal("-5.50"), Decimal("-7.00")]


def test_a_contact_in_a_name_is_blanked_and_the_amount_stays(tmp_path):
    rows, aside = run(tmp_path, ("maija@esimerkki.invalid", "Koulut 040 123 4567", "4340", "131052-308T", "5", "2024"))
    assert aside == {}
    assert [rows[0][name] for name in ("department_name", "unit_name", "partner_code")] == [None] * 3
    assert rows[0]["budget_eur"] == Decimal(5)


def test_an_account_that_is_a_contact_is_none(tmp_path):
    _, aside = run(tmp_path, ("Opetus", "Koulut", "131052-308T", "", "5", "2024"))
    assert aside == {1: "no_account"}

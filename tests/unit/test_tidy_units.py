from __future__ import annotations

import pyarrow as pa
import pytest

from etl.datasets.context import TidyContext
from etl.datasets.service_units.tidy import providers_of, tidy
from etl.read.rows import RawBatch
from etl.registry import load_registry
from etl.tidy.columns import map_columns, parse_columns
from tests.source.test_real_files import snapshot_of

UNITS = next(r for r in load_registry().datasets if r.dataset.name == "service_units")
TABLE = UNITS.dataset.tables[0]
MAP = next(s for s in UNITS.sources if s.portal == "servicemap")
PTV = next(s for s in UNITS.sources if s.portal == "ptv")
CONTEXT = TidyContext(city_of_name={"espoo": "049", "esbo": "049"})
MAP_HEADER = ("id", "name.fi", "municipality", "provider_type", "organizer_name", "organizer_business_id")
PTV_HEADER = ("id", "serviceNames[language=fi].value", "serviceProducers.provisionType", "serviceVouchersInUse")


def run(tmp_path, source, header, *rows):
    path = tmp_path / "x.json"
    path.touch()
    columns = {f"c{index}": pa.array(list(cells), pa.string()) for index, cells in enumerate(zip(*rows, strict=True))}
    batch = RawBatch(pa.table(columns), pa.array(range(1, len(rows) + 1), pa.int64()))
    parsed = parse_columns(batch, map_columns(header, source, "x"), TABLE, source)
    return tidy(parsed, TABLE, source, snapshot_of(path, None), CONTEXT)


@pytest.mark.parametrize(
    ("text", "voucher", "providers"),
    [
        ("SELF_PRODUCED", "", ["own"]),
        ("1", "", ["own"]),
        ("PURCHASED_SERVICE", "", ["bought"]),
        ("PAYMENT_COMMITMENT", "", ["bought"]),
        ("VOUCHER_SERVICE", "", ["voucher"]),
        ("ASSOCIATION", "", ["other"]),
        ("UNKNOWN_PRODUCTION_METHOD", "", ["unknown"]),
        ("SelfProduced|PurchaseServices", "", ["bought", "own"]),
        ("Other", "true", ["other", "voucher"]),
        ("", "true", ["voucher"]),
        ("", "", ["unknown"]),
        ("Brand new", "false", ["unknown"]),
    ],
)
def test_the_sources_words_stand_for_kinds_of_provider(text, voucher, providers):
    assert providers_of(text, voucher) == providers


def test_a_unit_is_its_city_name_and_provider(tmp_path):
    row = ("7", "Keskuskirjasto", "Espoo", "SELF_PRODUCED", "Espoon kaupunki", "0101263-6")
    (unit,) = run(tmp_path, MAP, MAP_HEADER, row).rows.to_pylist()
    assert (unit["city_code"], unit["unit_name"], unit["provider_code"]) == ("049", "Keskuskirjasto", "own")
    assert (unit["organizer_business_id"], unit["observation_code"]) == ("0101263-6", "unit")


def test_units_of_other_municipalities_and_without_an_id_are_set_aside(tmp_path):
    done = run(tmp_path, MAP, MAP_HEADER, ("1", "x", "kauniainen", "", "", ""), ("", "x", "espoo", "", "", ""))
    assert [row["reason_code"] for row in done.set_aside.to_pylist()] == ["other_city", "no_unit_id"]


@pytest.mark.parametrize(
    ("name", "shown"), [("Hoiva Oy", "Hoiva Oy"), ("Maija Mallikas", None), ("Tmi Maija Mallikas Oy", None)]
)
def test_a_private_unit_keeps_its_name_only_where_it_cannot_be_a_persons(tmp_path, name, shown):
    done = run(tmp_path, MAP, MAP_HEADER, ("1", name, "esbo", "PRIVATE_COMPANY", "", ""))
    assert done.rows.to_pylist()[0]["unit_name"] == shown
    assert done.blanked["unit_name"] == (shown is None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Perhepäivähoitaja Zorvekk Plantusa", False),
        ("Perhepäivähoitaja Zorvekk", False),
        ("PERHEPÄIVÄHOITAJA ZORVEKK PLANTUSA", False),
        ("Zorvekk Plantusa, sosiaalityöntekijä", False),
        ("Plantusa Zorvekk (terveydenhoitaja)", False),
        ("Familjedagvårdare Zorvekk Plantusa", False),
        ("Maija Mallinen", False),
        ("Tmi Zorvekk", False),
        ("Perhepäivähoitaja", True),
        ("Mallilan perhepäivähoitaja", True),
        ("Mallilan terveysaseman psykologi", True),
        ("Pikku Mallilan päiväkoti", True),
        ("Päiväkoti Pihla", True),
        ("Suomalainen Aino-kirjasto", True),
        ("Keskuskirjasto Otos", True),
    ],
)
def test_a_citys_own_unit_is_not_shown_under_the_name_of_who_works_there(tmp_path, name, shown):
    done = run(tmp_path, MAP, MAP_HEADER, ("1", name, "espoo", "SELF_PRODUCED", "", ""))
    assert done.rows.to_pylist()[0]["unit_name"] == (name if shown else None)
    assert done.blanked["unit_name"] == (not shown)


def test_contacts_are_blanked_and_a_unit_whose_id_is_one_is_set_aside(tmp_path):
    rows = [("1", "Koulu, puh. 0401234567", "espoo", "SELF_PRODUCED", "", ""),
            ("131052-308T", "Koulu", "espoo", "SELF_PRODUCED", "", "")]  # fmt: skip
    done = run(tmp_path, MAP, MAP_HEADER, *rows)
    assert [row["unit_name"] for row in done.rows.to_pylist()] == [None]
    assert done.set_aside.to_pylist() == [{"row_number": 2, "reason_code": "no_unit_id"}]
    assert (done.blanked["unit_name"], done.blanked["unit_id"]) == (1, 1)


def test_a_sole_traders_business_id_is_removed_and_counted(tmp_path):
    row = ("1", "Hieronta", "espoo", "PRIVATE_COMPANY", "Tmi Maija Mallikas", "9800001-6")
    done = run(tmp_path, MAP, MAP_HEADER, row)
    assert done.rows.to_pylist()[0]["organizer_business_id"] is None
    assert done.blanked["organizer_business_id"] == 1


def test_an_unseen_provider_is_unknown_and_counted(tmp_path):
    done = run(tmp_path, MAP, MAP_HEADER, ("1", "x", "espoo", "BRAND_NEW", "", ""), ("2", "x", "espoo", "", "", ""))
    assert [row["provider_code"] for row in done.rows.to_pylist()] == ["unknown", "unknown"]
    assert done.blanked["provider_code"] == 1


def test_a_service_of_several_producers_is_mixed_and_lists_them(tmp_path):
    row = ("a", "Varhaiskasvatus", "SelfProducedServices|ProcuredServices", "true")
    (service,) = run(tmp_path, PTV, PTV_HEADER, row).rows.to_pylist()
    assert (service["provider_code"], service["provider_codes"]) == ("mixed", ["bought", "own", "voucher"])
    assert (service["unit_name"], service["observation_code"]) == ("Varhaiskasvatus", "service")

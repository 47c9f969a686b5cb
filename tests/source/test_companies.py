"""Companies out of purchases that are made up here: kinds, links by name, corrections, and no person's name at all."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from etl.check import check_rows
from etl.datasets.companies.corrections import COLUMNS, FILE, read_corrections
from etl.datasets.companies.kinds import read_rules
from etl.datasets.companies.tidy import make
from etl.datasets.context import MakeContext
from etl.errors import DeclarationError
from etl.publish.assemble import open_connection
from etl.registry import load_registry
from etl.sample.companies import make_business_id
from etl.settings import ROOT

COMPANIES = next(r for r in load_registry().datasets if r.dataset.name == "companies").dataset
ID = [made for made in map(make_business_id, range(9_800_100, 9_800_200)) if made]
TURKU, AMK = "0204819-8", "2528160-3"
PURCHASE = pa.schema(
    [("city_code", pa.string()), ("purchase_year", pa.int16()), ("supplier_business_id", pa.string()),
     ("supplier_name", pa.string()), ("supplier_country_code", pa.string()), ("buyer_business_id", pa.string()),
     ("amount_eur", pa.decimal128(18, 2))]
)  # fmt: skip


def purchase(business_id, name, city="853", year=2024, country=None, buyer=None, amount="10.00"):
    return dict(zip(PURCHASE.names, (city, year, business_id, name, country, buyer, Decimal(amount)), strict=True))


def made(rows, tmp_path, corrections=()):
    lines = [",".join(COLUMNS), *corrections]
    (tmp_path / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_connection() as connection:
        connection.register("purchases", pa.Table.from_pylist(rows, PURCHASE))
        connection.register("cities", pa.table({"business_id": [TURKU]}))
        connection.register("project_partners", pa.table({"business_id": [TURKU, AMK, AMK]}))
        tables = make(MakeContext(connection, tmp_path))
    for table in COMPANIES.tables:
        check_rows(tables[table.name], table, "test")
    return {name: table.to_pylist() for name, table in tables.items()}


def company_of(tables, business_id):
    return next(row for row in tables["companies"] if row["supplier_business_id"] == business_id)


def links_of(tables):
    return {
        row["company_name"]: (row["supplier_business_id"], row["match_code"], row["rows_without_id_count"])
        for row in tables["company_names"]
        if row["match_code"] != "business_id" or row["rows_without_id_count"]
    }


def cells(tables):
    """Every text of every table, also of lists."""
    for rows in (tables[name] for name in tables if name != "company_kind_rules"):
        for value in (value for row in rows for value in row.values()):
            yield from value if isinstance(value, list) else [value]


def test_a_company_is_named_as_most_rows_name_it_and_counted_over_all(tmp_path):
    rows = [purchase(ID[0], "Mallilan Kone Oy", year=2022), purchase(ID[0], "MALLILAN KONE OY", "091", amount="-2.50")]
    tables = made([*rows, purchase(ID[0], "Mallilan Kone Oy", year=2023)], tmp_path)
    company = company_of(tables, ID[0])
    assert (company["company_name"], company["other_names"]) == ("Mallilan Kone Oy", ["MALLILAN KONE OY"])
    assert (company["rows_count"], company["amount_eur"]) == (3, Decimal("17.50"))
    assert (company["city_codes"], company["first_year"], company["last_year"]) == (["091", "853"], 2022, 2024)


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [
        ("Mallilan Kone Oy", "company", "limited_company"),
        ("Malli Ab", "company", "limited_company"),
        ("MALLILAN RAKENNUS JA MAALAUS O", "company", "limited_company"),
        ("Mallilan Kirjapaino Ky", "company", "partnership"),
        ("Taksit Osuuskunta", "company", "cooperative"),
        ("Mallilan Urheiluseura ry", "association", "association_form"),
        ("Mallnäs hembygdsförening", "association", "association_word"),
        ("Mallilan helluntaiseurakunta", "association", "free_congregation"),
        ("Mallilan seurakuntayhtymä", "public_body", "public_word"),
        ("Mallnäs församling", "public_body", "public_word"),
        ("Mallilan koulutuskuntayhtymä", "public_body", "public_word"),
        ("Mallilan kaupungin asunnot Oy", "company", "limited_company"),
        ("Lapin liitto", "public_body", "regional_council"),
        ("Mallilan säätiö sr", "association", "foundation"),
        ("Specimen GmbH", "foreign", "foreign_form"),
        ("Specimen Bank AB, filial i Finland", "foreign", "foreign_branch"),
        ("Konepalvelut 2000", "unknown", "none"),
    ],
)
def test_a_rule_that_can_be_named_decides_the_kind(tmp_path, name, kind, rule):
    company = company_of(made([purchase(ID[0], name)], tmp_path), ID[0])
    assert (company["kind_code"], company["kind_rule_code"]) == (kind, rule)


def test_ids_and_countries_go_before_names(tmp_path):
    rows = [
        purchase(TURKU, "Turun Liikelaitos Oy"),
        purchase(ID[0], "Ostava Yhtymä Oy"),
        purchase(ID[1], "Exempel Ab", country="SE"),
        purchase(ID[2], "Esimerkki Ab", country="SE"),
        purchase(ID[2], "Esimerkki Ab", country="FI"),
        purchase(ID[3], "Otos Oy", buyer=ID[0]),
    ]
    tables = made(rows, tmp_path)
    rules = [company_of(tables, business_id)["kind_rule_code"] for business_id in (TURKU, *ID[:4])]
    assert rules == ["city", "buyer", "foreign_country", "limited_company", "limited_company"]


def test_a_kind_that_the_name_does_not_tell_comes_from_another_name(tmp_path):
    rows = [purchase(ID[0], "Konepalvelut 2000"), purchase(ID[0], "Konepalvelut 2000", year=2023)]
    company = company_of(made([*rows, purchase(ID[0], "Konepalvelut 2000 Oy")], tmp_path), ID[0])
    assert (company["company_name"], company["kind_code"]) == ("Konepalvelut 2000", "company")


def test_every_rule_code_of_a_company_is_a_rule_that_is_published(tmp_path):
    tables = made([purchase(ID[0], "Mallilan Kone Oy"), purchase(None, "Otos ry")], tmp_path)
    published = {row["kind_rule_code"]: row["kind_code"] for row in tables["company_kind_rules"]}
    assert list(published) == [rule.code for rule in read_rules()]
    for row in (*tables["companies"], *tables["unidentified_names"]):
        assert published[row["kind_rule_code"]] == row["kind_code"]


def test_implementers_of_a_6aika_project_are_marked(tmp_path):
    tables = made([purchase(AMK, "Turun ammattikorkeakoulu Oy"), purchase(ID[0], "Mallilan Kone Oy")], tmp_path)
    assert [company_of(tables, business_id)["is_6aika_partner"] for business_id in (AMK, ID[0])] == [True, False]


def test_a_name_without_an_id_goes_to_the_one_company_of_a_near_equal_name(tmp_path):
    rows = [
        purchase(ID[0], "Mallilan Rakennuspalvelut Oy"),
        purchase(None, "MALLILAN RAKENNUSPALVELUT OY"),
        purchase(None, "Mallilan Rakennuspalvelu Oy"),
        purchase(None, "Mallilan Rakennuspalvelut Oy"),
        purchase(None, "Mallilan Rakennuspalvelut Ky"),
    ]
    tables = made(rows, tmp_path)
    assert links_of(tables) == {
        "MALLILAN RAKENNUSPALVELUT OY": (ID[0], "inferred", 1),
        "Mallilan Rakennuspalvelu Oy": (ID[0], "inferred", 1),
        "Mallilan Rakennuspalvelut Oy": (ID[0], "business_id", 1),
    }
    assert company_of(tables, ID[0])["rows_count"] == 1
    scores = {row["company_name"]: row["match_score"] for row in tables["company_names"]}
    assert scores["MALLILAN RAKENNUSPALVELUT OY"] == 100.0
    assert 93 <= scores["Mallilan Rakennuspalvelu Oy"] < 100
    assert scores["Mallilan Rakennuspalvelut Oy"] is None
    assert [row["company_name"] for row in tables["unidentified_names"]] == ["Mallilan Rakennuspalvelut Ky"]


def test_a_name_that_two_companies_bear_is_left_alone(tmp_path):
    rows = [purchase(ID[0], "Traficom Oy"), purchase(ID[1], "TRAFICOM OY"), purchase(None, "Traficom Oy")]
    tables = made(rows, tmp_path)
    assert links_of(tables) == {}
    (left,) = tables["unidentified_names"]
    assert (left["company_name"], left["match_candidates_count"], left["match_code"]) == ("Traficom Oy", 2, None)


def test_names_without_an_id_are_grouped_round_the_one_with_most_rows(tmp_path):
    rows = [purchase(None, "Otoslammen Kuljetus Oy")] * 2
    rows += [purchase(None, "OTOSLAMMEN KULJETUS"), purchase(None, "Otoslammen Kuljetukset Ky")]
    rows += [purchase(None, "Otoslammen yhdistys")]
    groups = {r["company_name"]: (r["group_name"], r["match_code"]) for r in made(rows, tmp_path)["unidentified_names"]}
    assert groups["Otoslammen Kuljetus Oy"] == ("Otoslammen Kuljetus Oy", None)
    assert groups["Otoslammen Kuljetukset Ky"] == ("Otoslammen Kuljetukset Ky", None)
    assert groups["Otoslammen yhdistys"] == ("Otoslammen yhdistys", None)


def test_a_name_that_a_person_may_bear_is_nowhere(tmp_path):
    """Bare names with a valid business id, as sole traders have them, in every order and with a trade before it."""
    planted = ["Mallikas Maija", "MALLIKAS M", "Maija Mallikas", "Siivouspalvelu Maija Mallikas", "Testinen",
               "Tmi Maija Mallikas", "Mallikas Maija / Mallilan kahvila", "Pia Otos-Keksi", "Nordlund Åke"]  # fmt: skip
    rows = [purchase(business_id, name) for business_id, name in zip(ID, planted, strict=False)]
    tables = made([*rows, purchase(ID[50], "Mallilan Kone Oy"), purchase(None, "Mallikas Maija")], tmp_path)
    shown = [str(cell).casefold() for cell in cells(tables)]
    for word in ("mallikas", "maija", "testinen", "otos-keksi", "nordlund", "åke"):
        assert not [cell for cell in shown if word in cell], word
    withheld = company_of(tables, ID[0])
    assert (withheld["company_name"], withheld["other_names"]) == (ID[0], None)
    assert (withheld["kind_code"], withheld["kind_rule_code"]) == ("unknown", "withheld")
    assert withheld["rows_count"] == 1
    assert len(tables["companies"]) == len(planted) + 1


def test_a_persons_name_beside_a_companys_is_no_other_name(tmp_path):
    tables = made([purchase(ID[0], "Mallilan Kone Oy"), purchase(ID[0], "Mallikas Maija")], tmp_path)
    assert company_of(tables, ID[0])["other_names"] is None
    assert [row["company_name"] for row in tables["company_names"]] == ["Mallilan Kone Oy"]


def test_a_cut_name_is_shown_where_the_whole_one_is_an_organisations(tmp_path):
    whole, cut = "Testilahden Asfaltti ja Maansiirto Oy", "Testilahden Asfaltti ja Maansi"
    tables = made([purchase(ID[0], whole), purchase(ID[0], cut)], tmp_path)
    assert {row["company_name"] for row in tables["company_names"]} == {whole, cut}


def test_a_correction_goes_before_what_would_be_inferred(tmp_path):
    rows = [purchase(ID[0], "Mallilan Kone Oy"), purchase(ID[1], "Otos Oy")]
    rows += [purchase(None, "MALLILAN KONE"), purchase(None, "Otos Oy"), purchase(None, "Keksi Oy")]
    day = "test,2026-11-24,why"
    corrections = [f"MALLILAN KONE,none,{day}", f"Otos Oy,{ID[0]},{day}", f"Keksi Oy,{ID[60]},{day}"]
    rows[2]["supplier_name"] = "MALLILAN KONE OY"
    corrections[0] = f"MALLILAN KONE OY,none,{day}"
    tables = made(rows, tmp_path, corrections)
    assert links_of(tables) == {"Otos Oy": (ID[0], "corrected", 1)}
    left = {row["company_name"]: row["match_code"] for row in tables["unidentified_names"]}
    assert left == {"MALLILAN KONE OY": "corrected", "Keksi Oy": "corrected"}  # the latter's company has no purchase


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"Otos Oy,{ID[0][:-1]}{(int(ID[0][-1]) + 1) % 10},me,2026-11-24,why", "no business id"),
        (f"Otos Oy,{ID[0]},,2026-11-24,why", "every column"),
        (f"Otos Oy,{ID[0]},me,24.11.2026,why", "no date"),
        (f"Otos Oy,{ID[0]},me,2026-11-24", "every column"),
        (f"Mallikas Maija,{ID[0]},me,2026-11-24,why", "could be a person's"),
    ],
)
def test_a_correction_that_cannot_be_read_is_an_error(tmp_path, line, said):
    with pytest.raises(DeclarationError, match=said):
        made([purchase(ID[0], "Otos Oy")], tmp_path, [line])


def test_a_name_cannot_be_corrected_twice(tmp_path):
    line = f"Otos Oy,{ID[0]},me,2026-11-24,why"
    with pytest.raises(DeclarationError, match="twice"):
        made([purchase(ID[0], "Otos Oy")], tmp_path, [line, line])


def test_the_kept_corrections_can_be_read_and_so_far_there_are_none():
    assert read_corrections(ROOT / "data" / "reference" / FILE) == {}


def test_the_same_purchases_give_the_same_tables_in_any_order(tmp_path):
    rows = [purchase(ID[i % 5], f"Mallilan Kone {i % 5} Oy", year=2020 + i % 4) for i in range(40)]
    rows += [purchase(None, f"MALLILAN KONE {i} OY") for i in range(8)]
    assert made(rows, tmp_path) == made(rows[::-1], tmp_path)

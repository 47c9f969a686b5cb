from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.datasets.projects.disagree import review
from etl.datasets.projects.tidy import is_public, mend_text, names_person, tidy
from etl.read.rows import RawBatch, column_names
from etl.read.table import Limits
from etl.registry import load_registry
from etl.tidy.columns import map_columns, parse_columns
from tests.source.test_real_files import snapshot_of

PROJECTS = next(r for r in load_registry().datasets if r.dataset.name == "projects")
FUNDING = next(t for t in PROJECTS.dataset.tables if t.name == "project_funding")
SOURCES = {source.name: source for source in PROJECTS.sources}


@pytest.fixture
def snapshot(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("")
    return snapshot_of(path, None)


def tidied(source_name, snapshot, rows):
    """Rows as dicts of header -> text through the source's own mapping."""
    source = SOURCES[source_name]
    header = tuple(dict.fromkeys(name for row in rows for name in row))
    columns = [pa.array([row.get(name, "") for row in rows], pa.string()) for name in header]
    batch = RawBatch(pa.table(columns, names=column_names(len(header))), pa.array(range(1, len(rows) + 1), pa.int64()))
    parsed = parse_columns(batch, map_columns(header, source, "test"), FUNDING, source)
    done = tidy(parsed, FUNDING, source, snapshot, TidyContext())
    aside = {row["row_number"]: row["reason_code"] for row in done.set_aside.to_pylist()}
    return done.rows.to_pylist(), aside, done


def kohesio(**changes):
    return {
        "Operation_Unique_Identifier": "A71005",
        "Operation_Name_Programme_Language": "6AIKA: Avoin osallisuus",
        "Fund_Code": "ERDF",
        "Programme_Code": "2014FI16M2OP001",
        "Beneficiary_Name": "Turun kaupunki",
        "Operation_Start_Date": "01/04/2015",
        "Operation_End_Date": "31/03/2018",
        "Total_Eligible_Expenditure_amount": "8981791.00",
        "CoFinancing_Rate": "50",
        "Total_Eligible_Expenditure_Currency": "EUR",
        "Category_Of_Intervention": "78",
        "Location_Indicator_NUTS_code": "FI1C1",
        "Date_Of_Last_Update": "31/12/2019",
    } | changes


def eura(**changes):
    return {
        "Koodi": "A70001",
        "Rahasto": "EAKR",
        "Hankkeen nimi": "Hirsi",
        "Viranomainen": "Lapin liitto",
        "Tila": "Toiminnassa",
        "Aloituspvm": "1.3.2015",
        "Päättymispvm": "28.2.2017",
        "Toteuttajan nimi": "Oy Malli Ab",
        "Myönnetty EU- ja valtion rahoitus": "100",
        "Toteutunut EU- ja valtion rahoitus": "7.5",
        "Suunniteltu julkinen rahoitus yhteensä": "200",
        "Toteutunut julkinen rahoitus yhteensä": "-8.25",
    } | changes


def test_a_row_of_kohesio_is_read_by_its_schema(snapshot):
    (row,), aside, _ = tidied("projects-kohesio", snapshot, [kohesio()])
    assert aside == {}
    assert (row["start_date"], row["end_date"]) == (dt.date(2015, 4, 1), dt.date(2018, 3, 31))
    assert (row["eligible_eur"], row["eu_share_eur"]) == (Decimal("8981791.00"), Decimal("4490895.50"))
    assert (row["fund_code"], row["category_code"], row["nuts_code"]) == ("EAKR", "78", "FI1C1")
    assert (row["as_of_date"], row["is_six_city"], row["lead_name"]) == (dt.date(2019, 12, 31), True, "Turun kaupunki")
    assert (row["rule_code"], row["planned_eur"], row["row_number"]) == ("projects-kohesio", None, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Programme_Code": "2014SE16RFOP001"}, "other_programme"),
        ({"Programme_Code": "2014FI05M2OP001"}, "other_programme"),
        ({"Programme_Code": ""}, "other_programme"),
        ({"Operation_Unique_Identifier": " "}, "no_project_code"),
        ({"Total_Eligible_Expenditure_Currency": "SEK"}, "other_currency"),
        ({"Total_Eligible_Expenditure_Currency": ""}, "other_currency"),
        ({"Fund_Code": "EMFF"}, "unknown_fund"),
    ],
)
def test_what_is_no_project_of_the_programme_in_euros_is_set_aside(snapshot, change, reason):
    rows, aside, _ = tidied("projects-kohesio", snapshot, [kohesio(), kohesio(**change)])
    assert (len(rows), aside) == (1, {2: reason})


@pytest.mark.parametrize(
    ("rate", "kept", "share"),
    [
        ("50%", 50.0, "4490895.50"),
        ("50 %", 50.0, "4490895.50"),
        ("0", 0.0, "0.00"),
        ("100", 100.0, "8981791.00"),
        ("33.333333", 33.333333, "2993930.30"),
        ("100.01", None, None),
        ("-1", None, None),
        ("nan", None, None),
        ("half", None, None),
        ("", None, None),
    ],
)
def test_a_rate_is_a_percentage_and_the_share_follows_from_it(snapshot, rate, kept, share):
    (row,), _, done = tidied("projects-kohesio", snapshot, [kohesio(CoFinancing_Rate=rate)])
    assert (row["co_financing_pct"], row["eu_share_eur"]) == (kept, None if share is None else Decimal(share))
    assert done.blanked["co_financing_pct"] == (kept is None and rate != "")


@given(
    amount=st.decimals(0, 10**12, places=2),
    rate=st.integers(0, 10**8).map(lambda millionths: Decimal(millionths) / 10**6),
)
@settings(deadline=None)
def test_the_share_is_exact_to_the_cent(tmp_path_factory, amount, rate):
    path = tmp_path_factory.mktemp("k") / "k.csv"
    path.write_text("")
    change = {"Total_Eligible_Expenditure_amount": f"{amount:f}", "CoFinancing_Rate": f"{rate:f}"}
    (row,), _, _ = tidied("projects-kohesio", snapshot_of(path, None), [kohesio(**change)])
    expected = (amount * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    assert row["eu_share_eur"] == expected


def test_a_row_of_the_structural_fund_list_has_its_four_amounts_and_its_day(snapshot):
    (row,), aside, done = tidied("projects-eura-2014", snapshot, [eura()])
    assert aside == {}
    money = [row[name] for name in ("granted_eur", "realised_eu_state_eur", "planned_eur", "realised_eur")]
    assert money == [Decimal("100.00"), Decimal("7.50"), Decimal("200.00"), Decimal("-8.25")]
    assert (row["as_of_date"], row["currency_code"], row["is_six_city"]) == (dt.date(2016, 10, 19), "EUR", False)
    assert {code: count for code, count in done.noted.items() if count} == {}


def test_lost_commas_are_restored_lost_characters_kept_and_both_counted(snapshot):
    rows, _, done = tidied(
        "projects-eura-2014",
        snapshot,
        [
            eura(**{"Hankkeen nimi": "Vienti | Norja |Ruotsi"}),
            eura(
                **{"Hankkeen nimi": "S?hk? ¿ talo", "Viranomainen": "Hämeen elinkeino-  liikenne- ja ympäristökeskus"}
            ),
            eura(Päättymispvm="31.2.2015"),
        ],
    )
    assert [row["project_name"] for row in rows] == ["Vienti, Norja, Ruotsi", "S?hk? ¿ talo", "Hirsi"]
    assert rows[1]["authority_name"] == "Hämeen elinkeino-, liikenne- ja ympäristökeskus"
    assert (done.noted["mended_project_name"], done.noted["mended_authority_name"]) == (1, 1)
    assert done.noted["lost_characters_kept"] == 1
    assert (rows[2]["end_date"], done.blanked["end_date"]) == (None, 1)


def test_mending_leaves_a_name_without_dirt_as_it_is():
    for name in ("Hirsi, talo", '"Oma" nimi', "6Aika: Ilmastokatu", "Elinkeino-elämä"):
        assert mend_text(name, "|") == name


@pytest.mark.parametrize(
    "name", ["KARVINEN, PETRI", "JALKAPUU TMI", "METALLIPALVELU J.HINTSALA", "157500", "PISA DESIGN"]
)
def test_a_lead_that_is_no_organisation_is_withheld_and_its_money_stays(snapshot, name):
    (row,), _, done = tidied("projects-eura-2014", snapshot, [eura(**{"Toteuttajan nimi": name})])
    assert (row["lead_name"], row["planned_eur"], row["project_name"]) == (None, Decimal("200.00"), "Hirsi")
    assert done.blanked["lead_name"] == 1


def test_a_projects_name_that_holds_a_withheld_name_is_withheld_too(snapshot):
    change = {"Toteuttajan nimi": "VERSTAS MALLIKAS", "Hankkeen nimi": "Mallikas: kasvu"}
    (row,), _, done = tidied("projects-eura-2014", snapshot, [eura(**change)])
    assert (row["project_name"], done.blanked["project_name"]) == (None, 1)
    assert not names_person("Hirsi", "157500")
    assert not names_person("Hirsi", None)


@pytest.mark.parametrize(
    "name",
    ["Turun kaupunki", "Forum Virium Helsinki Oy", "Geologian tutkimuskeskus", "Terveyden ja hyvinvoinnin laitos",
     "Metropolia Ammattikorkeakoulu Oy", "Tampereen Yliopisto", "Lapin liitto", "Åbo Akademi", "TTY-säätiö sr",
     "KIINTEISTÖ OY REPONEN", "Hämeen Maakuntaliitto, kuntayhtymä", "Karelia Ammattikorkeakoulu Osakeyhtiö"],
)  # fmt: skip
def test_bodies_that_carry_out_projects_are_named(name):
    assert is_public(name)


@pytest.mark.parametrize(
    ("name", "is_marked"),
    [("6AIKA: EduDigi", True), ("TUTTU- 6Aika", True), ("6 aika", True), ("Kuutoskaupunkien avoin data", True),
     ("Kuutosen koulu", False), ("Aika 6", False), ("Kuntien 36 aikaa", True)],
)  # fmt: skip
def test_a_project_is_marked_by_its_name(snapshot, name, is_marked):
    (row,), _, _ = tidied("projects-eura-2014", snapshot, [eura(**{"Hankkeen nimi": name})])
    assert row["is_six_city"] is is_marked


def connection_of(projects, funding):
    connection = duckdb.connect()
    for name, row in (("projects", projects), ("project_funding", funding)):
        columns = ", ".join(f"{value} as {field}" for field, value in row.items())
        connection.execute(f"create view {name} as select {columns}")
    return connection


OURS = {
    "project_code": "'A71005'", "project_name": "'6AIKA: Avoin'", "fund_code": "'EAKR'",
    "lead_name": "'Turun kaupunki'",
    "authority_name": "'Hämeen elinkeino- liikenne- ja'", "start_date": "date '2015-04-01'",
    "planned_end_date": "date '2018-03-31'", "planned_eur": "8981791.00", "granted_eur": "3531405.00",
    "realised_eur": "861494.77", "realised_eu_state_eur": "577201.02", "planned_as_of_date": "date '2016-10-19'",
    "granted_as_of_date": "date '2016-10-19'", "realised_as_of_date": "date '2016-10-19'",
}  # fmt: skip
THEIRS = {
    "project_code": "'A71005'", "rule_code": "'eura'", "project_name": "'6aika  Avoin'", "fund_code": "'EAKR'",
    "lead_name": "'Turun kaupunki'", "authority_name": "'Hämeen elinkeino-, liikenne- ja'",
    "start_date": "date '2015-04-01'", "end_date": "date '2018-03-31'", "planned_eur": "8981791.00",
    "granted_eur": "3531405.00", "realised_eur": "861494.77", "realised_eu_state_eur": "577201.02",
    "as_of_date": "date '2016-10-19'",
}  # fmt: skip


def test_sources_that_differ_in_marks_and_case_only_agree():
    assert review(connection_of(OURS, THEIRS)) == []


def test_a_sum_that_differs_on_the_same_day_is_a_warning_with_both_values():
    (issue,) = review(connection_of(OURS, THEIRS | {"planned_eur": "8980000.00"}))
    assert (issue.code, issue.severity, issue.source) == ("sources_disagree", "warning", "eura")
    assert (issue.expected, issue.got, issue.resource) == ("8981791.00", "8980000.00", "A71005")
    assert "planned_eur is 8981791.00 in the table of projects and 8980000.00 in eura" in issue.message


def test_a_name_or_a_day_that_differs_is_said_too():
    found = review(connection_of(OURS, THEIRS | {"lead_name": "'Turun AMK'", "end_date": "date '2018-04-30'"}))
    assert {(issue.severity, issue.expected, issue.got) for issue in found} == {
        ("info", "Turun kaupunki", "Turun AMK"),
        ("info", "2018-03-31", "2018-04-30"),
    }


def test_interim_sums_of_different_days_are_no_contradiction():
    later = THEIRS | {"as_of_date": "date '2017-10-19'", "realised_eur": "1.00", "planned_eur": "2.00"}
    assert review(connection_of(OURS, later)) == []


def test_a_value_that_one_of_them_lacks_is_no_contradiction():
    assert review(connection_of(OURS, THEIRS | {"granted_eur": "null::decimal(18,2)", "lead_name": "null"})) == []


def test_a_file_of_kohesio_is_built_whatever_separates_its_cells(tmp_path):
    for delimiter in (",", ";"):
        path = tmp_path / f"k{ord(delimiter)}.csv"
        lines = [delimiter.join(kohesio()), delimiter.join(kohesio().values()), ""]
        path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
        source = SOURCES["projects-kohesio"]
        build = build_source(
            Work(PROJECTS, TidyContext(), tmp_path, Limits()), source, [(snapshot_of(path, None), path)]
        )
        assert (build.rows_in, build.rows_out) == (1, 1)

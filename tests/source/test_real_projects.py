"""The structural funds' project list of autumn 2016 as it was published, against a reading that shares no code."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from etl.build import Work, build_source
from etl.datasets.context import TidyContext
from etl.read.table import Limits
from etl.registry import load_registry
from tests.source.runs import ROOT
from tests.source.test_real_files import SHARED, snapshot_of

LIST = SHARED / "eura-2014-projects-2016-10.csv"
pytestmark = pytest.mark.skipif(not LIST.exists(), reason="the real files are not at hand")

MONEY = ("granted_eur", "realised_eu_state_eur", "planned_eur", "realised_eur")
"""In the order of the list's last four columns."""
SHIFTED = {"A70359", "A70378", "A70447", "A70470", "A70491", "A70646", "A70654", "A70689", "A70690", "A71349"}
"""An amount stands in the place of the start date, and the others one or two columns from theirs."""
DATE_IN_MONEY = {"A70355", "A70366"}
THREE_AMOUNTS = {"A70356"}
NAME_IN_AUTHORITY = {"A70408", "A70423", "A70452"}
"""The rest of the name stands before the authority, and the end date in the place of the start date."""
AUTHORITIES = (
    "Innovaatiorahoituskeskus Tekes", "Pohjois-Pohjanmaan elinkeino-, liikenne- ja ympäristökeskus",
    "Etelä-Savon elinkeino-, liikenne- ja ympäristökeskus", "Keski-Suomen elinkeino-, liikenne- ja ympäristökeskus",
    "Hämeen elinkeino-, liikenne- ja ympäristökeskus", "Uudenmaan liitto", "Pirkanmaan liitto",
    "Pohjois-Pohjanmaan liitto", "Lapin liitto", "Etelä-Savon maakuntaliitto", "Pohjois-Savon liitto",
    "Pohjois-Karjalan maakuntaliitto", "Keski-Pohjanmaan liitto", "Kainuun liitto", "Työ- ja elinkeinoministeriö",
    "Sosiaali- ja terveysministeriö",
)  # fmt: skip


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    projects = next(r for r in load_registry().datasets if r.dataset.name == "projects")
    source = next(s for s in projects.sources if s.name == "projects-eura-2014")
    folder = tmp_path_factory.mktemp("eura")
    return build_source(Work(projects, TidyContext(), folder, Limits()), source, [(snapshot_of(LIST, None), LIST)])


@pytest.fixture(scope="module")
def rows(build):
    return pq.read_table(build.rows_paths[0]).to_pylist()


@pytest.fixture(scope="module")
def lines():
    return LIST.read_text(encoding="utf-8").split("\n")[1:-1]


def code_of(line):
    return line.lstrip('"')[:6]


def last_four(line):
    """The last four cells, found from the end of the line alone."""
    return [Decimal(cell) for cell in line.rstrip('"; ,').rsplit(",", 4)[1:]]


def test_every_record_is_kept_or_set_aside_and_99_per_cent_are_kept(build, lines):
    assert build.rows_in == len(lines) == 2_881
    assert (build.rows_out, dict(build.set_aside)) == (2_865, {"unreadable_record": 16})
    assert build.rows_out / build.rows_in > 0.99


def test_what_is_set_aside_is_what_no_rule_can_put_right(build, lines):
    aside = pq.read_table(build.set_aside_paths[0])["row_number"].to_pylist()
    found = {code_of(lines[number - 1]) for number in aside}
    assert found == SHIFTED | DATE_IN_MONEY | THREE_AMOUNTS | NAME_IN_AUTHORITY


def test_each_amount_of_each_row_is_that_of_its_line_to_the_cent(rows, lines):
    for row in rows:
        assert [row[name] for name in MONEY] == last_four(lines[row["row_number"] - 1]), row["project_code"]


def test_the_sums_are_those_of_the_list_to_the_cent(rows, lines):
    kept = {row["row_number"] for row in rows}
    wanted = [last_four(line) for number, line in enumerate(lines, start=1) if number in kept]
    for index, name in enumerate(MONEY):
        assert sum(row[name] for row in rows) == sum(amounts[index] for amounts in wanted)


def test_codes_dates_and_authorities_are_those_of_the_lines(rows, lines):
    assert len({row["project_code"] for row in rows}) == len(rows)
    assert {row["authority_name"] for row in rows} == set(AUTHORITIES)
    for row in rows:
        line = lines[row["row_number"] - 1]
        start, end = re.search(r",Toiminnassa,([\d.]*),([\d.]*),", line).groups()
        assert (row["project_code"], row["fund_code"]) == tuple(line.lstrip('"').split(",")[:2])
        for value, text in ((row["start_date"], start), (row["end_date"], end)):
            assert (value is None) == (text == "")
            assert value is None or f"{value.day}.{value.month}.{value.year}" == text


def test_names_hold_every_word_of_their_lines_and_no_bar(rows, lines):
    for row in rows:
        middle = lines[row["row_number"] - 1].split(",", 2)[2].rpartition(",Toiminnassa,")[0]
        name = re.sub(rf",\d,\s*[^\d]*{row['authority_name'].split(' ')[0]}.*$", "", middle)
        if row["project_name"] is not None:
            assert re.findall(r"\w+", row["project_name"]) == re.findall(r"\w+", name), row["project_code"]
            assert "|" not in row["project_name"]


def test_lost_characters_and_mended_names_are_counted(build, rows):
    lost = sum(bool(re.search(r"[?¿]", row["project_name"] or "")) for row in rows)
    assert build.noted["lost_characters_kept"] == 68 >= lost > 60
    assert build.noted["mended_project_name"] == 17  # ten with bars, seven with doubled quotation marks
    assert build.noted["mended_authority_name"] == 308


def test_no_sole_trader_and_nobody_who_may_be_a_person_is_named(build, rows):
    named = {row["lead_name"] for row in rows if row["lead_name"]}
    assert build.blanked["lead_name"] == 93 == sum(row["lead_name"] is None for row in rows)
    for name in ("KARVINEN, PETRI", "JALKAPUU TMI", "METALLIPALVELU J.HINTSALA", "VOLTER OYJARNO HAAPAKOSKI", "157500"):
        assert name not in named
    assert not [name for name in named if re.search(r"\btmi\b", name, re.IGNORECASE)]


def folded(text):
    return re.sub(r"\W+", " ", text).casefold()


def test_the_fifteen_projects_of_the_six_cities_are_those_of_the_reference_table(rows):
    with (ROOT / "data" / "reference" / "projects.csv").open(encoding="utf-8", newline="") as file:
        reference = {row["project_code"]: row for row in csv.DictReader(file)}
    marked = {row["project_code"]: row for row in rows if row["is_six_city"]}
    assert len(reference) == 15
    assert set(marked) == set(reference)
    for code, ours in reference.items():
        theirs = marked[code]
        assert [theirs[name] for name in MONEY] == [Decimal(ours[name]) for name in MONEY], code
        assert (theirs["project_name"], theirs["fund_code"]) == (ours["project_name"], ours["fund_code"])
        assert theirs["lead_name"] == ours["lead_name"]
        assert folded(theirs["authority_name"]) == folded(ours["authority_name"])
        assert theirs["start_date"] == dt.date.fromisoformat(ours["start_date"])
        assert theirs["end_date"] == dt.date.fromisoformat(ours["planned_end_date"])
        assert theirs["as_of_date"] == dt.date.fromisoformat(ours["planned_as_of_date"])


def test_every_field_of_kohesios_schema_is_mapped_or_ignored_and_its_dates_and_required_fields_are_ours():
    schema = json.loads((SHARED / "kohesio-table-schema.json").read_text(encoding="utf-8"))["fields"]
    source = next(s for s in load_registry().sources() if s.name == "projects-kohesio")
    used = {spelling: field for field, spellings in source.columns.items() for spelling in spellings}
    assert {field["name"] for field in schema} == set(used) | set(source.ignore)
    assert {field["format"] for field in schema if field["type"] == "date"} == {"%d/%m/%Y"}
    assert source.layout.dates == ("d/m/Y",)
    codes = next(field for field in schema if field["name"] == "Programme_Code")["constraints"]["enum"]
    assert source.options["programmes"] in codes
    assert source.layout.decimal == "."  # Table Schema's own decimal mark where a field names none

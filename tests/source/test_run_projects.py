"""Funded projects from files at fixed addresses, through the whole line over the sample portal."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from etl.collect import Collector
from etl.declare import Source
from etl.errors import FetchError
from etl.fetch.session import open_session
from etl.registry import load_registry
from etl.sample.companies import FIRST_NAMES, SURNAMES
from etl.sample.portal import SamplePortal
from etl.sample.projects import EURA, GENERATED, KOHESIO, draw_projects, write_projects
from etl.snapshot import SnapshotStore
from tests.source.runs import NOW, ROOT, Line

ROWS, SEED, PROJECTS = 1500, 6, 60


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    made = Line(tmp_path_factory.mktemp("projects"), rows=ROWS)
    made.first = made.run()
    return made


@pytest.fixture(scope="module")
def rows(line):
    return pq.read_table(line.release(line.first) / "project_funding.parquet").to_pylist()


def descriptor(line, result):
    return json.loads((line.release(result) / "datapackage.json").read_text(encoding="utf-8"))


def sources(line, result):
    return {s["name"]: s for d in descriptor(line, result)["x-datasets"] for s in d["sources"]}


def drawn():
    return {project.code: project for project in draw_projects(PROJECTS, SEED)}


def test_both_lists_are_published_side_by_side_and_every_record_is_accounted_for(line, rows):
    aside = pq.read_table(line.release(line.first) / "projects_set_aside.parquet").to_pylist()
    kept = Counter(row["rule_code"] for row in rows)
    reasons = Counter((row["snapshot_id"].partition(":")[0], row["reason_code"]) for row in aside)
    assert kept == {EURA: PROJECTS - 2, KOHESIO: PROJECTS // 2 - 6}
    assert reasons == {
        (EURA, "unreadable_record"): 2,
        (KOHESIO, "no_project_code"): 2,
        (KOHESIO, "other_currency"): 2,
        (KOHESIO, "other_programme"): 2,
    }
    for name in (EURA, KOHESIO):
        found = sources(line, line.first)[name]
        assert found["rows_in"] == found["rows"] + sum(found["set_aside"].values())
        assert (found["state"], found["portal"]) == ("ok", None)
    assert len({(row["snapshot_id"], row["row_number"]) for row in rows + aside}) == len(rows) + len(aside)


def test_money_and_dates_are_those_that_were_drawn(rows):
    projects = drawn()
    for row in rows:
        project = projects[row["project_code"]]
        assert (row["start_date"], row["end_date"] or project.end) == (project.start, project.end)
        if row["rule_code"] == EURA:
            assert (row["planned_eur"], row["granted_eur"]) == (project.planned, project.granted)
            assert row["realised_eu_state_eur"] == abs(row["realised_eur"]) == Decimal(project.realised)
        else:
            assert row["eligible_eur"] == project.planned + Decimal(project.number % 100) / 100
            assert row["planned_eur"] is None
            assert abs(
                row["eligible_eur"] * Decimal(str(row["co_financing_pct"])) / 100 - row["eu_share_eur"]
            ) <= Decimal("0.005")


def test_all_rows_of_a_sample_are_generated_and_say_so_and_the_fifteen_stay_real(line, rows):
    release = line.release(line.first)
    real = {row["project_code"] for row in pq.read_table(release / "projects.parquet").to_pylist()}
    assert len(real) == 15
    assert not real & {row["project_code"] for row in rows}
    assert all(
        GENERATED.replace("ä", "?") in row["project_name"].replace("ä", "?") for row in rows if row["project_name"]
    )
    assert all(re.fullmatch(r"[AS]90\d{3}", row["project_code"]) for row in rows)
    assert pq.read_schema(release / "project_funding.parquet").metadata[b"x-sample"] == b"true"
    shots = [s for s in descriptor(line, line.first)["x-provenance"] if s["source"] in (EURA, KOHESIO)]
    assert len(shots) == 2
    assert all(s["sample"] and s["url"].startswith("http://127.0.0.1:") for s in shots)


def test_every_seventh_is_marked_as_the_six_cities(rows):
    assert all(row["is_six_city"] == (drawn()[row["project_code"]].number % 7 == 0) for row in rows)


def test_no_sole_trader_and_no_person_is_published(line, rows):
    text = (line.release(line.first) / "project_funding.csv").read_text(encoding="utf-8").casefold()
    withheld = [row for row in rows if row["lead_name"] is None]
    assert len(withheld) > 3
    assert all(row["planned_eur"] or row["eligible_eur"] for row in withheld)
    assert not [name for name in SURNAMES if any(f"{name} {first}".casefold() in text for first in FIRST_NAMES)]
    assert " tmi" not in text


def test_the_lists_say_nothing_of_the_real_projects_so_nothing_disagrees(line):
    assert "sources_disagree" not in {issue.code for issue in line.first.issues}


def test_what_was_mended_is_counted(line):
    counts = {issue.code: issue.count for issue in line.first.issues if issue.source == EURA}
    assert counts["set_aside_unreadable_record"] == 2
    assert counts["lost_characters_kept"] == 2
    assert counts["mended_project_name"] >= 2
    assert counts["blanked_lead_name"] == 3


def test_a_second_run_asks_for_what_changed_only_and_publishes_nothing(line):
    again = line.run()
    assert (again.result, again.version) == ("unchanged", line.first.version)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("404file", "not_found"), ("403", "refused"), ("500file", "server_error"), ("empty", "empty"),
     ("truncate", "truncated"), ("html200", "unexpected_data")],
)  # fmt: skip
def test_a_list_that_fails_is_a_named_issue_and_the_last_good_one_stays(line, fault, code):
    result = line.run_with({EURA: fault})
    errors = [(issue.source, issue.code) for issue in result.issues if issue.severity == "error"]
    assert errors == [(EURA, code)]
    assert (result.result, result.version) == ("failure", line.first.version)


def test_a_real_run_leaves_out_what_is_switched_off_and_says_why(tmp_path):
    line = Line(tmp_path, rows=ROWS)
    with SamplePortal(rows=ROWS, seed=SEED, directory=line.files) as portal:
        result = line.run_on(portal.portals, sample=False)
    said = [issue for issue in result.issues if issue.code == "switched_off"]
    assert {issue.source: issue.severity for issue in said} == {KOHESIO: "info", "service-requests-helsinki": "info"}
    assert "address" in next(issue.message for issue in said if issue.source == KOHESIO)
    assert not {issue.source for issue in said} & set(sources(line, result))
    assert result.exit_code == 0


def contradict(folder, code, **changes):
    """The reference tables with a project that a generated list also has, with other values."""
    path = folder / "projects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.append({**rows[0], "project_code": code, **changes})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_contradiction_between_ours_and_a_list_is_an_issue_with_both_values(tmp_path, monkeypatch):
    project = drawn()["A90001"]
    reference = tmp_path / "reference"
    reference.mkdir()
    for path in (ROOT / "data" / "reference").glob("*.csv"):
        (reference / path.name).write_bytes(path.read_bytes())
    contradict(
        reference, "A90001", project_name=project.name.upper(), lead_name=project.lead, planned_eur="1.00",
        granted_eur=str(project.granted), realised_eur="5", realised_as_of_date="2017-01-01",
        authority_name=project.authority, start_date=f"{project.start}", planned_end_date="2030-01-01",
    )  # fmt: skip
    monkeypatch.setenv("ETL_REFERENCE_DIR", str(reference))
    found = [i for i in Line(tmp_path, rows=ROWS).run().issues if i.code == "sources_disagree"]
    assert {(i.source, i.severity, i.resource, i.expected, i.got) for i in found} == {
        (EURA, "warning", "A90001", "1.00", f"{project.planned}.00"),
        (EURA, "info", "A90001", "2030-01-01", f"{project.end}"),
    }


def collector(line, base, *, sample):
    settings = line.settings()
    session = open_session(settings, [base] if base else [])
    store = SnapshotStore(line.data / "other")
    return Collector(session, settings, store, sample, lambda: NOW, lambda name, size: None, base)


def test_a_sample_run_never_asks_a_real_address(line):
    source = next(s for s in load_registry().sources() if s.name == EURA)
    with pytest.raises(FetchError, match="no address in this run"):
        collector(line, None, sample=True).collect(source, None)


def test_a_source_without_an_address_is_not_found_in_a_real_run(line):
    source = next(s for s in load_registry().sources() if s.name == KOHESIO)
    with pytest.raises(FetchError, match="no address in this run"):
        collector(line, None, sample=False).collect(source, None)


def test_a_file_is_taken_from_its_own_address_in_a_real_run(line):
    declared = next(s for s in load_registry().sources() if s.name == EURA)
    with SamplePortal(rows=ROWS, seed=SEED, directory=line.files) as portal:
        url = f"{portal.portals['files']}/{EURA}.csv"
        source = Source.model_validate({**declared.model_dump(), "url": url})
        one = replace(collector(line, None, sample=False), session=open_session(line.settings(), [url]))
        (first,), _ = one.collect(source, None)
        (second,), _ = one.collect(source, None)
    assert (first.url, first.format, first.file_name) == (url, "CSV", f"{EURA}.csv")
    assert (first.id, first.sample, first.etag) == (second.id, False, second.etag)
    assert first.etag


def test_the_same_rows_and_seed_give_the_same_lists(tmp_path):
    texts = []
    for name, seed in (("a", 6), ("b", 6), ("c", 7)):
        texts.append([path.read_bytes() for path in write_projects(tmp_path / name, rows=100, seed=seed).values()])
    assert texts[0] == texts[1] != texts[2]

"""Service units of the whole sample run against an independent reading of what the paged APIs serve."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import requests

from etl.sample.portal import SamplePortal
from tests.source.runs import Line
from tests.source.topics import Release

CODES = ("091", "049", "092", "837", "853", "564")


@pytest.fixture(scope="module")
def release(sample_data_dir):
    return Release(sample_data_dir)


def listed(release, portal, name):
    folder = release.portal / portal / name
    return json.loads(next(folder.glob("*.json")).read_text(encoding="utf-8"))


def test_every_unit_of_the_three_cities_comes_out_once(release):
    served = listed(release, "servicemap", "unit")
    expected = {str(u["id"]) for u in served if u.get("id") and u["municipality"] in ("helsinki", "espoo", "vantaa")}
    rows = [row for row in release.rows("service_units") if row["observation_code"] == "unit"]
    assert len(rows) == len(expected)
    assert {row["unit_id"] for row in rows} == expected
    assert {row["city_code"] for row in rows} == {"091", "049", "092"}


def test_the_kinds_of_provider_are_those_served(release):
    served = {str(u["id"]): u for u in listed(release, "servicemap", "unit") if u.get("id")}
    kinds = {"SELF_PRODUCED": "own", "MUNICIPALITY": "own", "PURCHASED_SERVICE": "bought", "VOUCHER_SERVICE": "voucher",
             "PRIVATE_COMPANY": "other", "ASSOCIATION": "other"}  # fmt: skip
    rows = [row for row in release.rows("service_units") if row["observation_code"] == "unit"]
    for row in rows:
        unit = served[row["unit_id"]]
        assert row["provider_code"] == kinds.get(unit["provider_type"], "unknown")
        assert row["kind_name"] == unit["services"][0]["name"]["fi"]
    assert {"own", "bought", "voucher", "other", "unknown"} == {row["provider_code"] for row in rows}


@pytest.mark.parametrize("code", CODES)
def test_every_service_of_a_city_comes_out_once_with_its_producers(release, code):
    served = {s["id"]: s for s in listed(release, "ptv", code) if s}
    rows = [r for r in release.rows("service_units") if (r["observation_code"], r["city_code"]) == ("service", code)]
    assert Counter(row["unit_id"] for row in rows) == Counter(list(served))
    for row in rows:
        service = served[row["unit_id"]]
        count = len(service["serviceProducers"]) + service["serviceVouchersInUse"]
        assert len(row["provider_codes"]) == count
        assert (row["provider_code"] == "mixed") == (count > 1)
        names = {name["language"]: name["value"] for name in service["serviceNames"]}
        assert row["unit_name"] == names["fi"]


def test_rows_set_aside_doubles_and_dropped_data_are_counted(release):
    issues = {(i["source"], i["code"]): i["count"] for i in release.package["x-issues"]}
    for source in release.sources("service_units"):
        portal, name = ("servicemap", "unit")
        if source["name"] != "service-units-servicemap":
            portal, name = "ptv", source["city_code"]
        planted = Counter(release.planted[f"{portal}/{name}/{'units' if portal == 'servicemap' else 'services'}.json"])
        assert source["rows"] == planted.pop("ROWS")
        assert issues[source["name"], "double_record"] == planted.pop("DOUBLE")
        planted.pop("UNSEEN", None)
        assert source["set_aside"] == dict(planted)
        assert source["rows_in"] == source["rows"] + sum(source["set_aside"].values())
        assert issues[source["name"], "dropped_names"] > 0
        assert issues[source["name"], "dropped_contacts"] > 0
    units = [u for u in {str(u.get("id")): u for u in listed(release, "servicemap", "unit")}.values() if u]
    phones = sum(bool(u["phone"]) for u in units)
    assert issues["service-units-servicemap", "dropped_contacts"] == 3 * phones


def test_no_contact_person_phone_or_address_is_published(release):
    text = "".join(path.read_text(encoding="utf-8") for path in release.folder.glob("*.csv")).casefold()
    traces = ["henkilo.invalid", "+358 99", "olemattomankatu", "kuvitelmantie", "tmi maija", "keksittylä", "olematon"]
    for unit in listed(release, "servicemap", "unit"):
        traces += [unit["connections"][0]["contact_person"]] if unit else []
    assert not [trace for trace in traces if trace.casefold() in text]


def test_the_pages_of_both_apis_hold_the_whole_list(tmp_path):
    with SamplePortal(rows=60_000, directory=tmp_path) as portal:
        url, ids = f"{portal.portals['servicemap']}/unit/?page_size=200", []
        while url:
            answer = requests.get(url, timeout=10).json()
            ids += [unit.get("id") for unit in answer["results"]]
            url = answer["next"]
        assert len(ids) == answer["count"] > 600
        base = f"{portal.portals['ptv']}/Service/list/area/Municipality/code/091"
        pages = [requests.get(base, params={"page": page}, timeout=10).json() for page in (1, 2, 3)]
        assert [len(page["itemList"]) for page in pages] == [100, 2, 0]
        assert {page["pageCount"] for page in pages} == {2}
        assert requests.get(f"{portal.portals['servicemap']}/unit/?page=99", timeout=10).status_code == 404
        assert requests.get(f"{portal.portals['servicemap']}/nothing/", timeout=10).status_code == 404


def test_an_api_that_is_down_fails_its_source_and_its_last_good_pages_stay(tmp_path):
    line = Line(tmp_path)
    first = line.run()
    again = line.run(portal_servicemap="down")
    errors = [issue for issue in again.issues if issue.severity == "error"]
    assert [(e.source, e.portal, e.code) for e in errors] == [("service-units-servicemap", "servicemap", "unreachable")]
    assert again.version == first.version
    assert line.run().result == "unchanged"

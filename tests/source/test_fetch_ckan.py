from __future__ import annotations

import time

import pytest

from etl.declare import Source
from etl.errors import FetchError
from etl.fetch.ckan import Package, check_portal, parse_package, show_package
from etl.fetch.pick import pick_resources
from etl.fetch.session import open_session
from etl.registry import load_registry
from etl.sample.portal import SamplePortal
from etl.settings import Settings
from tests.source.endless import endless

SETTINGS = Settings(attempts=1, connect_timeout_seconds=1, read_timeout_seconds=1)
SOURCE = Source.model_validate(
    {
        "name": "purchases-lahti",
        "title": {"fi": "a", "sv": "b", "en": "c"},
        "publisher": "Lahti",
        "licence": {"id": "cc-by-4.0", "title": "CC BY", "url": "https://example.org"},
        "portal": "avoindata",
        "dataset": "lahden-ostot",
        "pick": {"match": r"ostot[_ ](?P<year>20\d\d)", "formats": ["XLSX", "CSV"], "exclude": "kuvaus"},
        "columns": {},
    }
)


def resource(file, format_="CSV", name="", **more):
    return {"id": file, "name": name, "url": f"https://a.example/download/{file}", "format": format_, **more}


def picked(*resources, **pick):
    source = SOURCE.model_copy(update={"pick": SOURCE.pick.model_copy(update=pick)})
    return [r.id for r in pick_resources(Package("1", "lahden-ostot", None, None, resources), source).resources]


def test_the_newest_years_are_taken_oldest_first():
    files = [resource(f"ostot_{year}.csv") for year in (2025, 2019, 2022, 2020, 2023, 2021, 2024)]
    assert picked(*files) == [f"ostot_{year}.csv" for year in (2022, 2023, 2024, 2025)]
    assert picked(*files, newest_years=1) == ["ostot_2025.csv"]


def test_each_year_is_taken_in_its_best_format_and_all_its_parts():
    files = [
        resource("ostot_2023.csv"), resource("ostot_2024.csv"), resource("ostot_2024.xlsx", "XLSX"),
        resource("ostot_2025_osa_1.csv"), resource("ostot_2025_osa_2.csv"), resource("ostot_2025.pdf", "PDF"),
    ]  # fmt: skip
    assert picked(*files) == ["ostot_2023.csv", "ostot_2024.xlsx", "ostot_2025_osa_1.csv", "ostot_2025_osa_2.csv"]


@pytest.mark.parametrize(
    ("declared", "file", "taken"),
    [
        ("XLS", "ostot_2024.xlsx", True), ("xlsx", "ostot_2024", True), (".csv", "ostot_2024", True),
        ("", "ostot_2024.csv", True), (None, "ostot_2024.XLSX", True), ("text/csv", "ostot_2024", True),
        ("TXT", "ostot_2024.txt", True), ("PDF", "ostot_2024.csv", False), ("", "ostot_2024", False),
        ("HTML", "ostot_2024.html", False),
    ],
)  # fmt: skip
def test_a_format_is_known_however_the_portal_writes_it(declared, file, taken):
    if taken:
        assert picked(resource(file, declared)) == [file]
    else:
        with pytest.raises(FetchError):
            picked(resource(file, declared))


def test_a_title_names_a_file_whose_address_does_not():
    assert picked(resource("abc123", "CSV", "Kaupungin ostot 2024")) == ["abc123"]
    assert picked(resource("lahden%20ostot%202024.csv")) == ["lahden%20ostot%202024.csv"]


def test_a_description_of_the_data_is_not_taken_for_it():
    described = resource("ostot_2025_kuvaus.csv")
    titled = resource("ostot_2025.csv", name="Tietojen kuvaus")
    assert picked(resource("ostot_2024.csv"), described, titled) == ["ostot_2024.csv"]


@pytest.mark.parametrize(
    "url", ["", None, "ftp://a.example/ostot_2024.csv", "file:///etc/ostot_2024.csv", "ostot_2024.csv"]
)
def test_an_address_that_is_not_http_is_not_taken(url):
    with pytest.raises(FetchError):
        picked(resource("ostot_2024.csv") | {"url": url})


def test_a_rule_that_picks_nothing_says_what_there_is():
    with pytest.raises(FetchError, match=r"'Vanhat tiedot' \(PDF\)") as caught:
        picked(resource("vanha.pdf", "PDF", "Vanhat tiedot"))
    assert caught.value.state == "not_picked"
    with pytest.raises(FetchError, match="no resources"):
        picked()


def test_only_active_resources_of_a_package_are_kept():
    package = parse_package(
        {"id": "1", "name": "d", "license_id": "CC-BY-4.0",
         "resources": [resource("a"), resource("b", state="deleted"), resource("c", state="active")]}, "test",
    )  # fmt: skip
    assert [r["id"] for r in package.resources] == ["a", "c"]
    assert package.licence_id == "cc-by-4.0"


@pytest.mark.parametrize(
    "answer", [None, [], "text", {}, {"resources": None}, {"resources": "a"}, {"resources": [None]}]
)
def test_an_answer_that_is_no_dataset_is_a_fetch_error(answer):
    with pytest.raises(FetchError) as caught:
        parse_package(answer, "test")
    assert caught.value.state == "wrong_content"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    faults = {
        "helsingin-kaupungin-ostot": "500",
        "espoon-kaupungin-ostot": "403",
        "vantaan-kaupungin-ostot": "html200",
        "turun-kaupungin-ostot": "timeout",
        "portal:oulu": "down",
    }
    with SamplePortal(rows=300, directory=tmp_path_factory.mktemp("portal"), faults=faults) as served:
        yield served


@pytest.mark.parametrize(
    ("name", "dataset", "state"),
    [
        ("hri", "helsingin-kaupungin-ostot", "server_error"),
        ("hri", "espoon-kaupungin-ostot", "refused"),
        ("hri", "vantaan-kaupungin-ostot", "wrong_content"),
        ("hri", "ei-ole", "not_found"),
        ("avoindata", "turun-kaupungin-ostot", "timeout"),
        ("oulu", "oulun-kaupungin-ostolaskut_", "unreachable"),
    ],
)
def test_every_way_in_which_a_dataset_cannot_be_had_has_its_state(portal, name, dataset, state):
    with open_session(SETTINGS, portal.portals.values()) as session, pytest.raises(FetchError) as caught:
        show_package(session, portal.portals[name], dataset, SETTINGS)
    assert caught.value.state == state
    assert dataset in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("limits", "trickle", "state"),
    [({"max_bytes": 1 << 20}, 0.0, "too_large"), ({}, 0.0, "too_large"), ({"max_seconds": 0.3}, 0.05, "timeout")],
)
def test_an_answer_that_does_not_end_is_given_up(limits, trickle, state):
    settings, began = SETTINGS.model_copy(update=limits), time.monotonic()
    with (
        endless(b'{"success": true, "result": {"resources": []}}', trickle=trickle) as url,
        pytest.raises(FetchError) as caught,
        open_session(settings, [url]) as session,
    ):
        show_package(session, url, "a", settings)
    assert caught.value.state == state
    assert time.monotonic() - began < 10


def test_a_portal_that_answers_is_well_and_one_that_does_not_is_named(portal):
    with open_session(SETTINGS, portal.portals.values()) as session:
        check_portal(session, portal.portals["hri"], SETTINGS)
        with pytest.raises(FetchError) as caught:
            check_portal(session, portal.portals["oulu"], SETTINGS)
    assert caught.value.state == "unreachable"


def test_the_declared_rules_pick_every_data_file_of_their_best_format_and_no_decoy(portal):
    expected = {
        "tampereen-kaupungin-ostot": {f"tampereen_kaupungin_ostot_{y}.csv" for y in range(2022, 2026)},
        "tutkihankintoja-data": {f"th_data_{y}.csv" for y in range(2022, 2026)},
    }
    sources = {s.dataset: s for s in load_registry().sources()}
    with open_session(SETTINGS, portal.portals.values()) as session:
        for dataset, files in expected.items():
            source = sources[dataset]
            package = show_package(session, portal.portals[source.portal], dataset, SETTINGS)
            assert {r.url.rpartition("/")[2] for r in pick_resources(package, source).resources} == files


def notes(*resources):
    package = Package("1", "lahden-ostot", None, None, resources)
    return [(note.code, note.resource) for note in pick_resources(package, SOURCE).notes]


def test_a_corrected_copy_replaces_the_first_one_and_says_so():
    files = [resource("ostot_2024.csv"), resource("ostot_2024_korjattu.csv"), resource("ostot_2025.csv")]
    assert picked(*files) == ["ostot_2024_korjattu.csv", "ostot_2025.csv"]
    assert notes(*files) == [("replaced_by_correction", "ostot_2024.csv")]


def test_of_two_corrections_the_newest_is_taken():
    files = [
        resource("ostot_2024_korjattu.csv", last_modified="2025-03-01"),
        resource("ostot_2024_korjattu_.csv", last_modified="2025-09-01"),
        resource("ostot_2024.csv", last_modified="2025-10-01"),
    ]
    assert picked(*files) == ["ostot_2024_korjattu_.csv"]


def test_parts_of_a_year_are_taken_each_in_its_own_best_format():
    files = [
        resource("ostot_2024_osa_1.csv"), resource("ostot_2024_osa_1.xlsx", "XLSX"), resource("ostot_2024_osa_2.csv"),
    ]  # fmt: skip
    assert picked(*files) == ["ostot_2024_osa_1.xlsx", "ostot_2024_osa_2.csv"]
    assert notes(*files) == []


def test_a_year_under_two_names_in_two_formats_is_taken_once_and_what_is_left_out_is_told():
    files = [resource("ostot_2024.xlsx", "XLSX"), resource("Lahden ostot 2024 tammi-kesä.csv")]
    assert picked(*files) == ["ostot_2024.xlsx"]
    assert notes(*files) == [("resource_left_out", "Lahden ostot 2024 tammi-kesä.csv")]


@pytest.mark.parametrize("url", ["ostot_2024.csv", "/download/ostot_2024.csv", "http://[::1/ostot_2024.csv", "http://"])
def test_a_file_whose_address_is_none_is_told(url):
    odd = resource("x", name="Ostot 2024") | {"url": url}
    assert picked(resource("ostot_2025.csv"), odd) == ["ostot_2025.csv"]
    assert notes(resource("ostot_2025.csv"), odd) == [("bad_address", "Ostot 2024")]

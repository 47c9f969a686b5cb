"""The sample portal answers as a CKAN does, to ckanapi and to a plain HTTP client."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckanapi
import pytest
import requests

from etl.sample.apis import APIS
from etl.sample.portal import PORTALS, SamplePortal
from etl.sample.topics import TOPIC_DATASETS

DATASETS = {
    "hri": ["espoon-kaupungin-ostot", "helsingin-kaupungin-ostot", "vantaan-kaupungin-ostot"],
    "avoindata": ["turun-kaupungin-ostot", "tutkihankintoja-data"],
    "tampere": ["tampereen-kaupungin-ostot"],
    "oulu": ["oulun-kaupungin-ostolaskut_"],
}
TOPICS = {name: {t.name for t in TOPIC_DATASETS if t.portal == name} for name in DATASETS}
JSON_TYPE = "application/json;charset=utf-8"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamplePortal]:
    folder: Path = tmp_path_factory.mktemp("portal")
    with SamplePortal(rows=2_000, directory=folder) as running:
        yield running


def ckan(portal: SamplePortal, name: str) -> ckanapi.RemoteCKAN:
    return ckanapi.RemoteCKAN(portal.portals[name], get_only=True)


def show(portal: SamplePortal, name: str, dataset: str) -> dict[str, Any]:
    result: dict[str, Any] = ckan(portal, name).action.package_show(id=dataset)
    return result


def every_package(portal: SamplePortal) -> list[dict[str, Any]]:
    return [show(portal, name, dataset) for name in DATASETS for dataset in DATASETS[name]]


def every_topic(portal: SamplePortal) -> list[dict[str, Any]]:
    return [show(portal, name, dataset) for name in TOPICS for dataset in sorted(TOPICS[name])]


def first_csv(portal: SamplePortal) -> str:
    resources = show(portal, "tampere", "tampereen-kaupungin-ostot")["resources"]
    return str(next(r["url"] for r in resources if r["url"].endswith("ostot_2025.csv")))


def test_every_portal_lists_its_datasets_and_a_decoy(portal: SamplePortal) -> None:
    assert list(portal.portals) == [*PORTALS, *APIS, "files"]
    for name, datasets in DATASETS.items():
        assert set(ckan(portal, name).action.package_list()) == {
            *datasets,
            *TOPICS[name],
            "nayteaineisto-puistonpenkit",
        }


def test_both_api_paths_and_both_methods_answer_the_same(portal: SamplePortal) -> None:
    base, params = portal.portals["hri"], {"id": "espoon-kaupungin-ostot"}
    answers = [
        send(f"{base}{path}/package_show")
        for path in ("/api/action", "/api/3/action")
        for send in (
            lambda url: requests.get(url, params=params, timeout=5),
            lambda url: requests.post(url, json=params, timeout=5),
            lambda url: requests.post(url, data=params, timeout=5),
        )
    ]
    assert len({answer.text for answer in answers}) == 1
    assert set(answers[0].json()) == {"help", "success", "result"}
    assert answers[0].headers["Content-Type"] == JSON_TYPE


def test_ckanapi_posts_as_well_as_gets(portal: SamplePortal) -> None:
    status = ckanapi.RemoteCKAN(portal.portals["oulu"]).action.status_show()
    assert status["ckan_version"].startswith("2.")
    assert status["site_url"] == portal.portals["oulu"]


def test_a_package_is_found_by_name_and_by_id(portal: SamplePortal) -> None:
    for package in every_package(portal):
        name = next(n for n in PORTALS if package["name"] in DATASETS[n])
        assert show(portal, name, package["id"]) == package


def test_packages_have_the_odd_shapes_of_real_ones(portal: SamplePortal) -> None:
    packages = {p["name"]: p for p in every_package(portal)}
    assert {p["license_id"] for p in packages.values()} == {"cc-by-4.0", "CC-BY-4.0"}
    assert isinstance(packages["turun-kaupungin-ostot"]["maintainer_email"], list)
    assert isinstance(packages["espoon-kaupungin-ostot"]["maintainer_email"], str)
    assert re.fullmatch(r"\{[0-9A-F-]{36}\}", packages["turun-kaupungin-ostot"]["id"])
    assert set(packages["oulun-kaupungin-ostolaskut_"]["title_translated"]) == {"fi"}
    assert packages["oulun-kaupungin-ostolaskut_"]["keywords"] == {}
    for package in packages.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", package["metadata_modified"])
        assert package["highvalue"] == "false"
        assert package["num_resources"] == len(package["resources"])
        assert all(r["last_modified"] is None for r in package["resources"])
        assert sum(r["size"] is not None for r in package["resources"]) == 1
    formats = {r["format"] for p in packages.values() for r in p["resources"]}
    assert {"", ".csv", "CSV", "XLSX", "XLS", "PDF", "HTML"} == formats


def test_every_title_and_text_says_in_three_languages_that_it_is_generated(portal: SamplePortal) -> None:
    words = {"fi": "näyteaineisto", "sv": "exempelmaterial", "en": "generated sample data"}
    for package in every_package(portal) + every_topic(portal):
        for code, word in words.items():
            assert word in package["title"]
            assert word in package["notes"]
            assert word in package["notes_translated"][code]
        assert all(words[code] in text for code, text in package["title_translated"].items())


def test_every_dataset_has_its_files_and_decoys(portal: SamplePortal) -> None:
    for package in every_package(portal):
        titles = [(r["name"]) for r in package["resources"]]
        expected = [f.title for f in portal.files if f.dataset == package["name"]]
        assert set(expected) < set(titles)
        assert len(titles) - len(expected) >= 3
        assert [r["position"] for r in package["resources"]] == list(range(len(titles)))


def test_every_resource_can_be_fetched_and_is_the_generated_file(portal: SamplePortal) -> None:
    digests = {(f.dataset, f.title, f.format): f.sha256 for f in portal.files}
    seen = 0
    for package in every_package(portal):
        for resource in package["resources"]:
            answer = requests.get(resource["url"], timeout=10)
            assert answer.status_code == 200
            kind = {"": "CSV", ".csv": "CSV", "XLS": "XLSX"}.get(resource["format"], resource["format"])
            wanted = digests.get((package["name"], resource["name"], kind))
            if wanted:
                seen += 1
                assert hashlib.sha256(answer.content).hexdigest() == wanted
    assert seen == len(portal.files)


def test_every_file_of_a_topic_can_be_fetched_and_is_the_generated_one(portal: SamplePortal) -> None:
    digests = {(f.dataset, f.title): f.sha256 for f in portal.topic_files if f.portal in PORTALS}
    seen = set()
    for package in every_topic(portal):
        for resource in (r for r in package["resources"] if (package["name"], r["name"]) in digests):
            answer = requests.get(resource["url"], timeout=10)
            assert hashlib.sha256(answer.content).hexdigest() == digests[package["name"], resource["name"]]
            seen.add((package["name"], resource["name"]))
    assert seen == set(digests)


def test_one_workbook_has_no_extension_in_its_address(portal: SamplePortal) -> None:
    resources = show(portal, "oulu", "oulun-kaupungin-ostolaskut_")["resources"]
    bare = [r for r in resources if "." not in r["url"].rsplit("/", 1)[1] and r["format"] == "XLSX"]
    assert [r["name"] for r in bare] == ["Oulun kaupungin ostolaskut 2023"]


def test_ids_do_not_change_from_run_to_run(portal: SamplePortal) -> None:
    with SamplePortal(rows=2_000, directory=portal.directory) as again:
        for one, other in zip(every_package(portal), every_package(again), strict=True):
            assert one["id"] == other["id"]
            assert [r["id"] for r in one["resources"]] == [r["id"] for r in other["resources"]]


def test_an_unknown_dataset_is_not_found(portal: SamplePortal) -> None:
    with pytest.raises(ckanapi.NotFound):
        show(portal, "hri", "no-such-dataset")
    url = f"{portal.portals['hri']}/api/3/action/package_show"
    answer = requests.get(url, params={"id": "no-such-dataset"}, timeout=5)
    assert answer.status_code == 404
    assert answer.json()["success"] is False
    assert answer.json()["error"] == {"__type": "Not Found Error", "message": "Not found"}


def test_a_dataset_of_another_portal_is_not_found(portal: SamplePortal) -> None:
    with pytest.raises(ckanapi.NotFound):
        show(portal, "hri", "tampereen-kaupungin-ostot")


def test_a_missing_parameter_is_a_validation_error(portal: SamplePortal) -> None:
    with pytest.raises(ckanapi.ValidationError):
        ckan(portal, "hri").action.package_show()


def test_an_unknown_action_gets_a_bare_string(portal: SamplePortal) -> None:
    answer = requests.get(f"{portal.portals['hri']}/api/3/action/no_such", timeout=5)
    assert (answer.status_code, answer.json()) == (400, "Bad request - Action name not known: no_such")


@pytest.mark.parametrize("body", [b"{", b"[1]"])
def test_a_body_that_is_no_object_gets_a_bare_string(portal: SamplePortal, body: bytes) -> None:
    answer = requests.post(f"{portal.portals['hri']}/api/3/action/package_show", data=body, timeout=5)
    assert answer.status_code == 400
    assert isinstance(answer.json(), str)


@pytest.mark.parametrize("path", ["/nowhere/api/3/action/package_list", "/hri/dataset/x/resource/y/download/z"])
def test_an_unknown_path_is_not_found(portal: SamplePortal, path: str) -> None:
    root = portal.portals["hri"].removesuffix("/hri")
    assert requests.get(root + path, timeout=5).status_code == 404


def test_search_finds_by_words_and_pages_in_a_stable_order(portal: SamplePortal) -> None:
    search = ckan(portal, "hri").action.package_search
    assert [p["name"] for p in search(q="espoon ostot")["results"]] == ["espoon-kaupungin-ostot"]
    count = 4 + len(TOPICS["hri"])
    assert search(q="*:*")["count"] == count
    assert search(q="ei-ole-missään") | {"sort": ""} == {
        "count": 0, "facets": {}, "results": [], "sort": "", "search_facets": {},
    }  # fmt: skip
    pages = [search(sort="name asc", rows=1, start=start)["results"][0]["name"] for start in range(count)]
    assert pages == sorted(pages)
    ids = [p["id"] for p in search(sort="id asc", fq="x:y")["results"]]
    assert ids == sorted(ids)
    assert search(start=count)["results"] == []
    assert search(rows=0)["results"] == []


def test_search_gives_ten_rows_unless_asked_and_never_more_than_a_thousand() -> None:
    from etl.sample.actions import answer_action
    from etl.sample.catalogue import Catalogue

    texts = {"title": "", "notes": "", "title_translated": {}, "metadata_modified": ""}
    packages = {f"p{n:04d}": texts | {"name": f"p{n:04d}", "id": str(n)} for n in range(1200)}
    many = Catalogue("hri", "http://x", packages, {})

    def rows(**params: Any) -> int:
        return len(answer_action(many, "package_search", params)[1]["result"]["results"])

    assert (rows(), rows(rows="50"), rows(rows=5000), rows(start=1000, rows=5000)) == (10, 50, 1000, 200)


@pytest.mark.parametrize("params", [{"sort": "sideways"}, {"sort": "id up"}, {"unknown": "x"}])
def test_a_bad_search_is_refused_with_409(portal: SamplePortal, params: dict[str, str]) -> None:
    with pytest.raises(ckanapi.SearchQueryError):
        ckan(portal, "hri").action.package_search(**params)
    url = f"{portal.portals['hri']}/api/3/action/package_search"
    assert requests.get(url, params=params, timeout=5).status_code == 409


@pytest.mark.parametrize("params", [{"rows": -1}, {"rows": "ten"}, {"start": -1}])
def test_a_bad_number_is_refused_with_409(portal: SamplePortal, params: dict[str, Any]) -> None:
    with pytest.raises(ckanapi.ValidationError):
        ckan(portal, "hri").action.package_search(**params)


def test_a_file_has_validators_that_save_a_second_download(portal: SamplePortal) -> None:
    url = first_csv(portal)
    first = requests.get(url, timeout=5)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert etag.strip('"') == hashlib.sha256(first.content).hexdigest()
    assert int(first.headers["Content-Length"]) == len(first.content)
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        again = requests.get(url, headers=headers, timeout=5)
        assert (again.status_code, again.content) == (304, b"")
    changed = requests.get(url, headers={"If-None-Match": '"other"'}, timeout=5)
    assert (changed.status_code, changed.content) == (200, first.content)


def test_a_part_of_a_file_can_be_asked_for(portal: SamplePortal) -> None:
    url = first_csv(portal)
    whole = requests.get(url, timeout=5).content
    part = requests.get(url, headers={"Range": "bytes=10-19"}, timeout=5)
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    beyond = requests.get(url, headers={"Range": f"bytes={len(whole)}-"}, timeout=5)
    assert beyond.status_code == 416


def test_head_tells_the_size_and_sends_nothing(portal: SamplePortal) -> None:
    url = first_csv(portal)
    head = requests.head(url, timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(requests.get(url, timeout=5).content)


def test_a_download_is_inline_and_names_no_charset(portal: SamplePortal) -> None:
    headers = requests.head(first_csv(portal), timeout=5).headers
    assert headers["Content-Type"] == "text/csv"
    assert headers["Content-Disposition"].startswith("inline")


def test_a_portal_that_stopped_listens_no_more(tmp_path: Path) -> None:
    with SamplePortal(rows=1, directory=tmp_path) as stopped:
        url = f"{stopped.portals['hri']}/api/3/action/package_list"
        assert requests.get(url, timeout=5).status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url, timeout=5)


def test_without_a_folder_the_files_go_with_the_portal() -> None:
    with SamplePortal(rows=1) as brief:
        paths = [f.path for f in brief.files]
        assert all(path.is_file() for path in paths)
    assert not any(path.exists() for path in paths)


def test_a_portal_can_be_started_again(tmp_path: Path) -> None:
    portal = SamplePortal(rows=1, directory=tmp_path, faults={"*": "slow"})
    for _ in range(2):
        with portal:
            assert ckan(portal, "oulu").action.package_list()

"""Each fault does what its name says, to the dataset it is set on and to no other."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckanapi
import pytest
import requests
from python_calamine import CalamineWorkbook

from etl.sample import faults as wrong
from etl.sample.portal import SamplePortal

ROWS = 2_000
CSV_SET = ("tampere", "tampereen-kaupungin-ostot")
XLSX_SET = ("oulu", "oulun-kaupungin-ostolaskut_")
OTHER_SET = ("hri", "espoon-kaupungin-ostot")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@contextmanager
def running(folder: Path, faults: dict[str, str]) -> Iterator[SamplePortal]:
    with SamplePortal(rows=ROWS, directory=folder, faults=faults) as portal:
        yield portal


def show(portal: SamplePortal, where: tuple[str, str], timeout: float = 5) -> dict[str, Any]:
    client = ckanapi.RemoteCKAN(portal.portals[where[0]], get_only=True)
    result: dict[str, Any] = client.call_action("package_show", {"id": where[1]}, requests_kwargs={"timeout": timeout})
    return result


def data_urls(portal: SamplePortal, where: tuple[str, str]) -> list[str]:
    titles = {f.title for f in portal.files if f.dataset == where[1]}
    return [r["url"] for r in show(portal, where)["resources"] if r["name"] in titles]


def get(url: str, timeout: float = 5) -> requests.Response:
    return requests.get(url, timeout=timeout, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize(("fault", "status"), [("403", 403), ("500", 500), ("html200", 200)])
def test_a_package_fault_answers_html_with_its_status(folder: Path, fault: str, status: int) -> None:
    with running(folder, {CSV_SET[1]: fault}) as portal:
        url = f"{portal.portals['tampere']}/api/3/action/package_show"
        answer = requests.get(url, params={"id": CSV_SET[1]}, timeout=5)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        with pytest.raises(ckanapi.CKANAPIError):
            show(portal, CSV_SET)
        assert show(portal, OTHER_SET)["name"] == OTHER_SET[1]


def test_a_package_fault_also_meets_who_asks_by_id(folder: Path) -> None:
    with running(folder, {}) as portal:
        identifier = show(portal, CSV_SET)["id"]
    with running(folder, {CSV_SET[1]: "500"}) as portal, pytest.raises(ckanapi.CKANAPIError):
        show(portal, ("tampere", identifier))


def test_timeout_outlasts_the_client_and_ends_with_the_portal(folder: Path) -> None:
    started = time.monotonic()
    with running(folder, {CSV_SET[1]: "timeout"}) as portal, pytest.raises(requests.exceptions.ReadTimeout):
        show(portal, CSV_SET, timeout=0.3)
    assert time.monotonic() - started < 5


def test_slow_starts_and_then_is_silent(folder: Path) -> None:
    started = time.monotonic()
    with running(folder, {CSV_SET[1]: "slow"}) as portal:
        url = data_urls(portal, CSV_SET)[0]
        with pytest.raises(requests.exceptions.ConnectionError, match="timed out"):
            get(url, timeout=0.3)
    assert time.monotonic() - started < 5


def test_slow_comes_whole_to_who_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong, "SLEEP_SECONDS", 0.1)
    with running(folder, {CSV_SET[1]: "slow"}) as portal:
        slow = get(data_urls(portal, CSV_SET)[0]).content
        assert (
            slow
            == next(f.path for f in portal.files if f.name.endswith("ostot_2025.csv") and "tamp" in f.name).read_bytes()
        )


@pytest.mark.parametrize(
    ("fault", "status"),
    [("403file", 403), ("404file", 404), ("500file", 500), ("gone", 410), ("html200file", 200)],
)
def test_a_file_fault_answers_html_with_its_status(folder: Path, fault: str, status: int) -> None:
    with running(folder, {CSV_SET[1]: fault}) as portal:
        faulty, *others = data_urls(portal, CSV_SET)
        answer = get(faulty)
        assert answer.status_code == status
        assert answer.text.startswith("<!DOCTYPE html>")
        assert {get(url).status_code for url in others} == {200}
        assert not any(get(url).text.startswith("<") for url in others)


def test_truncate_breaks_off_before_the_announced_length(folder: Path) -> None:
    with running(folder, {CSV_SET[1]: "truncate"}) as portal:
        url = data_urls(portal, CSV_SET)[0]
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            get(url)
        length = int(requests.head(url, timeout=5).headers["Content-Length"])
        assert length == next(f.path.stat().st_size for f in portal.files if f.name in url)


def test_empty_is_a_success_without_a_byte(folder: Path) -> None:
    with running(folder, {CSV_SET[1]: "empty"}) as portal:
        answer = get(data_urls(portal, CSV_SET)[0])
        assert (answer.status_code, answer.content) == (200, b"")


def headers_of(content: bytes, url: str) -> list[str]:
    if url.endswith(".xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [str(cell) for cell in book.get_sheet_by_name("Ostolaskut").to_python()[0]]
    return next(csv.reader(io.StringIO(content.decode("utf-8")), delimiter="," if "tampere" in url else ";"))


@pytest.mark.parametrize(
    ("where", "amount", "supplier"),
    [
        (CSV_SET, "Summa ALV0 euroina", "Toimittajan Y-tunnus"),
        (XLSX_SET, "Laskun summa ilman ALV:tä", "Toimittajan y-tunnus"),
        (("avoindata", "turun-kaupungin-ostot"), "Laskun summa ilman ALV:tä", "Toimittajan Y-tunnus"),
    ],
)
def test_drift_renames_a_header_and_missing_column_takes_one_away(
    folder: Path, where: tuple[str, str], amount: str, supplier: str
) -> None:
    with running(folder, {}) as portal:
        usual = [(url, get(url).content) for url in data_urls(portal, where)]
    header = headers_of(usual[0][1], usual[0][0])
    with running(folder, {where[1]: "drift"}) as portal:
        url = data_urls(portal, where)[0]
        drifted = headers_of(get(url).content, url)
    with running(folder, {where[1]: "missing_column"}) as portal:
        url = data_urls(portal, where)[0]
        content = get(url).content
        assert get(url).headers["ETag"].strip('"') not in {f.sha256 for f in portal.files}
    assert drifted == ["Jokin muu" if name == amount else name for name in header]
    assert headers_of(content, url) == [name for name in header if name != supplier]


def test_a_file_fault_strikes_the_newest_year_in_each_of_its_formats(folder: Path) -> None:
    with running(folder, {"turun-kaupungin-ostot": "gone"}) as portal:
        urls = data_urls(portal, ("avoindata", "turun-kaupungin-ostot"))
        assert {url[-9:] for url in urls if get(url).status_code == 410} == {"_2025.csv", "2025.xlsx"}


@pytest.mark.parametrize(("where", "magic"), [(CSV_SET, b"\x89PNG"), (XLSX_SET, b"%PDF")])
def test_wrong_type_serves_other_bytes_under_the_files_name(folder: Path, where: tuple[str, str], magic: bytes) -> None:
    with running(folder, {where[1]: "wrong_type"}) as portal:
        answer = get(data_urls(portal, where)[0])
        assert answer.status_code == 200
        assert answer.content.startswith(magic)


def test_zipbomb_is_small_and_says_that_it_unpacks_to_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong.BOMB_BYTES > 2 * 1024**3
    monkeypatch.setattr(wrong, "BOMB_BYTES", 64 * 1024**2)
    with running(folder, {XLSX_SET[1]: "zipbomb"}) as portal:
        content = get(data_urls(portal, XLSX_SET)[0], timeout=20).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "xl/workbook.xml" in archive.namelist()
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 64 * 1024**2
    assert len(content) < 1024**2


def test_nopick_leaves_the_decoys(folder: Path) -> None:
    with running(folder, {CSV_SET[1]: "nopick"}) as portal:
        assert data_urls(portal, CSV_SET) == []
        assert len(show(portal, CSV_SET)["resources"]) == 4
        assert data_urls(portal, OTHER_SET)


def test_a_portal_that_is_down_refuses_connections(folder: Path) -> None:
    with running(folder, {"portal:hri": "down"}) as portal:
        with pytest.raises(requests.exceptions.ConnectionError):
            show(portal, OTHER_SET)
        assert show(portal, CSV_SET)


def test_a_star_strikes_every_dataset_without_a_fault_of_its_own(folder: Path) -> None:
    with running(folder, {"*": "gone", CSV_SET[1]: "empty"}) as portal:
        assert get(data_urls(portal, CSV_SET)[0]).status_code == 200
        assert get(data_urls(portal, OTHER_SET)[0]).status_code == 410
        assert get(data_urls(portal, XLSX_SET)[0]).status_code == 410


def test_every_file_fault_can_strike_every_dataset(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong, "BOMB_BYTES", 1024**2)
    for fault in sorted(wrong.REPLACED):
        with running(folder, {"*": fault}) as portal:
            assert len({get(u).headers["ETag"] for u in data_urls(portal, OTHER_SET)}) == 5


@pytest.mark.parametrize(
    "faults",
    [
        {"tampereen-kaupungin-ostot": "no_such_fault"},
        {"no-such-dataset": "403"},
        {"portal:hri": "403"},
        {"portal:nowhere": "down"},
        {"*": "down"},
    ],
)
def test_a_fault_that_means_nothing_is_refused(faults: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no fault"):
        SamplePortal(faults=faults)

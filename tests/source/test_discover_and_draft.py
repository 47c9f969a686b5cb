"""Finding datasets on a portal, and drafting a source from a dataset's page."""

from __future__ import annotations

import json

import pytest
import responses
import yaml

from etl.build import Work, build_source
from etl.collect import Collector, pick_files
from etl.datasets.context import TidyContext
from etl.declare import Portal, Source
from etl.discover import discover, portal_api
from etl.draft import TODO, draft_source, find_date_formats, find_decimal, find_pick, match_headers, parse_page
from etl.errors import DeclarationError, FetchError, UnexpectedData
from etl.fetch.ckan import search_packages
from etl.fetch.session import open_session
from etl.read.table import Limits
from etl.registry import load_registry
from etl.sample.portal import SamplePortal
from etl.settings import Settings
from etl.snapshot import SnapshotStore
from tests.source.runs import NOW, Line
from tests.source.test_run import command

REGISTRY = load_registry()
SETTINGS = Settings(attempts=1, connect_timeout_seconds=2, read_timeout_seconds=5, pause_seconds=0)
API = "http://portal.example"
PAGES = {
    "tampere": "tampereen-kaupungin-ostot", "avoindata": "turun-kaupungin-ostot",
    "oulu": "oulun-kaupungin-ostolaskut_", "hri": "espoon-kaupungin-ostot",
}  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with SamplePortal(rows=2000, directory=tmp_path_factory.mktemp("portal")) as served:
        yield served


@pytest.fixture
def session(portal):
    with open_session(SETTINGS, portal.portals.values()) as one:
        yield one


def results(*ids):
    found = [{"id": i, "name": f"d{i}", "title": f"Dataset {i}", "resources": []} for i in ids]
    return {"success": True, "result": {"count": 99, "results": found}}


def test_a_search_pages_in_a_fixed_order_until_a_page_is_empty_and_drops_what_comes_twice():
    address = f"{API}/api/action/package_search"
    with responses.RequestsMock() as mock, open_session(SETTINGS) as session:
        for start, ids in ((0, "ab"), (100, "bc"), (200, "")):
            query = {"q": "ostot", "rows": "100", "start": str(start), "sort": "id asc"}
            mock.get(address, json=results(*ids), match=[responses.matchers.query_param_matcher(query)])
        assert [p.id for p in search_packages(session, API, "ostot", SETTINGS)] == ["a", "b", "c"]


@pytest.mark.parametrize("answer", [{"success": True, "result": []}, {"success": True, "result": {"results": "x"}}])
def test_a_search_that_gives_no_results_is_an_error_not_an_end(answer):
    with responses.RequestsMock() as mock, open_session(SETTINGS) as session:
        mock.get(f"{API}/api/action/package_search", json=answer)
        with pytest.raises(FetchError) as caught:
            list(search_packages(session, API, "x", SETTINGS))
    assert caught.value.state == "wrong_content"


def test_datasets_are_found_and_those_declared_are_marked(portal, session):
    found = list(discover(session, REGISTRY, portal.portals["avoindata"], "ostot", SETTINGS))
    declared = {f.package.name: f.declared_by for f in found}
    assert declared["turun-kaupungin-ostot"] == ("purchases-turku",)
    formats = {r["format"] for r in found[0].as_dict()["resources"]}
    assert {"CSV", "XLSX"} <= formats
    assert list(discover(session, REGISTRY, portal.portals["avoindata"], "eiloydymistaan", SETTINGS)) == []


def test_a_portal_is_named_or_addressed():
    assert portal_api(REGISTRY, "hri") == REGISTRY.portals["hri"].api
    assert portal_api(REGISTRY, f"{API}/data/api/3/action/") == f"{API}/data"
    with pytest.raises(DeclarationError, match="there is no portal 'lahti'"):
        portal_api(REGISTRY, "lahti")


@pytest.mark.parametrize(
    ("url", "portal", "dataset"),
    [
        ("https://hri.fi/data/fi/dataset/espoon-kaupungin-ostot", "hri", "espoon-kaupungin-ostot"),
        ("https://hri.fi/data/en_GB/dataset/x", "hri", "x"),
        ("https://data.ouka.fi/data/dataset/x/resource/123", "oulu", "x"),
        (f"{API}/dataset/x?y=1#z", None, "x"),
    ],
)
def test_a_page_tells_its_portal_and_dataset(url, portal, dataset):
    page = parse_page(url, REGISTRY)
    assert (page.portal, page.dataset) == (portal, dataset)


@pytest.mark.parametrize("url", ["", "x", "ftp://a/dataset/x", f"{API}/organization/x", f"{API}/dataset/"])
def test_what_is_no_dataset_page_is_refused(url):
    with pytest.raises(DeclarationError, match="no dataset page"):
        parse_page(url, REGISTRY)


def settle(text, portal):
    """The draft as a person would finish it."""
    values = yaml.safe_load(text)
    values["portal"] = portal
    values["constants"] = {"city_code": "999"}
    values["options"] = {"amount_basis": "net"}
    values["pick"]["exclude"] = "kuvaus"
    return Source.model_validate(values)


def rows_of(source, portal, session, folder):
    registered = next(r for r in REGISTRY.datasets if r.dataset.name == "purchases")
    store = SnapshotStore(folder / "snapshots")
    collector = Collector(session, SETTINGS, store, True, lambda: NOW, lambda *_: None)
    api = portal.portals[source.portal]
    snapshots, _ = collector.collect(source, Portal(title="", api=api, page=""))
    folder.joinpath(source.name).mkdir()
    files = pick_files(store, snapshots)
    built = build_source(Work(registered, TidyContext(), folder / source.name, Limits()), source, files)
    return built.rows_in, built.rows_out, sorted(built.set_aside.items())


@pytest.mark.parametrize(("name", "dataset"), PAGES.items())
def test_a_finished_draft_reads_the_same_rows_as_the_source_that_a_person_declared(
    portal, session, tmp_path, name, dataset
):
    text = draft_source(session, REGISTRY, f"{portal.portals[name]}/fi/dataset/{dataset}", SETTINGS)
    assert TODO in text
    declared = next(s for s in REGISTRY.sources() if s.dataset == dataset)
    drafted = settle(text, name)
    assert drafted.layout.decimal == declared.layout.decimal
    assert set(drafted.layout.dates) & set(declared.layout.dates)
    assert rows_of(drafted, portal, session, tmp_path) == rows_of(declared, portal, session, tmp_path)


def test_a_draft_names_the_headers_that_no_source_knows():
    header = ("Toimittajan nimi", "Summa", "Ennen näkemätön", "Tili")
    registered, table, columns = match_headers(header, REGISTRY)
    assert (registered.dataset.name, table.name) == ("purchases", "purchases")
    assert columns["supplier_name"] == "Toimittajan nimi"
    assert columns["amount_eur"] == "Summa"
    assert "Ennen näkemätön" not in columns.values()


def test_a_file_whose_headers_nobody_knows_is_left_to_a_person():
    with pytest.raises(UnexpectedData, match="no header of the file is known"):
        match_headers(("a", "b"), REGISTRY)


@pytest.mark.parametrize(
    ("cells", "mark"),
    [(["1 234,50", "-3,00"], ","), (["1,234.50", "5.1"], "."), (["1.234,56"], ","), (["7", "8"], ","), ([], ","),
     (["12.30", "1,5", "2.25"], ".")],
)  # fmt: skip
def test_the_decimal_mark_is_the_one_that_most_amounts_use(cells, mark):
    assert find_decimal(cells) == mark


@pytest.mark.parametrize(
    ("cells", "formats"),
    [(["31.1.2025"], ["d.m.Y"]), (["2025-01-31"], ["Y-m-d"]), (["250131"], ["YYMMDD"]), (["202501"], ["YYYYMM"]),
     (["x"], []), ([], []), (["31.1.2025", "rikki"], ["d.m.Y"])],
)  # fmt: skip
def test_the_date_format_is_the_one_that_reads_the_cells(cells, formats):
    found = find_date_formats(cells)
    assert found[: len(formats)] == formats or formats[0] in found
    assert bool(found) == bool(formats)


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (["ostot_2024.csv", "ostot_2025.csv"], r"ostot[_ -]*(?P<year>20\d\d)"),
        (["Lahden ostot 2025.xlsx"], r"ostot[_ -]*(?P<year>20\d\d)"),
        (["2025.csv"], r"(?P<year>20\d\d)"),
        (["budjetti.csv"], "budjetti"),
    ],
)
def test_the_rule_follows_the_file_names(names, rule):
    assert find_pick([{"url": f"{API}/download/{name}"} for name in names]) == rule


def test_a_dataset_without_a_table_says_what_it_has():
    answer = {
        "success": True,
        "result": {"id": "1", "name": "d", "resources": [{"format": "PDF", "url": f"{API}/a.pdf"}]},
    }
    with responses.RequestsMock() as mock, open_session(SETTINGS) as session:
        mock.get(f"{API}/api/action/package_show", json=answer)
        with pytest.raises(UnexpectedData, match="got PDF"):
            draft_source(session, REGISTRY, f"{API}/dataset/d", SETTINGS)


def test_the_commands_print_datasets_json_and_a_draft(portal, tmp_path):
    line, api = Line(tmp_path), portal.portals["avoindata"]
    listed = command(line, "discover", api, "ostot")
    assert "turun-kaupungin-ostot" in listed.stdout
    assert "[declared: purchases-turku]" in listed.stdout
    assert "1 dataset\n" in listed.stdout
    first = json.loads(command(line, "discover", "--json", api, "ostot").stdout.splitlines()[0])
    assert first["declared_by"] == ["purchases-turku"]
    drafted = command(line, "declare", f"{api}/dataset/turun-kaupungin-ostot")
    assert yaml.safe_load(drafted.stdout)["columns"]["supplier_name"][0] == "Toimittajan nimi"
    wrong = command(line, "declare", f"{api}/dataset/ei-ole")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("etl: ")
    assert "not found" in wrong.stderr

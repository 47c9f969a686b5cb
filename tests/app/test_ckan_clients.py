"""CKAN's own clients and the Finnish portals' harvesters work with the site as they are."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, SearchError, ServerIncompatibleError, ValidationError

from tests.app.ckan_server import served


@pytest.fixture(scope="module")
def address(small):
    with served(small) as found:
        yield found


@pytest.fixture(scope="module", params=[True, False], ids=["get", "post"])
def ckan(address, request):
    with RemoteCKAN(address, get_only=request.param) as client:
        yield client


def test_the_client_reads_datasets_and_rows(ckan):
    names = ckan.action.package_list()
    for name in names:
        dataset = ckan.action.package_show(id=name)
        for resource in dataset["resources"]:
            if resource["datastore_active"]:
                found = ckan.action.datastore_search(resource_id=resource["id"], limit=1)
                assert found["total"] == resource["row_count"]
    assert ckan.action.package_search(fq="res_format:CSV", rows=1000)["count"] == len(names)


def test_the_client_pages_through_a_table(ckan):
    asked = {"resource_id": "purchases", "limit": 25, "sort": "_id"}
    total = ckan.call_action("datastore_search", asked)["total"]
    numbers = [
        row["_id"]
        for offset in range(0, total, 25)
        for row in ckan.call_action("datastore_search", {**asked, "offset": offset})["records"]
    ]
    assert numbers == list(range(1, total + 1))


def test_the_client_raises_its_own_errors(ckan):
    for error, name, asked in (
        (NotFound, "package_show", {"id": "nothing"}),
        (NotFound, "datastore_search", {"resource_id": "nothing"}),
        (ValidationError, "package_show", {}),
        (SearchError, "package_search", {"sort": "nothing"}),
        (NotAuthorized, "package_delete", {"id": "purchases"}),
        ((CKANAPIError, ServerIncompatibleError), "no_such_action", {}),
    ):
        with pytest.raises(error):
            ckan.call_action(name, asked)


@pytest.mark.parametrize("thing", ["datasets", "groups", "organizations"])
@pytest.mark.parametrize("options", [[], ["--get-request"]], ids=["post", "get"])
def test_the_command_line_dumps_everything(address, thing, options, small):
    if thing == "datasets":
        options = [*options, "--datastore-fields", "--resource-views"]
    found = run_ckanapi("dump", thing, "--all", "-q", "-r", address, *options)
    if thing == "datasets":
        assert [one["name"] for one in found] == sorted(one.name for one in small.engine.package.datasets)
        assert all("datastore_fields" in resource for one in found for resource in one["resources"][:1])
    assert found


def test_the_command_line_searches(address, small):
    found = run_ckanapi("search", "datasets", "fq=res_format:CSV", "-r", address)
    assert len(found) == len(small.engine.package.datasets)


def run_ckanapi(*words):
    """The lines of JSON that the command gives; its workers are found beside it."""
    folder = Path(sys.executable).parent
    done = subprocess.run(
        [folder / "ckanapi", *words], capture_output=True, timeout=120, check=True,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def gather(address, terms):
    """All datasets, page by page, as both harvesters ask for them: in order of ids, until a page is empty; a page that
    is the same as the one before is an error."""
    asked = {"rows": "100", "start": "0", "sort": "id asc"} | ({"fq": " ".join(terms)} if terms else {})
    found, before = [], None
    while True:
        with urlopen(f"{address}/api/3/action/package_search?{urlencode(asked)}") as answer:
            content = answer.read()
        assert content != before
        page = json.loads(content)["result"]["results"]
        if not page:
            return found
        found, before = found + page, content
        asked["start"] = str(int(asked["start"]) + int(asked["rows"]))


def test_harvesters_gather_every_dataset_and_then_what_changed(address, small):
    names = {one.name for one in small.engine.package.datasets}
    assert {one["name"] for one in gather(address, [])} == names
    changed = small.engine.package.dataset("purchases").modified
    hour = dt.timedelta(hours=1)
    for since, wanted in ((changed - hour, names), (changed + hour, set())):
        stamp = since.replace(tzinfo=None, microsecond=123).isoformat()
        terms = ["organization:kuusi", f"metadata_modified:[{stamp}Z TO *]"]
        assert {one["name"] for one in gather(address, terms)} == wanted
    either = ["organization:other OR organization:kuusi", "metadata_modified:[2020-01-01T00:00:00Z TO *]"]
    assert {one["name"] for one in gather(address, either)} == names
    assert gather(address, ["-organization:kuusi"]) == []


def test_harvesters_find_the_fields_that_they_need(address):
    for package in gather(address, []):
        assert {"fi", "sv", "en"} <= set(package["title_translated"]) & set(package["notes_translated"])
        assert package["title_translated"]["fi"]
        assert package["notes_translated"]["fi"]
        keywords = {f"keyword:{word}" for words in list(package["keywords"].values()) for word in words}
        assert keywords
        assert package["collection_type"] == "Open Data"
        assert dt.datetime.fromisoformat(package["date_released"])
        assert package["license_id"] == "cc-by-4.0"
        assert package["maintainer"]
        assert "maintainer_email" in package
        assert package["organization"]["id"] == package["owner_org"]
        assert all(resource["url"].startswith("http") for resource in package["resources"])
        assert package["update_frequency"]["fi"]


def test_harvesters_can_make_the_groups_and_the_organization(address):
    package = gather(address, ["name:purchases"])[0]
    for name, id_ in [("group", one["id"]) for one in package["groups"]] + [("organization", "kuusi")]:
        with urlopen(f"{address}/api/3/action/{name}_show?id={id_}") as answer:
            shown = json.load(answer)["result"]
        for key in ("packages", "created", "users", "groups", "tags", "extras", "display_name"):
            shown.pop(key, None)
        assert {"id", "name", "title", "title_translated", "state"} <= set(shown)

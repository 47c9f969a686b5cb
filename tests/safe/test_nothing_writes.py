"""The site only reads: every route that takes more than GET is known, and nothing changes a file of the data."""

from __future__ import annotations

import hashlib

import pytest

from dashboard.app import create_site
from dashboard.ckan_api.actions import WRITES
from dashboard.settings import Settings
from tests.app.small import small_facts
from tests.data.handmade import write_facts
from tests.safe.addresses import addresses_of, fill, values_of

READING = {"GET", "HEAD", "OPTIONS"}
POSTED = {
    "/_dash-update-component": "Dash asks for the page at an address; check_callback refuses all else",
    "/api/3/action/<name>": "CKAN's clients post what they ask of the actions that read",
    "/api/action/<name>": "the same, as CKAN has it without a version",
    "/api/v1/sql": "a SELECT too long for an address",
    "/oai": "OAI-PMH 2.0, 3.1.1: harvesters may ask by GET or POST",
}
"""Routes that take POST and change nothing, each with the reason for it. Whoever adds one says why it is safe."""
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "MKCOL", "LOCK", "X-ANY")
CACHES = ("previews/",)
"""What the site may write below the data directory: pictures that can be made anew. Files that are made when they are
asked for and differences are kept in a temporary folder elsewhere."""
BODIES = (
    {"json": {"id": "purchases", "resource_id": "purchases", "name": "x", "records": [{"city_code": "091"}]}},
    {"data": {"id": "purchases", "sql": "delete from purchases"}},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("untouched")
    write_facts(made, small_facts())
    return made


@pytest.fixture(scope="module")
def site(folder):
    return create_site(Settings(data_dir=folder))


def test_every_route_that_takes_more_than_reading_is_reviewed(site):
    for rule in site.server.url_map.iter_rules():
        beyond = set(rule.methods or ()) - READING
        if rule.rule in POSTED:
            assert beyond == {"POST"}, rule
        else:
            assert not beyond, f"{rule.rule} takes {sorted(beyond)}: may it? Then say why in POSTED."
    assert set(POSTED) <= {rule.rule for rule in site.server.url_map.iter_rules()}


def test_no_request_of_any_method_changes_a_file_of_the_data(site, folder):
    before = _hashes(folder)
    assert len(before) > 50
    client, values, asked = site.server.test_client(), values_of(site), 0
    for rule in site.server.url_map.iter_rules():
        one = {name: (values.get((rule.endpoint, name)) or values["", name])[0] for name in rule.arguments}
        address = fill(rule.rule, one)
        for method in METHODS:
            for body in BODIES if method in ("POST", "PUT", "PATCH") else ({},):
                answer = client.open(address, method=method, **body)
                answer.get_data()
                asked += 1
                if method not in (*READING, "POST"):
                    assert answer.status_code in (405, 404), f"{method} {address}: {answer.status_code}"
    assert asked > 600
    assert _hashes(folder) == before


def test_no_address_of_any_kind_changes_a_file_of_the_data(site, folder):
    before, client = _hashes(folder), site.server.test_client()
    for _, address in addresses_of(site)[::7]:
        client.get(address).get_data()
    assert _hashes(folder) == before


@pytest.mark.parametrize(
    "name",
    ["package_create", "package_update", "package_delete", "package_patch", "resource_create", "datastore_create",
     "datastore_upsert", "datastore_delete", "organization_create", "dataset_purge", "user_create", "api_token_create",
     "bulk_update_private", "config_option_update", "task_status_update", "job_clear", "send_email_notifications"],
)  # fmt: skip
def test_no_action_of_ckan_that_writes_is_there(site, folder, name):
    before = _hashes(folder)
    answer = site.server.test_client().post(f"/api/3/action/{name}", json={"id": "purchases", "name": "x"})
    assert answer.status_code == (403 if WRITES.fullmatch(name) else 400)
    assert _hashes(folder) == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_turns_a_request_into_another_method(site, header):
    plain = site.server.test_client().get("/api/v1/tables")
    turned = site.server.test_client().get("/api/v1/tables", headers={header: "DELETE"})
    assert (turned.status_code, turned.data) == (plain.status_code, plain.data)


def test_the_site_sets_no_cookie_and_reads_none(site):
    client = site.server.test_client()
    plain = client.get("/fi/companies")
    client.set_cookie("session", "eyJ1IjoxfQ.x.y")
    with_one = client.get("/fi/companies")
    assert "Set-Cookie" not in plain.headers
    assert "Set-Cookie" not in with_one.headers
    assert with_one.data == plain.data


def _hashes(folder):
    """Each file below the folder but the caches, with the hash of its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    kept = {name: path for name, path in named.items() if not name.startswith(CACHES)}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in kept.items()}

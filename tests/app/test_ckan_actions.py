"""CKAN's actions on datasets: the envelope, the fields, the errors of CKAN 2.12."""

import json
from pathlib import Path

import pytest

from tests.app.ckan_server import asker, refusal

ANSWERS = Path(__file__).parents[2].parent / "shared" / "data" / "ckan-answers"
BASES = ("/api/3/action", "/api/action")


@pytest.fixture(scope="module")
def client(real):
    return real.server.test_client()


@pytest.fixture(scope="module")
def ask(client):
    return asker(client)


@pytest.mark.parametrize("base", BASES)
def test_an_answer_stands_in_ckans_envelope(client, base):
    answer = client.get(f"{base}/package_show?id=purchases")
    assert list(answer.get_json()) == ["help", "success", "result"]
    assert answer.get_json()["help"] == "https://kuusi.example/api/3/action/help_show?name=package_show"
    assert answer.content_type == "application/json;charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.head(f"{base}/package_show?id=purchases").status_code == 200


def test_parameters_may_come_in_every_way_that_ckan_reads(client):
    path, wanted = "/api/3/action/package_show", {"id": "purchases"}
    answers = [
        client.get(path, query_string=wanted),
        client.post(path, json=wanted),
        client.post(path, data=wanted),
        client.post(path, query_string=wanted),
        client.post(path, data=json.dumps(wanted), content_type="application/x-www-form-urlencoded"),
        client.post(f"{path}?lang=sv", json=wanted),
    ]
    assert [one.get_json()["result"]["name"] for one in answers] == ["purchases"] * 6


def test_an_answer_can_be_wrapped_for_a_script(client):
    answer = client.get("/api/3/action/site_read?callback=show.it")
    assert answer.get_data(as_text=True).startswith('show.it({"help"')
    assert answer.mimetype == "application/javascript"
    hostile = client.get("/api/3/action/site_read?callback=alert(1)//")
    assert hostile.get_json()["result"] is True


def test_the_site_can_be_asked_what_it_is(client, ask, real):
    assert client.get("/api/3").get_json() == {"version": 3}
    status = ask("status_show")
    assert (status["ckan_version"], status["site_url"]) == ("2.12.0", "https://kuusi.example")
    assert status["release"] == real.engine.package.version
    assert ask("site_read") is True
    assert "datastore_search" not in ask("help_show", name="package_show")
    assert ask("help_show", name="datastore_search").startswith("Rows of a table.")


def test_datasets_are_listed_by_name(ask, real):
    names = sorted(dataset.name for dataset in real.engine.package.datasets)
    assert ask("package_list") == names
    assert ask("package_list", limit=2, offset=1) == names[1:3]
    assert {one["name"] for one in ask("current_package_list_with_resources")} == set(names)
    assert [one["name"] for one in ask("package_autocomplete", q="Städernas ink")] == ["purchases"]


def test_a_dataset_is_found_by_its_name_and_by_its_id(ask):
    shown = ask("package_show", id="purchases")
    assert ask("package_show", id=shown["id"]) == ask("package_show", name_or_id="purchases") == shown


def test_a_dataset_says_what_the_descriptor_says(ask, real):
    package = real.engine.package
    dataset, shown = package.dataset("purchases"), ask("package_show", id="purchases")
    assert shown["title_translated"] == dict(dataset.title)
    assert shown["notes_translated"] == dict(dataset.description)
    assert shown["license_id"] == dataset.licence.id
    assert {name: tuple(words) for name, words in shown["keywords"].items()} == dataset.tags
    assert shown["metadata_modified"] == f"{dataset.modified:%Y-%m-%dT%H:%M:%S.%f}"
    assert shown["url"] == "https://kuusi.example/dataset/purchases"
    csv = next(one for one in shown["resources"] if one["id"] == "purchases")
    file = next(one for one in package.resource("purchases").distributions if one.format == "csv")
    assert (csv["hash"], csv["size"], csv["format"]) == (file.hash, file.bytes, "CSV")
    assert csv["hash"].startswith("sha256:")
    assert csv["sha256"] == csv["hash"].removeprefix("sha256:")


def test_every_resource_answers_at_its_address(ask, client):
    for shown in ask("package_show", id="cities")["resources"]:
        answer = client.get(shown["url"].removeprefix("https://kuusi.example"))
        assert (answer.status_code, answer.mimetype) == (200, shown["mimetype"])
        assert shown["size"] in (None, len(answer.get_data()))
        assert ask("resource_show", id=shown["id"]) == shown
        assert ask("resource_view_list", id=shown["id"], limit=0) == []


def test_organizations_and_groups_are_suggested_by_name_and_title(ask, client):
    own = ask("organization_show", id="kuusi")
    told = {name: own[name] for name in ("id", "name", "title")}
    for text in ("kuu", " KUUSI ", ""):
        assert ask("organization_autocomplete", q=text) == [told]
    assert ask("organization_autocomplete", q="nothing") == []
    groups = ask("group_list", all_fields=True)
    titles = sorted(one["title"] for one in groups)
    assert [one["title"] for one in ask("group_autocomplete", q="")] == titles
    assert [one["title"] for one in ask("group_autocomplete", q="", limit=2)] == titles[:2]
    for text in ("Raha-Asiat", "talous ja raha", "economy and fin"):
        (found,) = ask("group_autocomplete", q=text)
        assert set(found) == {"id", "name", "title"}
        assert found["name"] == "talous-ja-raha-asiat"
    for name in ("organization_autocomplete", "group_autocomplete"):
        assert refusal(client, name) == (409, {"q": ["Missing value"], "__type": "Validation Error"})
        assert refusal(client, name, q="a", limit=-1)[1]["limit"] == ["Must be a natural number"]


def test_nobody_may_edit_an_organization(ask, client):
    assert ask("organization_list_for_user") == ask("organization_list_for_user", permission="create_dataset") == []
    assert refusal(client, "organization_list_for_user", id="somebody")[0] == 404


def test_there_are_no_views(client):
    status, error = refusal(client, "resource_view_show", id="purchases")
    assert (status, error["__type"]) == (404, "Not Found Error")
    assert error["message"].startswith("Not found")
    assert refusal(client, "resource_view_show")[0] == 409


def test_generated_rows_are_said_to_be_so(small):
    shown = asker(small.server.test_client())("package_show", id="purchases")
    assert shown["notes_translated"]["en"].startswith("Sample data: generated, not real.")
    assert {"key": "sample", "value": "true"} in shown["extras"]


def test_an_id_is_the_same_at_every_address_but_another_one_for_made_up_data(small, make_site, real):
    ids = [
        asker(site.server.test_client())("package_show", id="purchases")["id"]
        for site in (real, small, make_site([], base_url="https://other.example"))
    ]
    assert ids[0] != ids[1] == ids[2]


def test_resources_are_searched_by_their_fields(ask):
    found = ask("resource_search", query=["name:ostot", "format:csv"])
    assert (found["count"], found["results"][0]["id"]) == (1, "purchases")


def test_what_datasets_are_gathered_by_is_listed_and_shown(ask, real):
    count = len(real.engine.package.datasets)
    assert ask("organization_list") == ["kuusi"]
    assert ask("organization_show", id="kuusi")["package_count"] == count
    assert len(ask("organization_show", id="kuusi", include_datasets=True)["packages"]) == 10
    groups = ask("group_list", all_fields=True)
    assert {"talous-ja-raha-asiat"} <= {one["name"] for one in groups}
    for one in groups:
        found = ask("package_search", fq=f"groups:{one['name']}", rows=1000)
        assert found["count"] == one["package_count"] == len(ask("group_package_show", id=one["id"]))
        assert ask("group_show", id=one["name"]) == ask("group_show", id=one["id"])
    for name in ask("tag_list"):
        assert ask("tag_show", id=name, include_datasets=True)["packages"]
    assert "ostot" in ask("tag_list", query="ost")
    assert ask("license_list")[0]["od_conformance"] == "approved"


MISSING, UNKNOWN = ["Missing value"], "Not found"


@pytest.mark.parametrize(
    ("name", "parameters", "status", "error"),
    [
        ("package_show", {}, 409, {"id": MISSING, "__type": "Validation Error"}),
        ("package_show", {"id": "x"}, 404, {"message": UNKNOWN, "__type": "Not Found Error"}),
        ("resource_show", {"id": "x"}, 404, {"message": UNKNOWN, "__type": "Not Found Error"}),
        ("group_show", {"id": "x"}, 404, {"message": UNKNOWN, "__type": "Not Found Error"}),
        ("organization_show", {"id": "x"}, 404, {"message": UNKNOWN, "__type": "Not Found Error"}),
        ("package_search", {"rows": -1}, 409, {"rows": ["Must be a natural number"], "__type": "Validation Error"}),
        ("package_search", {"rows": "x"}, 409, {"rows": ["Invalid integer"], "__type": "Validation Error"}),
        ("datastore_search", {}, 409, {"resource_id": MISSING, "__type": "Validation Error"}),
        (
            "datastore_search",
            {"resource_id": "x"},
            404,
            {"message": 'Not found: Resource "x" was not found.', "__type": "Not Found Error"},
        ),
        (
            "package_create",
            {"name": "x"},
            403,
            {
                "message": "Access denied: Action package_create requires an authenticated user",
                "__type": "Authorization Error",
            },
        ),
    ],
)
def test_an_error_is_ckans_own(client, name, parameters, status, error):
    assert refusal(client, name, **parameters) == (status, error)


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ({"fq": "metadata_modified:[2024-01-01 TO *]"}, "Search Error"),
        ({"fq": "name:(a"}, "Search Error"),
        ({"q": "name:"}, "Search Error"),
        ({"sort": "nothing"}, "Search Error"),
        ({"unknown": "1"}, "Search Query Error"),
    ],
)
def test_a_search_that_cannot_be_understood_is_refused(client, parameters, kind):
    status, error = refusal(client, "package_search", **parameters)
    assert (status, error["__type"]) == (409, kind)


@pytest.mark.parametrize(
    ("path", "body"), [("package_nothing", "{}"), ("package_show", "{"), ("package_show", "[]"), ("site_read", '"x"')]
)
def test_what_is_no_request_is_answered_with_a_bare_text(client, path, body):
    answer = client.post(f"/api/3/action/{path}", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json().startswith("Bad request - ")


def test_too_large_a_body_is_refused(client):
    answer = client.post("/api/3/action/package_show", data=b'{"id": "' + b"x" * 2_000_000 + b'"}')
    assert (answer.status_code, answer.get_json()[:11]) == (400, "Bad request")


@pytest.mark.skipif(not ANSWERS.exists(), reason="the recorded answers are not here")
@pytest.mark.parametrize("file", ["avoindata_fi_search.json", "data_gov_uk_search.json"])
def test_an_answer_has_the_fields_of_a_real_portals(ask, client, file):
    recorded = json.loads((ANSWERS / file).read_text("utf-8"))["calls"][0]["response"]
    recorded = json.loads(recorded) if isinstance(recorded, str) else recorded
    ours = client.get("/api/3/action/package_search", query_string={"rows": 10}).get_json()
    assert set(recorded) == set(ours)
    assert set(recorded["result"]) == set(ours["result"])
    own = {"archiver", "qa", "icon_display_url", "deprecated", "highvalue", "highvalue_category"}
    own |= {f"{name}_display_url" for name in ("featured_image", "image_1", "image_2", "image_3")}
    own |= {"theme-primary", "theme-secondary", "maintainer_note_translated"}
    theirs, mine = recorded["result"]["results"][0], ours["result"]["results"][0]
    assert set(theirs) - set(mine) <= own | {"contact-email", "contact-name", "contact-phone", "foi-email", "foi-name"}
    in_resource = {"archiver", "qa", "date_released", "file_size", "position_info", "temporal_granularity"}
    in_resource |= {name for name in theirs["resources"][0] if name.startswith("time_series_precision")}
    assert set(theirs["resources"][0]) - set(mine["resources"][0]) <= in_resource

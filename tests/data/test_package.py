import datetime as dt
import json

import pytest

from dashboard.errors import ContractMismatch, DashboardError, PackageNotFound, UnknownResource
from dashboard.package import open_current, open_package, read_last_run
from tests.fixtures.release import change_descriptor, write_release


@pytest.fixture
def release(tmp_path):
    return write_release(tmp_path)


def test_a_written_release_opens(release, tmp_path):
    package = open_current(tmp_path)
    assert package.folder == release
    assert package.sample
    assert package.created == dt.datetime(2026, 11, 24, 6, 3, tzinfo=dt.UTC)
    assert set(package.title) == {"fi", "sv", "en"}
    assert package.resource("purchases").rows == 216
    assert package.dataset_of("company_names").name == "companies"


def test_each_distribution_is_there_with_its_size(release):
    package = open_package(release)
    for resource in package.resources:
        for item in resource.distributions:
            assert package.file(resource.name, item.format).stat().st_size == item.bytes


def test_sources_carry_state_scope_and_what_was_set_aside(release):
    sources = {s.name: s for s in open_package(release).dataset("purchases").sources}
    assert sources["purchases-oulu"].state == "stale"
    assert sources["purchases-national"].state == "failed"
    assert sources["purchases-turku"].set_aside == {"no_amount": 1}
    assert sources["purchases-turku"].rows == 36


def test_every_row_leads_to_its_snapshot(release):
    package = open_package(release)
    assert package.provenance["purchases-turku-2024"]["url"] == "https://portal.example/purchases-turku-2024.csv"


def test_the_last_run_is_read(release, tmp_path):
    assert read_last_run(tmp_path)["result"] == "published"


def test_without_a_run_there_is_no_last_run(tmp_path):
    assert read_last_run(tmp_path) is None


def test_no_release_says_what_to_run(tmp_path):
    with pytest.raises(PackageNotFound, match="make run"):
        open_current(tmp_path)


def test_another_major_contract_is_refused(release):
    change_descriptor(release, x_contract="2.0")
    with pytest.raises(ContractMismatch, match=r"contract 2\.0.*reads 1\.x"):
        open_package(release)


def test_another_minor_contract_opens(release):
    change_descriptor(release, x_contract="1.7", x_new="something")
    assert open_package(release).sample


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_broken_descriptor_is_named(release, text):
    (release / "datapackage.json").write_text(text)
    with pytest.raises(PackageNotFound, match=r"datapackage\.json"):
        open_package(release)


def test_unknown_names_list_those_there_are(release):
    package = open_package(release)
    with pytest.raises(UnknownResource, match=r"'x'.*purchases"):
        package.resource("x")
    with pytest.raises(UnknownResource, match="pdf"):
        package.file("purchases", "pdf")


def test_a_descriptor_without_a_key_is_our_error(release):
    raw = json.loads((release / "datapackage.json").read_text())
    del raw["x-title"]
    (release / "datapackage.json").write_text(json.dumps(raw))
    with pytest.raises(DashboardError):
        open_package(release)


def test_a_minor_contract_may_add_keys_below(release):
    raw = json.loads((release / "datapackage.json").read_text())
    raw["resources"][0]["x-distributions"][0]["title"] = "new in 1.1"
    change_descriptor(release, resources=raw["resources"])
    assert open_package(release).sample


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "null", '{"version": "2020-01-01T0000Z-000000"}', '{"version": 7}']
)
def test_a_broken_pointer_is_one_sentence(release, tmp_path, text):
    (tmp_path / "releases" / "current.json").write_text(text)
    with pytest.raises(PackageNotFound) as caught:
        open_current(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("key", ["resources", "x-datasets", "x-provenance", "created"])
@pytest.mark.parametrize("value", [None, 7, "x", [{}]])
def test_a_descriptor_of_the_wrong_shape_is_one_sentence(release, key, value):
    change_descriptor(release, **{key: value})
    with pytest.raises(DashboardError) as caught:
        open_package(release)
    assert release.name in str(caught.value)
    assert "\n" not in str(caught.value)

"""Releases in an S3-compatible store (moto's, on loopback): written there by the pipeline, brought from there by the
site, and what becomes of the site when the store is away or holds something broken."""

import json
import logging
import shutil
import time
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

import dashboard.mirror
from dashboard.app import create_site
from dashboard.errors import PackageNotFound
from dashboard.follow import Follower, pointer_state
from dashboard.live import open_live
from dashboard.mirror import Mirror
from dashboard.settings import Settings
from etl.errors import PublishRefused
from etl.paths import DataPaths
from etl.publish.upload import upload
from tests.fixtures.release import write_release
from tests.fixtures.two_releases import write_two
from tests.site_process import free_port, served

LONGEST = 20


class Store:
    """An S3 of one's own, that can go and come back with what it held."""

    def __init__(self):
        self.port = free_port()
        self.start()
        self.client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", region_name="eu-north-1")
        self.buckets = 0

    def start(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()

    def stop(self):
        self.server.stop()

    def bucket(self):
        self.buckets += 1
        name = f"kuusi-{self.buckets}"
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        return name


@pytest.fixture(scope="module")
def store():
    with pytest.MonkeyPatch.context() as patch:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "of-a-test")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        found = Store()
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{found.port}")
        yield found
        found.stop()


@pytest.fixture
def bucket(store):
    return store.bucket()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The pipeline's folder, of two releases."""
    folder = tmp_path_factory.mktemp("made")
    write_two(folder)
    return folder


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(dashboard.mirror, "AGAIN", 0)


def files(folder):
    """Bytes by path, of what is in the releases of a folder."""
    found = (path for path in (folder / "releases").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if not path.name.startswith(".")}


def test_what_the_pipeline_wrote_is_what_the_site_reads(store, bucket, made, tmp_path):
    url = f"s3://{bucket}/open/data"
    assert len(upload(DataPaths(made), url)) == 2
    assert upload(DataPaths(made), url) == []
    Mirror(url, tmp_path / "site").bring()
    assert files(tmp_path / "site") == files(made)
    site = create_site(Settings(data_dir=tmp_path / "site"))
    page = create_site(Settings(data_dir=made)).server.test_client().get("/fi/companies").data
    assert site.server.test_client().get("/fi/companies").data == page


def test_a_file_that_two_releases_have_is_held_once(bucket, made, tmp_path):
    upload(DataPaths(made), f"s3://{bucket}")
    Mirror(f"s3://{bucket}", tmp_path / "site").bring()
    first, second = sorted(path for path in (tmp_path / "site" / "releases").iterdir() if path.is_dir())
    same = [one.name for one in first.iterdir() if one.read_bytes() == (second / one.name).read_bytes()]
    assert "cities.parquet" in same
    assert all((first / name).samefile(second / name) for name in same if name.endswith((".csv", ".parquet")))
    assert not (first / "purchases.parquet").samefile(second / "purchases.parquet")


def test_what_is_here_is_not_fetched_again(bucket, made, tmp_path, monkeypatch):
    upload(DataPaths(made), f"s3://{bucket}")
    Mirror(f"s3://{bucket}", tmp_path / "site").bring()
    mirror = Mirror(f"s3://{bucket}", tmp_path / "site")
    monkeypatch.setattr(mirror, "_adopt", lambda *_: pytest.fail("a file was fetched again"))
    mirror.bring()
    assert open_live(tmp_path / "site").package.version == open_live(made).package.version


def test_a_run_that_published_nothing_is_known_here_too(bucket, made, tmp_path):
    made = shutil.copytree(made, tmp_path / "made")
    upload(DataPaths(made), f"s3://{bucket}")
    mirror = Mirror(f"s3://{bucket}", tmp_path / "site")
    mirror.bring()
    record = made / "releases" / "last_run.json"
    record.write_text(record.read_text("utf-8").replace('"published"', '"failure"'), encoding="utf-8")
    upload(DataPaths(made), f"s3://{bucket}")
    mirror.bring()
    assert (tmp_path / "site" / "releases" / "last_run.json").read_bytes() == record.read_bytes()


def test_a_release_that_left_the_store_leaves_the_folder(bucket, made, tmp_path):
    made = shutil.copytree(made, tmp_path / "made")
    upload(DataPaths(made), f"s3://{bucket}")
    Mirror(f"s3://{bucket}", tmp_path / "site").bring()
    older = min(path for path in (made / "releases").iterdir() if path.is_dir())
    shutil.rmtree(older)
    upload(DataPaths(made), f"s3://{bucket}")
    Mirror(f"s3://{bucket}", tmp_path / "site").bring()
    assert files(tmp_path / "site") == files(made)
    assert all(one.stat().st_nlink > 1 for one in (tmp_path / "site" / "objects").iterdir())


def test_a_damaged_file_is_refused_and_the_old_release_stays(store, bucket, tmp_path, caplog):
    made, site = tmp_path / "made", tmp_path / "site"
    first = write_release(made, 24).name
    upload(DataPaths(made), f"s3://{bucket}")
    mirror = Mirror(f"s3://{bucket}", site)
    mirror.bring()
    second = write_release(made, 48).name
    upload(DataPaths(made), f"s3://{bucket}")
    key = f"releases/{second}/purchases.parquet"
    store.client.put_object(Bucket=bucket, Key=key, Body=b"something else")
    mirror.bring()
    assert open_live(site).package.version == first
    assert "is not what its release says of it" in caplog.text
    store.client.put_object(Bucket=bucket, Key=key, Body=(made / key).read_bytes())
    mirror.bring()
    assert open_live(site).package.version == second
    assert not [path for path in (site / "releases").iterdir() if path.name.startswith(f".{second}")]


def test_a_name_that_leads_out_of_a_release_is_refused(store, bucket, tmp_path, caplog):
    made = tmp_path / "made"
    version = write_release(made, 24).name
    upload(DataPaths(made), f"s3://{bucket}")
    store.client.put_object(Bucket=bucket, Key=f"releases/{version}/../../out.txt", Body=b"out")
    Mirror(f"s3://{bucket}", tmp_path / "site").bring()
    assert not list(tmp_path.rglob("out.txt"))
    assert not (tmp_path / "site" / "releases" / "current.json").exists()
    assert "outside itself" in caplog.text


def test_the_store_goes_and_comes_back(store, bucket, tmp_path, caplog):
    made, site = tmp_path / "made", tmp_path / "site"
    first = write_release(made, 24).name
    upload(DataPaths(made), f"s3://{bucket}")
    mirror = Mirror(f"s3://{bucket}", site)
    taken = []
    follower = Follower(
        lambda: (mirror.bring(), pointer_state(site))[1], lambda: taken.append(open_live(site).package.version)
    )
    assert open_live(site).package.version == first
    held = {
        one["Key"]: store.client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        for one in store.client.list_objects_v2(Bucket=bucket)["Contents"]
    }
    store.stop()
    follower.look()
    assert taken == []
    assert open_live(site).package.version == first
    assert "is not followed" in caplog.text
    store.start()
    again = store.client.list_buckets()["Buckets"]
    if bucket not in {one["Name"] for one in again}:
        store.client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        for key, body in held.items():
            store.client.put_object(Bucket=bucket, Key=key, Body=body)
    second = write_release(made, 48).name
    upload(DataPaths(made), f"s3://{bucket}")
    follower.look()
    assert taken == [second]


def test_an_empty_store_says_what_to_do(bucket, tmp_path, caplog):
    Mirror(f"s3://{bucket}", tmp_path).bring()
    assert f"python -m etl upload s3://{bucket}" in caplog.text
    with pytest.raises(PublishRefused, match="no release is live"):
        upload(DataPaths(tmp_path), f"s3://{bucket}")


def test_a_store_of_no_known_kind_is_refused(tmp_path):
    with pytest.raises(PackageNotFound, match="nowhere"):
        Mirror("nowhere://x", tmp_path)


def test_a_bucket_that_is_not_there_is_told(store, made):
    with pytest.raises(PublishRefused, match="cannot be written"):
        upload(DataPaths(made), "s3://none-of-that-name/x")


def test_a_site_without_any_release_of_its_own_serves_the_stores(store, bucket, tmp_path):
    made = tmp_path / "made"
    first = write_release(made, 24).name
    upload(DataPaths(made), f"s3://{bucket}")
    with served(tmp_path / "site", store_url=f"s3://{bucket}", release_poll=0.3) as address:
        assert _release(address) == first
        second = write_release(made, 48).name
        upload(DataPaths(made), f"s3://{bucket}")
        end = time.monotonic() + LONGEST
        while _release(address) != second:
            assert time.monotonic() < end, "the site still serves the old release"
            time.sleep(0.2)


def _release(address):
    with urllib.request.urlopen(f"{address}/readyz", timeout=LONGEST) as answer:
        return json.load(answer)["release"]

"""The whole line against a real CKAN: seeds it with the sample files through its API, then runs over it."""

from __future__ import annotations

import contextlib
import json
import os

import ckanapi
import pytest

from etl.sample.apis import APIS
from etl.sample.generate import generate_files
from etl.sample.portal import PORTALS, SamplePortal
from etl.sample.topics import generate_topics
from tests.source.runs import REGISTRY, Line

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.skipif("CKAN_URL" not in os.environ, reason="needs a real CKAN: set CKAN_URL and CKAN_TOKEN"),
]
ORGANISATION = "kuusi-tests"
ROWS = 2500


def seed(portal: ckanapi.RemoteCKAN, files) -> None:
    """One organisation, the datasets anew, every file uploaded. Multipart takes strings only."""
    if ORGANISATION not in portal.action.organization_list():
        portal.action.organization_create(name=ORGANISATION, title="Kuusi tests")
    for dataset in sorted({f.dataset for f in files}):
        with contextlib.suppress(ckanapi.NotFound):
            portal.action.dataset_purge(id=dataset)
        portal.action.package_create(name=dataset, title=dataset, owner_org=ORGANISATION, license_id="cc-by")
        for file in (f for f in files if f.dataset == dataset):
            with file.path.open("rb") as upload:
                portal.action.resource_create(package_id=dataset, name=file.title, format=file.format, upload=upload)


def test_the_line_runs_over_a_real_ckan_and_finds_nothing_new_the_second_time(tmp_path):
    url = os.environ["CKAN_URL"]
    line = Line(tmp_path, rows=ROWS)
    files = generate_files(tmp_path / "files", rows=ROWS, seed=6)
    files += [f for f in generate_topics(tmp_path / "files", rows=ROWS, seed=6) if f.portal in PORTALS]
    with ckanapi.RemoteCKAN(url, apikey=os.environ["CKAN_TOKEN"]) as portal:
        seed(portal, files)
    bases = dict.fromkeys(PORTALS, url)
    with SamplePortal(rows=ROWS, seed=6) as own:
        bases |= {name: own.portals[name] for name in (*APIS, "files")}
        first = line.run_on(bases)
        line.clock.next_run()
        second = line.run_on(bases)
    assert second.result == "unchanged"
    assert [issue for issue in first.issues if issue.severity == "error"] == []
    assert first.result == "published"
    package = json.loads((line.release(first) / "datapackage.json").read_text())
    sources = {s["name"]: s for d in package["x-datasets"] for s in d["sources"] if s["dataset"]}
    assert len(sources) == sum(source.kind == "ckan" for source in REGISTRY().sources())
    assert all(source["rows_in"] for source in sources.values())

    own = Line(tmp_path / "own", rows=ROWS)
    expected = json.loads((own.release(own.run()) / "datapackage.json").read_text())
    for dataset in expected["x-datasets"]:
        for source in dataset["sources"]:
            if source["dataset"]:
                assert sources[source["name"]]["rows_in"] == source["rows_in"], source["name"]

"""A run over a registry of two small sources: how each stands after whatever the web answers, run after run."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug import Request, Response
from werkzeug.serving import make_server

from etl.errors import CheckFailed, PublishRefused
from etl.registry import load_registry
from etl.report import SilentReporter
from etl.run import Run
from etl.settings import Settings
from tests.source.handmade import LICENCE, NOW, TEXT, field

CITIES = ("turku", "oulu")
GOOD = "Koodi;Laji\n{0}1;oak\n{0}2;pine\n"


class Web:
    """A loopback server: per city, what its portal gives for its dataset and for its one file."""

    def __init__(self):
        self.state = {}
        self.files = {}

    def reset(self):
        self.state = dict.fromkeys(CITIES, "ok")
        self.files = {city: GOOD.format(city) for city in CITIES}

    def __call__(self, environ, start):
        return self.answer(Request(environ))(environ, start)

    def answer(self, request):
        city = request.args.get("id", request.path.rpartition("/")[2].partition(".")[0]).removeprefix("puut-")
        state = self.state.get(city, "ok")
        is_file = "download" in request.path
        if state == "refused" or (state == "file gone" and is_file):
            return Response("no", 403 if state == "refused" else 410)
        if is_file:
            return Response(self.files[city], mimetype="text/csv")
        name = f"{'kartta' if state == 'not picked' else 'puut'}-{city}"
        resources = [{"id": city, "name": name, "url": f"{request.host_url}download/{name}.csv", "format": "CSV"}]
        body = {"success": True, "result": {"id": city, "name": f"puut-{city}", "resources": resources}}
        return Response("<html>" if state == "html" else json.dumps(body), mimetype="application/json")


@pytest.fixture(scope="module")
def web():
    app = Web()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app.address = f"http://127.0.0.1:{server.server_port}"
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def registry(tmp_path_factory, web):
    folder = tmp_path_factory.mktemp("datasets")
    (folder / "trees" / "sources").mkdir(parents=True)
    fields = [field("code", required=True), field("kind", enum=["oak", "pine"])]
    table = {"name": "trees", "title": TEXT, "description": TEXT, "primary_key": ["code"], "fields": fields}
    declared = {"name": "trees", "title": TEXT, "description": TEXT, "licence": LICENCE, "tables": [table]}
    (folder / "trees" / "dataset.yml").write_text(yaml.safe_dump(declared))
    for city in CITIES:
        one = {"name": f"trees-{city}", "title": TEXT, "publisher": city, "licence": LICENCE, "portal": "p",
               "dataset": f"puut-{city}", "pick": {"match": "puut"},
               "columns": {"code": ["Koodi"], "kind": ["Laji"]}, "required": ["code"]}  # fmt: skip
        (folder / "trees" / "sources" / f"{city}.yml").write_text(yaml.safe_dump(one))
    portals = folder / "portals.yml"
    portals.write_text(yaml.safe_dump({"p": {"title": "P", "api": web.address, "page": "https://p.example/{dataset}"}}))
    return load_registry(folder, portals)


class Line:
    def __init__(self, registry, web, folder):
        self.registry, self.web, self.data, self.now = registry, web, folder / "data", NOW
        self.settings = Settings(
            data_dir=self.data, reference_dir=folder, attempts=1, pause_seconds=0, read_timeout_seconds=5
        )
        web.reset()

    def run(self, accept=""):
        self.now += dt.timedelta(minutes=1)
        return Run(self.registry, self.settings, False, SilentReporter(), lambda: self.now, {}, accept).execute()

    def record(self):
        return json.loads((self.data / "releases" / "last_run.json").read_text())

    def states(self):
        return {s["name"].removeprefix("trees-"): (s["state"], s["problem"]) for s in self.record()["sources"]}

    def codes(self):
        live = json.loads((self.data / "releases" / "current.json").read_text())["version"]
        return pq.read_table(self.data / "releases" / live / "trees.parquet").column("code").to_pylist()


@pytest.fixture
def line(registry, web, tmp_path):
    return Line(registry, web, tmp_path)


def break_file(line, city, how):
    texts = {
        "wrong value": GOOD.format(city).replace("oak", "birch"),
        "other header": GOOD.format(city).replace("Koodi", "Id"),
        "a page": "<!DOCTYPE html><html></html>",
        "no rows": "Koodi;Laji\n",
    }
    if how in texts:
        line.web.files[city] = texts[how]
    else:
        line.web.state[city] = how


PROBLEMS = {
    "refused": "refused",
    "html": "wrong_content",
    "not picked": "not_picked",
    "file gone": "gone",
    "wrong value": "check_failed",
    "other header": "unexpected_data",
    "a page": "unexpected_data",
    "no rows": "unexpected_data",
}


@pytest.mark.parametrize("how", PROBLEMS)
def test_a_source_that_fails_first_is_failed_then_ok_then_stale_then_ok_again(line, how):
    break_file(line, "oulu", how)
    first = line.run()
    assert line.states() == {"turku": ("ok", None), "oulu": ("failed", PROBLEMS[how])}
    assert (first.result, first.published, line.codes()) == ("failure", True, ["turku1", "turku2"])
    line.web.reset()
    assert (line.run().result, line.states()["oulu"]) == ("published", ("ok", None))
    both = ["oulu1", "oulu2", "turku1", "turku2"]
    assert sorted(line.codes()) == both
    break_file(line, "oulu", how)
    third = line.run()
    assert (third.result, third.published, third.exit_code) == ("failure", False, 1)
    assert line.states()["oulu"] == ("stale", PROBLEMS[how])
    assert sorted(line.codes()) == both
    line.web.reset()
    assert (line.run().result, line.states()["oulu"]) == ("unchanged", ("ok", None))


def test_a_run_that_takes_news_of_one_source_keeps_the_old_of_the_other(line):
    line.run()
    line.web.files["turku"] += "turku3;oak\n"
    line.web.state["oulu"] = "refused"
    assert line.run().published
    assert sorted(line.codes()) == ["oulu1", "oulu2", "turku1", "turku2", "turku3"]


def test_what_was_good_once_and_is_no_longer_wanted_makes_no_new_release(line):
    line.run()
    line.web.state = dict.fromkeys(CITIES, "refused")
    again = line.run()
    assert (again.published, again.exit_code) == (False, 1)
    assert {state for state, _ in line.states().values()} == {"stale"}


def test_no_source_at_all_is_refused_and_recorded(line):
    line.web.state = dict.fromkeys(CITIES, "refused")
    with pytest.raises(PublishRefused, match="no source could be read"):
        line.run()
    assert not (line.data / "releases" / "current.json").exists()
    assert (line.record()["result"], line.record()["version"]) == ("failure", None)
    assert {state for state, _ in line.states().values()} == {"failed"}


def test_a_key_that_two_sources_share_refuses_the_release_and_leaves_the_live_one(line):
    line.run()
    before = line.codes()
    line.web.files["oulu"] = line.web.files["turku"]
    with pytest.raises(CheckFailed, match=r"table trees: 2 keys"):
        line.run()
    assert line.codes() == before
    assert line.record()["result"] == "failure"
    line.web.reset()
    assert line.run().result == "unchanged"


def test_a_source_that_shrinks_is_refused_until_a_person_says_why(line):
    line.web.files["turku"] += "".join(f"turku{n};oak\n" for n in range(3, 30))
    line.run()
    line.web.files["turku"] = GOOD.format("turku")
    with pytest.raises(PublishRefused, match=r"trees: rows 31 -> 4 \(-87\.1 %\)"):
        line.run()
    accepted = line.run(accept="the trees were felled")
    assert accepted.published
    assert [(issue.code, issue.do) for issue in accepted.issues] == [
        ("accepted_fall", "accepted: the trees were felled")
    ]


def test_snapshots_that_are_damaged_on_disk_do_not_pass_for_good_ones(line):
    line.run()
    for path in (line.data / "snapshots" / "real" / "trees-oulu").glob("*/*.csv"):
        path.write_text("Koodi;Laji\nvain tämä;oak\n")
    line.web.state["oulu"] = "refused"
    with pytest.raises(PublishRefused, match="trees-oulu would be lost"):
        line.run()
    assert line.states()["oulu"] == ("failed", "refused")
    assert {issue["code"] for issue in line.record()["issues"]} == {"refused", "snapshot_mismatch"}


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(*[st.sampled_from(["ok", *PROBLEMS])] * 2), min_size=1, max_size=4))
def test_whatever_comes_the_live_release_never_loses_a_source(registry, web, tmp_path_factory, steps):
    line, had = Line(registry, web, tmp_path_factory.mktemp("line")), set()
    for step in steps:
        web.reset()
        for city, how in zip(CITIES, step, strict=True):
            break_file(line, city, how)
        had |= {city for city, how in zip(CITIES, step, strict=True) if how == "ok"}
        try:
            line.run()
        except PublishRefused:
            assert not had
            continue
        assert {code[:-1] for code in line.codes()} == had
        for city, how in zip(CITIES, step, strict=True):
            state = "ok" if how == "ok" else "stale" if city in had else "failed"
            assert line.states()[city] == (state, PROBLEMS.get(how))

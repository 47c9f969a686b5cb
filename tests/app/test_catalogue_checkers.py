"""What the European portal's checkers say of the catalogue, run as they are over a served sample site.

They are kept beside the project, not in it; where they are not there, nothing is run.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import threading

import pytest
from werkzeug.serving import make_server

from tests.releases import ROOT

TOOLS = ROOT.parent / "shared" / "tools" / "catalogue"
pytestmark = pytest.mark.skipif(
    not TOOLS.exists() or importlib.util.find_spec("pyshacl") is None, reason="the checkers are not on this machine"
)


@pytest.fixture(scope="module")
def address(site):
    server = make_server("127.0.0.1", 0, site.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def run(tool, *arguments):
    command = [sys.executable, str(TOOLS / tool), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout


def test_the_quality_assessment_gives_every_point(address):
    said = json.loads(run("mqa.py", f"{address}/catalog.ttl", "--base", address, "--json"))
    assert {name: share for name, share in said["metrics"].items() if share < 1} == {}
    assert said["score"] == 405


@pytest.mark.parametrize(("query", "sets"), [("", "base0,range0"), ("?profile=dcat-ap-2.1.1", "211-base,211-range,fi")])
def test_no_shape_of_the_profile_is_violated(address, query, sets):
    said = run("shacl_check.py", f"{address}/catalog.ttl{query}", "--set", sets)
    found = dict(re.findall(r"^(\S+): .*violations=(\d+)", said, re.MULTILINE))
    assert found == dict.fromkeys(sets.split(","), "0"), said


def test_a_dataset_by_itself_violates_no_shape(address):
    said = run("shacl_check.py", f"{address}/dataset/purchases.ttl", "--set", "base0")
    assert "violations=0" in said, said

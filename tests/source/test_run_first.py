"""A first run, with no release to fall back to, over portals of which every source but one has a fault."""

from __future__ import annotations

import json

import pytest

from tests.source.runs import Line

CITIES = (
    "helsingin-kaupungin-ostot", "espoon-kaupungin-ostot", "vantaan-kaupungin-ostot", "tampereen-kaupungin-ostot",
    "turun-kaupungin-ostot", "oulun-kaupungin-ostolaskut_",
)  # fmt: skip
ROUNDS = [
    {"403": "refused", "403file": "refused", "404file": "not_found", "gone": "gone", "500": "server_error",
     "500file": "server_error"},
    {"nopick": "not_picked", "html200": "wrong_content", "html200file": "unexpected_data", "truncate": "truncated",
     "empty": "empty", "drift": "unexpected_data"},
    {"missing_column": "unexpected_data", "wrong_type": "unexpected_data", "timeout": "timeout", "slow": "timeout",
     "drift": "unexpected_data", "zipbomb": "unexpected_data"},
]  # fmt: skip


@pytest.mark.parametrize("faults", ROUNDS, ids=["statuses", "contents", "bytes"])
def test_what_fails_is_listed_as_failed_and_the_rest_is_published(tmp_path, faults, monkeypatch):
    monkeypatch.setattr("etl.sample.faults.BOMB_BYTES", 64 << 20)
    monkeypatch.setenv("ETL_MAX_UNPACKED_BYTES", str(32 << 20))
    line = Line(tmp_path)
    result = line.run_with(dict(zip(CITIES, faults, strict=True)))
    errors = {issue.dataset: issue for issue in result.issues if issue.severity == "error"}
    assert {name: errors[name].code for name in CITIES} == dict(zip(CITIES, faults.values(), strict=True))
    assert set(errors) == set(CITIES)
    assert (result.published, result.exit_code, result.result) == (True, 1, "failure")
    package = json.loads((line.release(result) / "datapackage.json").read_text(encoding="utf-8"))
    states = {s["dataset"]: (s["state"], s["rows"] > 0) for d in package["x-datasets"] for s in d["sources"]}
    assert {name: states[name] for name in CITIES} == dict.fromkeys(CITIES, ("failed", False))
    assert states["tutkihankintoja-data"] == ("ok", True)


@pytest.mark.parametrize("damage", ["{", "{}"])
def test_a_damaged_pointer_is_made_anew(tmp_path, damage):
    line = Line(tmp_path)
    line.run()
    (line.data / "releases" / "current.json").write_text(damage)
    again = line.run()
    assert again.published
    assert line.run().result == "unchanged"


def test_a_release_that_lost_a_file_is_published_anew(tmp_path):
    line = Line(tmp_path)
    (line.release(line.run()) / "purchases.parquet").unlink()
    assert line.run().published

"""The command line says what is wrong in one line, whatever it is given."""

from __future__ import annotations

import pytest

from etl.sample.portal import DATASET_NAMES
from tests.source.runs import Line
from tests.source.test_run import command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sample", "--fault=x=y"], "no fault 'y' at 'x'"),
        (["--sample", "--fault=x"], "no fault 'x' at"),
        (["--sample", "--fault=x="], "--fault takes NAME=VALUE"),
        (["--portal=lahti=http://127.0.0.1:9"], "--portal names what there is not: lahti"),
        (["--portal=hri"], "--portal takes NAME=VALUE"),
    ],
)
def test_a_wrong_argument_is_one_line(tmp_path, arguments, said):
    done = command(Line(tmp_path), "run", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_faults_without_a_dataset_hit_one_each_and_are_all_named(tmp_path):
    faults = ["--fault=truncate,html200,403,slow,drift", "--fault=gone"]
    done = command(Line(tmp_path), "run", "--sample", "--rows=1500", *faults, ETL_READ_TIMEOUT_SECONDS="10")
    failed = [line for line in done.stdout.splitlines() if line.startswith("✕")]
    said = (
        "broke off before its end",
        "the answer is not CKAN's",
        "403",
        "has no column for",
        "answered 410",
        "in time",
    )
    assert done.returncode == 1
    assert len(failed) == 6
    assert all(any(words in line for line in failed) for words in said), failed
    assert "Traceback" not in done.stdout + done.stderr


def test_there_may_be_as_many_faults_without_a_dataset_as_the_portal_has_datasets(tmp_path):
    faults = ",".join(["403", "gone"] * (len(DATASET_NAMES) // 2))
    assert faults.count(",") > 7
    done = command(Line(tmp_path), "run", "--sample", "--rows=1500", f"--fault={faults}")
    failed = [line for line in done.stdout.splitlines() if line.startswith("✕")]
    assert len(failed) == faults.count(",") + 1, done.stderr


@pytest.mark.parametrize("arguments", [["--rows=-5"], ["--rows=many"], ["--seed=-1"]])
def test_a_number_out_of_range_shows_the_usage(tmp_path, arguments):
    done = command(Line(tmp_path), "run", "--sample", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr


def test_a_wrong_setting_names_its_variable(tmp_path, monkeypatch):
    done = command(Line(tmp_path), "status", ETL_ATTEMPTS="many")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ETL_ATTEMPTS" in done.stderr
    assert "many" in done.stderr

"""The command line without a process of its own: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from etl import cli
from etl.errors import DeclarationError, PublishRefused
from etl.paths import DataPaths
from etl.publish.package import publish, read_json
from etl.registry import load_registry
from tests.source.handmade import NOW, contents, dataset, field, write

PORTALS = sorted(load_registry().portals)
COMMANDS = ("run", "status", "sample", "discover", "declare")
CLOSED = [f"--portal={name}=http://127.0.0.1:9" for name in PORTALS]


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("ETL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ETL_ATTEMPTS", "1")
    monkeypatch.setenv("ETL_PAUSE_SECONDS", "0")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "data"


@pytest.fixture
def etl(monkeypatch, capsys):
    """Runs the program as `python -m etl ...` does: (exit code, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["etl", *arguments])
        try:
            cli.main()
        except SystemExit as ended:
            return ended.code or 0, *capsys.readouterr()
        return 0, *capsys.readouterr()

    return run


def invoke(*arguments):
    return CliRunner().invoke(cli.app, list(arguments))


def publish_trees(data, *, sample):
    """A small release that is live, so that commands have something to look at."""
    trees, folder = dataset(field("code")), data / "build" / "release"
    whole = contents(trees, [write(folder, trees, [{"code": "t1"}])], sample=sample)
    return publish(whole, folder, DataPaths(data), NOW)


def test_without_a_command_it_says_what_commands_there_are():
    shown = invoke()
    assert all(name in shown.output for name in COMMANDS)
    assert invoke("--help").exit_code == 0


@pytest.mark.parametrize("command", [*COMMANDS, "diff", "prune", "pin", "push", "rollback"])
def test_every_command_explains_itself(command):
    shown = invoke(command, "--help")
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


@pytest.mark.parametrize(
    "arguments",
    [["fly"], ["run", "--fly"], ["run", "--rows"], ["run", "--rows=99"], ["run", "--rows=1e3"], ["run", "--seed=-1"],
     ["declare"], ["discover", "hri"], ["prune", "--keep=0"]],
)  # fmt: skip
def test_what_is_no_command_or_option_is_a_usage_error(data, arguments):
    assert invoke(*arguments).exit_code == 2
    assert not data.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--portal=hri"], "--portal takes NAME=VALUE; got hri"),
        (["--portal==http://x"], "--portal takes NAME=VALUE"),
        (["--portal=hri="], "--portal takes NAME=VALUE"),
        (["--portal=lahti=http://127.0.0.1:9"], "names what there is not: lahti; expected hri"),
        (["--sample", "--fault=turun-kaupungin-ostot=fire"], "no fault 'fire' at 'turun-kaupungin-ostot'"),
        (["--sample", "--fault=lahden-ostot=403"], "no fault '403' at 'lahden-ostot'"),
        (["--sample", "--fault=portal:lahti=down"], "no fault 'down' at 'portal:lahti'"),
        (["--sample", "--fault=portal:hri=403"], "no fault '403' at 'portal:hri'"),
        (["--sample", "--fault", ",".join(["403"] * 200)], "200 faults for"),
    ],
)
def test_a_wrong_value_is_one_line_on_standard_error_before_anything_is_done(data, etl, arguments, words):
    code, _, err = etl("run", *arguments)
    assert code == 1
    assert words in err
    assert err.startswith("etl: ")
    assert err.count("\n") == 1
    assert not (data / "releases").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("ATTEMPTS", "many"), ("MAX_BYTES", "4 GB"), ("PAUSE_SECONDS", ""), ("CONNECT_TIMEOUT_SECONDS", "soon")],
)
def test_a_setting_that_cannot_be_one_names_its_variable(data, etl, monkeypatch, name, value):
    monkeypatch.setenv(f"ETL_{name}", value)
    code, out, err = etl("status")
    assert (code, out) == (1, "")
    assert err.startswith(f"etl: ETL_{name}: ")


def test_without_a_release_status_says_so_and_what_to_do(data, etl):
    code, _, err = etl("status")
    assert code == 1
    assert err == "etl: no release is live. Run `python -m etl run`.\n"


def test_an_error_of_the_disk_is_one_line_too(data, etl, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli, "read_status", full)
    code, out, err = etl("status")
    assert (code, out) == (1, "")
    assert re.fullmatch(r"etl: .*No space left on device\n", err)


def test_a_fault_of_the_program_itself_is_not_hidden(data, monkeypatch):
    monkeypatch.setattr(cli, "read_status", lambda *_, **__: 1 / 0)
    assert isinstance(invoke("status").exception, ZeroDivisionError)


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("asked", [[], ["--or-sample"]])
def test_if_missing_asks_no_portal_where_a_release_is_live(data, monkeypatch, sample, asked):
    version = publish_trees(data, sample=sample)
    monkeypatch.setattr(cli, "Run", lambda *_: pytest.fail("it was run all the same"))
    done = invoke("run", "--if-missing", *asked)
    assert (done.exit_code, done.output) == (0, f"Release {version} is there.\n")


def test_a_sample_that_is_live_is_enough_for_one_who_asks_for_a_sample(data, monkeypatch):
    version = publish_trees(data, sample=True)
    monkeypatch.setattr(cli, "Run", lambda *_: pytest.fail("it was run all the same"))
    assert invoke("run", "--if-missing", "--sample").output == f"Release {version} is there.\n"


@pytest.mark.parametrize("more", [[], ["--if-missing"]])
def test_a_sample_never_takes_the_place_of_a_real_release(data, more):
    version = publish_trees(data, sample=False)
    done = invoke("run", "--sample", "--rows=100", *more)
    assert done.exit_code == 1
    assert isinstance(done.exception, PublishRefused)
    assert f"release {version} is real and stays live" in str(done.exception)
    assert read_json(DataPaths(data).current)["version"] == version


def test_where_no_portal_answers_each_is_named_and_the_refusal_is_recorded(data, etl):
    code, _, err = etl("run", *CLOSED)
    assert code == 1
    assert "no portal can be reached" in err
    assert all(f"{name} (unreachable)" in err for name in PORTALS)
    assert read_json(DataPaths(data).last_run)["result"] == "failure"
    assert not DataPaths(data).current.exists()


def test_or_sample_does_not_stand_in_for_a_release_that_is_live(data):
    version = publish_trees(data, sample=False)
    done = invoke("run", "--or-sample", *CLOSED)
    assert isinstance(done.exception, PublishRefused)
    assert read_json(DataPaths(data).current)["version"] == version


def test_a_sample_run_then_status_then_a_run_with_faults(data, etl):
    code, out, err = etl("run", "--sample", "--rows=1500")
    assert (code, err) == (0, "")
    version = read_json(DataPaths(data).current)["version"]
    assert f"Release published {version}" in out
    assert out.count("✓") == len(load_registry().sources())
    code, out, _ = etl("status", "--json")
    assert code == 0
    assert json.loads(out)["live"]["version"] == version
    faults = ["--fault=turun-kaupungin-ostot=403", "--fault=espoon-kaupungin-ostot=drift"]
    code, out, err = etl("run", "--sample", "--rows=1500", *faults)
    assert (code, err) == (1, "")
    assert f"unchanged, nothing published; live is {version}" in out
    assert "2 sources failed" in out
    assert {line.split()[1] for line in out.splitlines() if line.startswith("✕")} == {
        "purchases-turku:", "purchases-espoo:",
    }  # fmt: skip
    code, out, _ = etl("status")
    assert code == 0
    assert "purchases-turku" in out
    assert version in out


@pytest.mark.parametrize("url", ["https://example.org/", "not an address", "https://hri.fi/data/fi/dataset/"])
def test_a_page_that_is_no_dataset_is_refused_before_it_is_asked(data, url):
    done = invoke("declare", url)
    assert done.exit_code == 1
    assert isinstance(done.exception, DeclarationError)


@pytest.mark.parametrize("arguments", [["diff", "a", "b"], ["pin", "2026-x"], ["diff"]])
def test_a_release_that_is_not_there_is_one_line(data, etl, arguments):
    publish_trees(data, sample=True)
    code, _, err = etl(*arguments)
    assert code == 1
    assert err.startswith("etl: ")
    assert err.count("\n") == 1

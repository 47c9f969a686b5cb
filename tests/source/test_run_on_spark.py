"""A run whose files are tidied on Spark, in a JVM of this machine, publishes the bytes of one that does it here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from etl.engines.choose import open_engine
from etl.engines.spark import Spark
from etl.errors import CheckFailed, DeclarationError, EngineUnavailable
from etl.publish.assemble import TableFiles
from etl.registry import load_registry
from tests.source.runs import Line

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java on this machine")
LOCAL = "spark-local?spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1%20-XX:%2BUseSerialGC"


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A line after a first run in this process, and that run."""
    line = Line(tmp_path_factory.mktemp("here"), rows=1500)
    return line, line.run()


@pytest.fixture(scope="module")
def there(here, tmp_path_factory):
    """The same, over the same portal, on Spark."""
    line = Line(tmp_path_factory.mktemp("there"), rows=1500)
    line.engine = LOCAL
    return line, line.run()


def contents(release):
    """The bytes of its files by name, without the ports at which the two sample portals happened to listen."""
    return {path.name: re.sub(rb"127\.0\.0\.1:\d+", b"portal", path.read_bytes()) for path in release.iterdir()}


@needs_java
def test_the_release_is_the_same_to_the_byte(here, there):
    (line, done), (other, found) = here, there
    assert found.version == done.version
    files = contents(line.release(done))
    assert len(files) > 30
    for name, content in contents(other.release(found)).items():
        assert content == files.pop(name), name
    assert not files


@needs_java
def test_rows_and_findings_are_accounted_alike(here, there):
    records = [json.loads(line.paths.last_run.read_text("utf-8")) for line, _ in (here, there)]
    for record in records:
        del record["run"]
    assert records[0] == records[1]
    purchases = [source for source in records[1]["sources"] if source["name"].startswith("purchases-")]
    assert len(purchases) >= 5
    assert all(one["rows_in"] == one["rows"] + sum(one["set_aside"].values()) for one in purchases)


@needs_java
def test_a_file_that_is_not_as_declared_fails_its_source_alike(here, there, tmp_path):
    told = []
    for number, (line, _) in enumerate((here, there)):
        copy = line.copy_to(tmp_path / str(number))
        copy.engine = line.engine
        done = copy.run_with({"espoon-kaupungin-ostot": "missing_column"})
        assert done.result == "failure"
        told.append([issue.as_dict() for issue in done.issues if issue.severity == "error"])
    assert told[0] == told[1]
    assert told[1]


@needs_java
def test_keys_are_checked_on_spark(there, tmp_path):
    line, done = there
    release = line.release(done)
    tables = {table.name: table for r in load_registry().datasets for table in r.dataset.tables}
    whole = [
        TableFiles("", tables[name], release / f"{name}.parquet", release / f"{name}.csv", 0)
        for name in ("cities", "account_groups", "purchases")
    ]
    spark = Spark(LOCAL)
    try:
        spark.check_keys(whole)
        twice = tables["purchases"].model_copy(update={"primary_key": ("snapshot_id",)})
        with pytest.raises(CheckFailed, match="stand on more than one row"):
            spark.check_keys([*whole[:2], TableFiles("", twice, whole[2].parquet, whole[2].csv, 0)])
        key = tables["purchases"].foreign_keys[0].model_copy(update={"field": "account_code"})
        astray = tables["purchases"].model_copy(update={"foreign_keys": (key,)})
        with pytest.raises(CheckFailed, match="does not hold"):
            spark.check_keys([*whole[:2], TableFiles("", astray, whole[2].parquet, whole[2].csv, 0)])
    finally:
        spark.close()


def test_a_setting_that_is_none_of_sparks_is_named():
    with pytest.raises(DeclarationError, match="'cores' is no setting"):
        open_engine("spark-local?cores=4", None)


def test_spark_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(EngineUnavailable, match="pip install pyspark"):
        open_engine("spark-local", None)


def test_an_engine_that_is_not_there_ends_the_run_and_leaves_the_release(here, tmp_path, monkeypatch):
    line, done = here
    copy = line.copy_to(tmp_path)
    copy.engine = "spark-local"
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    copy.paths.last_run.unlink()  # else nothing would have to be built
    with pytest.raises(EngineUnavailable):
        copy.run()
    record = json.loads(copy.paths.last_run.read_text("utf-8"))
    assert (record["result"], record["version"]) == ("failure", done.version)
    assert "pip install pyspark" in record["refused"]


DYING = """
import sys
from pathlib import Path
from pyspark import SparkContext
from etl.engines.spark import Spark
from etl.errors import EngineUnavailable
from etl.publish.assemble import TableFiles
from etl.registry import load_registry

spark = Spark(sys.argv[1])
SparkContext._gateway.proc.kill()
SparkContext._gateway.proc.wait()
cities = next(t for r in load_registry().datasets for t in r.dataset.tables if t.name == "cities")
try:
    spark.check_keys([TableFiles("cities", cities, Path(sys.argv[2]), Path("none"), 0)])
except EngineUnavailable as error:
    print("told:", error)
spark.close()
print("closed")
"""


@needs_java
def test_a_jvm_that_dies_is_told_as_such_and_closing_it_is_no_fault(here):
    line, done = here
    table = str(line.release(done) / "cities.parquet")
    ended = subprocess.run(
        [sys.executable, "-c", DYING, LOCAL, table], check=False, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    told, closed = ended.stdout.splitlines()
    assert told.startswith("told: spark-local did not do its work")
    assert closed == "closed"

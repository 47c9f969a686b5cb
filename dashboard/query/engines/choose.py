"""The engine that a setting names."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.errors import InvalidSettings
from dashboard.query.engines.duckdb import DuckDb
from dashboard.query.engines.postgresql import Postgresql
from dashboard.query.engines.protocol import Adapter
from dashboard.query.engines.spark import LOCAL, Spark

KINDS = "duckdb, postgresql://user@host:port/database, spark-local, spark://host:port?tables=folder"


def adapter_of(url: str, data_dir: Path) -> Adapter:
    """The adapter of an engine at an address. Raises InvalidSettings or MissingExtra."""
    kind = re.split("[:?]", url, maxsplit=1)[0]
    if url == "duckdb":
        return DuckDb()
    if kind in ("postgresql", "postgres"):
        return Postgresql(url)
    if kind in (LOCAL, "spark"):
        return Spark(url, data_dir)
    if kind in ("trino", "clickhouse"):
        raise InvalidSettings(f"SQL for {kind} is compiled, but not run; there are {KINDS}.")
    raise InvalidSettings(f"There is no engine {kind!r}; there are {KINDS}.")

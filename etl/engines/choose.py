"""The engine that the settings name."""

from __future__ import annotations

import duckdb

from etl.engines.here import Here
from etl.engines.protocol import Engine


def open_engine(address: str, connection: duckdb.DuckDBPyConnection) -> Engine:
    """This process, with the run's `connection`, where nothing is named, else Spark.

    Raises EngineUnavailable or DeclarationError."""
    if not address:
        return Here(connection)
    from etl.engines.spark import Spark  # noqa: PLC0415  # an extra, which only those need who ask for it

    return Spark(address)

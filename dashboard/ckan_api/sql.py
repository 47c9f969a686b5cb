"""`datastore_search_sql`: what runs the statement is given from outside, as it must not be this process."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Protocol

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.errors import BadRequest, Busy, Invalid
from dashboard.ckan_api.records import Json
from dashboard.ckan_api.rows import MOST_ROWS
from dashboard.errors import SqlBusy, SqlRefused
from dashboard.package import Package
from dashboard.sql.answer import SqlAnswer

PROTOCOL_TYPES = {
    "VARCHAR": "text", "TEXT": "text", "TINYINT": "int2", "SMALLINT": "int2", "INTEGER": "int4", "BIGINT": "int8",
    "HUGEINT": "numeric", "FLOAT": "float4", "DOUBLE": "float8", "BOOLEAN": "bool", "DATE": "date",
    "TIMESTAMP": "timestamp",
}  # fmt: skip


class SqlRunner(Protocol):
    """Runs one SELECT over the tables of the release."""

    @property
    def package(self) -> Package:
        """The release that is asked."""

    def run(self, sql: str, *, most_rows: int, is_datastore: bool) -> SqlAnswer:
        """The answer, of at most so many rows, as CKAN's datastore has it. Raises SqlRefused."""


def search_sql(asked: Asked, runner: SqlRunner | None) -> dict[str, Any]:
    """The answer of `datastore_search_sql`. Raises BadRequest where SQL is switched off, as CKAN has no such action
    then; Busy where it cannot be run now; Invalid where the statement is refused."""
    if runner is None:
        raise BadRequest("Action name not known: datastore_search_sql")
    sql = asked.required("sql")
    try:
        answer = runner.run(sql, most_rows=MOST_ROWS, is_datastore=True)
    except SqlBusy as error:
        raise Busy(str(error), SqlBusy.retry_after) from None
    except SqlRefused as error:
        raise Invalid({"query": [str(error)], "info": {"statement": [sql], "orig": [str(error)]}}) from None
    names = [name for name, _ in answer.fields]
    found: dict[str, Any] = {
        "sql": sql,
        "records": [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in answer.rows],
        "fields": [{"id": name, "type": _type(kind)} for name, kind in answer.fields],
    }
    return {**found, "records_truncated": True} if answer.is_truncated else found


def _type(kind: str) -> str:
    """A type as PostgreSQL calls it, from DuckDB's name.

    >>> _type("DECIMAL(18,2)"), _type("VARCHAR[]"), _type("text")
    ('numeric', '_text', 'text')
    """
    base = kind.upper().split("(", maxsplit=1)[0]
    if base.endswith("[]"):
        return f"_{_type(kind[:-2])}"
    return "numeric" if base == "DECIMAL" else PROTOCOL_TYPES.get(base, kind.lower())


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return Json(format(value, "f")) if value.is_finite() else None
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool | None) else str(value)

"""What each city has published in each year, for every table that has a city and a year: made from all of them.

That a city has no rows of a year says little by itself. It is `not_published` only where every source that might have
had some was looked through for that year in this run, `no_source` where the dataset's declaration says that none was
found; else it is `unknown`. A dataset made from others stands as those do.

A year is `partial` where the table dates its rows by month and the city has rows of some months only, as in Turku's
first file of purchases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from etl.datasets.context import MakeContext, SourceStanding
from etl.declare import Absence, Dataset, Table

CITY, BUSINESS_ID, SNAPSHOT = "city_code", "supplier_business_id", "snapshot_id"
MONTHS = 12
LOOKED_THROUGH = ("ok", "reference")
SCHEMA = pa.schema(
    [
        ("dataset_name", pa.string()), ("table_name", pa.string()), ("city_code", pa.string()), ("year", pa.int16()),
        ("status_code", pa.string()), ("months_count", pa.int64()), ("rows_count", pa.int64()),
        ("set_aside_count", pa.int64()), ("business_id_pct", pa.float64()), ("source_names", pa.list_(pa.string())),
        ("scope_fi", pa.string()), ("scope_sv", pa.string()), ("scope_en", pa.string()),
    ]
)  # fmt: skip

Key = tuple[str, int]
"""A city and a year."""


class Counted(NamedTuple):
    """A table's rows of a city and year; what the table has no column for is None."""

    rows: int
    with_id: int | None = None
    """Those with a supplier's business id."""
    months: int | None = None
    """The months that any row is of."""


def make(context: MakeContext) -> dict[str, pa.Table]:
    """The table of coverage, over every table with a city and a year that is there by now."""
    cities = [code for (code,) in context.connection.execute("select city_code from cities order by 1").fetchall()]
    rows = [
        row
        for dataset in context.datasets
        for table in dataset.tables
        if (year := year_of(table)) is not None
        for row in _rows(context, dataset, table, year, cities)
    ]
    rows.sort(key=lambda row: (row["dataset_name"], row["table_name"], row["city_code"], row["year"]))
    return {"coverage": pa.Table.from_pylist(rows, SCHEMA)}


def year_of(table: Table) -> str | None:
    """The column that dates a table's rows: its only required year, where it has a required city too."""
    years = [field.name for field in table.fields if field.type == "year" and field.required]
    has_city = any(field.name == CITY and field.required for field in table.fields)
    return years[0] if has_city and len(years) == 1 else None


def month_of(table: Table, year: str) -> str | None:
    """The column of the month beside that of the year: `purchase_month` beside `purchase_year`."""
    month = f"{year.removesuffix('year')}month"
    return month if any(field.name == month for field in table.fields) else None


def was_looked_through(standing: SourceStanding, year: int) -> bool:
    """Whether the source would have shown rows of that year, had it any.

    A source whose files are of one year each is asked for its newest years only: an older one was not looked at.
    """
    if standing.state not in LOOKED_THROUGH:
        return False
    pick, dated = standing.source.pick, {shot.year for shot in standing.snapshots if shot.year is not None}
    if pick is None or not dated or len(dated) < pick.newest_years:
        return True
    return year >= min(dated) or any(shot.year is None for shot in standing.snapshots)


def _rows(context: MakeContext, dataset: Dataset, table: Table, year: str, cities: list[str]) -> list[dict[str, Any]]:
    origins = _origins(context, dataset)
    tables = {table.name} if origins == [dataset] else {other.name for origin in origins for other in origin.tables}
    standings = [standing for standing in context.standings if standing.table.name in tables]
    absences = {absence.city_code: absence for origin in origins for absence in origin.absent}
    counted = _counted(context.connection, table, year)
    if not counted:
        return []
    sources = _sources(context.connection, table, year, standings)
    aside = _set_aside(context.connection, dataset, standings)
    dates = [number for _, number in counted]
    rows = []
    for key in ((city, number) for city in cities for number in range(min(dates), max(dates) + 1)):
        found = counted.get(key, Counted(0))
        feeding = [s for s in standings if s.source.constants.get(CITY) in (None, key[0])]
        looked = bool(feeding) and all(was_looked_through(standing, key[1]) for standing in feeding)
        rows.append(
            {
                "dataset_name": dataset.name,
                "table_name": table.name,
                "city_code": key[0],
                "year": key[1],
                "status_code": _status(found, looked=looked, absent=key[0] in absences),
                "months_count": found.months,
                "rows_count": found.rows,
                "set_aside_count": aside.get(key),
                "business_id_pct": None if found.with_id is None else round(100 * found.with_id / found.rows, 2),
                **_told(sources.get(key, []) if found.rows else [], None if found.rows else absences.get(key[0])),
            }
        )
    return rows


def _origins(context: MakeContext, dataset: Dataset) -> list[Dataset]:
    """The dataset, or those that it is made from where it has no sources of its own."""
    own = {table.name for table in dataset.tables}
    if dataset.absent or any(standing.table.name in own for standing in context.standings):
        return [dataset]
    inputs = [other for other in context.datasets if other.name in dataset.inputs]
    code_lists = {name for other in inputs for name in other.inputs}
    return [other for other in inputs if other.name not in code_lists]


def _status(found: Counted, *, looked: bool, absent: bool) -> str:
    if found.rows:  # no month known at all says nothing of the year
        return "partial" if found.months and found.months < MONTHS else "published"
    return "no_source" if absent else "not_published" if looked else "unknown"


def _counted(connection: duckdb.DuckDBPyConnection, table: Table, year: str) -> dict[Key, Counted]:
    """(city, year) -> what there is; a city and year without rows is not in it."""
    month = month_of(table, year)
    months = f'count(distinct "{month}")' if month else "null"
    has_id = any(field.name == BUSINESS_ID for field in table.fields)
    with_id = f'count("{BUSINESS_ID}")' if has_id else "null"
    rows = connection.execute(
        f'select {CITY}, "{year}", count(*), {with_id}, {months} from "{table.name}" group by all'  # noqa: S608
    ).fetchall()
    return {(city, number): Counted(*counts) for city, number, *counts in rows}


def _sources(
    connection: duckdb.DuckDBPyConnection, table: Table, year: str, standings: list[SourceStanding]
) -> dict[Key, list[SourceStanding]]:
    """(city, year) -> the sources that its rows come from: by their snapshots, else those that feed the city."""
    found: dict[Key, list[SourceStanding]] = defaultdict(list)
    if any(field.name == SNAPSHOT for field in table.fields):
        of_snapshot = {shot.id: standing for standing in standings for shot in standing.snapshots}
        rows = connection.execute(
            f'select distinct {CITY}, "{year}", {SNAPSHOT} from "{table.name}" order by all'  # noqa: S608
        ).fetchall()
        for city, number, snapshot in rows:
            standing = of_snapshot.get(snapshot)
            if standing is not None and standing not in found[city, number]:
                found[city, number].append(standing)
        return found
    rows = connection.execute(f'select distinct {CITY}, "{year}" from "{table.name}"').fetchall()  # noqa: S608
    for city, number in rows:
        found[city, number] = [s for s in standings if s.source.constants.get(CITY) in (None, city)]
    return found


def _set_aside(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, standings: Iterable[SourceStanding]
) -> dict[Key, int]:
    """(city, year) -> rows set aside of files that are of that city and year, 0 where such a file lost none."""
    name = f"{dataset.name}_set_aside"
    if name not in {table.name for table in dataset.tables}:
        return {}
    rows = connection.execute(f'select {SNAPSHOT}, count(*) from "{name}" group by all').fetchall()  # noqa: S608
    of_snapshot: dict[str, int] = dict(rows)
    found: dict[Key, int] = defaultdict(int)
    for standing in standings:
        city = standing.source.constants.get(CITY)
        for shot in standing.snapshots:
            if city is not None and shot.year is not None:
                found[city, shot.year] += of_snapshot.get(shot.id, 0)
    return dict(found)


def _told(sources: list[SourceStanding], absence: Absence | None) -> dict[str, Any]:
    """The sources' names and what they say of their scope, one after the other; else why there is no source."""
    scopes = [standing.source.scope for standing in sources if standing.source.scope is not None]
    scopes += [absence.reason] if absence else []
    told: dict[str, Any] = {"source_names": sorted(standing.source.name for standing in sources) or None}
    for language in ("fi", "sv", "en"):
        told[f"scope_{language}"] = " ".join(dict.fromkeys(getattr(scope, language) for scope in scopes)) or None
    return told

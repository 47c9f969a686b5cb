"""Which source has a city's year where several hold it: rows are counted once, and none is lost to a stray."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.build import SET_ASIDE_PART, SourceBuild
from etl.publish.assemble import open_connection, set_aside_covered
from etl.registry import load_registry

PURCHASES = next(r for r in load_registry().datasets if r.dataset.name == "purchases")


def build(folder, index, years):
    """A source's build with `years` as {(city, year): rows}."""
    keys = [key for key, n in years.items() for _ in range(n)]
    rows = pa.table(
        {
            "city_code": pa.array([city for city, _ in keys], pa.string()),
            "purchase_year": pa.array([year for _, year in keys], pa.int16()),
            "snapshot_id": [f"s{index}"] * len(keys),
            "row_number": pa.array(range(1, len(keys) + 1), pa.int64()),
        }
    )
    path, aside = folder / f"{index}.parquet", folder / f"{index}.aside.parquet"
    pq.write_table(rows, path)
    pq.write_table(SET_ASIDE_PART.empty_table(), aside)
    source = PURCHASES.sources[index]
    return SourceBuild(source, PURCHASES.dataset.tables[0], [path], [aside], [], len(keys), len(keys), Counter())


def settle(tmp_path, *years):
    builds = [build(tmp_path, index, of_source) for index, of_source in enumerate(years)]
    with open_connection() as connection:
        set_aside_covered(connection, PURCHASES.dataset, builds)
    for one in builds:
        assert pq.read_metadata(one.rows_paths[0]).num_rows == one.rows_out
        assert sum(pq.read_metadata(path).num_rows for path in one.set_aside_paths) == one.set_aside.total()
    return [(one.rows_out, dict(one.set_aside)) for one in builds]


def test_a_year_that_two_sources_hold_is_the_better_ones(tmp_path):
    assert settle(tmp_path, {("853", 2024): 100}, {("853", 2024): 90, ("853", 2023): 5}) == [
        (100, {}),
        (5, {"covered_by_better_source": 90}),
    ]


def test_a_stray_row_does_not_take_a_whole_year_and_is_not_counted_besides(tmp_path):
    assert settle(tmp_path, {("091", 2017): 100, ("091", 2016): 1}, {("091", 2016): 90}) == [
        (100, {"stray_of_other_period": 1}),
        (90, {}),
    ]


def test_a_stray_row_stays_where_nobody_else_has_the_year(tmp_path):
    assert settle(tmp_path, {("091", 2017): 100, ("091", 2016): 1}, {("853", 2016): 90}) == [(101, {}), (90, {})]


@pytest.mark.parametrize(("rows", "winner"), [(20, 0), (19, 1)])
def test_the_declared_share_decides(tmp_path, rows, winner):
    kept = [out for out, _ in settle(tmp_path, {("853", 2024): rows}, {("853", 2024): 100})]
    assert [bool(out) for out in kept] == [winner == 0, winner == 1]


def test_of_three_sources_the_first_that_covers_has_it(tmp_path):
    assert settle(tmp_path, {("853", 2024): 1}, {("853", 2024): 50}, {("853", 2024): 60}) == [
        (0, {"stray_of_other_period": 1}),
        (50, {}),
        (0, {"covered_by_better_source": 60}),
    ]

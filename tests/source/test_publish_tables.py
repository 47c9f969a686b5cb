"""A table as it is published: Parquet and CSV say the same, equal rows give equal bytes, no text breaks either."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.publish.assemble import open_connection, write_table
from etl.tidy.columns import arrow_schema
from tests.source.handmade import dataset, field, write

TREES = dataset(
    field("code", required=True),
    field("tree_name"),
    field("planted_date", "date"),
    field("planted_year", "year"),
    field("cost_eur", "decimal"),
    field("height", "number"),
    field("branches", "integer"),
    field("is_tall", "boolean"),
    field("uses", "list"),
)
OAK = {
    "code": "t1", "tree_name": "Tammi", "planted_date": dt.date(2016, 5, 4), "planted_year": 2016,
    "cost_eur": Decimal("1234.50"), "height": 7.25, "branches": 12, "is_tall": True, "uses": ["shade", "boats"],
}  # fmt: skip
NOTHING = {**dict.fromkeys(OAK), "code": "t2"}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "code": TEXT,
            "tree_name": st.none() | TEXT,
            "planted_date": st.none() | st.dates(dt.date(1000, 1, 1)),
            "planted_year": st.none() | st.integers(1000, 3000),
            "cost_eur": st.none() | st.integers(-(10**17), 10**17).map(lambda cents: Decimal(cents).scaleb(-2)),
            "height": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "branches": st.none() | st.integers(-(2**63), 2**63 - 1),
            "is_tall": st.none() | st.booleans(),
            "uses": st.none() | st.lists(st.text("abcÄ ;,\"'\n", min_size=1, max_size=5), max_size=3),
        }
    ),
    max_size=8,
)


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_type_stands_in_the_csv_as_a_person_reads_it(tmp_path):
    files = write(tmp_path / "release", TREES, [OAK, NOTHING])
    header, oak, nothing = cells(files.csv)
    assert header == list(OAK)
    assert oak == ["t1", "Tammi", "2016-05-04", "2016", "1234.50", "7.25", "12", "true", "shade|boats"]
    assert nothing == ["t2", *[""] * 8]
    assert files.rows == 2
    assert pq.read_table(files.parquet).to_pylist() == [OAK, NOTHING]


def test_the_parquet_file_has_the_declared_types_in_their_order(tmp_path):
    schema = pq.read_schema(write(tmp_path / "release", TREES, [OAK]).parquet)
    assert schema.names == [item.name for item in TREES.tables[0].fields]
    for item in arrow_schema(TREES.tables[0]):
        got = schema.field(item.name).type
        assert got.equals(item.type) or (pa.types.is_list(got) and got.value_type == pa.string()), item.name


@settings(deadline=None, max_examples=30)
@given(rows=ROWS)
def test_csv_and_parquet_hold_the_same_rows_lists_too(tmp_path_factory, rows):
    files = write(tmp_path_factory.mktemp("t") / "release", TREES, rows)
    assert pq.read_table(files.parquet).to_pylist() == rows
    read = cells(files.csv)[1:]
    assert len(read) == len(rows)
    for row, line in zip(rows, read, strict=True):
        said = dict(zip(OAK, line, strict=True))
        assert said["code"] == row["code"]
        assert said["tree_name"] == (row["tree_name"] or "")
        assert said["uses"] == "|".join(row["uses"] or [])
        assert said["planted_date"] == (row["planted_date"].isoformat() if row["planted_date"] else "")
        for name, kind in (("cost_eur", Decimal), ("height", float), ("branches", int), ("planted_year", int)):
            assert (kind(said[name]) if said[name] else None) == row[name]


@settings(deadline=None, max_examples=10)
@given(rows=ROWS)
def test_the_same_rows_give_the_same_bytes(tmp_path_factory, rows):
    one, two = (write(tmp_path_factory.mktemp("t") / "release", TREES, rows, licence="x") for _ in range(2))
    assert one.parquet.read_bytes() == two.parquet.read_bytes()
    assert one.csv.read_bytes() == two.csv.read_bytes()


def test_an_empty_text_and_no_text_are_told_apart_in_parquet(tmp_path):
    rows = [{**NOTHING, "tree_name": ""}, {**NOTHING, "code": "t3", "uses": []}, NOTHING]
    files = write(tmp_path / "release", TREES, rows)
    back = pq.read_table(files.parquet).to_pylist()
    assert [row["tree_name"] for row in back] == ["", None, None]
    assert [row["uses"] for row in back] == [None, [], None]


def test_a_table_without_parts_is_published_empty_with_its_columns(tmp_path):
    with open_connection() as connection:
        files = write_table(connection, "trees", TREES.tables[0], [], tmp_path, {})
        assert connection.execute("select count(*) from trees").fetchone() == (0,)
    assert files.rows == 0
    assert pq.read_table(files.parquet).num_rows == 0
    assert cells(files.csv) == [list(OAK)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trees.csv", "trees.parquet"]


def test_parts_follow_each_other_in_their_order(tmp_path):
    parts = []
    for name in ("c", "a", "b"):
        part = tmp_path / f"{name}.part"
        rows = [{**NOTHING, "code": f"{name}{n}"} for n in range(3000)]
        nullable = pa.schema([item.with_nullable(True) for item in arrow_schema(TREES.tables[0])])
        pq.write_table(pa.Table.from_pylist(rows, schema=nullable), part, row_group_size=500)
        parts.append(part)
    with open_connection() as connection:
        files = write_table(connection, "trees", TREES.tables[0], parts, tmp_path, {})
    expected = [f"{name}{n}" for name in ("c", "a", "b") for n in range(3000)]
    assert pq.read_table(files.parquet).column("code").to_pylist() == expected
    assert [line[0] for line in cells(files.csv)[1:]] == expected
    assert all(part.exists() for part in parts)


@pytest.mark.parametrize("name", ["it's here", 'a "b" c', "ä ö; drop table x --", "a*b [1]"])
def test_a_folder_with_quotes_in_its_name_is_written_to(tmp_path, name):
    files = write(tmp_path / name / "release", TREES, [OAK], licence="o'clock", dataset='"q"')
    assert pq.read_table(files.parquet).to_pylist() == [OAK]
    metadata = pq.read_metadata(files.parquet).metadata
    assert (metadata[b"licence"], metadata[b"dataset"]) == (b"o'clock", b'"q"')


def test_a_view_of_the_table_is_there_for_those_that_are_made_from_it(tmp_path):
    part = tmp_path / "p.parquet"
    pq.write_table(pa.Table.from_pylist([OAK], schema=arrow_schema(TREES.tables[0])), part)
    with open_connection() as connection:
        write_table(connection, "trees", TREES.tables[0], [part], tmp_path, {})
        part.unlink()
        assert connection.execute("select code, cost_eur from trees").fetchall() == [("t1", Decimal("1234.50"))]


def test_a_part_that_lacks_a_column_is_an_error_that_names_it(tmp_path):
    part = tmp_path / "p.parquet"
    pq.write_table(pa.table({"code": ["t1"]}), part)
    with open_connection() as connection, pytest.raises(KeyError, match="tree_name"):
        write_table(connection, "trees", TREES.tables[0], [part], tmp_path, {})

"""The shapes of answers: what handlers fill in, and what the description says of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import models_json_schema

REF = "#/components/schemas/{model}"
Money = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""Written as a JSON number with all of its digits."""
Row = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "additionalProperties": True})]


class Answer(BaseModel):
    """Base: no field but those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Answer):
    """A text in the three languages."""

    fi: str
    sv: str
    en: str


class Link(Answer):
    """An address and what is there."""

    name: str
    href: str


class Limits(Answer):
    """What one request may ask for."""

    rows: int
    groups: int
    filters: int
    listed_values: int
    measures: int
    grouped_by: int
    cells_read: int
    companies: int


class Index(Answer):
    """Where everything is."""

    title: Text
    release: str
    created: dt.datetime
    sample: bool
    limits: Limits
    links: list[Link]


class Table(Answer):
    """A table in short."""

    name: str
    dataset: str
    title: Text
    description: Text
    rows: int
    sample: bool
    links: list[Link]


class Tables(Answer):
    """All tables."""

    release: str
    tables: list[Table]


class FieldOf(Answer):
    """A field of a table. `filters` are what may stand before `=` in an address."""

    name: str
    type: str
    exact_type: str
    unit: str | None
    title: Text
    description: Text | None
    language: str | None
    filters: list[str]


class File(Answer):
    """A file of a table."""

    format: str
    href: str
    bytes: int
    hash: str


class Licence(Answer):
    """A licence."""

    id: str
    title: str
    url: str


class TableWhole(Table):
    """A table with its fields."""

    release: str
    primary_key: list[str]
    fields: list[FieldOf]
    licence: Licence
    files: list[File]


class CompanyName(Answer):
    """A name under which a company stands in the sources."""

    name: str
    rows: int
    first_year: int | None
    last_year: int | None


class Company(Answer):
    """A supplier of the cities."""

    business_id: str
    name: str
    kind: str | None
    cities: list[str]
    first_year: int | None
    last_year: int | None
    rows: int
    amount_eur: Money | None
    sample: bool
    links: list[Link]


class CompanyWhole(Company):
    """A company with every name it has in the sources."""

    release: str
    names: list[CompanyName]


class Companies(Answer):
    """What a search found, the best first. `instead` is what was searched for where the words
    asked for find nothing."""

    release: str
    total: int
    instead: str | None
    companies: list[Company]


class LimitOf(Answer):
    """A target or a threshold; of all cities where none is named."""

    cities: list[str]
    bounds: dict[str, float]
    reason: Text
    owner: str


class Indicator(Answer):
    """What an indicator measures."""

    code: str
    title: Text
    description: Text
    caveats: Text
    unit: str
    direction: str
    measure: str
    table: str
    periods: list[str]
    owner: str
    reviewed_on: dt.date
    next_review_on: dt.date
    targets: list[LimitOf]
    thresholds: list[LimitOf]
    break_years: list[int]
    links: list[Link]


class IndicatorWhole(Indicator):
    """One indicator."""

    release: str


class Indicators(Answer):
    """All indicators."""

    release: str
    indicators: list[Indicator]


class Change(Answer):
    """What became of a table: `new`, `dropped`, other `fields` or other `rows`. Counts are null where the rows were not
    compared one by one."""

    table: str
    change: Literal["new", "dropped", "fields", "rows"]
    rows_before: int | None
    rows_after: int | None
    added: int | None
    changed: int | None
    removed: int | None
    fields_added: list[str]
    fields_removed: list[str]
    links: list[Link]


class Withdrawn(Answer):
    """When a release was taken back, and why in the words of whoever did it; empty where they gave none."""

    at: dt.datetime
    why: str


class Release(Answer):
    """A release that is kept. `against` is the one that it is compared with; `withdrawn` is null where its figures
    still stand."""

    version: str
    created: dt.datetime
    sample: bool
    is_current: bool
    against: str | None
    withdrawn: Withdrawn | None
    rows: int
    bytes: int
    links: list[Link]


class TableState(Answer):
    """A table as a release has it; the hash is of its CSV."""

    table: str
    dataset: str
    rows: int
    hash: str


class ReleaseWhole(Release):
    """A release with its tables."""

    tables: list[TableState]


class Releases(Answer):
    """The releases that are kept, the newest first; `damaged` names those of which nothing can be told."""

    releases: list[Release]
    damaged: list[str]


class Changes(Answer):
    """What a release changed, by table; nothing where it is the first of its kind."""

    version: str
    against: str | None
    changes: list[Change]


class ChangedRows(Answer):
    """Rows of one kind of change, as the release's file of changes has them."""

    version: str
    against: str
    table: str
    kind: str
    total: int
    rows: list[Row]
    next: str | None


class DifferingRow(Answer):
    """A row that differs: as it was and as it is, null where it is not there."""

    change: Literal["removed", "changed", "added", "moved"]
    key: Row
    changed_fields: list[str]
    rows_count: int
    before: Row | None
    after: Row | None


class Difference(Answer):
    """Rows of a table that differ between two releases. `rows_before` and `rows_after` are null where the release has
    no such table; `total` counts the rows of all pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    older: str = Field(alias="from")
    newer: str = Field(alias="to")
    table: str
    sample: bool
    compared_by: Literal["key", "place", "content"]
    key: list[str]
    rows_before: int | None
    rows_after: int | None
    removed: int
    changed: int
    added: int
    moved: int
    fields_before: list[str]
    fields_after: list[str]
    fields_added: list[str]
    fields_removed: list[str]
    fields_retyped: list[str]
    total: int
    limit: int
    rows: list[DifferingRow]
    next: str | None


class Problem(Answer):
    """What is wrong, and what to do."""

    code: str
    status: int = Field(ge=400, le=599)
    message: str


class Error(Answer):
    """Every error has this shape."""

    error: Problem


MODELS = (
    Index, Tables, TableWhole, Companies, CompanyWhole, Indicators, IndicatorWhole, Releases, ReleaseWhole, Changes,
    ChangedRows, Difference, Error,
)  # fmt: skip


def schemas() -> dict[str, Any]:
    """The JSON Schemas of all shapes, by name."""
    _, found = models_json_schema([(model, "serialization") for model in MODELS], ref_template=REF)
    return dict(found["$defs"])


def json_of(model: type[Answer]) -> dict[str, dict[str, Any]]:
    """JSON of that shape, by its media type."""
    return {"application/json": {"$ref": REF.format(model=model.__name__)}}

"""Models of everything that is declared in YAML: portals, datasets, fields, sources.

One definition of a field feeds the types, the checks, the documentation and the package. YAML holds
names, texts and numbers only; every model forbids keys it does not know.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

FieldType = Literal["string", "integer", "year", "decimal", "number", "boolean", "date", "list"]
"""`decimal` is decimal(18,2); `year` and `integer` are stored as int16 and int64; `list` is a list of strings."""

ROW_PLACE = ("snapshot_id", "row_number")
"""The primary key of rows as they stood in a source's files: where a row is from, not which row it is."""


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_check_pattern)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
"""A language by its code (ISO 639-1)."""


class Declared(BaseModel):
    """Base of all declarations: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Declared):
    """One text in the three languages of the site."""

    fi: str
    sv: str
    en: str


class Licence(Declared):
    """A licence by its id in the Open Definition's list."""

    id: str
    title: str
    url: str


class Keywords(Declared):
    """The words by which a dataset is looked for, by language."""

    fi: tuple[str, ...] = ()
    sv: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Each of them once, whatever its language."""
        return tuple(dict.fromkeys((*self.fi, *self.sv, *self.en)))


Theme = Literal["ECON", "EDUC", "ENVI", "GOVE", "HEAL", "REGI", "SOCI", "TECH", "TRAN"]
"""Codes of the EU's authority table of data themes, those that data of cities may have."""
Frequency = Literal["DAILY", "MONTHLY", "QUARTERLY", "ANNUAL", "IRREG", "AS_NEEDED"]
"""Codes of the EU's authority table of frequencies: how often new data are to be expected."""


class Portal(Declared):
    """A CKAN portal and the base of its Action API (what stands before `/api/action/`)."""

    title: str
    api: str
    page: str
    """Address of a dataset page on it, with `{dataset}` for the dataset's name."""
    kind: Literal["ckan", "api"] = "ckan"
    """`api`: no CKAN but an API of its own at `api`, which sources of kind `api` page through."""


class TableField(Declared):
    """One column of a published table."""

    name: str
    type: FieldType
    title: Text
    description: Text | None = None
    unit: str | None = None
    required: bool = False
    enum: tuple[str, ...] | None = None
    pattern: Pattern | None = None
    minimum: float | None = None
    maximum: float | None = None
    language: Language | None = None
    """The one language of its texts, where these are in one and are no proper names."""
    language_in: str | None = None
    """The field of the table that holds the language of each text, where these are in several."""


class ForeignKey(Declared):
    """A column whose values stand in another table's column."""

    field: str
    resource: str
    reference_field: str


class Watch(Declared):
    """What of a table is compared with the live release: its rows, and a sum, by some of its fields.

    A fall by more than `largest_fall` (a share) refuses the release until a person accepts it.
    """

    by: tuple[str, ...] = ()
    sum: str | None = None
    largest_fall: float = Field(default=0.2, ge=0, le=1)
    essential: bool = False
    """Whether a release without any row of it is none."""


class Table(Declared):
    """A published table (a resource of the package)."""

    name: str
    title: Text
    description: Text
    fields: tuple[TableField, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    watch: Watch = Watch()
    diff_key: Literal["primary_key", "content"] | None = None
    """By what the rows of two releases are compared. `content`: all but the primary key, equal rows counted, for a
    key that is a row's place in a file; that is so too where nothing is said and the key is `ROW_PLACE`."""
    inputs: tuple[TableField, ...] = ()
    """Columns that the tidy function reads and that are never published, such as an exact time."""

    @model_validator(mode="after")
    def _keys_are_fields(self) -> Table:
        names = {field.name for field in self.fields}
        used = {*self.primary_key, *self.watch.by, *filter(None, [self.watch.sum])}
        used |= {field.language_in for field in self.fields if field.language_in}
        unknown = (used | {key.field for key in self.foreign_keys}) - names
        if unknown:
            raise ValueError(f"table {self.name}: keys name no field: {sorted(unknown)}")
        if self.diff_key == "content" and self.primary_key != ROW_PLACE:
            raise ValueError(f"table {self.name}: diff_key content needs the primary key {list(ROW_PLACE)}")
        both = names & {field.name for field in self.inputs}
        if both:
            raise ValueError(f"table {self.name}: published and not: {sorted(both)}")
        return self

    @property
    def is_counted(self) -> bool:
        """Whether its rows are compared by content, equal ones counted, and not by the primary key."""
        if self.diff_key is None:
            return self.primary_key == ROW_PLACE
        return self.diff_key == "content"

    def field(self, name: str) -> TableField:
        """The field of that name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


class Pick(Declared):
    """The rule that picks the resources of a dataset.

    `match` is searched in a resource's name and in the last part of its URL; a group called `year`
    dates the resource. `formats` is in order of preference. Of the dated resources the newest
    `newest_years` are taken, of each year only those in its best format.
    """

    match: Pattern
    formats: tuple[Literal["CSV", "XLSX", "TSV", "JSON"], ...] = ("CSV", "XLSX")
    newest_years: int = Field(default=4, ge=1)
    exclude: Pattern | None = None


class Layout(Declared):
    """How a file is written where that cannot be read off it."""

    decimal: Literal[",", "."] = ","
    dates: tuple[str, ...] = ("d.m.Y", "Y-m-d")
    encoding: str | None = None
    delimiter: str | None = None
    cells: dict[str, Pattern] = {}
    """For a text table whose cells are not quoted though they hold its delimiter: every header in its order, and
    the expression that a whole cell under it fits; an empty one is free text. A line is cut where all of them fit."""
    records: str | None = None
    """In JSON, where the list of records stands, as a dotted path; None where the document is that list."""


class Paging(Declared):
    """How an API gives its records page by page.

    `next`: each page holds the address of the next one. `page`: pages are numbered by a parameter of the address,
    up to the number at `page_count` where the API says it.
    """

    style: Literal["next", "page"]
    records: str
    next: str = "next"
    parameter: str = "page"
    first: int = 1
    page_count: str | None = None
    id: str = "id"
    """What tells records apart: one whose id was on an earlier page is dropped and counted."""
    max_pages: int = Field(default=1000, ge=1)


class Source(Declared):
    """A dataset on a portal, a file at a fixed address or a reference table of ours, and how its columns map to a
    published table."""

    name: str
    title: Text
    publisher: str
    licence: Licence
    kind: Literal["ckan", "reference", "file", "api"] = "ckan"
    portal: str | None = None
    dataset: str | None = None
    path: str | None = None
    url: str | None = None
    """Of a `file`: its address. A sample run asks the sample portal for a file of the source's name instead."""
    page: str | None = None
    """Of a `file`: the address of a page on it."""
    switched_off: str | None = None
    """Why a real run leaves the source out, for now; it says so as an issue. A sample run has it."""
    endpoint: str | None = None
    """Of an API: what stands behind its base, the query included."""
    paging: Paging | None = None
    table: str | None = None
    """The table it feeds; the dataset's first where it does not say."""
    pick: Pick | None = None
    layout: Layout = Layout()
    columns: dict[str, tuple[str, ...]]
    """Published name of a field -> header spellings, the first found is taken."""
    required: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    """Headers that are known and left out on purpose."""
    drop: dict[str, tuple[str, ...]] = {}
    """Personal data by kind -> its headers: never kept, and how many cells held some is counted."""
    constants: dict[str, str] = {}
    options: dict[str, str] = {}
    """Settings of the dataset's own tidy function."""
    scope: Text | None = None
    """What the source leaves out, shown before any comparison."""

    @model_validator(mode="after")
    def _place_is_whole(self) -> Source:
        if self.kind == "ckan" and not (self.portal and self.dataset and self.pick):
            raise ValueError(f"source {self.name}: a ckan source needs portal, dataset and pick")
        if self.kind == "reference" and not self.path:
            raise ValueError(f"source {self.name}: a reference source needs path")
        if self.kind == "file" and not (self.url or self.switched_off):
            raise ValueError(f"source {self.name}: a file source needs url, or switched_off with the reason")
        if self.kind == "api" and not (self.portal and self.endpoint and self.paging):
            raise ValueError(f"source {self.name}: an api source needs portal, endpoint and paging")
        unknown = set(self.required) - set(self.columns)
        if unknown:
            raise ValueError(f"source {self.name}: required columns without a mapping: {sorted(unknown)}")
        return self

    @property
    def known_headers(self) -> tuple[str, ...]:
        """Every header spelling that the declaration knows, kept or not."""
        groups = (*self.columns.values(), *self.drop.values(), self.ignore)
        return tuple(spelling for group in groups for spelling in group)


class Absence(Declared):
    """A city that does not publish the dataset: a fact that the status page shows, never a zero."""

    city_code: str
    reason: Text


class Dataset(Declared):
    """A published topic: its texts, its tables and where they come from."""

    name: str
    title: Text
    description: Text
    licence: Licence
    keywords: Keywords = Keywords()
    themes: tuple[Theme, ...] = ("GOVE",)
    frequency: Frequency = "IRREG"
    inputs: tuple[str, ...] = ()
    """Other datasets that this one is made from; `*` alone: every other one."""
    absent: tuple[Absence, ...] = ()
    tables: tuple[Table, ...]
    precedence: tuple[str, ...] = ()
    """Sources in the order in which they win where two of them hold the same observations."""
    coverage_key: tuple[str, ...] = ()
    """The columns that say what a source covers, for `precedence`."""
    coverage_share: float = Field(default=0.2, ge=0, le=1)
    """A source covers a key only with at least this share of the rows that a later source has of it: less are
    stray rows of a neighbouring period, and are set aside themselves."""

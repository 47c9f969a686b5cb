"""What a release says of itself to catalogues: the values that every form of the catalogue is made from.

All of it comes from the release's descriptor. What a descriptor of an older contract does not tell is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from dashboard.catalogue.vocabulary import PLACES
from dashboard.i18n import LANGUAGES, Translator, formats, translator
from dashboard.package import PUBLISHERS_IN, Dataset, Field, Licence, Package, Resource, Span, Text

PUBLISHER = "Kuusi"
NAME = "six-cities"


@dataclass(frozen=True)
class Format:
    """A form of a table: its name and media type, whether IANA has that, and its code in the EU's table of file types,
    where that has one; whether it is a package of files."""

    name: str
    media_type: str
    file_type: str | None
    is_registered: bool = True
    is_package: bool = False


FORMATS = {
    "csv": Format("CSV", "text/csv", "CSV"),
    "xlsx": Format("Excel XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    "json": Format("JSON", "application/json", "JSON"),
    "parquet": Format("Parquet", "application/vnd.apache.parquet", "PARQUET"),
    "jsonl": Format("JSON Lines", "application/jsonl", None, is_registered=False),
    "zip": Format("ZIP", "application/zip", "ZIP", is_package=True),
}
"""The forms in which a table can be had, the one that most can read first."""


@dataclass(frozen=True)
class File:
    """A table in one format. Bytes and hash (hexadecimal SHA-256) are known of the files that the release stores; the
    others are made when asked for."""

    name: str
    format: str
    form: Format
    url: str
    bytes: int | None
    sha256: str | None


@dataclass(frozen=True)
class Table:
    """A table of a dataset with its files. `csvw` is the address of what describes its CSV, `line_end` what ends a
    line of that."""

    name: str
    title: Text
    description: Text
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    rows: int
    csvw: str
    line_end: str
    files: tuple[File, ...]

    def file(self, kind: str) -> File:
        """Its file in that format."""
        return next(file for file in self.files if file.format == kind)


@dataclass(frozen=True)
class Publisher:
    """Who published a source; of one that is a city's own, the city is known."""

    name: str
    language: str
    city_code: str | None


@dataclass(frozen=True)
class Origin:
    """A source as the catalogue names it."""

    title: Text
    publisher: str
    page: str | None


@dataclass(frozen=True)
class Entry:
    """A dataset as one release holds it. `address` is its own, or that of the release of it where one is asked for."""

    name: str
    address: str
    landing: str
    pages: Text
    title: Text
    description: Text
    licence: Licence
    keywords: Mapping[str, tuple[str, ...]]
    """By language; under an empty one where the release does not tell the language."""
    themes: tuple[str, ...]
    frequency: str | None
    cities: tuple[str, ...]
    """Municipality codes of the cities that its sources are of; empty for those of the whole country."""
    temporal: Span | None
    issued: dt.datetime | None
    modified: dt.datetime | None
    version: str
    citation: Text
    """How to cite it."""
    notes: Text | None
    """What the release changed in it."""
    is_sample: bool
    creators: tuple[Publisher, ...]
    origins: tuple[Origin, ...]
    inputs: tuple[str, ...]
    """The names of the datasets that it was made from."""
    languages: tuple[str, ...]
    """The languages of its texts, as far as the release tells them."""
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Catalogue:
    """All datasets of a release, at a public address."""

    base_url: str
    title: Text
    description: Text
    contact: str
    version: str
    created: dt.datetime
    entries: tuple[Entry, ...]

    @property
    def address(self) -> str:
        """The catalogue's own."""
        return f"{self.base_url}/catalog"

    @property
    def issued(self) -> dt.datetime | None:
        """When its first dataset came out."""
        return min((entry.issued for entry in self.entries if entry.issued), default=None)

    def entry(self, name: str) -> Entry:
        """The dataset of that name. Raises StopIteration."""
        return next(entry for entry in self.entries if entry.name == name)


def describe(
    package: Package,
    base_url: str,
    contact: str = "",
    *,
    counts: Mapping[str, Mapping[str, int]] | None = None,
    against: str | None = None,
    is_pinned: bool = False,
) -> Catalogue:
    """The catalogue of a release. `counts` are the rows that it `added`, `changed` and `removed` by table, `against`
    the release that they are counted from; `is_pinned` gives addresses that name this release."""
    entries = tuple(
        describe_dataset(package, one, base_url, counts=counts or {}, against=against, is_pinned=is_pinned)
        for one in package.datasets
    )
    mark = "{title} ({sample})" if package.sample else "{title}"
    title = _texts(lambda t: mark.format(title=package.title[t.language], sample=t("sample data")))
    description = _texts(lambda t: t("Every dataset of this site: what it holds, where it comes from, and its files."))
    return Catalogue(base_url, title, description, contact, package.version, package.created, entries)


def describe_dataset(
    package: Package,
    dataset: Dataset,
    base_url: str,
    *,
    counts: Mapping[str, Mapping[str, int]] | None = None,
    against: str | None = None,
    is_pinned: bool = False,
) -> Entry:
    """One dataset of a release."""
    address = f"{base_url}/dataset/{dataset.name}"
    query = f"?release={quote(package.version)}" if is_pinned else ""
    pages = {language: f"{base_url}/{language}/dataset/{dataset.name}{query}" for language in LANGUAGES}
    tables = [package.resource(name) for name in dataset.resources]
    return Entry(
        dataset.name,
        f"{address}/releases/{quote(package.version)}" if is_pinned else address,
        address,
        pages,
        title_of(package, dataset),
        description_of(package, dataset),
        dataset.licence,
        dataset.tags or ({"": dataset.keywords} if dataset.keywords else {}),
        dataset.themes,
        dataset.frequency,
        _cities(package, dataset),
        dataset.temporal,
        dataset.issued,
        dataset.modified,
        package.version,
        _citation(package, dataset, pages),
        _notes(tables, counts or {}, against),
        package.is_generated(dataset),
        _creators(package, dataset),
        tuple(Origin(one.title, one.publisher, one.page) for one in dataset.sources),
        dataset.inputs,
        tuple(sorted({one.language for table in tables for one in table.fields if one.language})),
        tuple(_table(table, base_url, query) for table in tables),
    )


def title_of(package: Package, dataset: Dataset) -> Text:
    """A dataset's title, which says where its data are generated."""
    if not package.is_generated(dataset):
        return dataset.title
    return _texts(lambda t: f"{dataset.title[t.language]} ({t('sample data')})")


def description_of(package: Package, dataset: Dataset) -> Text:
    """A dataset's description, which says where its data are generated."""
    if not package.is_generated(dataset):
        return dataset.description
    return _texts(lambda t: f"{t('Generated, not real.')} {dataset.description[t.language]}")


def _citation(package: Package, dataset: Dataset, pages: Text) -> Text:
    """How to cite a dataset: as its page says it."""
    sample = package.is_generated(dataset)
    return _texts(
        lambda t: t(
            "{title}. Kuusi, release {version}. {licence}. {address}",
            title=dataset.title[t.language] + (f" [{t('sample data')}]" if sample else ""),
            version=package.version,
            licence=dataset.licence.title,
            address=pages[t.language],
        )
    )


def _texts(make: Callable[[Translator], str]) -> Text:
    """A text in each language."""
    return {language: make(translator(language)) for language in LANGUAGES}


def _table(resource: Resource, base_url: str, query: str) -> Table:
    stored = {one.format: one for one in resource.distributions}
    files = []
    for kind, form in FORMATS.items():
        file, url = stored.get(kind), f"{base_url}/data/{resource.name}.{kind}{query}"
        digest = file.hash.removeprefix("sha256:") if file and file.hash.startswith("sha256:") else None
        name = f"{resource.name}.{kind}"
        files.append(File(name, kind, form, url, file.bytes if file else None, digest))
    return Table(
        resource.name,
        resource.title,
        resource.description,
        resource.fields,
        resource.primary_key,
        resource.rows,
        f"{base_url}/data/{resource.name}.csv-metadata.json{query}",
        resource.line_end,
        tuple(files),
    )


def _cities(package: Package, dataset: Dataset) -> tuple[str, ...]:
    """The cities that its sources are of; of one made from others, those of theirs."""
    found = {source.city_code for source in dataset.sources}
    if not dataset.sources:
        found = {code for name in dataset.inputs for code in _cities(package, package.dataset(name))}
    return tuple(code for code in PLACES if code in found)


def _creators(package: Package, dataset: Dataset) -> tuple[Publisher, ...]:
    """Who else published its sources, each once. Whose sources are all of one city is that city; a register of the
    whole country has one of each."""
    sources = [source for one in package.datasets for source in one.sources]
    names = dict.fromkeys(one.publisher for one in dataset.sources if one.publisher != PUBLISHER)
    cities = {name: {one.city_code for one in sources if one.publisher == name} for name in names}
    return tuple(
        Publisher(name, PUBLISHERS_IN, next(iter(found)) if len(found) == 1 else None) for name, found in cities.items()
    )


def _notes(tables: Iterable[Resource], counts: Mapping[str, Mapping[str, int]], against: str | None) -> Text | None:
    """What the release changed in a dataset's tables against the one before; None where it has not counted."""
    told = [(table, counts[table.name]) for table in tables if table.name in counts]
    if against is None or not told:
        return None

    def words(t: Translator) -> str:
        changed = [(table, n) for table, n in told if any(n.get(kind) for kind in ("added", "changed", "removed"))]
        parts = [
            t(
                "{table}: {added} rows added, {changed} changed, {removed} removed",
                table=table.title[t.language],
                **{kind: formats(t.language).number(n.get(kind, 0)) for kind in ("added", "changed", "removed")},
            )
            for table, n in changed
        ]
        return t("Since release {version}: {changes}.", version=against, changes="; ".join(parts) or t("no change"))

    return _texts(words)

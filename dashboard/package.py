"""Opens a release: checks its contract and gives its descriptor as typed values. Knows files, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from dashboard.errors import ContractMismatch, PackageNotFound, UnknownResource
from dashboard.i18n.plain import writable_text
from dashboard.indicator import Indicator, read_indicator

CONTRACT_MAJOR = "1"

LANGUAGES = ("fi", "sv", "en")
TABLES = (
    "account_groups", "cities", "companies", "company_names", "project_facts", "project_partners", "projects",
    "purchases",
)  # fmt: skip
"""The tables that pages cannot do without."""
DATASETS = ("purchases",)
"""The datasets that pages name."""

SHAPES = ConfigDict(strict=True)
"""Values of another type than declared are refused when the release is opened, and on no page later."""

PUBLISHERS_IN = "fi"
"""The language in which a release names the publishers of its sources."""

WEB = ("https://", "http://")
"""How an address begins that a page may lead to."""
IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
"""Signs that stand in an address as they are, beside letters and digits."""

Text = Mapping[str, str]
"""A text by language: fi, sv, en."""


@dataclass(frozen=True, config=SHAPES)
class Field:
    """A column as the package describes it; `type` is Table Schema's, `exact_type` the stored one."""

    name: str
    type: str
    exact_type: str
    title: Text
    description: Text | None
    unit: str | None
    language: str | None = None
    """The one language of its texts; None where they have none, are in several, or the release does not tell (it does
    since contract 1.4)."""
    language_in: str | None = None
    """The field that holds the language of each text, where these are in several."""

    def language_of(self, row: Mapping[str, Any]) -> str | None:
        """The language of the text that a row of the table has in it, as far as that is known."""
        return self.language or (row.get(self.language_in) if self.language_in else None)


@dataclass(frozen=True, config=SHAPES)
class Distribution:
    """One file form of a resource."""

    format: str
    path: str
    bytes: int
    hash: str


@dataclass(frozen=True, config=SHAPES)
class Resource:
    """A table of the release."""

    name: str
    dataset: str
    title: Text
    description: Text
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    rows: int
    sample: bool
    """Whether its rows are generated. In a sample release those kept by hand are real."""
    distributions: tuple[Distribution, ...]
    line_end: str = "\n"
    """What ends a line of its CSV; since contract 1.6 CR and LF, as RFC 4180 has it."""

    def field_names(self) -> list[str]:
        """The names of its columns, in order."""
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field | None:
        """The column of that name; None in a release that lacks it."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, config=SHAPES)
class Source:
    """Where rows of a dataset came from, and how that source stands."""

    name: str
    title: Text
    publisher: str
    portal: str | None
    page: str | None
    scope: Text | None
    city_code: str | None
    rows_in: int
    rows: int
    set_aside: Mapping[str, int]
    state: str
    last_good: str | None


@dataclass(frozen=True, config=SHAPES)
class Licence:
    """A licence with its address."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, config=SHAPES)
class Span:
    """From a day to a day, both counted in."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, config=SHAPES)
class Dataset:
    """A published topic."""

    name: str
    title: Text
    description: Text
    licence: Licence
    resources: tuple[str, ...]
    inputs: tuple[str, ...]
    sources: tuple[Source, ...]
    keywords: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Its keywords by language. This and what follows a release of contract 1.4 or older does not tell."""
    themes: tuple[str, ...] = ()
    """Codes of the EU's data themes."""
    frequency: str | None = None
    """A code of the EU's frequencies: how often new data are to be expected."""
    temporal: Span | None = None
    """The days that its rows are of."""
    issued: dt.datetime | None = None
    """When a release first held it."""
    modified: dt.datetime | None = None
    """When its tables last changed."""


@dataclass(frozen=True, config=SHAPES)
class Issue:
    """What the run that made the release found."""

    code: str
    source: str
    message: str
    texts: Text | None


@dataclass(frozen=True, config=SHAPES)
class Package:
    """One release on disk."""

    folder: Path
    version: str
    sample: bool
    created: dt.datetime
    title: Text
    datasets: tuple[Dataset, ...]
    resources: tuple[Resource, ...]
    issues: tuple[Issue, ...]
    provenance: Mapping[str, Mapping[str, Any]]
    indicators: tuple[Indicator, ...] = ()
    """Empty in a release of contract 1.1 or older."""
    contract: str = ""
    """By which version of the contract it was written."""

    def has(self, resource: str) -> bool:
        """Whether the release has a table of that name; one of an older pipeline may lack it."""
        return any(item.name == resource for item in self.resources)

    def resource(self, name: str) -> Resource:
        """The table of that name. Raises UnknownResource."""
        found: Resource | None = _named(self.resources, name)
        if found is None:
            names = _listed(self.resources)
            raise UnknownResource("There is no table {name!r}; there are {names}.", name=name, names=names)
        return found

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name. Raises UnknownResource."""
        found: Dataset | None = _named(self.datasets, name)
        if found is None:
            names = _listed(self.datasets)
            raise UnknownResource("There is no dataset {name!r}; there are {names}.", name=name, names=names)
        return found

    def dataset_of(self, resource: str) -> Dataset:
        """The dataset that a table belongs to."""
        return self.dataset(self.resource(resource).dataset)

    def is_generated(self, dataset: Dataset) -> bool:
        """Whether no table of the dataset is real."""
        return all(self.resource(name).sample for name in dataset.resources)

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code. Raises UnknownResource."""
        for item in self.indicators:
            if item.code == code:
                return item
        raise UnknownResource("There is no indicator {code!r} in release {version}.", code=code, version=self.version)

    def file(self, resource: str, kind: str) -> Path:
        """The file of a table in a format that the release holds (parquet, csv)."""
        for item in self.resource(resource).distributions:
            if item.format == kind:
                return self.folder / item.path
        raise UnknownResource(
            "Table {table} has no {kind} file in release {version}.", table=resource, kind=kind, version=self.version
        )


def open_current(data_dir: Path) -> Package:
    """The live release below `data_dir`. Raises PackageNotFound or ContractMismatch."""
    pointer = data_dir / "releases" / "current.json"
    if not pointer.exists():
        raise PackageNotFound(f"There is no release in {data_dir / 'releases'}: run `make run` to build one.")
    version = _read(pointer).get("version")
    if not version:
        raise PackageNotFound(f"{pointer} names no version: build the release again.")
    if not isinstance(version, str) or Path(version).name != version or "\x00" in version:
        raise PackageNotFound(f"{pointer} names {str(version)[:60]!r}, which is no version: build the release again.")
    return open_package(data_dir / "releases" / version)


def open_package(folder: Path) -> Package:
    """The release in `folder`. Raises PackageNotFound or ContractMismatch."""
    path = folder / "datapackage.json"
    if not path.exists():
        raise PackageNotFound(f"Release {folder.name} has no datapackage.json: build it again with `make run`.")
    if not (is_within(folder, folder.parent) and is_within(path, folder)):
        raise PackageNotFound(f"Release {folder.name} is a link that leads elsewhere: put the release itself there.")
    raw = _read(path)
    contract = str(raw.get("x-contract", "none"))
    if contract.split(".", maxsplit=1)[0] != CONTRACT_MAJOR:
        raise ContractMismatch(
            f"Release {folder.name} follows contract {contract}, this site reads {CONTRACT_MAJOR}.x: "
            "run the pipeline and the site from the same version of the code."
        )
    try:
        return _package(folder, raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = " ".join([error.title, *map(str, first["loc"])])
        raise PackageNotFound(
            f"Release {folder.name} has a datapackage.json of another shape ({place}: {first['msg']}; "
            f"got {str(first['input'])[:60]!r}): build it again."
        ) from error
    except KeyError as error:
        raise PackageNotFound(f"Release {folder.name} lacks {error} in datapackage.json: build it again.") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise PackageNotFound(
            f"Release {folder.name} has a datapackage.json of another shape ({error}): build it again."
        ) from error


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path leads into the folder, links on disk followed; the folder itself may be reached by one."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a link to itself, a NUL
        return False


def check_tables(package: Package) -> None:
    """Read every Parquet file through. Raises PackageNotFound for the first that is gone or not as it was written."""
    for resource in package.resources:
        for item in resource.distributions:
            if item.format == "parquet" and hash_of(package.folder / item.path) != item.hash:
                raise PackageNotFound(
                    f"Release {package.version} has lost or damaged {item.path}: build the release again."
                )


def hash_of(path: Path) -> str | None:
    """A file's hash as a descriptor tells it, `sha256:` and hexadecimal; None where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError:
        return None


def read_last_run(data_dir: Path) -> Mapping[str, Any] | None:
    """How the last run went, None where none is recorded."""
    path = data_dir / "releases" / "last_run.json"
    try:
        return read_record(path)
    except (PackageNotFound, OSError):  # a damaged record must not take the site down
        return None


def read_runs(package: Package) -> Mapping[str, Any]:
    """The list of the last runs, empty where none is kept or it is damaged."""
    path = package.folder.parent / "runs.json"
    try:
        return read_record(path)
    except (PackageNotFound, OSError):
        return {}


def read_record(path: Path) -> Mapping[str, Any]:
    """A record that stands beside the releases, read anew where it has changed: each page asks for some. Raises
    PackageNotFound where it is damaged, OSError where there is none."""
    found = path.stat()
    return _read_as_of(path, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(4)
def _read_as_of(path: Path, *_stat: int) -> Mapping[str, Any]:
    return _read(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PackageNotFound(f"{path} is not JSON ({error}): build the release again.") from error
    if not isinstance(value, dict):
        raise PackageNotFound(f"{path} holds no object: build the release again.")
    found: dict[str, Any] = _writable(value)
    return found


def _writable(value: Any) -> Any:
    """The document without characters that are no text, whoever wrote it: what is made of it could not be XML else."""
    if isinstance(value, str):
        return writable_text(value)
    if isinstance(value, dict):
        return {writable_text(name): _writable(one) for name, one in value.items()}
    return [_writable(one) for one in value] if isinstance(value, list) else value


def _address(url: str) -> str:
    """The web address as links, headers and RDF may hold it (a URI as RFC 3986 has it). Raises ValueError for what is
    none."""
    if not url.startswith(WEB):
        raise ValueError(f"{url[:60]!r} is no web address")
    return quote(url, safe=IN_ADDRESSES)


def _package(folder: Path, raw: dict[str, Any]) -> Package:
    package = Package(
        folder=folder,
        version=raw["x-version"],
        sample=_flag(raw["x-sample"]),
        created=_moment(raw["created"]),
        title=_text(raw["x-title"]),
        datasets=tuple(_dataset(item) for item in raw["x-datasets"]),
        resources=tuple(_resource(item, sample=raw["x-sample"]) for item in raw["resources"]),
        issues=tuple(_issue(item) for item in raw["x-issues"]),
        provenance={item["id"]: item for item in raw["x-provenance"]},
        indicators=tuple(read_indicator(item) for item in raw.get("x-indicators", ())),
        contract=str(raw.get("x-contract", "")),
    )
    _check_names(package)
    _check_files(package)
    return package


def _check_files(package: Package) -> None:
    """Raise ValueError for a file that stands anywhere but in the release, by its name or by a link on disk."""
    for resource in package.resources:
        for item in resource.distributions:
            path = package.folder / item.path
            if path == package.folder or Path(item.path).name != item.path or not is_within(path, package.folder):
                raise ValueError(f"the file {item.path!r} of {resource.name} leads out of the release")


def _check_names(package: Package) -> None:
    """Raise ValueError where a name leads nowhere: a table or dataset that pages need, or that another one names."""
    tables, datasets = ({item.name for item in items} for items in (package.resources, package.datasets))
    absent = sorted(
        {*TABLES, *(name for dataset in package.datasets for name in dataset.resources)} - tables
        | ({*DATASETS, *(name for d in package.datasets for name in d.inputs)} - datasets)
        | {resource.dataset for resource in package.resources} - datasets
    )
    if absent:
        raise ValueError(f"there is no {absent[0]}")


def _text(raw: dict[str, str]) -> Text:
    """The text. Raises KeyError where a language is missing."""
    return {language: raw[language] for language in LANGUAGES}


def _text_or_none(raw: dict[str, str] | None) -> Text | None:
    return None if raw is None else _text(raw)


def _issue(raw: dict[str, Any]) -> Issue:
    return Issue(raw["code"], raw["source"], raw["message"], _text_or_none(raw.get("texts")))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"x-sample is {value!r}, which is neither true nor false")
    return value


def _dataset(raw: dict[str, Any]) -> Dataset:
    return Dataset(
        raw["name"],
        _text(raw["title"]),
        _text(raw["description"]),
        Licence(raw["licence"]["id"], raw["licence"]["title"], _address(raw["licence"]["url"])),
        tuple(raw["resources"]),
        tuple(raw.get("inputs", ())),
        tuple(_source(item) for item in raw["sources"]),
        tuple(raw.get("keywords", ())),
        {language: tuple(words) for language, words in raw.get("keywords_by_language", {}).items()},
        tuple(raw.get("themes", ())),
        raw.get("frequency"),
        _span(raw.get("temporal")),
        *(_moment(raw[name]) if raw.get(name) else None for name in ("issued", "modified")),
    )


def _span(raw: dict[str, str] | None) -> Span | None:
    return Span(dt.date.fromisoformat(raw["start"]), dt.date.fromisoformat(raw["end"])) if raw else None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _source(raw: dict[str, Any]) -> Source:
    portal = raw["portal"]
    return Source(
        raw["name"],
        _text(raw["title"]),
        raw["publisher"],
        portal["title"] if portal else None,
        _address(raw["page"]) if raw["page"] else None,
        _text_or_none(raw["scope"]),
        raw.get("city_code"),
        raw["rows_in"],
        raw["rows"],
        raw["set_aside"],
        raw["state"],
        raw["last_good"],
    )


def _resource(raw: dict[str, Any], *, sample: bool) -> Resource:
    """The table; one of contract 1.0 does not say of itself whether it is a sample."""
    schema = raw["schema"]
    return Resource(
        raw["name"],
        raw["x-dataset"],
        _text(raw["x-title"]),
        _text(raw["x-description"]),
        tuple(_field(item) for item in schema["fields"]),
        tuple(schema["primaryKey"]),
        raw["x-rows"],
        _flag(raw.get("x-sample", sample)),
        tuple(Distribution(i["format"], i["path"], i["bytes"], i["hash"]) for i in raw["x-distributions"]),
        raw.get("dialect", {}).get("lineTerminator", "\n"),
    )


def _field(raw: dict[str, Any]) -> Field:
    return Field(
        raw["name"],
        raw["type"],
        raw["x-type"],
        _text(raw["x-title"]),
        _text_or_none(raw["x-description"]),
        raw["x-unit"],
        raw.get("x-language") or _named_language(raw["name"]),
        raw.get("x-language-in"),
    )


def _named(items: tuple[Any, ...], name: str) -> Any:
    return next((item for item in items if item.name == name), None)


def _listed(items: tuple[Any, ...]) -> str:
    return ", ".join(item.name for item in items)


def _named_language(field: str) -> str | None:
    """The language that a field's name ends with, as that of `name_sv` does; None where it names none."""
    ending = field.rpartition("_")[2]
    return ending if ending in LANGUAGES else None

"""Drafts a source's YAML from a dataset page, for a person to finish: `python -m etl declare URL`.

The newest file's first rows are read. Headers that some source declares already are mapped as there; what cannot
be told from the file is marked TODO.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import yaml

from etl.declare import Layout, Source, Table
from etl.errors import DeclarationError, UnexpectedData
from etl.fetch.ckan import Package, show_package
from etl.fetch.http import as_fetch_error, download, raise_for_status
from etl.read.rows import header_key
from etl.read.table import Limits, open_table
from etl.registry import Registered, Registry
from etl.settings import Settings
from etl.tidy.dates import FORMATS, parse_date

TODO = "TODO"
HEAD_BYTES = 1 << 20
SAMPLE_ROWS = 200
SHOWN_FILES = 6
READABLE = ("CSV", "TXT", "TSV", "XLSX", "XLS")
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True)
class Page:
    """A dataset's page: the portal's name (None for one that is not declared), its API base and the dataset."""

    portal: str | None
    api: str
    dataset: str


@dataclass(frozen=True)
class Head:
    """The first rows of a file: its header and, for each column, some of its cells that are not empty."""

    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def parse_page(url: str, registry: Registry) -> Page:
    """The dataset that a page shows. Raises DeclarationError for an address that is no dataset page.

    >>> parse_page("https://ckan.example/en/dataset/ostot?x=1", Registry({}, ()))
    Page(portal=None, api='https://ckan.example', dataset='ostot')
    """
    parts = urlsplit(url)
    match = re.fullmatch(r"(?P<base>.*?)(?:/[a-z]{2}(?:_[A-Z]{2})?)?/dataset/(?P<dataset>[^/]+)(?:/.*)?", parts.path)
    if parts.scheme not in ("http", "https") or match is None:
        raise DeclarationError(f"{url} is no dataset page", expected="https://PORTAL/.../dataset/NAME")
    api = f"{parts.scheme}://{parts.netloc}{match['base']}"
    names = [name for name, portal in registry.portals.items() if portal.api == api]
    return Page(names[0] if names else None, api, match["dataset"])


def draft_source(session: requests.Session, registry: Registry, url: str, settings: Settings) -> str:
    """The YAML of a source for the dataset at `url`. Raises FetchError, UnexpectedData or DeclarationError."""
    page = parse_page(url, registry)
    package = show_package(session, page.api, page.dataset, settings)
    files = [r for r in package.resources if str(r.get("format") or "").strip(". ").upper() in READABLE]
    if not files:
        there = ", ".join(str(r.get("format")) for r in package.resources) or "no resources"
        raise UnexpectedData(f"{package.name} has no table to read", expected="a CSV or XLSX", got=there)
    newest = max(files, key=lambda r: (_year(r) or 0, str(r.get("format")).upper() == "CSV"))
    head = read_head(session, newest, registry, settings)
    registered, table, columns = match_headers(head.header, registry)
    return _write(page, package, registered, table, columns, head, files)


def read_head(session: requests.Session, resource: dict[str, Any], registry: Registry, settings: Settings) -> Head:
    """The first rows of a resource: of a text table only the first megabyte is asked for."""
    url = str(resource.get("url"))
    known = [s for source in registry.sources() for names in source.columns.values() for s in names]
    with TemporaryDirectory(prefix="draft-") as folder:
        path = Path(folder) / (PurePosixPath(unquote(urlsplit(url).path)).name or "file")
        if _format(resource) == "XLSX":
            download(session, url, path, settings)
        else:
            path.write_bytes(_first_bytes(session, url, settings))
        raw = open_table(path, format_name="", layout=Layout(), known=known, limits=Limits(settings.max_unpacked_bytes))
        batch = next(raw.batches, None)
        columns = batch.columns.slice(0, SAMPLE_ROWS).columns if batch else []
        cells = [tuple(text for text in column.to_pylist() if text and text.strip()) for column in columns]
    return Head(raw.header, tuple(cells) or ((),) * len(raw.header))


def _first_bytes(session: requests.Session, url: str, settings: Settings) -> bytes:
    """The first megabyte, cut after its last whole line."""
    timeout = (settings.connect_timeout_seconds, settings.read_timeout_seconds)
    try:
        with session.get(url, stream=True, timeout=timeout, headers={"Range": f"bytes=0-{HEAD_BYTES - 1}"}) as response:
            raise_for_status(response.status_code, url)
            content = b""
            while len(content) < HEAD_BYTES and (chunk := response.raw.read(HEAD_BYTES - len(content))):
                content += chunk
    except requests.exceptions.RequestException as error:
        raise as_fetch_error(error, url) from error
    return content[: content.rfind(b"\n") + 1] if len(content) == HEAD_BYTES else content


def match_headers(header: Sequence[str], registry: Registry) -> tuple[Registered, Table, dict[str, str]]:
    """(dataset, table, field -> header): the table whose declared spellings name most of the headers.

    Raises UnexpectedData where no declared spelling is among them.
    """
    best: tuple[int, Registered, Table, dict[str, str]] | None = None
    keys = {header_key(name): name for name in reversed(header) if header_key(name)}
    for registered in registry.datasets:
        for table in registered.dataset.tables:
            columns: dict[str, str] = {}
            for (spelling, field), _ in spellings_of(peers_of(registered, table)).most_common():
                name = keys.get(header_key(spelling))
                if name is not None and field not in columns and name not in columns.values():
                    columns[field] = name
            if columns and (best is None or len(columns) > best[0]):
                best = (len(columns), registered, table, columns)
    if best is None:
        raise UnexpectedData(
            "no header of the file is known to any dataset",
            got=", ".join(name.strip() for name in header),
            do="Write its `columns` by hand, after a source of the dataset that it belongs to.",
        )
    return best[1], best[2], best[3]


def peers_of(registered: Registered, table: Table) -> list[Source]:
    """The sources from portals that feed the table already."""
    return [s for s in registered.sources if s.kind != "reference" and registered.table_of(s) == table]


def spellings_of(peers: Iterable[Source]) -> Counter[tuple[str, str]]:
    """(header, field) -> how many sources declare it."""
    return Counter((s, field) for source in peers for field, names in source.columns.items() for s in names)


def all_spellings(columns: Mapping[str, str], peers: Sequence[Source]) -> dict[str, list[str]]:
    """Field -> its header in the file, then the other spellings that sources know, since other years may have them.

    A spelling that more sources use for another field, or that is another field's header here, is left out.
    """
    uses = spellings_of(peers)
    mostly: dict[str, str] = {}
    for (spelling, field), _ in uses.most_common():
        mostly.setdefault(header_key(spelling), field)
    mostly |= {header_key(name): field for field, name in columns.items()}
    found: dict[str, list[str]] = {field: [name] for field, name in columns.items()}
    for (spelling, field), _ in uses.most_common():
        key = header_key(spelling)
        if field in found and mostly[key] == field and key not in map(header_key, found[field]):
            found[field].append(spelling)
    return found


def find_decimal(cells: Iterable[str]) -> str:
    """The decimal mark that most of the amounts use; a comma where none says.

    >>> find_decimal(["1 234,50", "7"]), find_decimal(["1,234.50"])
    (',', '.')
    """
    marks = Counter(match[1] for text in cells if (match := re.search(r"([.,])\d{1,2}\D*$", text.strip())))
    return marks.most_common(1)[0][0] if marks else ","


def find_date_formats(cells: Sequence[str]) -> list[str]:
    """The formats that read every cell, else those that read most of them.

    >>> find_date_formats(["3.1.2025", "24.12.2025"])
    ['d.m.Y']
    """
    hits = {name: sum(parse_date(text, [name]) is not None for text in cells) for name in FORMATS}
    most = max(hits.values(), default=0)
    return [name for name, count in hits.items() if count == most and most]


def find_pick(resources: Sequence[dict[str, Any]]) -> str:
    """A rule that fits the file names of the dataset: what stands before their year, and the year."""
    names = [_file_name(resource) for resource in resources]
    dated = [(name, match) for name in names if (match := YEAR.search(name))]
    if not dated:
        return re.escape(PurePosixPath(names[0]).stem)
    before = Counter(re.split(r"[\W\d]+", name[: match.start()].replace("_", " ").strip())[-1] for name, match in dated)
    word = before.most_common(1)[0][0]
    return (f"{re.escape(word)}[_ -]*" if word else "") + r"(?P<year>20\d\d)"


def _year(resource: dict[str, Any]) -> int | None:
    found = YEAR.search(_file_name(resource)) or YEAR.search(str(resource.get("name") or ""))
    return int(found[0]) if found else None


def _file_name(resource: dict[str, Any]) -> str:
    return unquote(PurePosixPath(urlsplit(str(resource.get("url"))).path).name) or str(resource.get("name"))


def _write(
    page: Page,
    package: Package,
    registered: Registered,
    table: Table,
    columns: dict[str, str],
    head: Head,
    files: Sequence[dict[str, Any]],
) -> str:
    header = {name: name.strip(" \t\ufeff") for name in head.header}
    cells = dict(zip(head.header, head.cells, strict=True))
    dates = [text for f, name in columns.items() if table.field(f).type == "date" for text in cells[name]]
    money = [text for f, name in columns.items() if table.field(f).type == "decimal" for text in cells[name]]
    left = [header[name] for name in head.header if header[name] and name not in columns.values()]
    peers = peers_of(registered, table)
    ignored = {header_key(name) for source in peers for name in source.ignore}
    unknown = [name for name in left if header_key(name) not in ignored]
    required = [f for f in columns if sum(f in source.required for source in peers) * 2 > len(peers)]
    title = {code: package.titles.get(code) or f"{TODO} {package.titles.get('', '')}" for code in ("fi", "sv", "en")}
    licence = {"id": package.licence_id, "title": package.licence_title, "url": package.licence_url}
    own = {_format(resource) for resource in files}
    sections: list[tuple[str, dict[str, Any]]] = [
        (f"Drafted from {page.api}/dataset/{package.name}; every {TODO} is for a person to settle.", {}),
        ("", {"name": f"{registered.dataset.name}-{package.name}", "title": title}),
        ("", {"publisher": package.organisation or TODO}),
        ("", {"licence": {key: value or TODO for key, value in licence.items()}}),
        ("" if page.portal else f"not in portals.yml; its API base is {page.api}", {"portal": page.portal or TODO}),
        ("", {"dataset": package.name}),
        *([] if table == registered.dataset.tables[0] else [("", {"table": table.name})]),
        (
            f"{len(files)} files: {', '.join(_file_name(r) for r in files[:SHOWN_FILES])}",
            {"pick": {"match": find_pick(files), "formats": [name for name in ("CSV", "XLSX") if name in own]}},
        ),
        ("", {"layout": {"decimal": find_decimal(money), "dates": find_date_formats(dates) or [TODO]}}),
        (
            "the file's own header first, then other spellings that are known",
            {"columns": all_spellings({field: header[name] for field, name in columns.items()}, peers)},
        ),
        ("", {"required": required}),
        (f"{TODO} no source knows: {', '.join(unknown)}; map them above, or leave them here" if unknown else "", {}),
        ("", {"ignore": left}),
        ("the same in each of its rows", {"constants": _settled(source.constants for source in peers)}),
        (f"as other sources have them: {_options(peers)}", {"options": _settled(source.options for source in peers)}),
        ("what the source leaves out", {"scope": dict.fromkeys(("fi", "sv", "en"), TODO)}),
    ]
    return "".join(_section(comment, value) for comment, value in sections if all(value.values()))


def _settled(used: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What the dataset's sources settle in this place, each for a person to settle here."""
    return dict.fromkeys(sorted({key for one in used for key in one}), TODO)


def _options(peers: Sequence[Source]) -> str:
    pairs = sorted({f"{key}={value}" for source in peers for key, value in source.options.items()})
    return ", ".join(pairs)


def _format(resource: dict[str, Any]) -> str:
    return "XLSX" if str(resource.get("format")).upper().startswith("XLS") else "CSV"


def _section(comment: str, value: dict[str, Any]) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110) if value else ""
    return (f"# {comment}\n" if comment else "") + text

"""What a download is of: rows of a table, or what a panel shows, in one release and for one reader."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

import flask
import numpy as np

from dashboard.api.contents import describe, stream_rows
from dashboard.context import Context
from dashboard.errors import ReleaseGone
from dashboard.export.about import About
from dashboard.export.bundle import Chunks, read_file
from dashboard.export.csv import stream_csv
from dashboard.export.lines import StoredLines
from dashboard.package import Distribution, Resource
from dashboard.panels.panel import Panel
from dashboard.query.model import Query
from dashboard.state import PARAMETERS

LINES_KEPT = 8
"""Tables of which it is kept where their lines begin; eight bytes a row."""


@dataclass(frozen=True)
class Asked:
    """`query` is what is asked, under the panel's filters where it is of a panel."""

    ctx: Context
    name: str
    query: Query
    panel: Panel | None = None
    whole_dataset: bool = False
    """Whether all tables of the dataset are meant, of which the query asks the first: a zip can hold them."""

    @property
    def resource(self) -> Resource:
        """The table that the rows are of."""
        return self.ctx.package.resource(self.query.resource)

    @property
    def is_whole(self) -> bool:
        """Whether it is a table as the release has it."""
        return self.panel is None and not self.query.filters

    def about(self) -> About:
        """What its file says of itself."""
        schema, batches = stream_rows(self.ctx, self.query, self.panel)
        del batches
        return describe(self.ctx, self.query, schema.names, self.name, self.panel)

    def file_name(self, kind: str) -> str:
        """What a browser saves it as."""
        rows = "" if self.panel or self.is_whole else _short_hash(repr(self.query.filters))
        return file_name(self.ctx, self.resource, f"{self.name}-{rows}" if rows else self.name, kind, self.panel)

    def key(self, kind: str) -> str:
        """What its bytes depend on."""
        ctx = self.ctx
        return "\n".join((ctx.package.version, ctx.base_url, ctx.language, kind, flask.request.full_path))


@dataclass(frozen=True)
class CsvFile:
    """The plain CSV: `chunks` gives its bytes, `sha256` is known of a stored file only; so are size and rows, of a
    panel's not."""

    chunks: Chunks
    size: int | None = None
    rows: int | None = None
    sha256: str | None = None
    stored: Path | None = None


def csv_file(asked: Asked) -> CsvFile:
    """The plain CSV of what is asked: a table's stored file, or those of its lines that the filters leave."""
    ctx = asked.ctx
    if asked.panel is not None:
        return CsvFile(lambda: stream_csv(*stream_rows(ctx, asked.query, asked.panel)))
    path, found = stored_file(asked, "csv")
    if asked.is_whole:
        return CsvFile(lambda: read_file(path), path.stat().st_size, asked.resource.rows, _hex(found), path)
    lines = _stored_lines(path)
    if lines.rows != asked.resource.rows:
        raise ReleaseGone(
            "The files of release {version} are not as they were written: start the site again.",
            version=ctx.package.version,
        )
    places = ctx.engine.places(asked.query)
    return CsvFile(lambda: lines.read(places), lines.size(places), int(np.size(places)))


def stored_file(asked: Asked, kind: str) -> tuple[Path, Distribution]:
    """A table's file in a format that the release holds. Raises UnknownResource."""
    path = asked.ctx.package.file(asked.query.resource, kind)
    return path, next(one for one in asked.resource.distributions if one.format == kind)


def stored_hash(found: Distribution) -> str:
    """The hash of a stored file in hexadecimal."""
    return _hex(found)


def file_name(ctx: Context, resource: Resource, name: str, kind: str, panel: Panel | None = None) -> str:
    """A download's name: what it is, of which release, and that it is a sample where the rows of `resource` are.

    Of a panel it holds the codes of the filters too, since a CSV can say them nowhere else.
    """
    codes: list[object] = []
    if panel is not None:
        state = panel.narrow(ctx).state
        codes = [*state.cities, state.year]
        named = (p for p in PARAMETERS if p.name not in ("city", "year"))
        codes += [f"{p.name}{_plain(value)}" for p in named if (value := getattr(state, p.attribute)) is not None]
        codes.append(state.company)
    parts = ["sample" if resource.sample else "", name, *codes, ctx.package.version]
    return "-".join(str(part) for part in parts if part) + f".{kind}"


def _plain(value: object) -> str:
    """A filter's value as a part of a file name.

    >>> _plain("Liikenne ja väylät")
    'liikenne-ja-vaylat'
    """
    letters = normalize("NFKD", str(value)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _hex(found: Distribution) -> str:
    return found.hash.removeprefix("sha256:")


@lru_cache(maxsize=LINES_KEPT)
def _stored_lines(path: Path) -> StoredLines:
    """A release's files never change once they are there."""
    return StoredLines(path)

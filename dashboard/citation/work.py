"""What is cited, as values."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

SITE = "Kuusi"
"""The publisher of what the cities and authorities have published before."""


@dataclass(frozen=True)
class Work:
    """A dataset, table or figure of a release, under filters or whole."""

    name: str
    title: str
    authors: tuple[str, ...]
    """Those whose data it is."""
    version: str
    issued: dt.date
    address: str
    """Leads to these very data, now and later."""
    language: str
    licence: str
    licence_address: str
    accessed: dt.datetime | None = None
    """None in a file, which is the same whenever it is taken."""
    filters: str = ""
    sha256: tuple[tuple[str, str], ...] = ()
    """(name of a file, the hash of its bytes)."""
    sample: str = ""
    """That it is generated, in the reader's words; empty where it is real."""

    @property
    def key(self) -> str:
        """What bibliographies call it: letters, digits and hyphens."""
        return re.sub(r"[^A-Za-z0-9]+", "-", f"kuusi-{self.name}-{self.version}").strip("-")

    @property
    def hashes(self) -> list[str]:
        """The hashes in words."""
        return [f"{name} sha256:{value}" for name, value in self.sha256]

    @property
    def moment(self) -> str:
        """When it was accessed; empty where that is not said."""
        return f"{self.accessed:%Y-%m-%dT%H:%M:%SZ}" if self.accessed else ""

    def notes(self, filters: str, accessed: str) -> list[str]:
        """What no field of a bibliography is for, under those labels."""
        return [
            *filter(None, [self.sample]),
            *([f"{filters}: {self.filters}"] if self.filters else []),
            *([f"{accessed}: {self.moment}"] if self.moment else []),
            *self.hashes,
            f"{self.licence} {self.licence_address}",
        ]

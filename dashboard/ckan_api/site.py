"""What the API knows besides the release: where the site stands, who answers for it, how moments are written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from dashboard.package import Package, Text

PUBLISHER = "Kuusi"
ORGANIZATION = "kuusi"
"""The name of the one organization, which publishes every dataset."""
LANGUAGE = "fi"
"""The language of texts that CKAN has one of, as at the national portal; their translations stand beside them."""
CKAN_VERSION = "2.12.0"


@dataclass(frozen=True)
class Portal:
    """A release as a CKAN portal."""

    package: Package
    base_url: str
    """The public address of the site, without a slash at its end."""
    contact: str = ""
    cities: Mapping[str, Text] = field(default_factory=dict)
    """The names of the cities by municipality code."""
    pinned: str | None = None
    """The version of the release, where it is another than the current one: addresses then name it."""

    def address(self, path: str) -> str:
        """The whole address of a path on the site."""
        mark = "&" if "?" in path else "?"
        return f"{self.base_url}{path}" + (f"{mark}release={quote(self.pinned)}" if self.pinned else "")

    def id_of(self, kind: str, name: str) -> str:
        """A lasting id that follows from what it is of: another one for made-up data, the same at every address."""
        parts = ("kuusi", *("sample",) * self.package.sample, kind, name)
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))

    @property
    def email(self) -> str:
        """The publisher's e-mail address, empty where none is set."""
        return self.contact.removeprefix("mailto:") if "@" in self.contact else ""


def stamp(moment: dt.datetime) -> str:
    """A moment as CKAN writes it: UTC, without saying so.

    >>> stamp(dt.datetime(2026, 11, 24, 8, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))))
    '2026-11-24T06:03:00.000000'
    """
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")

"""What an OAI-PMH request may ask: the six verbs and their arguments, checked as the protocol has it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECOND = "%Y-%m-%dT%H:%M:%SZ"
LISTS = {"required": ("metadataPrefix",), "optional": ("from", "until", "set"), "exclusive": ("resumptionToken",)}
VERBS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Identify": {},
    "ListMetadataFormats": {"optional": ("identifier",)},
    "ListSets": {"exclusive": ("resumptionToken",)},
    "GetRecord": {"required": ("identifier", "metadataPrefix")},
    "ListIdentifiers": LISTS,
    "ListRecords": LISTS,
}
"""Verb -> its arguments; one that is exclusive stands alone."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML can hold."""


class OaiError(Exception):
    """An error of the protocol's own: its code, and a sentence for who wrote the harvester."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Selection:
    """Which records a list is of, and from which one on. `version` is the release that a first list was made from."""

    prefix: str
    since: str | None = None
    until: str | None = None
    theme: str | None = None
    cursor: int = 0
    version: str = ""

    def holds(self, stamp: dt.datetime, themes: Sequence[str] | None) -> bool:
        """Whether a record of this date belongs to the list; None are the themes of one that is gone."""
        is_late = self.since is None or _as_written(stamp, self.since) >= self.since
        is_early = self.until is None or _as_written(stamp, self.until) <= self.until
        return is_late and is_early and (self.theme is None or themes is None or self.theme in themes)

    def token(self, cursor: int, version: str) -> str:
        """The resumption token that goes on from there."""
        parts = [self.prefix, self.since, self.until, self.theme, cursor, version]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_request(pairs: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """(verb, arguments) of a request. Raises OaiError."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"Give one verb out of {', '.join(VERBS)}.")
    verb, given = verbs[0], dict(pair for pair in pairs if pair[0] != "verb")
    rules = VERBS[verb]
    required, exclusive = rules.get("required", ()), rules.get("exclusive", ())
    known = {*required, *rules.get("optional", ()), *exclusive}
    if len(given) + 1 != len(pairs):
        raise OaiError("badArgument", "An argument is given twice.")
    if any(NOT_XML.search(value) for value in given.values()) or set(given) - known:
        raise OaiError(
            "badArgument", f"Of arguments, {verb} takes {', '.join(sorted(known)) or 'none'}, as plain text."
        )
    if set(given) & set(exclusive):
        if len(given) > 1:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
    elif missing := [name for name in required if not given.get(name)]:
        raise OaiError("badArgument", f"{verb} needs {' and '.join(missing)}.")
    return verb, given


def select(given: Mapping[str, str], version: str) -> Selection:
    """The list that the arguments ask for; a token is of the release that it was given out for. Raises OaiError."""
    if "resumptionToken" in given:
        return _resume(given["resumptionToken"], version)
    since, until = given.get("from"), given.get("until")
    for name, value in (("from", since), ("until", until)):
        if value is not None and not _is_moment(value):
            raise OaiError("badArgument", f"{name} is no date: write 2026-11-24 or 2026-11-24T06:03:00Z.")
    if since is not None and until is not None:
        if len(since) != len(until):
            raise OaiError("badArgument", "from and until are given to another granularity.")
        if since > until:
            raise OaiError("badArgument", "from is after until.")
    return Selection(given["metadataPrefix"], since, until, given.get("set"), 0, version)


def _resume(token: str, version: str) -> Selection:
    try:
        raw = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        prefix, since, until, theme, cursor, of = raw
        texts = all(one is None or isinstance(one, str) for one in (since, until, theme))
        dates = all(one is None or _is_moment(one) for one in (since, until))
        if texts and dates and isinstance(prefix, str) and type(cursor) is int and cursor > 0 and of == version:
            return Selection(prefix, since, until, theme, cursor, version)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise OaiError("badResumptionToken", "The resumptionToken is none of this release: begin the list again.")


def _is_moment(text: str) -> bool:
    """Whether a text is a day or a second, written out in full, so that texts compare as the moments do."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?", text):
        return False
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _as_written(stamp: dt.datetime, like: str) -> str:
    """A moment as finely written as another text."""
    return stamp.astimezone(dt.UTC).strftime(SECOND)[: len(like) if len(like) == 10 else None]

"""The releases that are kept, and what each changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import releases
from dashboard.api.v1.asked import Asked
from dashboard.api.v1.cursor import digest_of, read_cursor, write_cursor
from dashboard.changes import changes_files, field_types, read_rows
from dashboard.errors import UnknownResource
from dashboard.openapi import answers, v1
from dashboard.openapi.answers import Link
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.package import Field
from dashboard.releases import Change, Release, Withdrawn

PLACE = Field("place", "integer", "integer", {}, None, None)


def list_all(asked: Asked) -> answers.Releases:
    """All of them, the newest first."""
    found, damaged = releases.list_releases(asked.package)
    withdrawn = releases.read_withdrawn(asked.package)
    told = [answers.Release(**_release(asked, one, withdrawn)) for one in found]
    return answers.Releases(releases=told, damaged=damaged)


def one(asked: Asked) -> answers.ReleaseWhole:
    """A release with its tables. Raises UnknownResource."""
    release = _find(asked)
    states = [
        answers.TableState(table=name, dataset=state.dataset, rows=state.rows, hash=state.hash)
        for name, state in release.tables.items()
    ]
    return answers.ReleaseWhole(**_release(asked, release, releases.read_withdrawn(asked.package)), tables=states)


def changes(asked: Asked) -> answers.Changes:
    """What a release changed. Raises UnknownResource."""
    release = _find(asked)
    folder = asked.package.folder.parent
    before = releases.read_release(folder / release.against) if release.against else None
    files = changes_files(folder / release.version)
    found = [_change(asked, release, change, files) for change in releases.changes_of(release, before)]
    return answers.Changes(version=release.version, against=release.against, changes=found)


def changed_rows(asked: Asked) -> answers.ChangedRows:
    """A page of the rows of one kind of change. Raises UnknownResource or UnknownPage."""
    release = _find(asked)
    table, kind = asked.path["table"], asked.path["kind"]
    folder = asked.package.folder.parent
    file = changes_files(folder / release.version).get((table, kind))
    if file is None or release.against is None:
        raise UnknownResource(
            "Release {version} tells of no rows of table {table} that were {kind}; its changes say which there are.",
            version=release.version, table=table[:LONGEST_NAMED], kind=kind[:LONGEST_NAMED],
        )  # fmt: skip
    digest, limit, cursor = digest_of(release.version, table, kind), asked.values["limit"], asked.values["cursor"]
    place = int(str(read_cursor(cursor, digest, [PLACE])[0] or 0)) if cursor else 0
    of = release.against if kind == "removed" else release.version
    types = field_types(folder / of if (folder / of).exists() else folder / release.version).get(table, {})
    rows = read_rows(file, types, limit, max(place, 0))
    behind = write_cursor(digest, [place + limit]) if place + limit < file.rows else None
    return answers.ChangedRows(
        version=release.version,
        against=release.against,
        table=table,
        kind=kind,
        total=file.rows,
        rows=rows,
        next=asked.next(behind),
    )


def _find(asked: Asked) -> Release:
    version = asked.path["version"]
    found, _ = releases.list_releases(asked.package)
    release = next((item for item in found if item.version == version), None)
    if release is None:
        raise UnknownResource("No release {version} is kept here.", version=version[:LONGEST_NAMED])
    return release


def _release(asked: Asked, release: Release, withdrawn: Mapping[str, Withdrawn]) -> dict[str, Any]:
    address = f"{v1.ROOT}/releases/{release.version}"
    taken_back = withdrawn.get(release.version)
    links = {"release": address, "changes": f"{address}/changes", "page": f"/en/releases/{release.version}"}
    return {
        "version": release.version,
        "created": release.created,
        "sample": release.sample,
        "is_current": release.version == asked.live,
        "against": release.against,
        "withdrawn": answers.Withdrawn(at=taken_back.at, why=taken_back.why) if taken_back else None,
        "rows": sum(table.rows for table in release.tables.values()),
        "bytes": release.bytes,
        "links": [Link(name=name, href=asked.url(path)) for name, path in links.items()],
    }


def _change(asked: Asked, release: Release, change: Change, files: Mapping[tuple[str, str], object]) -> answers.Change:
    address = f"{v1.ROOT}/releases/{release.version}/changes/{change.table}"
    return answers.Change(
        table=change.table,
        change=change.kind,
        rows_before=change.before,
        rows_after=change.after,
        added=change.added,
        changed=change.changed,
        removed=change.removed,
        fields_added=list(change.fields_added),
        fields_removed=list(change.fields_removed),
        links=[
            Link(name=kind, href=asked.url(f"{address}/{kind}")) for kind in v1.CHANGES if (change.table, kind) in files
        ],
    )

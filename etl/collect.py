"""Source -> snapshots: asks the portal, streams what the rule picks, keeps it; reference tables likewise."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from etl.declare import Portal, Source
from etl.errors import DeclarationError, FetchError
from etl.fetch.ckan import Package, Resource, pick_resources, show_package
from etl.fetch.http import Download, download
from etl.issues import Issue, issue_of_count
from etl.paths import DataPaths
from etl.settings import Settings
from etl.snapshot import Snapshot, SnapshotStore, hash_file, safe_file_name, snapshot_id


@dataclass(frozen=True)
class Collector:
    """What collecting needs, once a run. `on_bytes` hears (source name, bytes) as they come."""

    session: requests.Session
    settings: Settings
    store: SnapshotStore
    paths: DataPaths
    sample: bool
    now: Callable[[], dt.datetime]
    on_bytes: Callable[[str, int], None]

    def collect(self, source: Source, portal: Portal | None) -> tuple[list[Snapshot], list[Issue]]:
        """The source's snapshots, newest content. Raises FetchError where any file cannot be had."""
        if source.kind == "reference":
            return [self._reference(source)], []
        assert portal is not None and source.dataset is not None  # noqa: S101, PT018  # see Source, registry
        package = show_package(self.session, portal.api, source.dataset, self.settings)
        snapshots: dict[str, Snapshot] = {}
        issues: list[Issue] = []
        for resource in pick_resources(package, source):
            snapshot = self._fetch(source, package, resource)
            if snapshot.id in snapshots:
                text = f"the same file twice: {resource.name} and {snapshots[snapshot.id].resource_name}"
                issues.append(issue_of_count(source, "duplicate_file", text, 1, severity="warning"))
            snapshots.setdefault(snapshot.id, snapshot)
            time.sleep(0 if self.sample else self.settings.pause_seconds)
        return list(snapshots.values()), issues

    def _fetch(self, source: Source, package: Package, resource: Resource) -> Snapshot:
        incoming = self.store.incoming(source.name)
        try:
            got = download(self.session, resource.url, incoming, self.settings, lambda n: self.on_bytes(source.name, n))
        except FetchError as error:
            error.resource = resource.name
            raise
        name = safe_file_name(unquote(PurePosixPath(urlsplit(resource.url).path).name))
        return self.store.keep(incoming, self._record(source, package, resource, got, name))

    def _record(self, source: Source, package: Package, resource: Resource, got: Download, name: str) -> Snapshot:
        return Snapshot(
            id=snapshot_id(source.name, got.sha256),
            source=source.name,
            file_name=name,
            url=resource.url,
            portal=source.portal,
            dataset=source.dataset,
            dataset_id=package.id,
            resource_id=resource.id,
            resource_name=resource.name,
            format=resource.format,
            year=resource.year,
            fetched_at=self.now().isoformat(timespec="seconds"),
            bytes=got.bytes,
            sha256=got.sha256,
            etag=got.etag,
            last_modified=got.last_modified,
            licence_id=package.licence_id,
            sample=self.sample,
        )

    def _reference(self, source: Source) -> Snapshot:
        """A table of ours, kept by hand: real in a sample release too."""
        path = self.paths.reference / str(source.path)
        if not path.exists():
            raise DeclarationError(f"source {source.name} names {path}, which is not there")
        sha256 = hash_file(path)
        incoming = self.store.incoming(source.name)
        shutil.copyfile(path, incoming)
        return self.store.keep(
            incoming,
            Snapshot(
                id=snapshot_id(source.name, sha256),
                source=source.name,
                file_name=path.name,
                url=f"data/reference/{path.name}",
                portal=None,
                dataset=None,
                dataset_id=None,
                resource_id=None,
                resource_name=path.name,
                format="CSV",
                year=None,
                fetched_at=self.now().isoformat(timespec="seconds"),
                bytes=path.stat().st_size,
                sha256=sha256,
                etag=None,
                last_modified=None,
                licence_id="cc-by-4.0",
                sample=False,
            ),
        )


def pick_files(store: SnapshotStore, snapshots: list[Snapshot]) -> list[tuple[Snapshot, Path]]:
    """The snapshots with their files, checked to be as long as they were."""
    return [(snapshot, store.path(snapshot)) for snapshot in snapshots]

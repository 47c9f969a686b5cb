"""Source -> snapshots: asks the portal, streams what the rule picks, keeps it; reference tables likewise."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import requests

from etl.declare import Portal, Source
from etl.errors import DeclarationError, FetchError
from etl.fetch.ckan import Package, show_package
from etl.fetch.http import Download, Validators, download
from etl.fetch.paging import fetch_pages, write_pages
from etl.fetch.pick import Resource, pick_resources
from etl.issues import Issue, issue_of_count
from etl.settings import Settings
from etl.snapshot import Snapshot, SnapshotStore, hash_file, safe_file_name, snapshot_id


@dataclass(frozen=True)
class Collector:
    """What collecting needs, once a run. `on_bytes` hears (source name, bytes) as they come."""

    session: requests.Session
    settings: Settings
    store: SnapshotStore
    sample: bool
    now: Callable[[], dt.datetime]
    on_bytes: Callable[[str, int], None]
    files_base: str | None = None
    """Where files at fixed addresses are asked for instead; a sample run asks nowhere else."""

    def collect(self, source: Source, portal: Portal | None) -> tuple[list[Snapshot], list[Issue]]:
        """The source's snapshots, newest content. Raises FetchError where any file cannot be had."""
        if source.kind == "reference":
            return [self._reference(source)], []
        if source.kind == "file":
            return [self._file(source)], []
        if source.kind == "api":
            return self._pages(source, portal)
        assert portal is not None and source.dataset is not None  # noqa: S101, PT018  # see Source, registry
        package = show_package(self.session, portal.api, source.dataset, self.settings)
        picked = pick_resources(package, source)
        snapshots: dict[str, Snapshot] = {}
        issues = [
            issue_of_count(source, note.code, note.message, 1, severity="warning", resource=note.resource)
            for note in picked.notes
        ]
        for resource in picked.resources:
            snapshot = self._fetch(source, package, resource)
            if snapshot.id in snapshots:
                text = f"the same file twice: {resource.name} and {snapshots[snapshot.id].resource_name}"
                issues.append(issue_of_count(source, "duplicate_file", text, 1, severity="warning"))
            snapshots.setdefault(snapshot.id, snapshot)
        self.store.remember(source.name, snapshots.values())
        return list(snapshots.values()), issues

    def _file(self, source: Source) -> Snapshot:
        """The file at a fixed address. Raises FetchError; `not_found` where a sample run has no such file."""
        url = source.url if self.files_base is None else f"{self.files_base}/{source.name}.csv"
        if url is None or (self.sample and self.files_base is None):
            raise FetchError(
                f"{source.name} has no address in this run", state="not_found", expected="a file's address"
            )
        name = unquote(PurePosixPath(urlsplit(url).path).name)
        package = Package("", source.name, source.licence.id, None, ())
        snapshot = self._fetch(source, package, Resource("", name, url, "CSV", None))
        self.store.remember(source.name, [snapshot])
        return snapshot

    def _pages(self, source: Source, portal: Portal | None) -> tuple[list[Snapshot], list[Issue]]:
        """Every page of an API as one snapshot; nothing is fetched conditionally, since pages have no one validator."""
        assert portal is not None and source.paging is not None  # noqa: S101, PT018  # see Source, registry
        url = f"{portal.api}/{source.endpoint}"
        pages = fetch_pages(self.session, url, source.paging, self.settings, lambda n: self.on_bytes(source.name, n))
        incoming = self.store.incoming(source.name, url)
        got = write_pages(pages, incoming)
        name = f"{source.name}.json"
        package = Package("", "", source.licence.id, None, ())
        resource = Resource(id="", name=str(source.endpoint), url=url, format="JSON", year=None)
        record = replace(self._record(source, package, resource, got, name), dataset_id=None, resource_id=None)
        text = f"records that stood on two of {pages.pages} pages"
        issues = [issue_of_count(source, "double_record", text, pages.doubles)] if pages.doubles else []
        return [self.store.keep(incoming, record)], issues

    def _fetch(self, source: Source, package: Package, resource: Resource) -> Snapshot:
        """The resource as it is now; the kept bytes where the portal says that they still are its content."""
        incoming = self.store.incoming(source.name, resource.url)
        seen = self.store.seen(source.name, resource.url)
        known = Validators(seen.etag, seen.last_modified) if seen else Validators()
        try:
            got = download(
                self.session, resource.url, incoming, self.settings, lambda n: self.on_bytes(source.name, n), known
            )
        except FetchError as error:
            error.resource = resource.name
            raise
        if got is None:
            assert seen is not None  # only what was seen can be unchanged  # noqa: S101
            same = Download(seen.bytes, seen.sha256, seen.etag, seen.last_modified, None)
            record = self._record(source, package, resource, same, seen.file_name)
            return replace(record, fetched_at=seen.fetched_at)
        name = safe_file_name(unquote(PurePosixPath(urlsplit(resource.url).path).name))
        return self.store.keep(incoming, self._record(source, package, resource, got, name))

    def _record(self, source: Source, package: Package, resource: Resource, got: Download, name: str) -> Snapshot:
        now = self.now().isoformat(timespec="seconds")
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
            fetched_at=now,
            checked_at=now,
            bytes=got.bytes,
            sha256=got.sha256,
            etag=got.etag,
            last_modified=got.last_modified,
            licence_id=package.licence_id,
            sample=self.sample,
        )

    def _reference(self, source: Source) -> Snapshot:
        """A table of ours, kept by hand: real in a sample release too."""
        path = self.settings.reference_dir / str(source.path)
        if not path.exists():
            raise DeclarationError(f"source {source.name} names {path}, which is not there")
        sha256 = hash_file(path)
        incoming = self.store.incoming(source.name, path.name)
        now = self.now().isoformat(timespec="seconds")
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
                fetched_at=now,
                checked_at=now,
                bytes=path.stat().st_size,
                sha256=sha256,
                etag=None,
                last_modified=None,
                licence_id="cc-by-4.0",
                sample=False,
            ),
        )


def pick_files(store: SnapshotStore, snapshots: list[Snapshot]) -> list[tuple[Snapshot, Path]]:
    """The snapshots with their files, whose bytes are checked to be those that came."""
    return [(snapshot, store.path(snapshot)) for snapshot in snapshots]

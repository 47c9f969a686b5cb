"""The straight line: collect -> build -> assemble -> check -> publish. Sources fail one by one.

All sources are collected first: where nothing has changed since the run before, nothing is built.
A source that fails falls back to its last good snapshots, its failure is an issue, and the run's result is a
failure. Nothing is published over a live release that would lose a source or fall beyond a declared bound by it,
unless a person accepts that. One run at a time has the data folder.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import requests

from etl.build import Files, SourceBuild, Work
from etl.check import check_rows
from etl.collect import Collector, pick_files
from etl.crossings import Crossing, new_crossings
from etl.datasets.context import MakeContext, SourceStanding, TidyContext
from etl.declare import Portal, Source
from etl.engines.choose import open_engine
from etl.engines.protocol import Engine
from etl.errors import EngineUnavailable, EtlError, FetchError, NothingToPublish, PublishRefused
from etl.fetch.ckan import check_portal
from etl.fetch.paging import check_api
from etl.fetch.session import open_session
from etl.inputs import hash_inputs, read_account
from etl.issues import Issue, issue_of_count, issue_of_error, issues_of_absence
from etl.lock import hold_lock
from etl.notify import notify, notify_crossings
from etl.paths import DataPaths
from etl.publish.assemble import TableFiles, open_connection, set_aside_covered, write_table
from etl.publish.compare import compare
from etl.publish.descriptor import Contents
from etl.publish.expected import differences, read_expected
from etl.publish.package import publish, read_current, read_json, remove_leftovers, write_json
from etl.publish.releases import last_known, refuse_sample_over_real
from etl.publish.runs import note_run
from etl.publish.when import SourceState
from etl.publish.withdrawn import Withdrawn, find_withdrawn, read_withdrawn, write_withdrawn
from etl.read.table import Limits
from etl.registry import Registered, Registry
from etl.report import Reporter
from etl.settings import Settings
from etl.snapshot import Snapshot, SnapshotStore

SHOWN_FALLS = 5
FILES = "files"
"""In `Run.api_bases`: where the files at fixed addresses are asked for instead."""


@dataclass(frozen=True)
class RunResult:
    """How a run ended: `published`, `unchanged` or `failure`; `version` is what is live after it."""

    result: str
    version: str | None
    published: bool
    issues: tuple[Issue, ...]

    @property
    def exit_code(self) -> int:
        """0 where every source is well, 1 where one failed."""
        return int(any(issue.severity == "error" for issue in self.issues))


@dataclass(frozen=True)
class Collected:
    """What collecting a source gave: its snapshots, or why there are none, and the findings on the way."""

    snapshots: list[Snapshot] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    error: EtlError | None = None


@dataclass
class Run:
    """One run over every declared source."""

    registry: Registry
    settings: Settings
    sample: bool
    reporter: Reporter
    now: Callable[[], dt.datetime]
    api_bases: Mapping[str, str] = field(default_factory=dict)
    """Portal name -> Action API base to use in place of the declared one; `FILES` -> likewise of files."""
    accept: str = ""
    """Why a release that lost or fell is right all the same; published with it."""

    def __post_init__(self) -> None:
        self.paths = DataPaths(self.settings.data_dir)
        self.store = SnapshotStore(self.paths.snapshots(sample=self.sample))
        addresses = [self.api_bases.get(name, portal.api) for name, portal in self.registry.portals.items()]
        addresses += filter(None, [self.api_bases.get(FILES)])
        self.session: requests.Session = open_session(self.settings, addresses)
        self.issues: list[Issue] = []
        self.states: dict[str, SourceState] = {}
        self.crossings: list[Crossing] = []
        """What crossed its threshold with the release that this run published."""
        self.collected: dict[str, Collected] = {}
        self.engine: Engine
        self.inputs: str | None = None
        """The hash of all that the tables follow from; None where a source could not be collected."""
        self.started = self.now()
        self.run_id = f"{self.started:%Y%m%dT%H%M%SZ}-{os.getpid()}"
        self.collector = Collector(
            self.session,
            self.settings,
            self.store,
            self.sample,
            self.now,
            self.reporter.on_bytes,
            self.api_bases.get(FILES),
        )

    def portal(self, source: Source) -> Portal | None:
        """The source's portal, at the address that this run uses."""
        if source.portal is None:
            return None
        declared = self.registry.portals[source.portal]
        return declared.model_copy(update={"api": self.api_bases.get(source.portal, declared.api)})

    def unreachable_portals(self) -> dict[str, FetchError]:
        """The portals that do not answer, each with what happened; one quick attempt each."""
        quick = self.settings.model_copy(update={"read_timeout_seconds": 10.0, "max_seconds": 10.0})
        lost = {}
        for name, portal in self.registry.portals.items():
            try:
                check = check_portal if portal.kind == "ckan" else check_api
                check(self.session, self.api_bases.get(name, portal.api), quick)
            except FetchError as error:
                lost[name] = error
        return lost

    def require_portals(self) -> None:
        """Raise NothingToPublish where no portal at all answers."""
        lost = self.unreachable_portals()
        if len(lost) == len(self.registry.portals):
            self._begin()
            states = ", ".join(f"{name} ({error.state})" for name, error in lost.items())
            refused = NothingToPublish(f"no portal can be reached: {states}", do="Check the network; run again later.")
            self.refuse(refused)
            raise refused

    def _begin(self) -> None:
        current = read_current(self.paths) or {}
        self.reporter.run_begin(self.run_id, sample=self.sample, version=current.get("version"))

    def execute(self) -> RunResult:
        """Run the line. Raises EtlError only for what no source is to blame for."""
        try:
            with hold_lock(self.paths):
                return self._execute()
        finally:
            self.session.close()

    def _execute(self) -> RunResult:
        """The run, alone in its data folder: what killed runs left there is removed first."""
        folder = self.paths.build(f"run-{os.getpid()}")
        try:
            self._begin()
            remove_leftovers(self.paths)
            self.store.clean()
            (folder / "release").mkdir(parents=True)
            self._collect()
            version = None
            if not self._is_as_before():
                version = self._build_and_publish(folder)
            self._mark_good()
            return self._record(version)
        except EtlError as error:
            self.refuse(error)
            raise
        except (OSError, duckdb.Error) as error:  # a full disk, above all
            reason = str(error).partition("\n")[0]
            refused = PublishRefused(
                f"the data folder {self.paths.root} cannot be written: {reason}",
                do="Make room or correct its permissions and run again; the live release is whole.",
            )
            self.refuse(refused)
            raise refused from error
        except Exception as error:
            self.refuse(error)  # a fault of ours: it must be seen too
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _build_and_publish(self, folder: Path) -> str | None:
        connection = open_connection()
        tables: list[TableFiles] = []
        with closing(open_engine(self.settings.engine, connection)) as self.engine:
            for registered in self.registry.datasets:
                tables += self._dataset(registered, connection, folder, tables)
            self.engine.check_keys(tables)
        self._compare_with_live(connection, tables)
        now = self.now()
        contents = Contents(
            "", f"{now:%Y-%m-%dT%H:%M:%SZ}", self.sample, self.registry, tables, self.states, self.issues
        )
        connection.close()
        live = read_current(self.paths)
        withdrawn = self._accept_withdrawn(contents)
        version = publish(contents, folder / "release", self.paths, now, {item.version for item in withdrawn})
        if withdrawn:
            write_withdrawn(self.paths, [item for item in read_withdrawn(self.paths) if item not in withdrawn])
        if version:
            is_kin = live is not None and live["sample"] == self.sample
            before = self.paths.releases / str(live["version"]) if live and is_kin else None
            self.crossings = new_crossings(self.paths.releases / version, before)
        return version

    def _mark_good(self) -> None:
        for state in self.states.values():
            if state.state in ("ok", "reference") and state.build is not None:
                self.store.mark_good(state.source.name, state.build.snapshots)

    def _collect(self) -> None:
        """Ask every source for what it holds now. What fails is told and kept; a lost reference table ends the run."""
        for source in self.registry.sources():
            if source.switched_off and not self.sample:
                continue
            self.reporter.begin(source)
            try:
                snapshots, issues = self.collector.collect(source, self.portal(source))
                self.collected[source.name] = Collected(snapshots, issues)
                self.reporter.collected(source)
            except EtlError as error:
                if source.kind == "reference":
                    raise
                self.collected[source.name] = Collected(error=error)
                self.reporter.fail(source, error)
        if all(got.error is None for got in self.collected.values()):
            self.inputs = hash_inputs({name: got.snapshots for name, got in self.collected.items()}, self.settings)

    def _is_as_before(self) -> bool:
        """Whether the run before was over the same inputs; its account of rows and its findings are then this run's."""
        live = read_current(self.paths)
        if self.inputs is None or live is None or live["sample"] != self.sample:
            return False
        account = read_account(read_json(self.paths.last_run), self.inputs, live)
        if account is None or account.sources.keys() != self.collected.keys():
            return False
        for registered in self.registry.datasets:
            for source in registered.sources:
                if source.name in self.collected:
                    build = self._build_of_before(registered, source, account.sources[source.name])
                    state = "reference" if source.kind == "reference" else "ok"
                    self.states[source.name] = SourceState(source, state, build, _last_good(build))
                    self.reporter.done(build, state)
        self.issues += account.issues
        return True

    def _build_of_before(self, registered: Registered, source: Source, record: Mapping[str, Any]) -> SourceBuild:
        return SourceBuild(
            source,
            registered.table_of(source),
            [],
            [],
            self.collected[source.name].snapshots,
            record["rows_in"],
            record["rows"],
            Counter(record["set_aside"]),
        )

    def _dataset(
        self,
        registered: Registered,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        earlier: list[TableFiles],
    ) -> list[TableFiles]:
        dataset = registered.dataset
        self.issues += issues_of_absence(dataset)
        metadata = {"licence": dataset.licence.id, "dataset": dataset.name}
        if publishers := "; ".join(dict.fromkeys(source.publisher for source in registered.sources)):
            metadata["source"] = publishers
        if registered.tidy is not None and hasattr(registered.tidy, "make"):
            parts = self._make(registered, connection, folder)
        else:
            work = Work(registered, _context(earlier), folder, Limits(self.settings.max_unpacked_bytes))
            files = self._files(registered)
            self.engine.tidy_all(
                work, {name: found for name, found in files.items() if not isinstance(found, EtlError)}
            )
            builds = [b for b in (self._source(work, s, files.get(s.name, ())) for s in registered.sources) if b]
            set_aside_covered(connection, dataset, builds)
            parts = {}
            for build in builds:
                parts.setdefault(build.table.name, []).extend(build.rows_paths)
                parts.setdefault(f"{dataset.name}_set_aside", []).extend(build.set_aside_paths)
        written = []
        for table in dataset.tables:
            is_sample = self.sample and self.registry.is_fetched(dataset.name, table.name)
            told = metadata | {"title": table.title.en, "x-sample": str(is_sample).lower()}
            found = parts.get(table.name, [])
            written.append(write_table(connection, dataset.name, table, found, folder / "release", told))
        if hasattr(registered.tidy, "review"):
            self.issues += registered.tidy.review(connection)  # type: ignore[union-attr]
        return written

    def _files(self, registered: Registered) -> dict[str, Files | EtlError]:
        """By source, the files that were collected, or what is wrong with them."""
        files: dict[str, Files | EtlError] = {}
        for source in registered.sources:
            got = self.collected.get(source.name)
            if got is not None and got.error is None:
                try:
                    files[source.name] = pick_files(self.store, got.snapshots)
                except EtlError as error:
                    files[source.name] = error
        return files

    def _make(
        self, registered: Registered, connection: duckdb.DuckDBPyConnection, folder: Path
    ) -> dict[str, list[Path]]:
        parts: dict[str, list[Path]] = {}
        made = registered.tidy.make(self._make_context(registered, connection))  # type: ignore[union-attr]
        for table in registered.dataset.tables:
            check_rows(made[table.name], table, registered.dataset.name)
            path = folder / f"{table.name}.made.parquet"
            pq.write_table(made[table.name], path)
            parts[table.name] = [path]
        return parts

    def _make_context(self, registered: Registered, connection: duckdb.DuckDBPyConnection) -> MakeContext:
        """What has been built before this dataset, and how the sources of it stand."""
        datasets = self.registry.datasets
        earlier = datasets[: datasets.index(registered)]
        standings = (
            SourceStanding(state.source, built.table_of(state.source), state.state, _snapshots(state))
            for built in earlier
            for state in (self.states[s.name] for s in built.sources if s.name in self.states)
        )
        names = tuple(built.dataset for built in earlier)
        return MakeContext(connection, self.settings.reference_dir, names, tuple(standings))

    def _source(self, work: Work, source: Source, files: Files | EtlError) -> SourceBuild | None:
        """Build a source from the files that were collected, else from its last good snapshots, else not."""
        if source.switched_off and not self.sample:
            text = f"{source.name} is switched off: {source.switched_off}"
            self.issues.append(issue_of_count(source, "switched_off", text, 1))
            return None
        got = self.collected[source.name]
        self.issues += got.issues
        self.reporter.build(source)
        build: SourceBuild | None
        if got.error is not None:
            self.issues.append(issue_of_error(got.error, source))
            build, state = self._fall_back(work, source)
        else:
            try:
                build = self._build(work, source, files)
                state = "reference" if source.kind == "reference" else "ok"
            except EngineUnavailable:  # no fault of the source's
                raise
            except EtlError as error:
                if source.kind == "reference":
                    raise
                self.issues.append(issue_of_error(error, source))
                self.reporter.fail(source, error)
                build, state = self._fall_back(work, source)
        self.states[source.name] = SourceState(source, state, build, _last_good(build))
        if build is not None:
            self.reporter.done(build, state)
        return build

    def _fall_back(self, work: Work, source: Source) -> tuple[SourceBuild | None, str]:
        good = self.store.good(source.name)
        if not good:
            return None, "failed"
        try:
            return self._build(work, source, pick_files(self.store, good)), "stale"
        except EngineUnavailable:
            raise
        except EtlError as error:
            self.issues.append(issue_of_error(error, source))
            return None, "failed"

    def _build(self, work: Work, source: Source, files: Files | EtlError) -> SourceBuild:
        if isinstance(files, EtlError):
            raise files
        build = self.engine.build(work, source, files)
        self.issues += build.issues
        return build

    def _compare_with_live(self, connection: duckdb.DuckDBPyConnection, tables: list[TableFiles]) -> None:
        """Raise PublishRefused where the live release must stay; note what changed beyond its bounds."""
        current = last_known(self.paths)
        self._require_essentials(tables, is_first=current is None)
        self._check_expected(connection, tables)
        if current is None:
            return
        refuse_sample_over_real(current, sample=self.sample)
        if current["sample"] != self.sample:
            return
        live = self.paths.releases / current["version"]
        changes = compare(connection, tables, live)
        falls = [*self._lost_sources(live), *(str(change) for change in changes if change.severity == "error")]
        if falls and not self.accept:
            raise PublishRefused(
                f"release {current['version']} stays live: {'; '.join(falls[:SHOWN_FALLS])}"
                + (f" and {len(falls) - SHOWN_FALLS} more" if len(falls) > SHOWN_FALLS else ""),
                do='See the issues of the sources. If it is right, run again with --accept "why".',
            )
        self.issues += [_of_tables("accepted_fall", fall, f"accepted: {self.accept}") for fall in falls]
        self.issues += [_of_tables("rise", str(change)) for change in changes if change.severity == "warning"]

    def _accept_withdrawn(self, contents: Contents) -> list[Withdrawn]:
        """The withdrawn releases that have these very rows. Raises PublishRefused where nobody accepts them by now.

        That somebody does is published with them: `contents` holds the list of this run's issues itself."""
        found = find_withdrawn(self.paths, contents)
        if found and not self.accept:
            (*_, last) = found
            why = f" ({last.why})" if last.why else ""
            raise PublishRefused(
                f"the sources still give the rows of release {last.version}, which was withdrawn on {last.at}{why}; "
                f"release {(last_known(self.paths) or {}).get('version')} stays live",
                do='Run again when they are mended; or, if they are right after all, with --accept "why".',
            )
        self.issues += [
            _of_tables(
                "accepted_withdrawn",
                f"the rows of release {item.version}, withdrawn on {item.at}",
                f"accepted: {self.accept}",
            )
            for item in found
        ]
        return found

    def _require_essentials(self, tables: list[TableFiles], *, is_first: bool) -> None:
        """Raise NothingToPublish where what was read makes no release: a hollow one must not pass for the first."""
        missing = [files.table.name for files in tables if files.table.watch.essential and not files.rows]
        has_read = any(state.build for state in self.states.values() if state.source.kind != "reference")
        if missing or (is_first and not has_read):
            what = f"no source of {' and '.join(missing)} could be read" if has_read else "no source could be read"
            raise NothingToPublish(what, do="`python -m etl status` lists what failed; run again later.")

    def _check_expected(self, connection: duckdb.DuckDBPyConnection, tables: list[TableFiles]) -> None:
        """Raise PublishRefused where reviewed counts come out otherwise. Generated data has none."""
        if self.sample:
            return
        expected = read_expected(self.settings.reference_dir / "expected_counts.csv")
        found = differences(connection, tables, expected)
        if found and not self.accept:
            raise PublishRefused(
                f"{len(found)} reviewed counts came out otherwise: {'; '.join(found[:SHOWN_FALLS])}",
                do='Look why; then correct data/reference/expected_counts.csv, or run again with --accept "why".',
            )
        self.issues += [_of_tables("accepted_difference", text, f"accepted: {self.accept}") for text in found]

    def _lost_sources(self, live: Path) -> list[str]:
        """The sources that the live release has rows of and this run has none of."""
        before = read_json(live / "datapackage.json") or {}
        had = {s["name"] for d in before.get("x-datasets", []) for s in d["sources"] if s["rows_in"]}
        return [
            f"{name} would be lost" for name in sorted(had - {n for n, state in self.states.items() if state.build})
        ]

    def refuse(self, error: Exception) -> None:
        """Record and tell that the run was refused; where not even that can be written, its error is still told."""
        with suppress(OSError):
            self._record(None, refused=str(error) if isinstance(error, EtlError) else type(error).__name__)

    def _record(self, version: str | None, *, refused: str = "") -> RunResult:
        """Write how the run went and how each source stands, whether or not it published data; tell of a failure."""
        current = read_current(self.paths) or {}
        failed = bool(refused) or any(issue.severity == "error" for issue in self.issues)
        result = "failure" if failed else ("published" if version else "unchanged")
        before, live = read_json(self.paths.last_run), current.get("version")
        record = self._describe(result, live) | ({"refused": refused} if refused else {})
        write_json(self.paths.last_run, record)
        note_run(self.paths, record)
        told = {
            "this run at some of the addresses of ETL_NOTIFY": notify(self.settings.notify, before, record),
            "what crossed its threshold at some of the addresses of ETL_INDICATOR_NOTIFY": notify_crossings(
                self.settings.indicator_notify, self.crossings, str(live), sample=self.sample
            ),
        }
        for what, lost in told.items():
            text = f"nobody was told of {what}"
            self.issues += [Issue("run", None, None, None, "warning", "notify_failed", text, count=lost)] * bool(lost)
        if any(told.values()):
            write_json(self.paths.last_run, record | {"issues": [issue.as_dict() for issue in self.issues]})
        self.reporter.run_end(result, live, len([i for i in self.issues if i.severity == "error"]))
        return RunResult(result, live, version is not None, tuple(self.issues))

    def _describe(self, result: str, version: str | None) -> dict[str, Any]:
        problems = {issue.source: issue.code for issue in reversed(self.issues) if issue.severity == "error"}
        return {
            "run": self.run_id,
            "result": result,
            "version": version,
            "inputs": self.inputs,
            "sample": self.sample,
            "started_at": f"{self.started:%Y-%m-%dT%H:%M:%SZ}",
            "finished_at": f"{self.now():%Y-%m-%dT%H:%M:%SZ}",
            "sources": [_source_record(state, problems.get(name)) for name, state in self.states.items()],
            "issues": [issue.as_dict() for issue in self.issues],
        }


def _source_record(state: SourceState, problem: str | None) -> dict[str, Any]:
    build = state.build
    return {
        "name": state.source.name,
        "state": state.state,
        "problem": problem,
        "last_good": state.last_good,
        "rows_in": build.rows_in if build else 0,
        "rows": build.rows_out if build else 0,
        "set_aside": dict(build.set_aside) if build else {},
    }


def _of_tables(code: str, message: str, do: str = "") -> Issue:
    """A finding on the tables of the release, not on a source."""
    return Issue("release", None, None, None, "warning", code, message, do=do)


def _snapshots(state: SourceState) -> tuple[Snapshot, ...]:
    return tuple(state.build.snapshots) if state.build else ()


def _last_good(build: SourceBuild | None) -> str | None:
    return max((s.checked_at for s in build.snapshots), default=None) if build else None


def _context(tables: list[TableFiles]) -> TidyContext:
    """Code lists out of the tables that are there already."""
    found = {files.table.name: files.parquet for files in tables}
    context = TidyContext()
    if "cities" in found:
        rows = pq.read_table(found["cities"]).to_pylist()
        names = {r[f"name_{lang}"].casefold(): r["city_code"] for r in rows for lang in ("fi", "sv", "en")}
        by_id = {r["business_id"]: r["city_code"] for r in rows}
        context = replace(context, city_of_business_id=by_id, city_of_name=names)
    if "account_groups" in found:
        rows = pq.read_table(found["account_groups"]).to_pylist()
        groups = {prefix: r["account_group_code"] for r in rows for prefix in r["account_prefixes"]}
        context = replace(context, account_groups=groups)
    return context

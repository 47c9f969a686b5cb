"""The command line: one command a step, no logic. One line and exit code 1 where something is wrong."""

from __future__ import annotations

import datetime as dt
import getpass
import io
import json
import os
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from stamina.instrumentation import set_on_retry_hooks

from etl.discover import discover as find_datasets
from etl.discover import portal_api
from etl.draft import draft_source, parse_page
from etl.errors import DeclarationError, EtlError, NothingToPublish, PublishRefused
from etl.fetch.session import open_session
from etl.lock import hold_lock
from etl.output import print_difference, print_json, print_pruned, print_status, print_steps
from etl.paths import DataPaths
from etl.publish.ckan import Push, Target
from etl.publish.difference import compare_releases
from etl.publish.package import read_current
from etl.publish.prune import prune
from etl.publish.releases import last_known, live_release, pin, refuse_sample_over_real, unpin
from etl.publish.rollback import rollback
from etl.publish.upload import upload
from etl.registry import load_registry
from etl.report import ConsoleReporter, LogReporter, Reporter
from etl.run import FILES, Run, RunResult
from etl.settings import Settings
from etl.status import read_status

if TYPE_CHECKING:
    from etl.sample.portal import SamplePortal

MIN_ROWS = 100
FAULT_HELP = "For trying: DATASET=FAULT of the sample portal, or FAULT,FAULT,... on a dataset each."

app = typer.Typer(
    help="Pulls open data from the six cities' portals and writes one immutable release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console()


def utc_now() -> dt.datetime:
    """The clock of a real run."""
    return dt.datetime.now(dt.UTC)


@app.command()
def run(
    sample: Annotated[bool, typer.Option(help="Build a sample release from the embedded portal.")] = False,
    or_sample: Annotated[
        bool, typer.Option(help="Build a sample release if no portal can be reached and none is live.")
    ] = False,
    if_missing: Annotated[bool, typer.Option(help="Do nothing where a fitting release is live.")] = False,
    accept: Annotated[str, typer.Option(help="Publish although data fell: why that is right.")] = "",
    rows: Annotated[int, typer.Option(min=MIN_ROWS, help="Rows that the sample portal generates.")] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample portal.")] = 6,
    portal: Annotated[list[str] | None, typer.Option(help="NAME=URL: another address of a portal.")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help=FAULT_HELP),
    ] = None,
) -> None:
    """Run the whole line: fetch, build, check, publish."""
    settings = read_settings()
    paths = DataPaths(settings.data_dir)
    live, known = read_current(paths), last_known(paths)
    if if_missing and live and (live["sample"] or not sample):
        console.print(f"Release {live['version']} is there.", highlight=False)
        return
    registry = load_registry()
    bases = _pairs(portal or [], "--portal", registry.portals)
    reporter = _reporter(settings)
    line = Run(registry, settings, sample, reporter, utc_now, bases, accept)
    if not sample:
        try:
            line.require_portals()
            done = line.execute()
        except NothingToPublish as error:
            if not or_sample or known:
                raise
            reason = error.what.partition(":")[0]
            console.print(f"{reason[0].upper()}{reason[1:]}, so a sample release is built from generated data.")
        else:
            _finish(done)
            return
    refuse_sample_over_real(known or {"sample": True}, sample=True)
    with _sample_portal(rows, seed, paths.sample_portal(), fault) as served:
        _finish(Run(registry, settings, True, reporter, utc_now, served.portals, accept).execute())


def _reporter(settings: Settings) -> Reporter:
    if settings.log == "console":
        return ConsoleReporter(console)
    log = LogReporter(sys.stderr)
    set_on_retry_hooks([log.retry])
    return log


def _sample_portal(rows: int, seed: int, directory: Path, fault: list[str] | None) -> SamplePortal:
    from etl.sample.portal import SamplePortal  # noqa: PLC0415  # flask is loaded only where it serves

    console.print(f"Generating sample files ({rows:,} rows) …", highlight=False)
    try:
        return SamplePortal(rows=rows, seed=seed, directory=directory, faults=_faults(fault or []))
    except ValueError as error:
        raise DeclarationError(f"--fault: {error}", do="See `FILE_FAULTS` in etl/sample/faults.py.") from error


@app.command()
def sample(
    rows: Annotated[int, typer.Option(min=MIN_ROWS, help="Rows that the portal generates.")] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of what it generates.")] = 6,
    directory: Annotated[Path | None, typer.Option(help="Where its files are kept.")] = None,
) -> None:
    """Serve the sample portal on loopback until interrupted."""
    from etl.sample.portal import SamplePortal  # noqa: PLC0415

    with SamplePortal(rows=rows, seed=seed, directory=directory) as served:
        for name, api in served.portals.items():
            what = {FILES: "/SOURCE.csv", "ckan": "/api/3/action/package_list"}
            kind = FILES if name == FILES else load_registry().portals[name].kind
            console.print(f"{name}: {api}{what.get(kind, '')}", highlight=False)
        console.print("Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):
            Event().wait()


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say which release is live, how each source stands, and when the next run is due."""
    settings = read_settings()
    found = read_status(DataPaths(settings.data_dir), settings.run_every_hours, utc_now())
    print_json(found) if as_json else print_status(console, found)
    if found["live"] is None:
        raise PublishRefused("no release is live", do="Run `python -m etl run`.")


@app.command("prune")
def prune_releases(
    keep: Annotated[int, typer.Option(min=1, help="Releases to keep of each kind, real and sample.")] = 12,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> None:
    """Remove old releases, and the raw files that none of the kept ones was made from."""
    paths = DataPaths(read_settings().data_dir)
    with hold_lock(paths):
        print_pruned(console, prune(paths, keep, dry_run=dry_run), dry_run=dry_run)


@app.command("pin")
def pin_release(version: Annotated[str, typer.Argument(help="A release on disk.")]) -> None:
    """Never prune that release."""
    paths = DataPaths(read_settings().data_dir)
    with hold_lock(paths):
        pin(paths, version)
    console.print(f"Release {version} is pinned.", highlight=False)


@app.command("unpin")
def unpin_release(version: Annotated[str, typer.Argument(help="A pinned release.")]) -> None:
    """Let that release be pruned again."""
    paths = DataPaths(read_settings().data_dir)
    with hold_lock(paths):
        unpin(paths, version)
    console.print(f"Release {version} is no longer pinned.", highlight=False)


@app.command("rollback")
def roll_back(
    version: Annotated[str, typer.Argument(help="A release on disk; the one before the live one by default.")] = "",
    why: Annotated[str, typer.Option(help="Why the live release is taken back.")] = "",
) -> None:
    """Make an earlier release the live one. Running sites follow; the next run does not bring the other one back."""
    paths = DataPaths(read_settings().data_dir)
    with hold_lock(paths):
        done = rollback(paths, version, utc_now(), _user(), why)
    was = f" instead of {done.before}" if done.before else ""
    console.print(f"Release {done.version} is live{was}.", highlight=False)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A version; the one that was live before by default.")] = "",
    new: Annotated[str, typer.Argument(help="A version; the live one by default.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what changed between two releases: rows by table, then what fell or rose, the worst first."""
    found = compare_releases(load_registry(), DataPaths(read_settings().data_dir), old, new)
    print_json(found.as_dict()) if as_json else print_difference(console, found)


@app.command()
def push(
    url: Annotated[str, typer.Option(help="The CKAN's address; the token is ETL_CKAN_TOKEN.")],
    organisation: Annotated[str, typer.Option(help="The organisation's name there.")] = "kuusi",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it only says what it would do.")] = False,
    sample_too: Annotated[bool, typer.Option("--sample-too", help="Push a sample release, for trying.")] = False,
) -> None:
    """Publish the live release on a CKAN portal: what changed, in place."""
    settings = read_settings()
    paths = DataPaths(settings.data_dir)
    token = settings.ckan_token.get_secret_value() if settings.ckan_token else None
    target = Target(url, organisation, token)
    release = live_release(paths, sample_too=sample_too)
    steps = Push(release, target, settings, open_session(settings, [url]), write=yes).run()
    print_steps(console, steps, url, done=yes)


@app.command("upload")
def upload_releases(
    url: Annotated[str, typer.Argument(help="A folder in a store, such as s3://bucket/kuusi.")],
) -> None:
    """Copy the releases into a store, from which sites on other machines read them (DASHBOARD_STORE_URL)."""
    paths = DataPaths(read_settings().data_dir)
    with hold_lock(paths):
        copied = upload(paths, url, lambda line: console.print(line, highlight=False))
    console.print(f"{len(copied)} releases copied to {url}", highlight=False)


@app.command()
def discover(
    portal: Annotated[str, typer.Argument(help="A portal of portals.yml, or the address of a CKAN.")],
    text: Annotated[str, typer.Argument(help="What to look for, as in the portal's own search.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one dataset a line.")] = False,
) -> None:
    """List a portal's datasets and resources that could be declared."""
    settings, registry = read_settings(), load_registry()
    session = open_session(settings, [portal_api(registry, portal)])
    count = 0
    for count, found in enumerate(find_datasets(session, registry, portal, text, settings), start=1):  # noqa: B007
        if as_json:
            sys.stdout.write(f"{json.dumps(found.as_dict(), ensure_ascii=False)}\n")
            continue
        known = f" [declared: {', '.join(found.declared_by)}]" if found.declared_by else ""
        package = found.package
        line = f"{package.name}  {package.titles.get('', '')}  ({package.organisation}, {package.licence_id}){known}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
        for resource in package.resources:
            line = f"    {resource.get('format') or '?':<6} {resource.get('name')}  {resource.get('url')}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    if not as_json:
        console.print(f"{count} dataset{'s' if count != 1 else ''}", highlight=False)


@app.command()
def declare(url: Annotated[str, typer.Argument(help="A dataset's page on a CKAN portal.")]) -> None:
    """Draft the YAML of a source from a dataset's page, for a person to finish."""
    settings, registry = read_settings(), load_registry()
    session = open_session(settings, [parse_page(url, registry).api])
    sys.stdout.write(draft_source(session, registry, url, settings))


def _finish(done: RunResult) -> None:
    verb = "published" if done.published else "unchanged, nothing published; live is"
    console.print(f"Release {verb} {done.version}", highlight=False)
    errors = [issue for issue in done.issues if issue.severity == "error"]
    if errors:
        console.print(
            f"{len(errors)} source{'s' if len(errors) != 1 else ''} failed; `python -m etl status` lists them."
        )
        raise typer.Exit(done.exit_code)


def _user() -> str:
    """Who gave the command: also behind sudo, and in a container that has no name for its user."""
    with suppress(OSError, KeyError):
        return os.environ.get("SUDO_USER") or getpass.getuser()
    return f"uid {os.getuid()}"


def _faults(texts: list[str]) -> dict[str, str]:
    """Faults by dataset; those without a dataset are spread over the sample portal's, one each."""
    from etl.sample.portal import DATASET_NAMES  # noqa: PLC0415

    bare = [name for text in texts if "=" not in text for name in text.split(",") if name]
    if len(bare) > len(DATASET_NAMES):
        text = f"--fault: {len(bare)} faults for {len(DATASET_NAMES)} datasets"
        raise DeclarationError(text, do="Give fewer at a time.")
    spread = dict(zip(DATASET_NAMES, bare, strict=False))
    return spread | _pairs([text for text in texts if "=" in text], "--fault")


def _pairs(texts: list[str], option: str, known: Collection[str] = ()) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if any(not name or not value for name, _, value in pairs):
        raise DeclarationError(f"{option} takes NAME=VALUE", got=", ".join(texts))
    unknown = sorted({name for name, _, _ in pairs} - set(known)) if known else []
    if unknown:
        raise DeclarationError(f"{option} names what there is not: {', '.join(unknown)}", expected=", ".join(known))
    return {name: value for name, _, value in pairs}


def read_settings() -> Settings:
    """The settings of this machine. Raises DeclarationError for a value that cannot be one."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise DeclarationError(f"ETL_{name}: {first['msg']}", got=str(first.get("input"))) from error


def main() -> None:
    """Run the command line; an EtlError, or a disk that fails, is one line on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that knows no UTF-8 must not stop a run
            stream.reconfigure(errors="replace")
    set_on_retry_hooks([])  # stamina's own would write to standard output, amid what a program reads from there
    try:
        app()
    except (EtlError, OSError) as error:
        Console(stderr=True).print(f"etl: {error}", style="red", highlight=False, soft_wrap=True)
        sys.exit(1)

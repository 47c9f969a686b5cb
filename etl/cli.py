"""The command line: one command a step, no logic. One line and exit code 1 where something is wrong."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Collection
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from etl.discover import discover as find_datasets
from etl.discover import portal_api
from etl.draft import draft_source, parse_page
from etl.errors import DeclarationError, EtlError, PublishRefused
from etl.fetch.session import open_session
from etl.paths import DataPaths
from etl.publish.package import read_current, read_json
from etl.registry import load_registry
from etl.report import ConsoleReporter
from etl.run import Run, RunResult, refuse_sample_over_real
from etl.settings import Settings

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
    current = read_current(DataPaths(settings.data_dir))
    if if_missing and current and (current["sample"] or not sample):
        console.print(f"Release {current['version']} is there.", highlight=False)
        return
    registry = load_registry()
    bases = _pairs(portal or [], "--portal", registry.portals)
    line = Run(registry, settings, sample, ConsoleReporter(console), utc_now, bases, accept)
    if not sample:
        lost = line.unreachable_portals()
        if len(lost) == len(registry.portals):
            if not or_sample or current:
                states = ", ".join(f"{name} ({error.state})" for name, error in lost.items())
                raise PublishRefused(f"no portal can be reached: {states}", do="Check the network; run again later.")
            console.print("No portal can be reached, so a sample release is built from generated data.")
            sample = True
    with ExitStack() as stack:
        if sample:
            refuse_sample_over_real(current or {"sample": True}, sample=True)
            served = stack.enter_context(
                _sample_portal(rows, seed, DataPaths(settings.data_dir).sample_portal(), fault)
            )
            line = Run(registry, settings, True, ConsoleReporter(console), utc_now, served.portals, accept)
        _finish(line.execute())


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
            is_ckan = load_registry().portals[name].kind == "ckan"
            console.print(f"{name}: {api}{'/api/3/action/package_list' if is_ckan else ''}", highlight=False)
        console.print("Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):
            Event().wait()


@app.command()
def status() -> None:
    """Say which release is live and how each of its sources stands."""
    paths = DataPaths(read_settings().data_dir)
    current, last = read_current(paths), read_json(paths.last_run)
    if current is None:
        raise PublishRefused("no release is live", do="Run `python -m etl run`.")
    kind = "sample" if current["sample"] else "real"
    console.print(f"{current['version']} ({kind}), published {current['published_at']}", highlight=False)
    package = read_json(paths.releases / current["version"] / "datapackage.json") or {}
    for dataset in package.get("x-datasets", []):
        for source in dataset["sources"]:
            console.print(
                f"  {source['state']:<9} {source['name']:<32} {source['rows']:>10,} rows  {source['last_good'] or ''}",
                highlight=False,
            )
    if last:
        errors = [issue for issue in last.get("issues", []) if issue["severity"] == "error"]
        console.print(f"Last run {last.get('finished_at')}: {last.get('result')}", highlight=False)
        for issue in errors:
            console.print(f"  ✕ {issue['source']}: {issue['code']}: {issue['message']}", highlight=False)


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


def _faults(texts: list[str]) -> dict[str, str]:
    """Faults by dataset; those without a dataset are spread over the sample portal's, one each."""
    from etl.sample.plan import DATASETS  # noqa: PLC0415

    bare = [name for text in texts if "=" not in text for name in text.split(",") if name]
    names = [dataset for _, dataset in DATASETS.values()]
    if len(bare) > len(names):
        raise DeclarationError(f"--fault: {len(bare)} faults for {len(names)} datasets", do="Give fewer at a time.")
    spread = dict(zip(names, bare, strict=False))
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
    """Run the command line; an EtlError becomes one line on standard error and exit code 1."""
    try:
        app()
    except EtlError as error:
        Console(stderr=True).print(f"etl: {error}", style="red", highlight=False, soft_wrap=True)
        sys.exit(1)

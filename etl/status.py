"""How things stand: the live release, each source as the last run found it, and when the next run is due."""

from __future__ import annotations

import datetime as dt
from typing import Any

from etl.paths import DataPaths
from etl.publish.package import read_current, read_json

LIVE = ("version", "sample", "published_at", "rolled_back")
"""`rolled_back` is None where the live release is simply the newest that was published; else it tells `from` which one
somebody went back, `at`, `by` and `why`."""


def read_status(paths: DataPaths, run_every_hours: float, now: dt.datetime) -> dict[str, Any]:
    """The whole state as JSON would hold it; `live` and `last_run` are None where there is none."""
    live, last = read_current(paths), read_json(paths.last_run)
    package = (read_json(paths.releases / str(live["version"]) / "datapackage.json") or {}) if live else {}
    due = _next_run(last, run_every_hours)
    issues = (last or {}).get("issues", [])
    return {
        "live": {key: live.get(key) for key in LIVE} if live else None,
        "last_run": _last_run(last) if last else None,
        "next_run": f"{due:%Y-%m-%dT%H:%M:%SZ}" if due else None,
        "overdue": bool(due and due < now),
        "sources": [_source(source, issues) for source in _sources(package, last or {})],
    }


def _sources(package: dict[str, Any], last: dict[str, Any]) -> list[dict[str, Any]]:
    """Each source as the last run found it; as it stands in the live release where that run did not come to it."""
    released = {s["name"]: s for dataset in package.get("x-datasets", []) for s in dataset["sources"]}
    same_kind = not package or last.get("sample") == package["x-sample"]
    found = {s["name"]: s for s in last.get("sources", [])} if same_kind else {}
    return [found.get(name, released.get(name, {})) for name in dict.fromkeys([*released, *found])]


def _source(source: dict[str, Any], issues: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": source["name"],
        "state": source["state"],
        "problem": source.get("problem"),
        "last_good": source["last_good"],
        "rows": source["rows"],
        "issues": [issue for issue in issues if issue["source"] == source["name"]],
    }


def _last_run(last: dict[str, Any]) -> dict[str, Any]:
    kept = {key: last.get(key) for key in ("result", "version", "sample", "started_at", "finished_at")}
    return {**kept, "issues": last.get("issues", [])}


def _next_run(last: dict[str, Any] | None, run_every_hours: float) -> dt.datetime | None:
    try:
        finished = dt.datetime.fromisoformat(str((last or {}).get("finished_at")))
    except ValueError:
        return None
    return finished + dt.timedelta(hours=run_every_hours)

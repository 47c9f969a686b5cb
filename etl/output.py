"""How the commands print what they found: for a person, or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

from etl.publish.difference import Difference
from etl.publish.prune import Pruned

SHOWN_CHANGES = 40


def print_json(value: Any) -> None:
    """Write one JSON value to standard output."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, indent=1)}\n")


def say(console: Console, line: str) -> None:
    """Print a line as it is, without markup or wrapping."""
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def print_difference(console: Console, found: Difference) -> None:
    """The counts of each table, then the ranked changes."""
    say(console, f"{found.old} -> {found.new}")
    for item in found.tables:
        kinds = "  ".join(f"{kind} {item.count(kind):,}" for kind in ("added", "changed", "removed"))
        moved = f"  ({item.count('moved'):,} stand elsewhere in their files)" if item.count("moved") else ""
        say(console, f"  {item.table:<28} {item.state:<8} {'' if item.state == 'same' else kinds}{moved}".rstrip())
    for change in found.ranked[:SHOWN_CHANGES]:
        say(console, f"  {change.severity:<8} {change}")
    if len(found.ranked) > SHOWN_CHANGES:
        say(console, f"  and {len(found.ranked) - SHOWN_CHANGES} more; --json has them all")


def print_status(console: Console, status: dict[str, Any]) -> None:
    """The live release, how the last run found each source, and when the next run is due."""
    live, last = status["live"], status["last_run"]
    if live:
        kind = "sample" if live["sample"] else "real"
        say(console, f"{live['version']} ({kind}), published {live['published_at']}")
        back = live["rolled_back"]
        if back:
            why = f": {back['why']}" if back["why"] else ""
            say(console, f"Rolled back from {back['from'] or 'a damaged pointer'} on {back['at']} by {back['by']}{why}")
    for source in status["sources"]:
        problem = f"  {source['problem']}" if source["problem"] else ""
        say(
            console,
            f"  {source['state']:<9} {source['name']:<32} {source['rows']:>10,} rows  "
            f"{source['last_good'] or '':<25}{problem}".rstrip(),
        )
    if last:
        say(console, f"Last run {last['finished_at']}: {last['result']}")
        for issue in last["issues"]:
            if issue["severity"] == "error":
                say(console, f"  ✕ {issue['source']}: {issue['code']}: {issue['message']}")
    if status["next_run"]:
        say(console, f"Next run {status['next_run']}{' (overdue)' if status['overdue'] else ''}")


def print_pruned(console: Console, pruned: Pruned, *, dry_run: bool) -> None:
    """What was removed, or would be, and how much room that makes."""
    verb = "Would remove" if dry_run else "Removed"
    for word, items in (("release", pruned.releases), ("snapshot", pruned.snapshots)):
        for name, size in items.items():
            say(console, f"{verb} {word} {name} ({size:,} bytes)")
    say(
        console,
        f"{verb} {len(pruned.releases)} releases and {len(pruned.snapshots)} snapshots, {pruned.bytes:,} bytes.",
    )


def print_steps(console: Console, steps: list[tuple[str, str]], url: str, *, done: bool) -> None:
    """What a push did, or would do."""
    for action, what in steps:
        say(console, f"{action:<20} {what}")
    if not steps:
        say(console, f"{url} has all of it already; nothing to do.")
    elif not done:
        say(console, f"{len(steps)} steps on {url}; nothing was done. Add --yes to do them.")

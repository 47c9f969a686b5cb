"""How the commands print what they found: for a person, or as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

from etl.publish.difference import Difference

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

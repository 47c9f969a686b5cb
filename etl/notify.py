"""Tells people that a run failed, once that the next one is well again, and once which indicators crossed their
thresholds: by e-mail, webhook or chat.

The addresses (`ETL_NOTIFY`, `ETL_INDICATOR_NOTIFY`) hold passwords: neither they nor what apprise says of them is ever
printed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import apprise
from pydantic import SecretStr

from etl.crossings import Crossing

SHOWN_ISSUES = 20
SHOWN_CROSSINGS = 50
TIMEOUT_SECONDS = 30.0


def notify(addresses: SecretStr, before: Mapping[str, Any] | None, run: Mapping[str, Any]) -> int:
    """Tell of the run if it failed, or if it is well and the one before it failed. Returns how many were not reached.

    `before` and `run` are records as `last_run.json` holds them.
    """
    message = compose(before, run)
    return _tell(addresses, *message) if message else 0


def notify_crossings(addresses: SecretStr, crossings: Sequence[Crossing], version: str, *, sample: bool) -> int:
    """Tell which indicators crossed their thresholds, if any did. Returns how many were not reached."""
    return _tell(addresses, *compose_crossings(crossings, version, sample=sample)) if crossings else 0


def compose_crossings(crossings: Sequence[Crossing], version: str, *, sample: bool) -> tuple[str, str]:
    """The title and the text of the message, a line a crossing.

    >>> one = Crossing("late", "091", "2025", "Closing time", "Helsinki", 31.0, 28.5, "2024", "d", "Over a month.")
    >>> print(*compose_crossings([one], "2026-x", sample=True), sep="\\n")
    Kuusi: 1 crossed its threshold (sample data)
    Release: 2026-x.
    - Closing time, Helsinki, 2025: 31 d (2024: 28.5 d). Over a month.
    """
    lines = [
        f"- {c.title}, {c.city}, {c.period_code}: {c.value:g} {c.unit} "
        f"({c.previous_period_code}: {c.previous_value:g} {c.unit}). {c.reason}"
        for c in crossings[:SHOWN_CROSSINGS]
    ]
    more = [f"- and {len(crossings) - SHOWN_CROSSINGS} more"] if len(crossings) > SHOWN_CROSSINGS else []
    whose = "its threshold" if len(crossings) == 1 else "their thresholds"
    title = f"Kuusi: {len(crossings)} crossed {whose}{' (sample data)' if sample else ''}"
    return title, "\n".join([f"Release: {version}.", *lines, *more])


def compose(before: Mapping[str, Any] | None, run: Mapping[str, Any]) -> tuple[str, str] | None:
    """The title and the text of the message, None where there is nothing to tell.

    >>> compose({"result": "failure"}, {"result": "unchanged", "version": "2026-x", "issues": []})
    ('Kuusi: the run is well again', 'Result: unchanged. Live release: 2026-x.')
    >>> compose({"result": "published"}, {"result": "published", "version": "2026-x", "issues": []})
    """
    state = f"Result: {run['result']}. Live release: {run['version'] or 'none'}."
    if run["result"] != "failure":
        was_failing = before is not None and before.get("result") == "failure"
        return ("Kuusi: the run is well again", state) if was_failing else None
    errors = [issue for issue in run["issues"] if issue["severity"] == "error"]
    lines = [f"- {issue['source']}: {issue['code']}: {issue['message']}" for issue in errors[:SHOWN_ISSUES]]
    more = [f"- and {len(errors) - SHOWN_ISSUES} more"] if len(errors) > SHOWN_ISSUES else []
    reason = [f"Refused: {run['refused']}"] if run.get("refused") else []
    return "Kuusi: the run failed", "\n".join([state, *reason, *lines, *more])


def _tell(addresses: SecretStr, title: str, body: str) -> int:
    urls = [url.strip() for url in addresses.get_secret_value().split(",") if url.strip()]
    return sum(not _send(url, title, body) for url in urls)


def _send(url: str, title: str, body: str) -> bool:
    """Whether the message was taken. Whatever a notifier does, a run does not fail by it."""
    quiet = logging.getLogger("apprise")
    level, quiet.disabled = quiet.level, True
    try:
        target = apprise.Apprise()
        return bool(target.add(url)) and bool(target.notify(body=body, title=title, timeout=TIMEOUT_SECONDS))
    except Exception:  # noqa: BLE001  # a plug-in of a stranger's may raise anything
        return False
    finally:
        quiet.disabled = False
        quiet.setLevel(level)

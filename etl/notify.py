"""Tells people that a run failed, and once that the next one is well again: by e-mail, webhook or chat.

The addresses (`ETL_NOTIFY`) hold passwords: neither they nor what apprise says of them is ever printed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import apprise
from pydantic import SecretStr

SHOWN_ISSUES = 20
TIMEOUT_SECONDS = 30.0


def notify(addresses: SecretStr, before: Mapping[str, Any] | None, run: Mapping[str, Any]) -> int:
    """Tell of the run if it failed, or if it is well and the one before it failed. Returns how many were not reached.

    `before` and `run` are records as `last_run.json` holds them.
    """
    urls = [url.strip() for url in addresses.get_secret_value().split(",") if url.strip()]
    message = compose(before, run)
    return sum(not _send(url, *message) for url in urls) if message else 0


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

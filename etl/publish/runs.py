"""The last runs in a few figures each, so that a reader sees how often the data come and how often that fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from etl.paths import DataPaths
from etl.publish.package import read_json, write_json

KEPT = 50
SHORT = ("run", "result", "version", "sample", "started_at", "finished_at")


def note_run(paths: DataPaths, record: Mapping[str, Any]) -> None:
    """Add a run to the list, whose oldest goes. A list that is damaged begins anew: it is told, not relied on.

    Of the record's issues only how many there are of each severity is kept.
    """
    runs = (read_json(paths.runs) or {}).get("runs")
    severities = Counter(str(issue["severity"]) for issue in record["issues"])
    states = Counter(str(source["state"]) for source in record["sources"])
    short = {name: record[name] for name in SHORT}
    short |= {"issues": dict(severities), "sources": dict(states), "refused": "refused" in record}
    write_json(paths.runs, {"runs": [*(runs if isinstance(runs, list) else []), short][-KEPT:]})

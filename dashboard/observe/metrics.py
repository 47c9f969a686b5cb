"""The site's figures for Prometheus, whose names and units follow its conventions.

Where several processes serve one address, they share a folder (`SHARED_FOLDER`): each adds what it counts there, and
any of them answers for all. What is asked of the release itself is the answering process's own.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dashboard.observe import SHARED_FOLDER

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("kuusi_requests", "Requests answered.", ("route", "method", "status"))
REQUEST_SECONDS = Histogram(
    "kuusi_request_seconds", "From a request's first line to its answer's head.", ("route",), buckets=SECONDS
)
LOOKUPS = Counter("kuusi_cache_lookups", "What was looked for among kept answers.", ("kind", "result"))
QUERY_SECONDS = Histogram("kuusi_query_seconds", "Queries that the engine answered itself.", buckets=SECONDS)


@dataclass(frozen=True)
class ReleaseState:
    """What is told of the release: `refused` where a newer one could not be taken up; `sources` are the states in which
    the last run left the sources, by their names; `last_run` is when that ended, None where no run is recorded, and
    `has_failed` whether it failed."""

    version: str
    is_sample: bool
    created: dt.datetime
    refused: bool
    sources: Mapping[str, str]
    last_run: dt.datetime | None = None
    has_failed: bool = False


def looked_up(kind: str, *, found: bool) -> None:
    """Count one look for an answer that may be kept."""
    LOOKUPS.labels(kind, "hit" if found else "miss").inc()


def exposition(release: ReleaseState) -> bytes:
    """All figures in Prometheus' text format."""
    registry = REGISTRY
    if os.environ.get(SHARED_FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = CollectorRegistry()
    own.register(_Release(release))
    return generate_latest(registry) + generate_latest(own)


class _Release(Collector):
    def __init__(self, state: ReleaseState) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        state = self._state
        info = GaugeMetricFamily("kuusi_release_info", "The release that is served.", labels=("version", "sample"))
        info.add_metric([state.version, str(state.is_sample).lower()], 1)
        yield info
        now = dt.datetime.now(dt.UTC)
        age = (now - state.created).total_seconds()
        yield GaugeMetricFamily("kuusi_release_age_seconds", "Since the release was made.", value=age)
        if state.last_run is not None:  # nothing new is no release: that runs are made at all is seen here
            age = (now - state.last_run).total_seconds()
            yield GaugeMetricFamily("kuusi_last_run_age_seconds", "Since the last run of the ETL ended.", value=age)
            told = "1 where the last run failed: a source of it, or all of it."
            yield GaugeMetricFamily("kuusi_last_run_failed", told, value=int(state.has_failed))
        refused = GaugeMetricFamily("kuusi_release_refused", "1 where a newer release cannot be taken up.")
        refused.add_metric([], int(state.refused))
        yield refused
        sources = GaugeMetricFamily(
            "kuusi_source_state", "1 for the state in which the last run left a source.", labels=("source", "state")
        )
        for name, stands in state.sources.items():
            sources.add_metric([name, stands], 1)
        yield sources

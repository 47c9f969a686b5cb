"""The index of the release that is served, made when it is first asked."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from dashboard.query.cached import CachedEngine
from dashboard.search.entries import collect_entries
from dashboard.search.index import KINDS, Index, Kind, Results


class SiteSearch:
    """Searches one release. Safe to share between threads."""

    def __init__(self, engine: CachedEngine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._index: Index | None = None

    def search(
        self, query: str, limit: int = 20, kinds: Sequence[Kind] = KINDS, language: str | None = None
    ) -> Results:
        """What the query finds, at most `limit` entries of each kind; what it may have meant, in the language."""
        with self._lock:
            if self._index is None:
                self._index = Index(collect_entries(self._engine))
        return self._index.search(query, limit, kinds, language)

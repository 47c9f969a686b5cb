"""Where answers are kept: in each process for itself, or in a Redis that all processes of all machines share."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import flask
from cachelib.base import BaseCache
from flask_caching import Cache
from redis import RedisError

from dashboard.settings import Settings

LOG = logging.getLogger(__name__)
PATIENCE = 1.0
"""Seconds for which an answer of the shared store is awaited."""
PAUSE = 5.0
"""Seconds for which it is left alone once it has failed: until then nothing is kept, and no reader waits for it."""
CODE = Path(__file__).parent
ASKED = TypeVar("ASKED")


class Store(Protocol):
    """What is asked of a cache: flask-caching's interface."""

    def get(self, key: str) -> Any:
        """The value, None where there is none."""

    def set(self, key: str, value: Any) -> Any:
        """Keep the value."""

    def clear(self) -> Any:
        """Let go of all values."""


def open_store(server: flask.Flask, settings: Settings) -> Store:
    """The store that the settings ask for. One that cannot be reached keeps nothing until it can."""
    if settings.cache_url:
        return SharedStore(_backend(server, _shared(settings)))
    own = {
        "CACHE_TYPE": settings.cache_type,
        "CACHE_DEFAULT_TIMEOUT": 0,
        "CACHE_THRESHOLD": settings.cache_entries,
    }
    return _backend(server, own)


def _shared(settings: Settings) -> dict[str, Any]:
    return {
        "CACHE_TYPE": "RedisCache",
        "CACHE_REDIS_URL": settings.cache_url,
        "CACHE_DEFAULT_TIMEOUT": settings.cache_seconds,
        "CACHE_KEY_PREFIX": f"kuusi:{code_version(settings.assets_dir)}:",
        "CACHE_OPTIONS": {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE},
    }


def _backend(server: flask.Flask, config: dict[str, Any]) -> BaseCache:
    cache = Cache(server, config=config)
    backend: BaseCache = server.extensions["cache"][cache]
    return backend


class SharedStore:
    """A store over the network. What it cannot do is not done: to its readers a failure is an answer not kept."""

    def __init__(self, backend: BaseCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._backend, self._clock, self._again = backend, clock, 0.0

    def get(self, key: str) -> Any:
        """The value, None where there is none or the store is away."""
        return self._ask(lambda: self._backend.get(short(key)))

    def set(self, key: str, value: Any) -> Any:
        """Keep the value, if the store is there."""
        return self._ask(lambda: self._backend.set(short(key), value))

    def clear(self) -> Any:
        """Let go of all values of this version of the site."""
        return self._ask(self._backend.clear)

    def _ask(self, what: Callable[[], ASKED]) -> ASKED | None:
        if self._clock() < self._again:
            return None
        try:
            return what()
        except (RedisError, OSError) as error:
            self._again = self._clock() + PAUSE
            LOG.warning("the shared store does not answer (%s); it is asked again in %d s", error, PAUSE)
            return None


def short(key: str) -> str:
    """A key of any length as one of few letters."""
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=20).hexdigest()


def code_version(assets_dir: Path) -> str:
    """A name of the site's code and assets as they are: what another version of it kept is not taken for this one's."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in (CODE, assets_dir):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()

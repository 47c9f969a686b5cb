"""The WSGI entry point: `granian --interface wsgi --factory dashboard.wsgi:create_server`."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import flask

from dashboard.app import Site, create_site
from dashboard.closed import create_closed
from dashboard.errors import (
    ContractMismatch,
    DashboardError,
    EngineAway,
    EngineUnavailable,
    PackageNotFound,
    ReleaseGone,
)
from dashboard.follow import Follower, pointer_state
from dashboard.mirror import Mirror
from dashboard.observe.logs import use_json_logs
from dashboard.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOG = logging.getLogger(__name__)


class Door:
    """The site, or what says that there is none to show; the site itself from when there is."""

    server: flask.Flask

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._site: Site | None = None
        self._mirror = Mirror(settings.store_url, settings.data_dir) if settings.store_url else None
        self._follower = Follower(self._state, self._take_up)
        try:
            self._open()
        except ContractMismatch as error:
            self.server = create_closed(settings, error)
        except (EngineUnavailable, PackageNotFound) as error:
            if not settings.release_poll:
                raise
            # This process may stand in for one that died: the others go on, and so will it once all is there again.
            # Were it to end, granian would take that for a loop of crashes and end the others, too.
            LOG.warning("The release cannot be opened yet: %s", error)
            self.server = create_closed(settings, _told(error))
            self._follower.try_again()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self.server(environ, start_response)

    def follow(self, after: Callable[[], None]) -> None:
        """Take up other releases from now on, each with `after` behind it."""
        if self._settings.release_poll:
            self._follower.start(self._settings.release_poll, after)

    def _state(self) -> object:
        if self._mirror is not None:
            self._mirror.bring()
        return pointer_state(self._settings.data_dir)

    def _open(self) -> None:
        site = create_site(self._settings)
        self._site, self.server = site, site.server

    def _take_up(self) -> bool:
        if self._site is not None:
            return self._site.shelf.take_up()
        self._open()
        return True


def _told(error: EngineUnavailable | PackageNotFound) -> DashboardError:
    """What readers are told of it: nothing of where things are."""
    if isinstance(error, EngineUnavailable):
        return EngineAway("The database that answers is away: try again in a minute.")
    return ReleaseGone("The release that was shown is not on disk just now: try again in a minute.")


def create_server() -> Door:
    """The server of the live release, which follows it; where no release can be read, the one that says so."""
    settings = Settings()
    if settings.logs == "json":
        use_json_logs()
    door = Door(settings)
    settle()
    door.follow(settle)
    return door


def settle() -> None:
    """What is there once a release is open stays as long as it is served, so the collector of garbage need not look at
    it again: otherwise it would halt a page in the middle for a tenth of a second. What was there before goes."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()

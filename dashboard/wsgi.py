"""The WSGI entry point: `granian --interface wsgi --factory dashboard.wsgi:create_server`."""

from __future__ import annotations

import gc

import flask

from dashboard.app import create_site


def create_server() -> flask.Flask:
    """The Flask server of the live release.

    What is there once it is made stays as long as the server, so the collector of garbage need not look at it again:
    otherwise it would halt a page in the middle for a tenth of a second.
    """
    server = create_site().server
    gc.collect()
    gc.freeze()
    return server

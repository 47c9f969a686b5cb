"""The WSGI entry point: `granian --interface wsgi --factory dashboard.wsgi:create_server`."""

from __future__ import annotations

import flask

from dashboard.app import create_site


def create_server() -> flask.Flask:
    """The Flask server of the live release."""
    return create_site().server

"""Every action by its name, and what CKAN says of names that are none."""

from __future__ import annotations

import inspect
import re
from typing import Any

from dashboard.ckan_api.call import Action, Actions, Call, action
from dashboard.ckan_api.catalogue import CATALOGUE
from dashboard.ckan_api.datastore import DATASTORE
from dashboard.ckan_api.errors import BadRequest, NotAuthorized, NotFound
from dashboard.ckan_api.gathered import GATHERED
from dashboard.ckan_api.site import CKAN_VERSION, LANGUAGE, PUBLISHER

ABOUT: Actions = {}
WRITES = re.compile(
    r"(package|resource|organization|group|tag|vocabulary|user|datastore|resource_view|member|api_token|dataset)"
    r"(_\w+)*_(create|update|delete|patch|revise|purge|upsert|invite|reorder|set)"
)
"""Names of CKAN's actions that change something."""


@action(ABOUT)
def status_show(call: Call) -> dict[str, Any]:
    """What this site is."""
    return {
        "ckan_version": CKAN_VERSION,
        "site_url": call.portal.base_url,
        "site_title": PUBLISHER,
        "site_description": call.portal.package.title[LANGUAGE],
        "locale_default": LANGUAGE,
        "error_emails_to": None,
        "extensions": ["datastore"],
        "release": call.portal.package.version,
        "sample": call.portal.package.sample,
    }


@action(ABOUT)
def site_read(call: Call) -> bool:  # noqa: ARG001
    """Whether you may read this site: everybody may."""
    return True


@action(ABOUT)
def help_show(call: Call) -> str:
    """What an action does and takes. name: the action."""
    name = call.asked.required("name")
    if name not in ACTIONS:
        raise NotFound(f'Action "{name}" was not found')
    return inspect.cleandoc(ACTIONS[name].__doc__ or "")


ACTIONS: Actions = {**CATALOGUE, **GATHERED, **DATASTORE, **ABOUT}


def find_action(name: str, *, has_sql: bool) -> Action:
    """The action of that name. Raises BadRequest for a name that is none, NotAuthorized for one that would write."""
    if name in ACTIONS and (has_sql or name != "datastore_search_sql"):
        return ACTIONS[name]
    if WRITES.fullmatch(name):
        raise NotAuthorized(f"Action {name} requires an authenticated user")
    raise BadRequest(f"Action name not known: {name}")

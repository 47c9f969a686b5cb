"""Every operation of the site, by the blueprint that answers it.

A blueprint that comes to the site puts its operations in a file of this package and its line here: the description,
the page of the interface and the fuzz tests then know them.
"""

from __future__ import annotations

from dashboard.openapi import catalogue, ckan, feeds, files, rows, sql, v1
from dashboard.openapi.operation import Operation

BLUEPRINTS: dict[str, tuple[Operation, ...]] = {
    "v1": v1.OPERATIONS,
    "sql": sql.OPERATIONS,
    "downloads": files.OPERATIONS,
    "catalogue": catalogue.OPERATIONS,
    "rows": rows.OPERATIONS,
    "ckan": ckan.OPERATIONS,
    "feeds": feeds.OPERATIONS,
}


def operations() -> tuple[Operation, ...]:
    """All of them, in the order in which they are described."""
    return tuple(one for of_blueprint in BLUEPRINTS.values() for one in of_blueprint)

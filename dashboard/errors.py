"""The site's errors: each has an HTTP status and a sentence that says what to do."""

from __future__ import annotations

from typing import ClassVar


class DashboardError(Exception):
    """Base of every error that a reader may see."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"


class PackageNotFound(DashboardError):
    """There is no release to show."""

    status, code = 503, "package_not_found"


class ReleaseGone(DashboardError):
    """The release that the site has loaded is no longer on disk."""

    status, code = 503, "release_gone"


class ContractMismatch(DashboardError):
    """The release was written for another version of the site."""

    status, code = 503, "contract_mismatch"


class InvalidSettings(DashboardError):
    """The environment asks for something that cannot be."""

    status, code = 500, "invalid_settings"


class AddressTaken(DashboardError):
    """Another program listens where the site is to be served."""

    status, code = 500, "address_taken"


class UnknownField(DashboardError):
    """A query names a field that the table does not have."""

    status, code = 400, "unknown_field"


class InvalidQuery(DashboardError):
    """A query asks for something that cannot be: a value of the wrong type, an order by what is not there."""

    status, code = 400, "invalid_query"


class UnknownResource(DashboardError):
    """There is no dataset, table or figure of that name."""

    status, code = 404, "unknown_resource"


class QueryTooLarge(DashboardError):
    """The answer would be larger than the format or the site can carry."""

    status, code = 413, "query_too_large"

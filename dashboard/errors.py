"""The site's errors: each has an HTTP status and a sentence that says what to do.

Whoever runs the site reads it in English, in a terminal or a log; a reader of the site in their own language. So an
error that readers may meet carries its sentence as a text of the catalogues, with the values that belong in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar


class DashboardError(Exception):
    """Base of every error; by itself one that keeps the site from starting, and that only who runs it sees."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    retry_after: int | None = None
    """Seconds after which it is worth trying again, where trying again may help."""

    def told(self, translate: Callable[..., str], number: Callable[[int], str]) -> str:  # noqa: ARG002
        """The sentence in a language; in English where there is no other."""
        return str(self)


class ReaderError(DashboardError):
    """An error that a reader may see: `UnknownResource("There is no figure {name!r}.", name="x")`.

    A whole number among the values is written as the language writes numbers, any other value as the text says.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        self.text, self.values = text, values
        super().__init__(self.told(str.format, "{:,}".format))

    def told(self, translate: Callable[..., str], number: Callable[[int], str]) -> str:
        """The sentence in a language, by its `translate` (text, values by name) and how it writes a `number`.

        >>> QueryTooLarge("A sheet holds {n} rows.", n=1500).told(str.format, "{:_}".format)
        'A sheet holds 1_500 rows.'
        """
        return translate(
            self.text, **{name: number(one) if isinstance(one, int) else one for name, one in self.values.items()}
        )


class Fault(ReaderError):
    """Something of ours went wrong that nobody foresaw."""


class PackageNotFound(DashboardError):
    """There is no release to show."""

    status, code, retry_after = 503, "package_not_found", 3600


class ReleaseGone(ReaderError):
    """The release that the site has loaded is no longer on disk."""

    status, code, retry_after = 503, "release_gone", 60


class ContractMismatch(DashboardError):
    """The release was written for another version of the site."""

    status, code, retry_after = 503, "contract_mismatch", 3600


class InvalidSettings(DashboardError):
    """The environment asks for something that cannot be."""

    status, code = 500, "invalid_settings"


class AddressTaken(DashboardError):
    """Another program listens where the site is to be served."""

    status, code = 500, "address_taken"


class UnknownField(ReaderError):
    """A query names a field that the table does not have."""

    status, code = 400, "unknown_field"


class InvalidQuery(ReaderError):
    """A query asks for something that cannot be: a value of the wrong type, an order by what is not there."""

    status, code = 400, "invalid_query"


class UnknownResource(ReaderError):
    """There is no dataset, table or figure of that name."""

    status, code = 404, "unknown_resource"


class UnknownFormat(ReaderError):
    """A format in which an answer cannot be given."""

    status, code = 501, "unknown_format"


class UnknownPage(ReaderError):
    """A cursor that leads nowhere: it is of another question, another release, or nobody gave it."""

    status, code = 404, "unknown_page"


class ReadOnly(ReaderError):
    """A request that would change something."""

    status, code = 405, "method_not_allowed"


class QueryTooLarge(ReaderError):
    """The answer would be larger than the format or the site can carry."""

    status, code = 413, "query_too_large"


class SqlRefused(ReaderError):
    """A query in SQL that cannot be run as it was written."""

    status, code = 400, "sql_refused"


class SqlTooHeavy(SqlRefused):
    """A query in SQL that takes more time or memory than a query may."""

    status, code = 413, "sql_too_heavy"


class SqlBusy(SqlRefused):
    """No query can be run at the moment."""

    status, code = 503, "sql_busy"
    retry_after: int = 5


class RangeBeyond(ReaderError):
    """A part of a file is asked for that the file does not have."""

    status, code = 416, "range_not_satisfiable"


class TooManyRequests(ReaderError):
    """A client has asked for more than one may in a time."""

    status, code = 429, "too_many_requests"

    def __init__(self, text: str, /, *, seconds: int, **values: object) -> None:
        super().__init__(text, seconds=seconds, **values)
        self.retry_after = seconds


class BodyTooLarge(ReaderError):
    """A request carries more than is read."""

    status, code = 413, "body_too_large"


class MissingExtra(DashboardError):
    """The library of an engine is not installed."""

    status, code = 500, "missing_extra"


class EngineUnavailable(DashboardError):
    """The engine that the settings name cannot be reached, or refuses."""

    status, code, retry_after = 503, "engine_unavailable", 60


class EngineAway(ReaderError):
    """The engine that answers queries was there, and is not now."""

    status, code, retry_after = 503, "engine_away", 10


class NoRoom(ReaderError):
    """The disk on which files are made is full."""

    status, code, retry_after = 503, "no_room", 300

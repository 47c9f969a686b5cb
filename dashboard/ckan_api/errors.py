"""What an action cannot answer, as CKAN says it: in English, by the types that its clients know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class CkanError(Exception):
    """Base of the errors that stand in CKAN's envelope."""

    status: ClassVar[int]
    kind: ClassVar[str]
    retry_after: int | None = None
    """Seconds after which it is worth trying again, where trying again may help."""

    def details(self) -> dict[str, Any]:
        """What stands under `error` of the envelope."""
        return {"message": str(self), "__type": self.kind}


class NotFound(CkanError):
    """There is no dataset, resource, organization, group or tag of that name."""

    status, kind = 404, "Not Found Error"

    def __init__(self, what: str = "") -> None:
        super().__init__(f"Not found: {what}" if what else "Not found")


class NotAuthorized(CkanError):
    """The action is not for everybody, or for nobody here."""

    status, kind = 403, "Authorization Error"

    def __init__(self, why: str) -> None:
        super().__init__(f"Access denied: {why}")


class Invalid(CkanError):
    """Parameters are missing or wrong: `Invalid({"rows": ["Must be a natural number"]})`."""

    status, kind = 409, "Validation Error"

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__("; ".join(f"{name}: {what}" for name, what in errors.items()))
        self.errors = errors

    def details(self) -> dict[str, Any]:
        """The parameters, each with what is wrong with it."""
        return {**self.errors, "__type": self.kind}


class Busy(CkanError):
    """There is no time for the action now. CKAN has no type for it: a database that has none waits or gives up."""

    status, kind = 503, "Service Unavailable Error"

    def __init__(self, why: str, retry_after: int) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class SearchFailed(CkanError):
    """A search's query or order cannot be understood."""

    status, kind = 409, "Search Error"

    def __init__(self, why: str) -> None:
        super().__init__(f"Search error: {why!r}")


class SearchRefused(CkanError):
    """A search was asked with a parameter that there is not."""

    status, kind = 409, "Search Query Error"

    def __init__(self, why: str) -> None:
        super().__init__(f"Search Query is invalid: {why!r}")


class BadRequest(Exception):
    """What came is no request of an action; CKAN answers it with a bare text."""

    status: ClassVar[int] = 400

    def __init__(self, why: str) -> None:
        super().__init__(f"Bad request - {why}")

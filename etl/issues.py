"""What a run wants a person to see, in one shape from the fetch to the status page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from etl.declare import Dataset, Source
from etl.errors import EtlError, FetchError

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Issue:
    """One finding: on which source, what was expected, what came, what to do."""

    source: str
    portal: str | None
    dataset: str | None
    resource: str | None
    severity: Severity
    code: str
    message: str
    expected: str = ""
    got: str = ""
    do: str = ""
    count: int | None = None
    texts: dict[str, str] | None = None
    """The message in the three languages of the site, where it was declared in them."""

    def as_dict(self) -> dict[str, Any]:
        """As it is written to JSON."""
        return asdict(self)


def issue_of_error(error: EtlError, source: Source) -> Issue:
    """The issue that an error on a source is. A FetchError's state is its code."""
    code = error.state if isinstance(error, FetchError) else error.code
    return Issue(
        source.name,
        source.portal,
        source.dataset or source.path or source.url or source.endpoint,
        error.resource,
        "error",
        code,
        error.what,
        error.expected,
        error.got,
        error.do,
    )


def issue_of_count(
    source: Source,
    code: str,
    message: str,
    count: int,
    *,
    severity: Severity = "info",
    resource: str | None = None,
) -> Issue:
    """A counted finding that stops nothing."""
    where = source.dataset or source.path or source.url or source.endpoint
    return Issue(source.name, source.portal, where, resource, severity, code, message, count=count)


def issues_of_absence(dataset: Dataset) -> list[Issue]:
    """One finding a city that is declared not to publish the dataset."""
    return [
        Issue(
            dataset.name,
            None,
            dataset.name,
            None,
            "info",
            "not_published",
            absence.reason.en,
            texts=absence.reason.model_dump(),
        )
        for absence in dataset.absent
    ]

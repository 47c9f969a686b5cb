"""The errors of the pipeline: each names the thing, says what is wrong and what to do.

They are caught in two places only: per source (where they become an issue of the run) and in the
command line (where they become one line and exit code 1).
"""

from __future__ import annotations

from typing import ClassVar


class EtlError(Exception):
    """Base of every error that a person can act on."""

    code: ClassVar[str] = "error"

    def __init__(self, what: str, *, expected: str = "", got: str = "", do: str = "") -> None:
        self.what, self.expected, self.got, self.do = what, expected, got, do
        self.resource: str | None = None
        """The resource of the source on which it happened, set where that is known."""
        parts = [what.rstrip(".")]
        if expected:
            parts.append(f"expected {expected}")
        if got:
            parts.append(f"got {got}")
        sentence = "; ".join(parts) + "."
        super().__init__(f"{sentence} {do}".strip())


class DeclarationError(EtlError):
    """A YAML declaration is wrong or two of them disagree."""

    code = "declaration"


class FetchError(EtlError):
    """A portal or file could not be had. `state` tells the kinds of failure apart."""

    code = "fetch"

    def __init__(self, what: str, *, state: str, expected: str = "", got: str = "", do: str = "") -> None:
        super().__init__(what, expected=expected, got=got, do=do)
        self.state = state


class SnapshotMismatch(EtlError):
    """The bytes of a snapshot are not those that its record describes."""

    code = "snapshot_mismatch"


class UnexpectedData(EtlError):
    """A file is readable but is not what its declaration says."""

    code = "unexpected_data"


class CheckFailed(EtlError):
    """A tidied table breaks its declared schema."""

    code = "check_failed"


class PublishRefused(EtlError):
    """A release would be worse than the one that is live."""

    code = "publish_refused"


class NothingToPublish(PublishRefused):
    """What the portals gave is not enough for a release."""


class EngineUnavailable(EtlError):
    """The place where a run's heavy work is done is not there, or broke off."""

    code = "engine_unavailable"

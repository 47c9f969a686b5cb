"""Cursors: where a page ended, as a text that means something to the question only that it was given to."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboard.errors import UnknownPage
from dashboard.package import Field
from dashboard.query.model import Scalar

DIGEST_BYTES = 6


def digest_of(*question: object) -> str:
    """What tells one question from another."""
    return hashlib.blake2b(repr(question).encode(), digest_size=DIGEST_BYTES).hexdigest()


def write_cursor(digest: str, values: Sequence[Any]) -> str:
    """The cursor behind these values."""
    texts = [None if value is None else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([digest, *texts]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, digest: str, fields: Sequence[Field]) -> tuple[Scalar | None, ...]:
    """The values that a cursor holds, each of its field's type. Raises UnknownPage."""
    try:
        asked, *texts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if asked != digest:
            raise UnknownPage(
                "The cursor is of another question or release: begin without it, and follow each answer's `next`."
            )
        return tuple(_typed(field, text) for field, text in zip(fields, texts, strict=True))
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise UnknownPage("Nobody gave this cursor: begin without it, and follow each answer's `next`.") from error


def _typed(field: Field, text: object) -> Scalar | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError(text)
    if field.type == "integer":
        number = int(text)
        if abs(number) >= 2**63:
            raise ValueError(text)
        return number
    if field.type == "number":
        return _exact(text) if field.exact_type.startswith("decimal") else float(text)
    if field.type == "boolean":
        return {"True": True, "False": False}[text] if text in ("True", "False") else int("no flag")
    return dt.date.fromisoformat(text) if field.type == "date" else text


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= 10**18:
        raise ValueError(text)
    return number.quantize(Decimal("0.000001"))

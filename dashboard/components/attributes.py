"""Attributes with a hyphen, which Python cannot name as arguments."""

from __future__ import annotations

from typing import Any


def aria(**values: str) -> dict[str, Any]:
    """`aria-` attributes.

    >>> aria(label="Pages")
    {'aria-label': 'Pages'}
    """
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """`data-` attributes, underscores as hyphens.

    >>> data(copy_link="/fi/")
    {'data-copy-link': '/fi/'}
    """
    return {f"data-{name.replace('_', '-')}": value for name, value in values.items()}

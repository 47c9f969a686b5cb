"""Invented personal data, planted where real files hold some, so that a test can look for what must not come out."""

from __future__ import annotations

GIVEN = ("Maija", "Matti", "Liisa", "Pekka", "Aino", "Eero")
FAMILY = ("Keksittylä", "Olematon", "Kuvitelmala", "Näytemäki")
STREETS = ("Olemattomankatu", "Kuvitelmantie", "Näytekuja")


def full_name(number: int) -> str:
    """A name that nobody bears.

    >>> full_name(0), full_name(7)
    ('Maija Keksittylä', 'Matti Olematon')
    """
    return f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"


def phone(number: int) -> str:
    """A number that is given to nobody: 99 is no area or network code in use.

    >>> phone(12)
    '+358 99 5550012'
    """
    return f"+358 99 555{number % 10_000:04d}"


def email(number: int) -> str:
    """An address in a domain that cannot exist."""
    return f"{full_name(number).replace(' ', '.').casefold()}@henkilo.invalid"


def address(number: int) -> str:
    """A street that there is not."""
    return f"{STREETS[number % len(STREETS)]} {number % 97 + 1}"


def zipcode(number: int) -> str:
    """A postal code that is not in use."""
    return f"0099{number % 10}"

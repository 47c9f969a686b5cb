"""Finds what leads to one person in free text of a ledger: personal identity codes, e-mail addresses, phone numbers.

A ledger's numbers are digits too, so a phone number has to be written like one, and an identity code has to have a
date and a check character that hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from stdnum.fi import hetu

from etl.tidy.arrays import count_true
from etl.tidy.each import is_text, keep_where, mask_distinct

HINT = r"(?i)@|[(\[]at[)\]]|\+\s?[0-9]|0[0-9]{1,3}[ -][0-9]{3}|(tel|gsm|puh|puhelin)[.: ]|[0-9]{6}[-+A-FU-Y][0-9]{3}"
"""What every contact has, in the syntax of Arrow's regular expressions: few texts of a ledger have it."""
EMAIL = re.compile(r"[^\s@<>()\[\],;]+\s?(?:@|[(\[]at[)\]])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
PHONE = re.compile(
    r"""(?<![0-9])\+(?:[ ()/-]*[0-9]){9,15}    # with the code of a country
    |\b(?:puh|puhelin|matkapuh|matkapuhelin|tel|gsm)[.:\s]+[0-9](?:[\s-]?[0-9]){5,11}\b    # called one
    |(?<![\w-])(?!\w{3}[\s-](?:19|20)[0-9]{2}\s?-)    # years with a hyphen between them are none
        (?:0(?:4[0-9]{1,2}|50[0-9]?)[\s-][0-9]{3,4}[\s-]?[0-9]{2,4}(?:[\s-][0-9]{2,4})?    # mobile: 04 or 050
        |0(?:[235689]|1[0-9]|2[09])\s[0-9]{3,4}\s?[0-9]{3,5})(?![\w-])    # land line: with a hyphen, it is a voucher
    """,
    re.IGNORECASE | re.VERBOSE,
)
IDENTITY_CODE = re.compile(r"(?<![^\W_])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y](?![^\W_])", re.IGNORECASE)


def holds_contact(texts: pa.Array) -> pa.Array:
    """Mask of the texts that hold a personal identity code, an e-mail address or a phone number.

    Rule of identity codes: Digital and Population Data Services Agency, as in python-stdnum; temporary ones count.

    >>> holds_contact(pa.array(["malli@esimerkki.invalid", "+358 40 123 4567", "HETU 131052-308T", None])).to_pylist()
    [True, True, True, None]
    >>> holds_contact(pa.array(["4340", "0204819-8", "2024-0001234", "131052-308U", "040 2023-2024"])).to_pylist()
    [False, False, False, False, False]
    """
    found = pc.match_substring_regex(texts, HINT)
    candidates = pc.fill_null(found, False)
    if not pc.any(candidates).as_py():
        return found
    held = [is_contact(text) for text in texts.filter(candidates).to_pylist()]
    return pc.replace_with_mask(found, candidates, pa.array(held, pa.bool_()))


def is_contact(text: str) -> bool:
    """`holds_contact` of one text.

    >>> [is_contact(text) for text in ("050-123 4567", "puh. 0501234567", "02 123 4567", "0501234567", "02-1234567")]
    [True, True, True, False, False]
    """
    return bool(EMAIL.search(text) or PHONE.search(text)) or any(
        hetu.is_valid(code, allow_temporary=True) for code in IDENTITY_CODE.findall(text)
    )


def blank_contacts(columns: Mapping[str, pa.Array], names: Iterable[str]) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """(those of the named text columns that held a contact, now with nulls in place of such texts; how many a column).

    >>> columns = {"unit_name": pa.array(["Koulut", "malli@esimerkki.invalid"])}
    >>> changed, blanked = blank_contacts(columns, ["unit_name", "account_name"])
    >>> changed["unit_name"].to_pylist(), blanked
    (['Koulut', None], {'unit_name': 1})
    """
    changed, blanked = {}, {}
    for name in names:
        column = columns.get(name)
        if column is None or not is_text(column):
            continue
        held = mask_distinct(column, holds_contact)
        count = count_true(held)
        if count:
            changed[name] = _without(column, held)
            blanked[name] = count
    return changed, blanked


def _without(column: pa.Array, held: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return keep_where(column, pc.invert(held))
    return pc.if_else(held, pa.scalar(None, pa.string()), column)

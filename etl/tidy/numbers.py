"""Money as cities write it -> exact decimals. Never through floats: the sums must agree to the cent."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

MONEY = pa.decimal128(18, 2)
WIDE = pa.decimal128(38, 20)
SPACE = r"[\s'’\x{00a0}\x{2007}\x{2009}\x{202f}]"
CURRENCY = r"(?:€|(?i:eur))"
SPACED = r"^([+-]?[0-9]{1,3}(?:_[0-9]{3})+)([.,][0-9]*)?$"
"""Groups of three between spaces (`_` once cleaned); digits that a space parts otherwise are no number."""
COMMA_DECIMAL = r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]*)(?:,[0-9]*)?$"
POINT_DECIMAL = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.[0-9]*)?$"
PLAIN_COMMA = r"^-?(?:[0-9]{1,15}|[0-9]{1,3}(?:[ \x{00a0}][0-9]{3}){1,4})(?:,[0-9]{1,2})?$"
PLAIN_POINT = PLAIN_COMMA.replace(",[0-9]", r"\.[0-9]")
NO_DIGIT = r"^[^0-9]*$"
TOO_LONG = r"^[+-]?[0-9]{16}"
"""More digits before the mark than decimal(18,2) surely holds, rounding included."""


class Decimals(NamedTuple):
    """Parsed money: `values` is null where the text is empty or bad; the other two are masks."""

    values: pa.Array
    bad: pa.Array
    rounded: pa.Array


def parse_decimals(text: pa.Array, decimal: str) -> Decimals:
    """Parse amounts in EUR, to the cent (half to even).

    `decimal` is the source's decimal mark; it decides only what is ambiguous (`1.234`): where the text
    itself tells which mark is which, the text is believed.

    >>> parse_decimals(pa.array(["1 234,56", "1.234,56", "1,234.56", "(978)", "-0", "1 234,5-", "n/a"]), ",")[0]
    <pyarrow.lib.Decimal128Array object at ...>
    [
      1234.56,
      1234.56,
      1234.56,
      -978.00,
      0.00,
      -1234.50,
      null
    ]
    >>> parse_decimals(pa.array(["1.234"]), ",").values[0], parse_decimals(pa.array(["1.234"]), ".").values[0]
    (<pyarrow.Decimal128Scalar: Decimal('1234.00')>, <pyarrow.Decimal128Scalar: Decimal('1.23')>)
    """
    text = pc.fill_null(text, "")
    plain = pc.match_substring_regex(text, PLAIN_COMMA if decimal == "," else PLAIN_POINT)
    if pc.all(plain).as_py():
        return _plain(text, decimal)
    odd = pc.invert(plain)
    slow = _any_form(text.filter(odd), decimal)
    fast = _plain(pc.if_else(plain, text, "0"), decimal)
    return Decimals(
        pc.replace_with_mask(fast.values, odd, slow.values),
        pc.replace_with_mask(fast.bad, odd, slow.bad),
        pc.replace_with_mask(fast.rounded, odd, slow.rounded),
    )


def _plain(text: pa.Array, decimal: str) -> Decimals:
    """Amounts that a cast reads once spaces are gone: at most a sign, digits, the declared mark, two decimals."""
    text = pc.replace_substring(pc.replace_substring(text, "\u00a0", ""), " ", "")
    values = pc.cast(pc.replace_substring(text, ",", ".") if decimal == "," else text, MONEY)
    none = pa.repeat(pa.scalar(False), len(text))
    return Decimals(values, none, none)


def _any_form(text: pa.Array, decimal: str) -> Decimals:
    """Amounts in any of the forms that publishers use."""
    clean = _clean(text)
    empty = pc.equal(pc.utf8_length(clean), 0)
    first, second = (COMMA_DECIMAL, POINT_DECIMAL) if decimal == "," else (POINT_DECIMAL, COMMA_DECIMAL)
    digits = pc.invert(pc.match_substring_regex(clean, NO_DIGIT))
    is_first = pc.and_(digits, pc.match_substring_regex(clean, first))
    is_second = pc.and_(pc.and_not(digits, is_first), pc.match_substring_regex(clean, second))
    is_comma = is_first if decimal == "," else is_second
    plain = pc.if_else(is_comma, _to_point(clean, ".", ","), _to_point(clean, ",", "."))
    good = pc.and_not(pc.or_(is_first, is_second), pc.match_substring_regex(plain, TOO_LONG))
    wide = pc.cast(pc.if_else(good, _trim(plain), None), WIDE)
    values = pc.round(wide, 2, "half_to_even")
    rounded = pc.fill_null(pc.not_equal(values, wide), fill_value=False)
    return Decimals(pc.cast(values, MONEY), pc.and_not(pc.invert(good), empty), rounded)


def _clean(text: pa.Array) -> pa.Array:
    """Without currency and grouping spaces, minus signs made one, brackets and trailing minus turned into a sign."""
    text = pc.replace_substring_regex(pc.fill_null(text, ""), f"{SPACE}+", "_")
    text = pc.replace_substring_regex(text, f"^_?{CURRENCY}?_?|_?{CURRENCY}?_?$", "")
    text = pc.replace_substring_regex(text, "[−–]", "-")
    text = pc.replace_substring_regex(text, r"^([+-])_", r"\1")
    text = pc.replace_substring_regex(text, r"^\(_?([^()-]*?)_?\)$", r"-\1")
    text = pc.replace_substring_regex(text, r"^([0-9][0-9_.,]*?)_?-$", r"-\1")
    return pc.if_else(pc.match_substring_regex(text, SPACED), pc.replace_substring(text, "_", ""), text)


def _to_point(text: pa.Array, thousands: str, decimal: str) -> pa.Array:
    return pc.replace_substring(pc.replace_substring(text, thousands, ""), decimal, ".")


def _trim(text: pa.Array) -> pa.Array:
    """At most twenty decimals, which is more than any ledger has, and a digit on both sides of the point."""
    text = pc.replace_substring_regex(text, r"(\.[0-9]{20})[0-9]+$", r"\1")
    text = pc.replace_substring_regex(text, r"^([+-]?)\.", r"\g<1>0.".replace(r"\g<1>", r"\1"))
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"\.$", ""), r"^\+", "")

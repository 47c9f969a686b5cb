"""What leads to one person is found in any text, and what only has digits in it is not."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fi import hetu

from etl.tidy.contacts import blank_contacts, holds_contact, is_contact

CONTACTS = [
    "maija@esimerkki.invalid", "maija.mallikas+x@a.esimerkki.invalid", "maija(at)esimerkki.invalid",
    "+358401234567", "+358 40 123 4567", "+358 (0)40 123 4567", "+46 70 123 45 67", "040 1234567", "040-1234567",
    "0400 123 456", "050 123 4567", "044 123 4567", "09 310 1691", "02 1234567", "puh. 0401234567", "Tel: 040-123 4567",
    "131052-308T", "131052-308t", "131052Y308T", "010100A900F", "040 123\u00a04567",
]  # fmt: skip
NONE = [
    "", "Koulut", "4340", "0401234567", "2024-0001234", "0204819-8", "FI02048198", "131052-308U", "310252-308Y",
    "131052-308", "1131052-308T", "12.3.2024", "2023-2024", "040 2023-2024", "02-1234567", "041 Koulut", "100 200 300",
    "FI21 1234 5600 0007 85", "a @ b", "@", "Puhelinpalvelut 4340001", "1 234 567,89",
    "7f0b0412-3456-4789-8abc-1234567890ab",
]  # fmt: skip


@pytest.mark.parametrize("text", CONTACTS)
@pytest.mark.parametrize("around", ["{}", "Matka {}", "({})", "Matka, {}.", "Mallikas / {} / 2024"])
def test_a_contact_is_found_wherever_it_stands(text, around):
    assert holds_contact(pa.array([around.format(text)])).to_pylist() == [True]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_contact_is_none(text):
    assert holds_contact(pa.array([text])).to_pylist() == [False]


@given(st.lists(st.one_of(st.none(), st.sampled_from([*CONTACTS, *NONE]), st.text("0123456789+-@. a", max_size=16))))
def test_the_quick_look_at_many_texts_finds_what_each_alone_would(texts):
    found = holds_contact(pa.array(texts, pa.string())).to_pylist()
    assert found == [None if text is None else is_contact(text) for text in texts]


@given(
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2020, 1, 1)),
    st.integers(2, 999),
)
def test_of_the_characters_a_code_may_end_with_one_makes_it_a_code(born, number):
    sign = "A" if born.year >= 2000 else "-"
    codes = [f"{born:%d%m%y}{sign}{number:03d}{end}" for end in "0123456789ABCDEFHJKLMNPRSTUVWXY"]
    found = [code for code in codes if is_contact(code)]
    assert len(found) == 1
    assert hetu.is_valid(found[0], allow_temporary=True)


@pytest.mark.parametrize("encoded", [False, True])
def test_contacts_are_blanked_in_the_named_columns_only(encoded):
    texts = pa.array(["Koulut", "040 123 4567", None, "040 123 4567"])
    column = texts.dictionary_encode() if encoded else texts
    changed, blanked = blank_contacts({"a": column, "b": column, "n": pa.array([1, 2, 3, 4])}, ["a", "n", "absent"])
    assert {name: values.to_pylist() for name, values in changed.items()} == {"a": ["Koulut", None, None, None]}
    assert changed["a"].type == column.type
    assert blanked == {"a": 2}

"""Names and codes, and the two tools that every tidy rule leans on: a function per distinct text, and the sieve."""

from __future__ import annotations

import threading
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.tidy.each import map_distinct
from etl.tidy.rows import Sieve
from etl.tidy.text import clean_code, fold_spaces

TEXT = st.one_of(st.text(max_size=16), st.text("aÄöå \u00a0\u2009\n\t-.0", max_size=12))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Mallilan\u00a0Kone\u202fOy", "Mallilan Kone Oy"),
        ("Mallilan\r\nKone Oy", "Mallilan Kone Oy"),
        ("A\u0308ka\u0308slompolo", "Äkäslompolo"),
        ("A\u030angstrom Ab", "Ångstrom Ab"),
        (" - ", None),
        ("N/A", None),
        ("#N/A", None),
        ("NULL", None),
        ("Tyhjä", None),
        ("Tyhja\u0308", None),
        ("--", "--"),
        ("0", "0"),
        ("Nullius Oy", "Nullius Oy"),
        ("Na Oy", "Na Oy"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_odd_spaces(text, folded):
    assert fold_spaces(text) == folded


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4340.0", "4340"),
        ("4340,00", "4340"),
        ("0434.0", "0434"),
        (" 4340 ", "4340"),
        ("4340.5", "4340.5"),
        ("4340.", "4340."),
        (".0", ".0"),
        ("A12.0", "A12.0"),
        ("1.000.0", "1.000.0"),
        ("4 340", "4 340"),
        ("00", "00"),
        ("-", None),
    ],
)
def test_a_code_loses_what_a_spreadsheet_added_and_nothing_else(text, code):
    assert clean_code(text) == code


@settings(deadline=None)
@given(text=TEXT)
def test_folding_keeps_every_letter_in_its_order_and_folds_once(text):
    folded = fold_spaces(text)
    if folded is None:
        return
    assert fold_spaces(folded) == folded
    assert folded == folded.strip()
    assert "  " not in folded
    assert "".join(folded.split()) == "".join(unicodedata.normalize("NFC", text).split())


@settings(deadline=None)
@given(text=TEXT)
def test_a_cleaned_code_is_clean(text):
    code = clean_code(text)
    assert code is None or clean_code(code) == code


@settings(deadline=None)
@given(number=st.integers(0, 10**9), zeros=st.integers(1, 4), mark=st.sampled_from([".", ","]))
def test_a_number_that_became_a_decimal_is_the_code_it_was(number, zeros, mark):
    assert clean_code(f"{number:06d}{mark}{'0' * zeros}") == f"{number:06d}"


@settings(deadline=None)
@given(texts=st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "", "Ä"]), st.text(max_size=3)), max_size=40))
def test_a_column_maps_as_its_cells_do_and_each_distinct_text_once(texts):
    asked = []

    def lengthen(text):
        asked.append(text)
        return text * 2 or None

    mapped = map_distinct(pa.array(texts, pa.string()), lengthen, pa.string())
    assert mapped.to_pylist() == [None if text is None else text * 2 or None for text in texts]
    assert sorted(asked) == sorted({text for text in texts if text is not None})


def test_an_array_that_is_a_slice_of_another_maps_its_own_cells():
    whole = pa.array(["a", "b", "c", "a"])
    map_distinct(whole, str.upper, pa.string())
    assert map_distinct(whole.slice(1, 2), str.upper, pa.string()).to_pylist() == ["B", "C"]
    assert map_distinct(pa.chunked_array([["a"], ["b", None]]), str.upper, pa.string()).to_pylist() == ["A", "B", None]


def test_columns_that_come_and_go_are_never_taken_for_each_other():
    for number in range(500):  # more than are remembered, and freed places in memory are used again
        column = pa.array([str(number), str(number + 1)])
        assert map_distinct(column, int, pa.int64()).to_pylist() == [number, number + 1]


def test_two_steps_at_once_get_their_own_columns():
    wrong = []

    def work(letter):
        for number in range(300):
            text = f"{letter}{number}"
            if map_distinct(pa.array([text, text]), str.upper, pa.string()).to_pylist() != [text.upper()] * 2:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


MASKS = st.integers(0, 20).flatmap(
    lambda rows: st.tuples(
        st.just(rows),
        st.lists(st.lists(st.sampled_from([True, False, None]), min_size=rows, max_size=rows), max_size=5),
    )
)


@settings(deadline=None)
@given(drawn=MASKS)
def test_each_row_is_kept_or_set_aside_once_under_its_first_reason(drawn):
    rows, masks = drawn
    sieve = Sieve(rows)
    for index, mask in enumerate(masks):
        sieve.drop(f"reason_{index}", pa.array(mask, pa.bool_()))
    numbers = pa.array(range(101, 101 + rows), pa.int64())
    kept, aside = sieve.split(pa.table({"n": numbers}), numbers)
    expected = {}
    for row in range(rows):
        hits = [index for index, mask in enumerate(masks) if mask[row]]
        if hits:
            expected[101 + row] = f"reason_{hits[0]}"
    found = dict(zip(aside["row_number"].to_pylist(), aside["reason_code"].to_pylist(), strict=True))
    assert found == expected
    assert kept["n"].to_pylist() == [n for n in numbers.to_pylist() if n not in expected]

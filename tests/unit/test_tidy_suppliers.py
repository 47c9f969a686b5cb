"""Whose name may be shown, and which business ids are real: tables of real kinds of spelling, and properties."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.fi import alv, ytunnus

from etl.tidy.companies import (
    clean_supplier_name,
    is_anonymised,
    is_sole_trader,
    names_organisation,
    normalise_business_id,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def check_digit(number):
    """By the Tax Administration's rule; None where a number has none."""
    rest = sum(int(d) * w for d, w in zip(f"{number:07d}", WEIGHTS, strict=True)) % 11
    return {0: 0, 1: None}.get(rest, 11 - rest)


NUMBERS = st.integers(1, 9_999_999)


@settings(deadline=None)
@given(number=NUMBERS)
def test_of_the_ten_digits_a_number_may_end_with_at_most_its_own_is_taken(number):
    taken = [digit for digit in range(10) if normalise_business_id(f"{number:07d}-{digit}")]
    right = check_digit(number)
    assert taken == ([] if right is None else [right])


@settings(deadline=None)
@given(
    number=st.integers(100_000, 9_999_999),
    style=st.sampled_from(
        ["{0:07d}-{1}", "{0}-{1}", "{0:07d}{1}", "FI{0:07d}{1}", "fi{0:07d}{1}", " {0:07d}-{1} ", "{0:07d} - {1}",
         "{0:07d}–{1}", "FI {0:07d}-{1}", "\u00a0{0:07d}-{1}\n"]
    ),
)  # fmt: skip
def test_an_id_has_one_form_however_it_is_written(number, style):
    digit = check_digit(number)
    assume(digit is not None)
    got = normalise_business_id(style.format(number, digit))
    assert got == f"{number:07d}-{digit}"
    assert ytunnus.is_valid(got)
    assert alv.is_valid(f"FI{got.replace('-', '')}")
    assert normalise_business_id(got) == got


@settings(deadline=None, max_examples=200)
@given(text=st.one_of(st.text(max_size=14), st.text("0123456789-FI ", max_size=12)))
def test_whatever_comes_out_is_an_id_that_another_library_accepts(text):
    got = normalise_business_id(text)
    assert got is None or ytunnus.is_valid(got)


@pytest.mark.parametrize(
    "text",
    ["FI2112345600000785", "FI21 1234 5600 0007 85", "2112345600000785", "SE556036079301", "DE811907980", "EE100366327",
     "1234567-", "-8", "0204819-88", "02048198 9", "0204819.8", "0204819/8", "o204819-8", "0204819-8 0204819-8",
     "131052-308T", "010101-123N", "#N/A", "Y-tunnus", "", " "],
)  # fmt: skip
def test_what_only_looks_like_an_id_is_none(text):
    assert normalise_business_id(text) is None


def test_wide_digits_make_no_id_or_a_plain_one():
    assert normalise_business_id("０２０４８１９-８") in (None, "0204819-8")


@pytest.mark.parametrize("text", ["0000000-0", "0000000", "00000000", "FI00000000"])
def test_a_filler_of_zeros_is_no_id(text):
    assert normalise_business_id(text) is None


ORGANISATIONS = [
    "Mallilan Kone Oy", "MALLILAN KONE OY", "Oy Mallilan Kone Ab", "Ab Modell", "Mallila Oyj", "Mallila Oyj.",
    "Esimerkki, Oy", "Esimerkki (Oy)", "Virtanen & Co Oy", "Kommandiittiyhtiö Mallikas Ky", "Modellbolaget Kb",
    "Mallilan Urheilijat ry", "Mallilan Urheilijat r.y.", "Modellföreningen rf", "Modellföreningen r.f.",
    "Mallilan Osuuskauppa Osk", "Mallilan Osuuskunta", "Modell Andelslag", "Specimen Ltd", "Specimen Limited",
    "Sample Inc.", "Muster GmbH", "Specimen LLC", "Specimen plc", "Modell A/S", "Modell ApS", "Sample Systems BV",
    "Sample Systems B.V.", "Näidis ja Pojad OÜ", "Exemple et Fils SA", "Turun kaupunki", "Kaarinan kunta",
    "Kymenlaakson hyvinvointialue", "Turun yliopisto", "Turun ammattikorkeakoulu", "Maanmittauslaitos",
    "Verohallinto", "Opetusministeriö", "Kela", "Poliisi", "Lasten Päivän Säätiö ry", "Mallisäätiö", "Modellstiftelsen",
    "Mallilan seurakuntayhtymä", "Urheiluliitto", "Eläinsuojeluyhdistys", "Kansalaisopisto", "Tilastokeskus",
]  # fmt: skip
PERSONS = [
    "Virtanen Maija", "Maija Virtanen", "VIRTANEN MAIJA ANNELI", "Virtanen, Maija", "von Mallikas Otto", "Åkerlund Åsa",
    "Kela Matti", "Seura Maija", "Liitto Liisa", "Osk Matti", "Inc Ville", "Virtanen As", "Mäki Se", "Sa Maria",
    "Laitos Leo", "Oyanen Oili", "Abramov Abel", "Ky Nguyen Van", "Ry", "Oy", "Keskus Kaisa", "Virasto Ville",
]  # fmt: skip


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisation_is_known_by_its_form_or_kind(name):
    assert names_organisation(name)
    assert names_organisation(f"  {name} ")


@pytest.mark.parametrize(
    "name", ["Varsinais-Suomen hyvinvointialue", "Pohjois-Pohjanmaan hyvinvointialue", "Keski-Uudenmaan kunta"]
)
def test_a_body_of_a_place_with_a_hyphen_is_known_too(name):
    assert names_organisation(name)


@pytest.mark.parametrize("name", PERSONS)
def test_a_name_that_may_be_a_persons_is_not_taken_for_an_organisation(name):
    assert not names_organisation(name)


@settings(deadline=None)
@given(
    first=st.sampled_from(["Maija", "Åsa", "Jean-Pierre", "Anna Liisa"]),
    last=st.text("abcdefghijklmnoprstuvyäö", min_size=3, max_size=12).map(str.title),
    trader=st.sampled_from(
        ["Tmi {}", "{} Tmi", "T:mi {}", "Toiminimi {}", "{} toiminimi", "tmi. {}", "F:ma {}", "({} tmi)"]
    ),
)  # fmt: skip
def test_a_trade_name_is_a_persons_wherever_its_mark_stands(first, last, trader):
    assert is_sole_trader(trader.format(f"{first} {last}"))
    assert not is_sole_trader(f"{last} Oy")


@pytest.mark.parametrize(
    "name", ["Tmiehet Oy", "Satmi Oy", "Tmix Oy", "Toiminimike Oy", "Optmi Ab", "Kone Tmi2 Oy", "F:man Oy"]
)
def test_a_mark_inside_a_word_is_none(name):
    assert not is_sole_trader(name)


@pytest.mark.parametrize(
    "text",
    ["Anonymisoitu", "ANONYMISOITU", "anonymisoitu henkilö", "Yksityishenkilö", "yksityishenkilöt yhteensä",
     "Henkilötieto poistettu", "Salattu", "Nimi poistettu", "Anonymiserad"],
)  # fmt: skip
def test_a_word_in_place_of_a_name_is_no_name(text):
    assert is_anonymised(text)
    assert clean_supplier_name(text) is None
    assert clean_supplier_name(f" {text}\u00a0") is None


def test_a_supplier_keeps_its_published_name():
    assert clean_supplier_name(" Mallilan\u00a0 Kone\nOy ") == "Mallilan Kone Oy"
    assert clean_supplier_name("MALLILAN KONE OY") == "MALLILAN KONE OY"
    assert clean_supplier_name("-") is None

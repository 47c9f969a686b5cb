"""The index: what it finds, in which order, however it is spelt, and from many threads at once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search.folding import fold, marked, words_of
from dashboard.search.index import Entry, Index
from dashboard.search.inflection import NAMES, PARTED, Inflection
from dashboard.search.vocabulary import Vocabulary

COMPANIES = {
    "Kone Oyj": 10.0,
    "Koneistamo Kone Ab": 5.0,
    "Mallilan Konehuolto Oy": 900.0,
    "Åkerlunds Bygg Ab": 40.0,
    "Esimerkin Energia Oy": 50.0,
    "Sähkö-Testi Oy": 3.0,
}
PAGE = Entry("page", "data", ("Aineistot", "Datamängder", "Datasets"), "avoin data", 1e9, ("Lataa", "Ladda", "Files"))
CITY = Entry("city", "city/853", ("Turku", "Åbo", "Turku"), "853", 1e9, ("Ostot", "Inköp", "Purchases"))


@pytest.fixture(scope="module")
def index():
    companies = (
        Entry(
            "company", f"companies/{1000001 + number}-{number}", (name,), fold(f"{1000001 + number}-{number}"), weight
        )
        for number, (name, weight) in enumerate(COMPANIES.items())
    )
    return Index([*companies, PAGE, CITY])


def names(results, language="fi"):
    return [entry.name(language) for group in results.groups for entry in group.entries]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("kone", "Kone Oyj"),  # its name begins so, though another is bought from far more
        ("KONEHUOLTO", "Mallilan Konehuolto Oy"),
        ("huolto", "Mallilan Konehuolto Oy"),  # the end of a compound
        ("akerlunds", "Åkerlunds Bygg Ab"),
        ("bygg åkerlunds", "Åkerlunds Bygg Ab"),
        ("sähkö testi", "Sähkö-Testi Oy"),
        ("1000004-3", "Åkerlunds Bygg Ab"),
        ("10000043", "Åkerlunds Bygg Ab"),
        ("datamängder", "Aineistot"),  # the Swedish word finds the page that is shown in Finnish
        ("datasets", "Aineistot"),
        ("Åbo", "Turku"),
        ("tur\u200bku", "Turku"),  # a zero-width space, as copied from a web page
        ("𝕋𝕦𝕣𝕜𝕦", "Turku"),
        ("ＫＯＮＥＨＵＯＬＴＯ", "Mallilan Konehuolto Oy"),
    ],
)
def test_a_word_is_found_in_any_case_place_accent_and_language(index, query, first):
    assert names(index.search(query))[0] == first


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("konehuotlo", "konehuolto"),  # two letters swapped
        ("konehulto", "konehuolto"),  # one missing
        ("esimerkkin energa", "esimerkin energia"),  # one too many, one missing
        ("akerlnuds", "akerlunds"),
        ("ainesitot", "aineistot"),
        ("truku", "turku"),
    ],
)
def test_a_mistyped_word_finds_what_was_meant_and_says_so(index, query, meant):
    results = index.search(query)
    assert results.instead == meant
    assert names(results)[0] == names(index.search(meant))[0]


PROJECT = Entry(
    "page",
    "project",
    ("Hanke ja sen rahat", "Projektet och dess pengar", "The project and its money"),
    "kustannukset kaupunki",
    1e9,
    ("Yritykset", "Leverantörer, kostnader", "Suppliers"),
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Turun", "Turku"),
        ("Turussa", "Turku"),
        ("Turkuun", "Turku"),
        ("Åbos", "Turku"),
        ("Turku's", "Turku"),
        ("hankkeen", "Hanke ja sen rahat"),
        ("hankkeeseen", "Hanke ja sen rahat"),
        ("hankkeen kustannuksista", "Hanke ja sen rahat"),
        ("kaupungin hankkeet", "Hanke ja sen rahat"),
        ("yritysten", "Hanke ja sen rahat"),
        ("projektets kostnad", "Hanke ja sen rahat"),
        ("leverantörernas", "Hanke ja sen rahat"),
        ("projects", "Hanke ja sen rahat"),
        ("supplier", "Hanke ja sen rahat"),
    ],
)
def test_a_word_is_found_in_any_of_its_forms(query, first):
    turku = Entry("company", "t", ("Turun Testi Oy",), "", 7.0)
    results = Index([turku, PROJECT, PAGE, CITY]).search(query)
    assert names(results)[0] == first
    assert results.instead is None


@pytest.mark.parametrize("of_one", [*NAMES, *PARTED])
def test_the_forms_kept_by_hand_are_forms_of_one_word(of_one):
    first, *others = of_one.split()
    inflection = Inflection({"fi": [first]})
    assert all(first in inflection.others(other) for other in others)


def test_a_companys_name_is_not_inflected():
    assert Index([Entry("company", "k", ("Hankkeet Oy",))]).search("hanke").count == 0


def test_every_word_must_be_there_where_an_entry_holds_all(index):
    assert names(index.search("kone ab")) == ["Koneistamo Kone Ab"]
    assert names(index.search("oy")) == ["Mallilan Konehuolto Oy", "Esimerkin Energia Oy", "Kone Oyj", "Sähkö-Testi Oy"]
    assert not index.search("kone ab").is_partial


def test_where_none_holds_all_words_those_that_hold_most_are_found_and_it_is_said(index):
    results = index.search("esimerkin konehuolto energia zzz")
    assert names(results)[0] == "Esimerkin Energia Oy"
    assert (results.is_partial, results.unknown) == (True, ("zzz",))
    assert set(names(index.search("turku datasets"))) == {"Turku", "Aineistot"}
    assert index.search("kone byg zzz").is_partial


def test_a_rare_word_says_more_than_one_that_many_hold():
    many = [Entry("company", str(n), (f"Rakennus {n} Oy",), "", 100.0 + n) for n in range(50)]
    results = Index([*many, CITY]).search("turku rakennus")
    assert [group.kind for group in results.groups] == ["city"]


@pytest.mark.parametrize(
    "question",
    ["who does Turku buy from", "what is Turku", "mitä Turku ostaa", "Kuinka paljon Turku maksoi?", "vad köper Åbo av"],
)
def test_words_that_only_ask_are_not_looked_for(index, question):
    assert names(index.search(question))[0] == "Turku"


def test_a_question_whose_telling_words_are_all_in_one_entry_is_answered_by_it_alone():
    results = Index([PROJECT, PAGE, CITY]).search("what is the money of this project")
    assert names(results) == ["Hanke ja sen rahat"]
    assert not results.is_partial


def test_with_other_words_found_one_is_mistyped_by_a_letter_only(index):
    assert index.search("turku bygh").instead == "turku bygg"
    assert index.search("turku byhh").unknown == ("byhh",)


def test_what_is_not_there_is_answered_with_what_resembles_it(index):
    results = index.search("energia qqqqqqqq")
    assert (names(results), results.unknown) == (["Esimerkin Energia Oy"], ("qqqqqqqq",))
    assert "turku" in index.search("tyrkky").near


def test_what_resembles_a_query_is_in_the_readers_language_and_no_word_that_only_asks():
    page = Entry("page", "a", ("Maksut", "Maksorna", "Makes"), "", 1e9, ("Hanke", "Projekt", "Project"))
    small = Index([page, Entry("company", "y", ("Yksikkö Maksko Oy",))])
    assert small.search("maksyttu", language="fi").near == ("maksut",)
    assert small.search("maksyrrnaa", language="sv").near == ("maksorna",)
    assert small.search("kuinka makke", language="fi").near == ()
    assert small.search("kuinka maksko").near == ()


def test_groups_count_all_and_show_the_best(index):
    (group,) = index.search("oy", limit=2).groups
    assert (group.kind, group.count, len(group.entries)) == ("company", 4, 2)
    assert [one.kind for one in index.search("1000001", kinds=("company",)).groups] == ["company"]


def test_an_entry_of_an_exact_name_is_found_among_thousands_that_are_heavier():
    others = (Entry("company", str(n), (f"Malli {n} Yhtymä Oy",), "", 100.0 + n) for n in range(2000))
    results = Index([*others, Entry("company", "x", ("Yhtymä",), "", 0.0)]).search("yhtymä")
    assert results.groups[0].count == 2001
    assert results.groups[0].entries[0].path == "x"


def test_a_word_in_the_middle_of_others_is_noise_where_better_is_found_and_these_are_many():
    schools = [Entry("company", str(n), (f"Koulutuskeskus {n} Oy",), "", 5.0) for n in range(29)]
    city = Entry("city", "cities/564", ("Oulu", "Uleåborg", "Oulu"), "564", 1e9, ("a", "b", "c"))
    ends = Entry("company", "end", ("Pikkuoulu Oy",), "", 1.0)
    assert names(Index([*schools, city, ends]).search("oulu")) == ["Oulu", "Pikkuoulu Oy"]
    assert Index([*schools[:4], city]).search("oulu").count == 5
    assert Index(schools).search("oulu").count == 29


@given(st.text(max_size=100))
def test_no_query_is_an_error_and_marking_loses_no_letter(text):
    small = Index([PAGE, CITY])
    results = small.search(text)
    assert results.count <= 2
    assert "".join(piece for piece, _ in marked(text, words_of("turku data a"))) == text
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize("query", ['"', "' OR 1=1 --", "a* NEAR(b)", "text:kone", "^kone", "kone)", "{kone}", "%", "_"])
def test_the_query_language_below_is_out_of_reach(index, query):
    assert index.search(query).count <= len(COMPANIES) + 2


def test_the_same_is_found_from_many_threads_at_once(index):
    queries = [*COMPANIES, "konehuotlo", "oy", "zzz", "datasets"] * 10
    random.Random(6).shuffle(queries)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index.search, queries)) == [index.search(query) for query in queries]


def test_short_words_and_numbers_are_never_corrected():
    vocabulary = Vocabulary(["kone oy 1234567 8", "koje"])
    assert vocabulary.near("kome") == ["koje", "kone"]
    assert vocabulary.near("ok") == vocabulary.near("1234566") == []

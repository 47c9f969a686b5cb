"""Names of organisations: when two are one, measured on pairs checked by hand; and what could be a person's."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.datasets.companies.kinds import read_rules
from etl.datasets.companies.matching import THRESHOLD, group_names, match_names
from etl.datasets.companies.measure import PAIRS, measure, read_pairs
from etl.errors import DeclarationError
from etl.settings import ROOT
from etl.tidy.companies import is_sole_trader, normalise_business_id
from etl.tidy.names import score_names
from etl.tidy.persons import GIVEN_NAMES, could_be_person

WORDS = ("malli", "otos", "keksi", "Åbo", "Turku", "kone", "huolto", "Oy", "ry", "1", "2", "r.y.", "&", "/", "(R)")
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


def published():
    """The figures as the README gives them: (precision, wrong, precision of names spelt differently, recall)."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    found = re.search(
        r"at the threshold of (\d+) precision is (\d\.\d+) \((\d+) right, (\d+) wrong\), (\d\.\d+) "
        r"among names spelt differently, and recall (\d\.\d+)",
        text,
    )
    assert found, "README.md no longer says how well names are told"
    return found.groups()


def test_the_readme_says_what_the_checked_pairs_measure():
    threshold, precision, right, wrong, spelt, recall = published()
    pairs = read_pairs()
    now, differing = measure(pairs), measure(pair for pair in pairs if not pair.is_spelt_alike)
    assert float(threshold) == THRESHOLD
    assert (now.right, now.wrong) == (int(right), int(wrong))
    assert f"{now.precision:.3f}" == precision
    assert f"{differing.precision:.3f}" == spelt
    assert f"{now.recall:.3f}" == recall


def test_the_readme_says_what_the_pairs_measure_that_rest_on_ids_alone():
    pairs = [pair for pair in read_pairs() if pair.rests_on_ids]
    now = measure(pairs)
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"In {len(pairs)} pairs both business ids are the evidence" in text
    assert f"precision is {now.precision:.3f} ({now.right} right, the same {now.wrong} wrong)" in text
    assert f"and recall {now.recall:.3f}. The other" in text


def test_precision_does_not_fall_below_what_was_published():
    pairs = read_pairs()
    assert measure(pairs).precision >= 0.95
    assert measure(pair for pair in pairs if not pair.is_spelt_alike).precision >= 0.98


def test_the_only_pairs_told_wrongly_are_companies_of_one_and_the_same_name():
    wrong = [p.names for p in read_pairs() if not p.is_same and score_names(*p.names) >= THRESHOLD]
    assert len(wrong) == 2
    assert all(one == other for one, other in wrong)


def test_there_are_200_pairs_each_with_its_evidence_and_no_person_in_them():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200
    assert set(Counter(row["verdict"] for row in rows)) == {"same", "different"}
    for row in rows:
        assert row["evidence"]
        assert row["source"]
        ids = [row["business_id_a"], row["business_id_b"]]
        assert all(not one or normalise_business_id(one) == one for one in ids)
        if all(ids):
            assert (ids[0] == ids[1]) == (row["verdict"] == "same"), row
        for name in (row["name_a"], row["name_b"]):
            assert not is_sole_trader(name)
            words = re.findall(r"[^\W\d_]+", name.casefold())
            assert not GIVEN_NAMES & set(words), name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Åbo stad", "Turun kaupunki"),
        ("Åbo stad", "Abo stad"),
        ("Mallilan Kone Oy", "Mallilan Kone Ky"),
        ("Malli Oy", "Malli Oy konkurssipesä"),
        ("As Oy Malli 1", "As Oy Malli 2"),
        ("As Oy Mallila", "Mallila Oy"),
        ("Malli Ltd", "Malli Oy"),
        ("Malli GmbH", "Malli Inc"),
        ("Renta Oy", "Prenta Oy"),
        ("Oulun Ammattikorkeakoulu Oy", "Turun ammattikorkeakoulu Oy"),
        ("Mallin yhdistys ry", "Mallin yhdistys ry, Oulun osasto"),
        ("Rahoitus/Mallilan Kone Oy", "Rahoitus/Otoksen Huolto Oy"),
    ],
)
def test_near_names_that_are_two_bodies_are_told_apart(one, other):
    assert score_names(one, other) < THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mallilan Kone Oy", "MALLILAN  KONE"),
        ("Mallilan Kone Oy", "Oy Mallilan Kone Ab"),
        ("Mallilan yhdistys r.y.", "Mallilan yhdistys ry"),
        ("Mallilan Kone Oy", "Mallilan Kone Oy/Laskutus"),
        ("Mallilan Kone Oy", "Mallilan Kone Oy c/o Keksi Oy"),
        ("Kone & Huolto Oy", "Kone ja Huolto Oy"),
        ("As. Oy Mallila", "Asunto Oy Mallila"),
        ("Café Malli Oy", "Cafe Malli Oy"),
        ("Asfaltti ja Maansiirto Mallila Oy", "ASFALTTI JA MAANSIIRTO MALLILA"),
    ],
)
def test_spellings_of_one_name_are_one(one, other):
    assert score_names(one, other) >= THRESHOLD


@given(NAMES, NAMES)
def test_the_score_is_the_same_both_ways_and_whole_with_itself(one, other):
    assert score_names(one, other) == score_names(other, one)
    assert 0 <= score_names(one, other) <= 100
    assert score_names(one, one) == 100


@given(st.dictionaries(NAMES, st.integers(1, 9), max_size=8))
def test_every_name_is_in_one_group_whose_head_is_in_its_own(names):
    groups = group_names(names)
    assert groups.keys() == names.keys()
    for name, (head, score) in groups.items():
        assert groups[head][0] == head
        assert score >= THRESHOLD
        assert names[head] >= names[name]


@given(
    st.dictionaries(NAMES, st.integers(1, 9), max_size=6), st.dictionaries(NAMES, st.just(frozenset("1")), max_size=4)
)
def test_the_search_by_blocks_finds_what_comparing_all_would(unidentified, identified):
    """But for a difference within the first letters, by which the blocks are made."""
    matches = match_names(unidentified, identified)
    for link in matches.links:
        assert max(score_names(link.name, other) for other in identified) == link.score
    for name in unidentified:
        if any(score_names(name, other) == 100 for other in identified):
            assert name in {link.name for link in matches.links}


@pytest.mark.parametrize(
    "name",
    ["Mallikas Maija", "Maija Mallikas", "MALLIKAS M", "M. Mallikas", "Virtanen", "Otos Keksi", "Konehuolto Matti Otos",
     "Kahvila Pia", "Otos Keksi/Mallilan tori", "Mallilan Kone Oy/Mallikas Maija", "Åke Nordlund", "Tmi Otos",
     "Kynsistudio (YEL)", "Anna-Liisa Testi", "elink.harj. Plantune Zorvekk", "Elinkeinonharj. Plantune Zorvekk",
     "Yrittäjä Plantune Zorvekk", "Plantune Zorvekk, yrittäjä", "Företagare Plantune Zorvekk",
     "plantune@esimerkki.invalid", "Mallilan Kone Oy plantune@esimerkki.invalid", "Konehuolto 040 123 4567",
     "Plantune Zorvekk (kuljettaja)", "Plantune Zorvekk *", "Plantune Zorvekk 2", "Plantune & Zorvekk",
     "Plantune Thi Minh Zorvekk", "Hierontapalvelu Plantune Zorvekk", "Taksi Plantune Zorvekk",
     "TAKSI PLANTUNE ZORVEKK", "Plantune Zorvekk (taksi)", "Plantune Zorvekk Hierontapalvelu"],
)  # fmt: skip
def test_what_could_be_a_person_is_withheld(name):
    assert could_be_person(name)


@pytest.mark.parametrize(
    "name",
    ["Maija Mallikas Oy", "Mallilan Kone Oy/Laskutus", "Mallilan huoltopalvelut", "Valtiokonttori", "Turun kaupunki",
     "Åbo stad", "Mallnäs församling", "Suomen Punainen Risti", "Osuuskunta Keksi", "As Oy Mallilanmäki",
     "Mallilan Konehuolto", "Turun Seudun Energiantuotanto", "Elisa Oyj", "Yrittäjä Oy", "Mallilan Yrittäjät ry",
     "Svenska Modell Teatern", "Talo- ja maanrakennus", "Konepalvelut 2000", "Taksi Malli", "Mallilan kaupungin Keksi",
     "Taksi Plantune Zorvekk Oy"],
)  # fmt: skip
def test_organisations_are_not_taken_for_persons(name):
    assert not could_be_person(name)


@pytest.mark.parametrize(
    "text",
    ["- {code: a, test: name, kind: company, reason: {fi: a, sv: a, en: a}}",
     "- {code: a, test: any, kind: firm, reason: {fi: a, sv: a, en: a}}",
     "- {code: a, test: name, pattern: x, kind: company, reason: {fi: a, sv: a, en: a}}",
     "- {code: a, test: name, pattern: '(', kind: company, reason: {fi: a, sv: a, en: a}}", "[]"],
)  # fmt: skip
def test_rules_of_kinds_that_are_not_whole_are_an_error(tmp_path, text):
    path = tmp_path / "kinds.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError):
        read_rules(path)

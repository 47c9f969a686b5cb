"""The status page: what the last run found, whatever its record looks like."""

import json

import pytest

from dashboard.i18n import LANGUAGES, translator
from tests.app.walk import read

RUN = {
    "result": "failure",
    "version": "x",
    "sample": True,
    "started_at": "2026-11-24T05:00:00Z",
    "finished_at": "2026-11-24T05:03:00Z",
    "issues": [],
}
TURKU = {
    "name": "purchases-turku",
    "state": "stale",
    "last_good": "2026-10-05T04:00:00Z",
    "rows_in": 1234567,
    "rows": 1200000,
    "set_aside": {"sole_trader": 34567, "bad_weather": 3},
    "problem": "refused",
}


@pytest.fixture
def show(site, client, monkeypatch, tmp_path):
    """The status page after a run whose record is this value (or this text)."""

    def fetch(record, language="en"):
        (tmp_path / "releases").mkdir(exist_ok=True)
        text = record if isinstance(record, str) else json.dumps(record)
        (tmp_path / "releases" / "last_run.json").write_text(text, encoding="utf-8")
        monkeypatch.setattr(site, "settings", site.settings.model_copy(update={"data_dir": tmp_path}))
        answer = client.get(f"/{language}/status")
        assert answer.status_code == 200
        return answer.text

    return fetch


def rows(text):
    """The lines of the table of sources, by their title."""
    tree = read(text)
    caption = translator(tree.one("html").get("lang"))("Sources")
    (table,) = (one for one in tree.all("table") if one.one("caption").text == caption)
    head, *lines = [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def title_of(site, name):
    return next(s.title for s in site.engine.package.dataset("purchases").sources if s.name == name)


def test_the_sources_of_the_last_run_come_before_those_of_the_release(show, site):
    title = title_of(site, "purchases-turku")
    before, after = rows(show(RUN)), rows(show({**RUN, "sources": [TURKU]}))
    turku = after.pop(title["en"])
    assert turku == {
        "Source": title["en"],
        "State": "last good copy: the portal refuses us",
        "Last good": "5 Oct 2026",
        "Rows read": "1,234,567",
        "Rows kept": "1,200,000",
        "Set aside": "34,570",
        "Why": "sole trader: 34,567, bad_weather: 3",
    }
    del before[title["en"]]
    assert after == before


@pytest.mark.parametrize("sample", [False, None, "yes"])
def test_a_run_of_the_other_kind_says_nothing_of_this_release(show, sample):
    assert rows(show({**RUN, "sample": sample, "sources": [TURKU]})) == rows(show(RUN))


def test_a_source_that_the_release_does_not_have_is_shown_too(show):
    text = show({**RUN, "sources": [{**TURKU, "name": "purchases-lahti", "state": "failed", "problem": "timeout"}]})
    assert rows(text)["purchases-lahti"]["State"] == "failed: the portal did not answer in time"


def test_words_that_the_page_does_not_know_are_shown_as_they_are(show):
    text = show({**RUN, "result": "half_done", "sources": [{**TURKU, "state": "on_holiday", "problem": "sunburn"}]})
    assert ">half_done<" in text
    assert ">on_holiday: sunburn<" in text


@pytest.mark.parametrize("missing", [*RUN, "sources"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_key_does_not_take_the_page_down(show, language, missing):
    record = {key: value for key, value in {**RUN, "sources": [TURKU]}.items() if key != missing}
    assert rows(show(record, language))


@pytest.mark.parametrize("missing", TURKU)
def test_a_missing_key_of_a_source_does_not_take_the_page_down(show, missing):
    assert rows(show({**RUN, "sources": [{key: value for key, value in TURKU.items() if key != missing}]}))


@pytest.mark.parametrize(
    "record",
    [
        "{}", "[]", "", "null", "{", "\ufeff{}",
        {**RUN, "finished_at": "yesterday"}, {**RUN, "finished_at": 7}, {**RUN, "result": None}, {**RUN, "result": {}},
        {**RUN, "issues": None}, {**RUN, "issues": [{"severity": "error"}, None, 3, {"severity": ["error"]}]},
        {**RUN, "issues": [{"severity": "error", "code": {}, "source": [], "message": {"a": 1}, "got": 5}]},
        {**RUN, "sources": None}, {**RUN, "sources": {}},
        {**RUN, "sources": [None, 1, [], {}, {"name": None}, {"name": "x"}]},
        {**RUN, "sources": [{**TURKU, "set_aside": [1]}]}, {**RUN, "sources": [{**TURKU, "set_aside": {"a": "b"}}]},
        {**RUN, "sources": [{**TURKU, "rows": "many", "rows_in": None, "last_good": "soon", "state": 5}]},
    ],
)  # fmt: skip
def test_no_record_of_a_run_takes_the_page_down(show, record):
    assert rows(show(record))


@pytest.mark.parametrize(("language", "day"), [("fi", "5.10.2026"), ("sv", "5 okt. 2026"), ("en", "5 Oct 2026")])
def test_dates_and_words_are_in_the_readers_language(show, language, day):
    text = show({**RUN, "sources": [TURKU]}, language)
    assert f">{day}<" in text.replace("\xa0", " ")
    assert ("sole trader" in text) == (language == "en")
    assert "sole_trader" not in text
    assert "refuse" not in text or language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_a_table_may_give_is_told_in_words(site, show, language):
    """The codes are declared where the reasons are kept, as the values that a field may have."""
    descriptor = json.loads((site.engine.package.folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = [field for resource in descriptor["resources"] for field in resource["schema"]["fields"]]
    codes = {c for f in fields if f["name"] == "reason_code" for c in f.get("constraints", {}).get("enum", [])}
    assert "sole_trader" in codes
    line = {**TURKU, "set_aside": dict.fromkeys(codes, 1)}
    why = rows(show({**RUN, "sources": [line]}, language))[title_of(site, "purchases-turku")[language]]
    assert [code for code in codes if code in " ".join(why.values()).split(": ")] == []
    assert "_" not in " ".join(why.values())


def test_an_error_of_the_run_names_its_source_by_title(show, site):
    issue = {"severity": "error", "source": "purchases-turku", "code": "refused", "message": "HTTP 403"}
    title = title_of(site, "purchases-turku")
    text = show({**RUN, "issues": [issue]}, "fi")
    cells = [cell.text for cell in read(text).all("tbody")[0].all("th", "td")]
    assert cells == [title["fi"], translator("fi")("the portal refuses us"), "HTTP 403", "–", "–"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_run_published_nothing_is_told(show, language):
    why = "release x lost 40 % of its rows"
    tree = read(show(RUN | {"refused": why}, language))
    (told,) = (one for one in tree.all("span") if one.text == why)
    assert told.get("lang") == (None if language == "en" else "en")
    assert translator(language)("Nothing was published, and the release before stays:") in told.parent.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_failed_is_said_in_the_readers_language_and_its_english_details_are_marked(show, language):
    issue = {"severity": "error", "source": "purchases-turku", "code": "too_large", "message": "the file has 9 GB",
             "expected": "at most 2 GB", "got": "9 GB"}  # fmt: skip
    tree = read(show({**RUN, "issues": [issue]}, language))
    t = translator(language)
    (table,) = (one for one in tree.all("table") if one.one("caption").text == t("What failed"))
    _, row = table.all("tr")
    _, problem, *details = row.all("th", "td")
    assert problem.text == t("the file is too large")
    assert problem.get("lang") is None
    assert [(one.text, one.get("lang")) for one in details] == [
        (issue[name], None if language == "en" else "en") for name in ("message", "expected", "got")
    ]


def test_the_table_of_sources_has_no_scroll_of_its_own_however_long(show):
    many = [TURKU | {"name": f"purchases-{number}"} for number in range(60)]
    text = show({**RUN, "sources": many})
    assert len(rows(text)) > 60
    assert "table-scroll--tall" not in text.partition("<main")[2].partition("</table>")[0]

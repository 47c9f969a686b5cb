"""The codes of the pipeline in words; a code that is not known here is shown as it is."""

from __future__ import annotations

from dashboard.i18n.catalogue import Translator

NO_SERVICE = "not_stated"
"""The code under which results count requests that state no service."""


def result_words(t: Translator, code: str) -> str:
    """How a run ended."""
    words = {
        "published": t("published a release"),
        "unchanged": t("found nothing new"),
        "failure": t("failed for some sources"),
    }
    return words.get(code, code)


def figure_note_words(t: Translator, note: str) -> str:
    """What is to be known of a single figure of a city, as the list of these figures says it in English."""
    words = {
        "more than": t("more than"),
        "published in millions of euros": t("published in millions of euros"),
        "published in thousands of euros": t("published in thousands of euros"),
        "roughly; includes internal purchases and investments": t(
            "roughly; includes internal purchases and investments"
        ),
        "year inferred": t("year inferred"),
        "year inferred from article: budget after Aug 2019": t("year inferred from article: budget after Aug 2019"),
    }
    return words.get(note, note)


def state_words(t: Translator, code: str) -> str:
    """How a source stands."""
    words = {
        "ok": t("in order"),
        "reference": t("kept by hand"),
        "stale": t("last good copy"),
        "failed": t("failed"),
    }
    return words.get(code, code)


def problem_words(t: Translator, code: str) -> str:
    """What kept a source from being read, or a release from being made."""
    words = {
        "refused": t("the portal refuses us"),
        "not_found": t("not found on the portal"),
        "not_picked": t("no file fits the rule"),
        "gone": t("removed from the portal"),
        "unexpected_data": t("the file has changed"),
        "check_failed": t("the values break their rules"),
        "unreachable": t("the portal cannot be reached"),
        "timeout": t("the portal did not answer in time"),
        "busy": t("the portal asks to wait too long"),
        "forbidden_address": t("an address that must not be read"),
        "too_large": t("the file is too large"),
        "truncated": t("the file broke off"),
        "empty": t("the file is empty"),
        "server_error": t("the portal has a fault"),
        "wrong_content": t("something else came than data"),
        "snapshot_mismatch": t("the stored copy is damaged"),
        "publish_refused": t("no release was made"),
    }
    return words.get(code, code)


def reason_words(t: Translator, code: str) -> str:
    """Why a row was set aside."""
    words = {
        "blank_row": t("blank row"),
        "too_few_cells": t("too few cells"),
        "too_many_cells": t("too many cells"),
        "not_an_object": t("not a record"),
        "unreadable_record": t("cells in no known order"),
        "uncertain_record": t("cells that can be cut in several ways"),
        "repeated_header": t("repeated header"),
        "total_row": t("row of totals"),
        "unreadable_amount": t("amount cannot be read"),
        "no_amount": t("no amount"),
        "no_year": t("no year"),
        "no_account": t("no account"),
        "no_project_code": t("no project code"),
        "no_request_date": t("no date of request"),
        "no_unit_id": t("no id of a unit"),
        "other_buyer": t("another buyer"),
        "other_city": t("another city"),
        "other_currency": t("amount not in euros"),
        "other_programme": t("another programme"),
        "unknown_fund": t("unknown fund"),
        "duplicate_request": t("request that is there already"),
        "sole_trader": t("sole trader"),
        "covered_by_better_source": t("held by the city's own file"),
        "stray_of_other_period": t("row of another period"),
    }
    return words.get(code, code)


def one_kind_words(t: Translator, code: str) -> str:
    """What one supplier is."""
    words = {
        "company": t("company"),
        "association": t("association or foundation"),
        "public_body": t("public body"),
        "foreign": t("foreign supplier"),
        "unknown": t("kind not known"),
    }
    return words.get(code, code)


def kind_words(t: Translator, code: str) -> str:
    """What suppliers are, in the plural: a class of them."""
    words = {
        "company": t("companies"),
        "association": t("associations and foundations"),
        "public_body": t("public bodies"),
        "foreign": t("foreign suppliers"),
        "unknown": t("kind not known"),
    }
    return words.get(code, code)


def origin_words(t: Translator, code: str) -> str:
    """How a dataset came to be."""
    words = {
        "portal": t("read from the publishers' portals"),
        "hand": t("kept by hand, each row with its source"),
        "made": t("made from other datasets"),
    }
    return words.get(code, code)


def data_words(t: Translator, code: str) -> str:
    """Whether data are real."""
    return {"real": t("real data"), "sample": t("sample data")}.get(code, code)


def coverage_words(t: Translator, code: str) -> str:
    """Whether a city has published anything of a year."""
    words = {
        "published": t("published"),
        "partial": t("part of the year"),
        "not_published": t("looked for, not there"),
        "no_source": t("no source found"),
        "unknown": t("not known"),
    }
    return words.get(code, code)


def change_words(t: Translator, code: str) -> str:
    """What became of a table from one release to the next."""
    words = {
        "new": t("new table"),
        "dropped": t("table gone"),
        "fields": t("other fields"),
        "rows": t("other rows"),
    }
    return words.get(code, code)


def found_words(t: Translator, kind: str) -> str:
    """What was found, in the plural."""
    words = {
        "page": t("Pages"),
        "city": t("Cities"),
        "dataset": t("Datasets"),
        "indicator": t("Indicators"),
        "project": t("Projects"),
        "company": t("Companies"),
        "term": t("Terms"),
    }
    return words.get(kind, kind)


def per_words(t: Translator, code: str) -> str:
    """What money is divided by."""
    return {"inhabitant": t("per inhabitant")}.get(code, code)


def direction_words(t: Translator, code: str) -> str:
    """What an account of a budget is of."""
    words = {
        "expenditure": t("Expenditure"),
        "income": t("Income"),
        "other": t("Neither income nor expenditure"),
    }
    return words.get(code, code)


def internal_words(t: Translator, code: str) -> str:
    """Whether a city's dealings with its own units and companies count."""
    return {"included": t("internal items counted")}.get(code, code)


def service_words(t: Translator, code: str) -> str:
    """A service whose name is not published."""
    return t("service not stated") if code == NO_SERVICE else t("code {code} (name not published)", code=code)


def provider_words(t: Translator, code: str) -> str:
    """Who provides a service."""
    words = {
        "own": t("the city itself"),
        "bought": t("bought"),
        "voucher": t("service voucher"),
        "other": t("another provider"),
        "mixed": t("several of these"),
        "unknown": t("not known"),
    }
    return words.get(code, code)

"""The codes that fields of tables hold, in words: what the descriptions of the fields explain, in a word or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.i18n.catalogue import Translator
from dashboard.i18n.words import coverage_words, one_kind_words, provider_words, reason_words

Words = Callable[[Translator, str], str]


def code_words(t: Translator, table: str, field: str, code: str) -> str:
    """The code of a field in words; a code or a field that is not known here as it is."""
    words = OF_TABLE.get((table, field)) or OF_FIELD.get(field)
    return words(t, code) if words else code


def _direction(t: Translator, code: str) -> str:
    words = {"income": t("income"), "expenditure": t("expenditure"), "other": t("other")}
    return words.get(code, code)


def _observation(t: Translator, code: str) -> str:
    words = {
        "invoice_row": t("invoice row"),
        "month_sum": t("sum of a month"),
        "unit": t("service unit"),
        "service": t("service"),
    }
    return words.get(code, code)


def _basis(t: Translator, code: str) -> str:
    words = {"net": t("without VAT"), "gross": t("with VAT"), "not_stated": t("not stated")}
    return words.get(code, code)


def _match(t: Translator, code: str) -> str:
    words = {
        "business_id": t("with the business id"),
        "inferred": t("inferred"),
        "corrected": t("decided by a person"),
    }
    return words.get(code, code)


def _test(t: Translator, code: str) -> str:
    words = {
        "city_id": t("business id of a city"),
        "buyer_id": t("business id of a buyer"),
        "country": t("country code"),
        "name": t("name"),
        "withheld": t("name not shown"),
        "any": t("nothing"),
    }
    return words.get(code, code)


def _status(t: Translator, code: str) -> str:
    words = {"open": t("open"), "closed": t("closed")}
    return words.get(code, code)


def _service(t: Translator, code: str) -> str:
    return {"not_stated": t("not stated")}.get(code, code)


def _period_kind(t: Translator, code: str) -> str:
    words = {"year": t("year"), "month": t("month")}
    return words.get(code, code)


def _state(t: Translator, code: str) -> str:
    words = {
        "met": t("target met"),
        "not_met": t("target not met"),
        "no_target": t("no target set"),
        "not_known": t("not known"),
    }
    return words.get(code, code)


def _role(t: Translator, code: str) -> str:
    words = {"lead": t("lead partner"), "partner": t("partner")}
    return words.get(code, code)


def _language(t: Translator, code: str) -> str:
    words = {
        "fi": t("Finnish"),
        "sv": t("Swedish"),
        "en": t("English"),
        "de": t("German"),
        "it": t("Italian"),
    }
    return words.get(code, code)


OF_FIELD: Mapping[str, Words] = {
    "kind_code": one_kind_words,
    "direction_code": _direction,
    "reason_code": reason_words,
    "observation_code": _observation,
    "amount_basis_code": _basis,
    "match_code": _match,
    "test_code": _test,
    "provider_code": provider_words,
    "period_kind_code": _period_kind,
    "state_code": _state,
    "role_code": _role,
    "quote_language_code": _language,
    "service_code": _service,
}
OF_TABLE: Mapping[tuple[str, str], Words] = {
    ("coverage", "status_code"): coverage_words,
    ("service_requests", "status_code"): _status,
    ("service_units", "kind_code"): lambda _, code: code,
}
"""Fields whose name has other codes in other tables."""

"""What panels compute, described like the fields of a table: a file must say what its columns are."""

from __future__ import annotations

from dashboard.i18n import Translator
from dashboard.package import Field


def computed_fields(t: Translator) -> dict[str, Field]:
    """Every column of a panel that is not stored, by its name, in the language of `t`."""
    fields = (
        _field(t, "dataset", "string", t("Dataset"), t("The dataset's title.")),
        _field(t, "status", "string", t("State"), t("What the city has published of the year, in words.")),
        _field(t, "city", "string", t("City"), t("The city's name.")),
        _field(t, "stage", "string", t("Money"), t("What the sum is: planned, granted or realised.")),
        _field(t, "company_name", "string", t("Supplier"), t("The name by which the business id is known.")),
        _field(
            t,
            "amount_eur",
            "number",
            t("Purchases"),
            t("Sum of the purchases that count under the filters; credit notes lower it."),
            "EUR",
        ),
        _field(
            t,
            "amount_share",
            "number",
            t("Share"),
            t("Part of all purchases from suppliers with a business id under the filters, from 0 to 1."),
        ),
        _field(t, "rows_count", "integer", t("Rows"), t("Rows of purchases that count under the filters.")),
        _field(t, "suppliers_count", "integer", t("Suppliers"), t("Suppliers with a business id among those rows.")),
        _field(
            t,
            "months_count",
            "integer",
            t("Months with data"),
            t("Months of the year for which the city's data hold purchases of any account group."),
        ),
        _field(
            t,
            "index",
            "number",
            t("Index"),
            t("The city's purchases of the year, those of its first whole year in the data being 100."),
        ),
    )
    return {field.name: field for field in fields}


def _field(t: Translator, name: str, kind: str, title: str, description: str, unit: str | None = None) -> Field:
    return Field(name, kind, kind, {t.language: title}, {t.language: description}, unit)

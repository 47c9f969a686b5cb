"""What panels compute, described like the fields of a table: a file must say what its columns are."""

from __future__ import annotations

from dashboard.i18n import Translator
from dashboard.package import Field


def computed_fields(t: Translator) -> dict[str, Field]:
    """Every column of a panel that is not stored, by its name, in the language of `t`."""
    fields = (
        _field(t, "city", "string", t("City"), t("The city's name.")),
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
        _field(t, "indicator", "string", t("Indicator"), t("The indicator's title.")),
        _field(t, "unit", "string", t("Unit of measure"), t("That of the value and of what it is compared with.")),
        _field(t, "threshold_state", "string", t("Threshold"), t("How the value stands against its threshold.")),
        _field(t, "target_state", "string", t("Target"), t("How the value stands against its target.")),
        _field(
            t,
            "others_median",
            "number",
            t("Median of the others"),
            t("Of the other cities' values of the same whole year, where two or more have one."),
        ),
        _field(
            t, "others_count", "integer", t("Other cities"), t("How many other cities have a value of the same year.")
        ),
        _field(
            t,
            "of_others_pct",
            "number",
            t("Per cent of the others' median"),
            t("The value in per cent of the median of the others."),
            "%",
        ),
        _field(t, "provider", "string", t("Provider"), t("Who provides it, in words.")),
        _field(t, "units_count", "integer", t("Services"), t("Services of the city by this provider.")),
        _field(t, "figure", "string", t("Figure"), t("What the figure tells of, in words.")),
    )
    return {field.name: field for field in fields}


def _field(t: Translator, name: str, kind: str, title: str, description: str, unit: str | None = None) -> Field:
    return Field(name, kind, kind, {t.language: title}, {t.language: description}, unit)

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
            t("The city's purchases of the year, those of its first whole comparable year being 100."),
        ),
        *_of_suppliers(t),
        *_of_a_company(t),
    )
    return {field.name: field for field in (*fields, *_of_budgets(t), *_of_services(t), *_of_indicators(t))}


def _of_budgets(t: Translator) -> tuple[Field, ...]:
    return (
        _field(
            t,
            "budget_eur",
            "number",
            t("Budget"),
            t("Sum of what was budgeted under the filters, as published."),
            "EUR",
        ),
        _field(
            t, "actual_eur", "number", t("Actual"), t("Sum of what came about under the filters, as published."), "EUR"
        ),
        _field(
            t,
            "budget_adjusted_eur",
            "number",
            t("Budget as asked"),
            t(
                "The budget per inhabitant or in the prices of a year, as the filters ask; empty where the year's "
                "population or price index is not known."
            ),
            "EUR",
        ),
        _field(
            t,
            "actual_adjusted_eur",
            "number",
            t("Actual as asked"),
            t(
                "The actual per inhabitant or in the prices of a year, as the filters ask; empty where the year's "
                "population or price index is not known."
            ),
            "EUR",
        ),
        _field(
            t,
            "difference_eur",
            "number",
            t("Difference"),
            t("Actual less budget, of the sums as asked; empty where one is missing."),
            "EUR",
        ),
        _field(
            t,
            "difference_share",
            "number",
            t("Difference, % of the budget"),
            t("Actual by budget, less one; empty where one is missing or the budget is nothing."),
        ),
        _field(
            t,
            "population_year",
            "integer",
            t("Population of the year"),
            t("At whose end the inhabitants were counted by whom the sums are divided; empty where it is not known."),
        ),
        _field(t, "part", "string", t("Part"), t("The account, department or unit by name.")),
        _field(t, "account_name", "string", t("Account name"), t("A name that the account has in these rows.")),
        _field(t, "published", "string", t("Published"), t("Budget only, actual only, or both.")),
        _field(t, "budget_rows_count", "integer", t("Rows with a budget"), t("Rows that hold a budgeted amount.")),
        _field(t, "actual_rows_count", "integer", t("Rows with an actual"), t("Rows that hold an actual amount.")),
    )


def _of_services(t: Translator) -> tuple[Field, ...]:
    closing = t("Quantile of the closing times of closed requests, linear between the two nearest values (type 7).")
    response = t("Quantile of the times from request to latest entry, linear between the two nearest values (type 7).")
    return (
        _field(t, "service", "string", t("Service"), t("The service's name, or its code where no name is published.")),
        _field(t, "requested_count", "integer", t("Requests"), t("Requests under the filters, each counted once.")),
        _field(t, "closed_count", "integer", t("Closed"), t("Of these, closed ones.")),
        _field(t, "unknown_status_count", "integer", t("Status not known"), t("Of these, neither open nor closed.")),
        _field(
            t,
            "closing_timed_count",
            "integer",
            t("With a closing time"),
            t("Of these, closed ones whose time is known."),
        ),
        _field(
            t, "closed_share", "number", t("Share closed"), t("Closed of those whose status is known, from 0 to 1.")
        ),
        _field(t, "closing_days_p10", "number", t("Closing time, 10th percentile"), closing, "d"),
        _field(t, "closing_days_p25", "number", t("Closing time, 25th percentile"), closing, "d"),
        _field(t, "closing_days_median", "number", t("Closing time, median"), closing, "d"),
        _field(t, "closing_days_p75", "number", t("Closing time, 75th percentile"), closing, "d"),
        _field(t, "closing_days_p90", "number", t("Closing time, 90th percentile"), closing, "d"),
        _field(
            t,
            "response_timed_count",
            "integer",
            t("With a response time"),
            t("Of these, those whose time from request to latest entry is known."),
        ),
        _field(t, "response_days_p10", "number", t("Response time, 10th percentile"), response, "d"),
        _field(t, "response_days_p25", "number", t("Response time, 25th percentile"), response, "d"),
        _field(t, "response_days_median", "number", t("Response time, median"), response, "d"),
        _field(t, "response_days_p75", "number", t("Response time, 75th percentile"), response, "d"),
        _field(t, "response_days_p90", "number", t("Response time, 90th percentile"), response, "d"),
        _field(t, "time_class", "string", t("Closed in"), t("Days of 24 hours from the request to the closing.")),
        _field(t, "requests_count", "integer", t("Requests"), t("Requests of the city in this class.")),
        _field(t, "requests_share", "number", t("Share"), t("Part of the city's requests, from 0 to 1.")),
        _field(t, "provider", "string", t("Provider"), t("Who provides it, in words.")),
        _field(t, "units_count", "integer", t("Number"), t("Service units or services of the city by this provider.")),
        _field(t, "units_share", "number", t("Share"), t("Part of the city's, from 0 to 1.")),
    )


def _of_indicators(t: Translator) -> tuple[Field, ...]:
    """Columns of indicators and of a city's profile."""
    return (
        _field(t, "indicator", "string", t("Indicator"), t("The indicator's title.")),
        _field(t, "value_said", "string", t("Value in words"), t("The value with its unit, as the page writes it.")),
        _field(t, "change_said", "string", t("Change in words"), t("The change with its unit, as the page writes it.")),
        _field(
            t,
            "others_said",
            "string",
            t("Median of the others in words"),
            t("The other cities' median with its unit, as the page writes it."),
        ),
        _field(t, "unit", "string", t("Unit of measure"), t("That of the value and of what it is compared with.")),
        _field(
            t,
            "change_unit",
            "string",
            t("Unit of the change"),
            t("That of the change from the period before; of percentages, points."),
        ),
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
        _field(t, "figure", "string", t("Figure"), t("What the figure tells of, in words.")),
        _field(t, "said", "string", t("Value"), t("The value with its unit, in words.")),
    )


def _of_suppliers(t: Translator) -> tuple[Field, ...]:
    """Columns of the panels that rank, count and group suppliers."""
    return (
        _field(t, "place", "integer", t("Place"), t("Place by purchases under the filters; 1 is the largest.")),
        _field(t, "kind", "string", t("Kind of supplier"), t("The kind's name.")),
        _field(t, "kind_share", "number", t("Share"), t("Part of the purchases of the city (and year), from 0 to 1.")),
        _field(
            t,
            "ten_eur",
            "number",
            t("The ten largest"),
            t("Purchases from the ten suppliers from whom the city bought most in the year."),
            "EUR",
        ),
        _field(
            t,
            "ten_share",
            "number",
            t("Share of the ten largest"),
            t("Part of the ten largest in the purchases from suppliers with a business id, from 0 to 1."),
        ),
        _field(
            t,
            "hhi",
            "number",
            t("HHI"),
            t("Herfindahl–Hirschman index: the sum of the squares of all suppliers' shares in per cent, 0 to 10,000."),
        ),
        _field(
            t,
            "newcomers_count",
            "integer",
            t("Newcomers"),
            t("Suppliers that no earlier year of the city's data has; empty where that is not known."),
        ),
        _field(
            t,
            "newcomers_share",
            "number",
            t("Share of newcomers"),
            t("Part of the newcomers in the suppliers of the year, from 0 to 1; empty where it is not known."),
        ),
        _field(
            t,
            "leavers_count",
            "integer",
            t("Leavers"),
            t("Suppliers that no later year of the city's data has; empty where that is not known."),
        ),
        _field(t, "city_codes", "string", t("City codes"), t("Municipality codes of the cities, joined by commas.")),
        _field(t, "cities", "string", t("Cities"), t("The cities' names.")),
        _field(t, "cities_count", "integer", t("Number of cities"), t("Cities that buy from the supplier.")),
        _field(t, "suppliers_share", "number", t("Share of suppliers"), t("Part of all suppliers, from 0 to 1.")),
    )


def _of_a_company(t: Translator) -> tuple[Field, ...]:
    """Columns of a company's panels."""
    return (
        _field(t, "account", "string", t("Account"), t("The account's name; its numbers where it has none.")),
        _field(t, "account_codes", "string", t("Account numbers"), t("The cities' numbers of the account, by commas.")),
        _field(t, "account_group", "string", t("Account group"), t("The account group's name.")),
        _field(t, "account_share", "number", t("Share"), t("Part of the company's purchases, from 0 to 1.")),
        _field(
            t,
            "city_eur",
            "number",
            t("All purchases of the city"),
            t("Sum of the city's purchases under the filters, from whomever."),
            "EUR",
        ),
        _field(
            t,
            "city_share",
            "number",
            t("Share of the city's purchases"),
            t("Part of the company in all purchases of the city, from 0 to 1; empty where they add up to nothing."),
        ),
        _field(
            t,
            "similarity",
            "number",
            t("Similarity"),
            t("Cosine of the euros by city and account, from 0 (nothing in common) to 1 (the same proportions)."),
        ),
    )


def _field(t: Translator, name: str, kind: str, title: str, description: str, unit: str | None = None) -> Field:
    return Field(name, kind, kind, {t.language: title}, {t.language: description}, unit)

"""Every panel by name: what can be downloaded, drawn, embedded and cited."""

from __future__ import annotations

from dashboard.panels import (
    budget_cities,
    budget_coverage,
    budget_parts,
    change,
    company,
    company_sales,
    concentration,
    kinds,
    newcomers,
    project_money,
    projects,
    ranking,
    service_requests,
    service_times,
    service_units,
    shared,
    similar,
    suppliers,
    timeline,
)

PANELS = {
    panel.name: panel
    for panel in (
        suppliers.PANEL,
        change.PANEL,
        project_money.PANEL,
        projects.PANEL,
        timeline.PANEL,
        company.YEARS,
        company.ROWS,
        company_sales.ACCOUNTS,
        company_sales.SHARES,
        similar.PANEL,
        ranking.PANEL,
        concentration.TEN,
        concentration.HHI,
        newcomers.PANEL,
        shared.PANEL,
        kinds.PANEL,
        budget_coverage.PANEL,
        budget_cities.CITIES,
        budget_cities.YEARS,
        budget_parts.ACCOUNTS,
        budget_parts.UNITS,
        service_times.SERVICES,
        service_requests.CLASSES,
        service_requests.MONTHS,
        service_times.MONTH_TIMES,
        service_times.YEARS,
        service_units.UNITS,
        service_units.SERVICES,
    )
}

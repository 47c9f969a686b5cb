"""Every panel by name: what can be downloaded, drawn, embedded and cited."""

from __future__ import annotations

from dashboard.panels import (
    change,
    company,
    company_sales,
    concentration,
    coverage,
    kinds,
    newcomers,
    project_money,
    projects,
    ranking,
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
        coverage.PANEL,
    )
}

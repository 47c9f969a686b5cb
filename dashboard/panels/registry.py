"""Every panel by name: what can be downloaded, drawn, embedded and cited."""

from __future__ import annotations

from dashboard.panels import change, company, coverage, projects, suppliers

PANELS = {
    panel.name: panel
    for panel in (
        suppliers.PANEL,
        change.PANEL,
        projects.PANEL,
        company.YEARS,
        company.ROWS,
        coverage.PANEL,
    )
}

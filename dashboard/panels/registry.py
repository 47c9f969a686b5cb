"""Every panel by name: what can be downloaded, drawn, embedded and cited."""

from __future__ import annotations

from dashboard.panels import change, company, coverage, project_money, projects, suppliers, timeline

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
        coverage.PANEL,
    )
}

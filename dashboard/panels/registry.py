"""Every panel by name: what can be downloaded, drawn, embedded and cited."""

from __future__ import annotations

from dashboard.panels import change, city, city_themes, company, compare, indicators, projects, suppliers

PANELS = {
    panel.name: panel
    for panel in (
        suppliers.PANEL,
        change.PANEL,
        projects.PANEL,
        company.YEARS,
        company.ROWS,
        indicators.PANEL,
        compare.YEARS,
        compare.LATEST,
        city.AGAINST,
        city_themes.PURCHASES,
        city_themes.BUDGETS,
        city_themes.REQUESTS,
        city_themes.SERVICES,
        city_themes.FIGURES,
    )
}

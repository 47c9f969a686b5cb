"""How the cities' services answer requests, and who provides the services."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.filters import Choices, filter_form
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.pages.filtering import city_choice, code_choice, dataset_links, year_choice
from dashboard.pages.page import Page, contents, show_panels
from dashboard.pages.scope import scope_notes
from dashboard.panels import response_times, service_requests, service_times, service_units
from dashboard.panels.service_sums import no_data_words, unpublished_words
from dashboard.state import OF_SERVICES

PATH = "services"


def layout(ctx: Context) -> Page:
    """The services page. Without a chosen year times are those of all years, months those of the newest."""
    t = ctx.t
    title = t("How fast are requests to the cities closed?")
    description = t(
        "Service requests by service, city and month: how many are made, how many are closed and how long it takes. "
        "And who provides the cities' services."
    )
    requests = (
        (response_times.PANEL, t("Response time by service")),
        (service_times.SERVICES, t("Closing time by service")),
        (service_requests.CLASSES, t("Closed in a day, a week, a month")),
        (service_requests.MONTHS, t("Requests by month")),
        (service_times.MONTH_TIMES, t("Closing time by month")),
        (service_times.YEARS, t("Closing time by year")),
    )
    providers = (
        (service_units.UNITS, t("Units by provider")),
        (service_units.SERVICES, t("Services by provider")),
    )
    nothing = unpublished_words(ctx)
    choices: Choices = [
        city_choice(ctx),
        year_choice(ctx, "service_results", t("All years")),
        code_choice(ctx, "service", t("Service"), ctx.state.service, t("All services")),
    ]
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        scope_notes(ctx, "service_requests", is_open=True),
        html.P(
            t(
                "The closing time runs from the request to the city's latest entry: where an entry followed the "
                "closing, the real time is shorter. The response time is an upper bound too, since the data hold the "
                "latest entry, not the first answer. Requests that are still open have no closing time."
            ),
            className="note",
        ),
        filter_form(ctx.path(PATH), choices, t("Show"), t("Clear")),
        explained_terms(ctx, "median", "percentile"),
        contents(ctx, (*(() if nothing else requests), *providers)),
        *(
            [html.H2(nothing), html.P(no_data_words(ctx))]
            if nothing
            else show_panels(ctx, [panel for panel, _ in requests], PATH)
        ),
        html.H2(t("Who provides the services")),
        scope_notes(ctx, "service_units", is_open=True),
        *show_panels(ctx, [panel for panel, _ in providers], PATH),
        dataset_links(ctx, "service_results", "service_requests", "service_units"),
    ]
    return Page(title, description, "services", PATH, body, filters=OF_SERVICES)

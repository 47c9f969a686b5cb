"""What is told of the projects' time is told of ends that are known; a planned end is never one."""

import datetime as dt

import pytest

from dashboard.figures.timeline import Period
from dashboard.i18n import LANGUAGES, translator
from dashboard.panels.timeline import PANEL, finding

START, PLANNED = dt.date(2015, 1, 1), dt.date(2017, 1, 1)
LATE = Period("late", START, PLANNED, dt.date(2017, 2, 1))
EARLY = Period("early", START, PLANNED, dt.date(2016, 12, 1))
ON_TIME = Period("on time", START, PLANNED, PLANNED)
OPEN = Period("open", START, dt.date(2030, 1, 1))


def test_a_planned_end_is_not_told_as_the_last_known_one(site):
    """The last end in the list is planned only: 30 September 2018, of a project whose final end nobody published."""
    view = PANEL.view(site.context("en", ""))
    assert view.title == "The final end of 4 of the 15 projects is known; all of them ran longer than planned"
    assert "The last end that is known is 31 Jul 2018, the last that was planned 30 Sept 2018." in view.summary


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_tells_both_ends(site, language):
    ctx = site.context(language, "")
    view = PANEL.view(ctx)
    known, planned = (ctx.f.date(dt.date(2018, month, day)) for month, day in ((7, 31), (9, 30)))
    assert view.summary.index(known) < view.summary.index(planned)


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        ([LATE, EARLY, ON_TIME, OPEN], "The final end of 3 of the 4 projects is known; of these 1 ran longer"),
        ([LATE, OPEN], "The final end of 1 of the 2 projects is known; all of them ran longer"),
        ([ON_TIME, OPEN], "The final end of 1 of the 2 projects is known; of these 0 ran longer"),
        ([OPEN], "Of none of the 1 projects is the final end known"),
    ],
)
def test_only_an_end_after_its_plan_is_late(periods, told):
    assert finding(translator("en"), periods).startswith(told)

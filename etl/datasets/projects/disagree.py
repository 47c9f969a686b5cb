"""Where the table of projects and a funding list say different things of one project on the same day.

Both values stand in the release, each with its source; an issue names them side by side. Sums of different days are
no contradiction: a project goes on.
"""

from __future__ import annotations

import duckdb

from etl.issues import Issue

MONEY = {
    "planned_eur": "planned_as_of_date",
    "granted_eur": "granted_as_of_date",
    "realised_eur": "realised_as_of_date",
    "realised_eu_state_eur": "realised_as_of_date",
}
OTHER = {
    "project_name": "project_name",
    "fund_code": "fund_code",
    "lead_name": "lead_name",
    "authority_name": "authority_name",
    "start_date": "start_date",
    "planned_end_date": "end_date",
}
"""Field of `projects` -> field of `project_funding`."""
FOLDED = r"regexp_replace(lower({value}), '[^\p{{L}}\p{{N}}]+', ' ', 'g')"
"""Text without case and marks: a comma that one copy has lost is no contradiction."""


def review(connection: duckdb.DuckDBPyConnection) -> list[Issue]:
    """One issue a contradiction, from a connection in which both tables are views."""
    parts = [_part(name, name, day, "{value}", "warning") for name, day in MONEY.items()]
    parts += [_part(ours, theirs, "planned_as_of_date", FOLDED, "info") for ours, theirs in OTHER.items()]
    rows = connection.execute(f"{' union all '.join(parts)} order by all").fetchall()
    return [
        Issue(
            rule,
            None,
            None,
            code,
            severity,
            "sources_disagree",
            f"{code}: {field} is {ours} in the table of projects and {theirs} in {rule}, both of {day}",
            expected=ours,
            got=theirs,
            do="Both are published. Look at the sources that they name; correct data/reference if it is wrong.",
            count=1,
        )
        for code, rule, field, day, ours, theirs, severity in rows
    ]


def _part(ours: str, theirs: str, day: str, form: str, severity: str) -> str:
    mine, other = (form.format(value=f"{value}::varchar") for value in (f"p.{ours}", f"f.{theirs}"))
    return (
        f"select p.project_code, f.rule_code, '{ours}', p.{day}::varchar, p.{ours}::varchar, f.{theirs}::varchar, "  # noqa: S608
        f"'{severity}' from projects p join project_funding f on f.project_code = p.project_code "
        f"and f.as_of_date = p.{day} where {mine} <> {other}"
    )

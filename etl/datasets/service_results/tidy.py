"""Results by service, city and month, made from the requests: each request counts once, in the month it was made.

Quantiles interpolate linearly between the two nearest values (DuckDB's `quantile_cont`, type 7 of Hyndman and Fan).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

ONCE = """
    select * from service_requests
    qualify row_number() over (
        partition by city_code, coalesce(service_request_id, snapshot_id || '#' || row_number)
        order by requested_date desc, response_hours desc nulls last, snapshot_id, row_number
    ) = 1
"""
"""Of a request that stands in two files, the record with the latest entry."""
RESULTS = f"""
    select city_code, request_year, request_month, coalesce(service_code, 'not_stated') as service_code,
           max(service_name) as service_name,
           count(*) as requested_count,
           count(*) filter (status_code = 'closed') as closed_count,
           count(*) filter (status_code is null) as unknown_status_count,
           round(100.0 * count(*) filter (status_code = 'closed') / nullif(count(status_code), 0), 2)::double
               as closed_share_pct,
           count(response_hours) as response_timed_count,
           round(quantile_cont(response_hours, 0.5), 2) as response_hours_median,
           round(quantile_cont(response_hours, 0.9), 2) as response_hours_p90,
           count(closing_hours) as closing_timed_count,
           round(quantile_cont(closing_hours, 0.25), 2) as closing_hours_p25,
           round(quantile_cont(closing_hours, 0.5), 2) as closing_hours_median,
           round(quantile_cont(closing_hours, 0.75), 2) as closing_hours_p75,
           round(quantile_cont(closing_hours, 0.9), 2) as closing_hours_p90
    from ({ONCE})
    group by city_code, request_year, request_month, coalesce(service_code, 'not_stated')
    order by city_code, request_year, request_month, service_code
"""  # noqa: S608  # both texts stand above


def make(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The table of this dataset, from a connection in which `service_requests` is a view."""
    return {"service_results": connection.sql(RESULTS).to_arrow_table()}

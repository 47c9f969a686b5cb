"""Companies are made from the purchases: one row a business id, named as most of its rows name it."""

from __future__ import annotations

import duckdb
import pyarrow as pa

NAMES = """
    select supplier_business_id, supplier_name as company_name, count(*) as rows_count,
           min(purchase_year) as first_year, max(purchase_year) as last_year
    from purchases
    where supplier_business_id is not null and supplier_name is not null
    group by all
    order by supplier_business_id, company_name
"""
COMPANIES = """
    select supplier_business_id,
           first(company_name order by rows_count desc, last_year desc, company_name) as company_name,
           (select list_sort(list(distinct p.city_code)) from purchases p
            where p.supplier_business_id = n.supplier_business_id) as city_codes,
           min(first_year) as first_year, max(last_year) as last_year, sum(rows_count)::bigint as rows_count
    from company_names n
    group by supplier_business_id
    order by supplier_business_id
"""


def make(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The tables of this dataset, from a connection in which `purchases` is a view."""
    names = connection.sql(NAMES).to_arrow_table()
    connection.register("company_names", names)
    return {"companies": connection.sql(COMPANIES).to_arrow_table(), "company_names": names}

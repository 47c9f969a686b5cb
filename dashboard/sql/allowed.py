"""What a query may be made of. Whatever is not named here is refused, so that what DuckDB comes to have is refused too.

Left out are functions that reach outside the query (files, network, settings, logs, other text read as SQL), that wait,
and those whose answer is another one each time: the same query over the same release has one answer.
"""

from __future__ import annotations

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})

NODES = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT",
    "ORDER_MODIFIER", "ORDER_DEFAULT", "ORDER_ASCENDING", "ORDER_DESCENDING", "ASCENDING", "DESCENDING",
    "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER",
})  # fmt: skip
"""Parts of DuckDB's tree of a query that are no expressions, by their type."""

EXPRESSIONS = frozenset({
    "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
    "LAMBDA_REF", "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW",
})  # fmt: skip
"""Classes of expressions. There are no parameters: a query stands by itself."""

NOT_FIELDS = frozenset({
    "current_catalog", "current_database", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "localtime", "localtimestamp", "session_user", "user",
})  # fmt: skip
"""Names that SQL reads as functions without brackets where no field has them."""

_OPERATORS = """
    + - * / // % ** ^ & | ~ << >> || ! @ ^@ @> <@ && ~~ !~~ ~~* !~~* ~~~ -> ->> like_escape not_like_escape
    ilike_escape not_ilike_escape
"""
_NUMBERS = """
    abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even exp
    factorial fdiv floor fmod gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm least
    least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians round round_even
    roundbankers sign signbit sin sinh sqrt subtract tan tanh trunc xor
"""
_TEXTS = """
    ascii bar bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein editdist3
    ends_with format format_bytes hamming hash hex instr jaccard jaro_similarity jaro_winkler_similarity lcase left
    left_grapheme len length length_grapheme levenshtein lower lpad ltrim md5 mismatches nfc_normalize octet_length ord
    overlay position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches
    regexp_replace regexp_split_to_array repeat replace reverse right right_grapheme rpad rtrim sha1 sha256 split
    split_part starts_with str_split str_split_regex string_split string_split_regex string_to_array strip_accents
    strlen strpos substr substring substring_grapheme suffix to_base to_hex translate trim ucase unicode upper
    url_decode url_encode
"""
_DATES = """
    century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth
    dayofweek dayofyear days_in_month decade epoch epoch_ms era hour isodow isoyear last_day make_date make_time
    make_timestamp millennium minute month monthname quarter second strftime strptime time_bucket timezone to_days
    to_hours to_minutes to_months to_quarters to_seconds to_weeks to_years try_strptime week weekday weekofyear year
    yearweek
"""
_LISTS = """
    array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_distinct
    array_extract array_filter array_has array_has_all array_has_any array_indexof array_intersect array_length
    array_position array_prepend array_reverse_sort array_select array_slice array_sort array_to_string array_transform
    array_unique array_zip element_at filter flatten list_aggr list_aggregate list_any_value list_append list_apply
    list_avg list_cat list_concat list_contains list_count list_distinct list_element list_extract list_filter
    list_first list_has list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min
    list_mode list_pack list_position list_prepend list_reduce list_reverse list_reverse_sort list_select list_slice
    list_sort list_string_agg list_sum list_transform list_unique list_value list_where list_zip map map_contains
    map_entries map_extract map_from_entries map_keys map_values reduce row struct_extract struct_insert struct_keys
    struct_pack struct_values unpivot_list generate_series range unnest
"""
_JSON = """
    json_array json_array_length json_contains json_extract json_extract_string json_group_array json_group_object
    json_keys json_object json_type json_valid json_value to_json
"""
_CHOICES = "alias coalesce if ifnull isnull nullif switch typeof constant_or_null"
_AGGREGATES = """
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null
    argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop
    covar_samp entropy favg first fsum geomean geometric_mean group_concat histogram kahan_sum kurtosis kurtosis_pop
    last list listagg mad max max_by mean median min min_by mode product quantile quantile_cont quantile_disc regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop
    stddev_samp string_agg sum sum_no_overflow sumkahan var_pop var_samp variance wavg weighted_avg
"""
_WINDOWS = """
    cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""
FUNCTIONS = frozenset(
    " ".join((_OPERATORS, _NUMBERS, _TEXTS, _DATES, _LISTS, _JSON, _CHOICES, _AGGREGATES, _WINDOWS)).split()
)
"""Scalar, aggregate and window functions, and operators, as DuckDB names them."""

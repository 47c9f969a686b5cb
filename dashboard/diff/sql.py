"""The questions that find which rows of a table differ between two releases.

First only digests of rows are compared, so that memory does not grow with the width of a table; then the rows that
differ are fetched a part at a time, in the order in which they stand in the files. Rows are equal where two 64-bit
hashes are, of their values and of their text: by chance once in 10^24 pairs of tables of ten million rows.
"""

# ruff: noqa: S608  # names of columns are quoted; SQL has no parameters for them

from __future__ import annotations

from dashboard.diff.comparison import AFTER, BEFORE, PLACE, Comparison
from dashboard.query.load import quoted

SIDES = {"old": BEFORE, "new": AFTER}


def steps(one: Comparison) -> list[str]:
    """The statements that make the table `touched`: where each row that differs stands in the old file and in the new
    one, null where it does not, and how many rows behind one another it stands for."""
    if one.is_same:
        return [_touched("select null::bigint, null::bigint, 0::bigint where false")]
    if one.old is None:
        return [_touched("select null::bigint, file_row_number, 1::bigint from new_rows")]
    if one.new is None:
        return [_touched("select file_row_number, null::bigint, 1::bigint from old_rows")]
    digests = [_digests(one, side) for side in SIDES]
    if one.by == "key":
        return [*digests, _touched(_by_key(one))]
    return [*digests, *_pairs(one), _touched(UNPAIRED + (f" union all {RUNS}" if one.by == "place" else ""))]


def ordered(one: Comparison) -> str:
    """The statement that numbers what is `touched` from 0: in the order of `KINDS`, and within each as the rows stand
    in the later release's file, those removed as they stood in the earlier one's."""
    kind = f"case when new_at is null then 0 when old_at is null then 2 else {1 if one.by == 'key' else 3} end"
    return (
        f"create temp table ordered as select *, row_number() over (order by {kind}, new_at, old_at) - 1 as nth "
        "from touched"
    )


def rows(one: Comparison, start: int, end: int) -> str:
    """The rows of the difference from a number to the one before another: `change`, `changed_fields`, `rows_count`, and
    each value before and after."""
    both = "changed" if one.by == "key" else "moved"
    values = ", ".join(f"{_value(one, name, side)} as {quoted(name + side)}" for name, side in one.columns())
    sides = " ".join(
        f"left join (from {side}_rows where {_between(side, start, end)}) {side} "
        f"on {side}.file_row_number = t.{side}_at"
        for side, there in (("old", one.old), ("new", one.new))
        if there is not None
    )
    return (
        f"select case when t.old_at is null then 'added' when t.new_at is null then 'removed' else '{both}' end "
        f"as change, {_changed(one)} as changed_fields, t.count as rows_count, {values} "
        f"from (from ordered where nth >= {start} and nth < {end}) t {sides} order by t.nth"
    )


def _between(side: str, start: int, end: int) -> str:
    """That a row stands among those of a part: most of a file need not be read for it."""
    part = f"from ordered where nth >= {start} and nth < {end}"
    return f"file_row_number between (select min({side}_at) {part}) and (select max({side}_at) {part})"


def as_text(column: str, exact_type: str) -> str:
    """A column as the texts that a release's CSV has, its lists joined by `|`."""
    return f"array_to_string({column}, '|')" if exact_type.startswith("list") else f"{column}::varchar"


def _touched(select: str) -> str:
    return f"create temp table touched as with found(old_at, new_at, count) as ({select}) from found"


def _changed(one: Comparison) -> str:
    """The names of the fields that differ, joined by `|`; null where no row is on both sides."""
    if one.by != "key" or one.old is None or one.new is None:
        return "null::varchar"
    told = [f"case when {_differs(one, name)} then '{name}' end" for name in one.shared if name not in one.key]
    told += [f"case when new.{quoted(name)} is not null then '{name}' end" for name in one.fields_added]
    names = f"concat_ws('|', {', '.join(told)})" if told else "''"
    return f"case when t.old_at is not null and t.new_at is not null then {names} end"


def _differs(one: Comparison, name: str) -> str:
    """Whether a field that both releases have differs: in its value, or in how it is written."""
    old, new = (f"{side}.{quoted(name)}" for side in SIDES)
    if name in one.fields_retyped or one.type_of(name, AFTER) == "double":
        return f"{_text(one, name, 'old', old)} is distinct from {_text(one, name, 'new', new)}"
    return f"{old} is distinct from {new}"


def _value(one: Comparison, name: str, side: str) -> str:
    """A value. Of rows that moved only the places are told: all else is as it was."""
    if not side:
        return _either(one, name)
    value = f"{'old' if side == BEFORE else 'new'}.{quoted(name)}"
    if one.by == "place" and name not in one.key:
        return f"case when t.old_at is null or t.new_at is null then {value} end"
    return value


def _either(one: Comparison, name: str) -> str:
    """A part of the key, from whichever side has the row."""
    sides = [side for side, there in (("new", one.new), ("old", one.old)) if there is not None]
    values = [f"{side}.{quoted(name)}" for side in sides]
    if name in one.fields_retyped:
        values = [_text(one, name, side, value) for side, value in zip(sides, values, strict=True)]
    return f"coalesce({', '.join(values)})"


def _digests(one: Comparison, side: str) -> str:
    """Of each row its place in the file, its key and two hashes of its other fields; of a key that is a place the
    source counts too. A field that a side lacks is empty there."""
    keys = "".join(f"{_keyed(one, name, side)} as k{at}, " for at, name in enumerate(one.key))
    source = [f"split_part({quoted(PLACE[0])}, ':', 1)"] if one.by == "place" else []
    names = [field.name for field in one.fields_after if field.name not in one.key]
    there = {name for name in names if one.type_of(name, SIDES[side]) is not None}
    plain = there & set(one.shared) - set(one.fields_retyped)
    texts = {name: _text(one, name, side) if name in there else "null::varchar" for name in names}
    values = ", ".join(["''", *source, *(quoted(name) if name in plain else texts[name] for name in names)])
    said = ", ".join(["''", *source, *(f"coalesce({texts[name]}, chr(30))" for name in names)])
    return (
        f"create temp table {side}_digests as select file_row_number as spot, {keys}"
        f"hash({values}) as first, hash(concat_ws(chr(31), {said})) as second from {side}_rows"
    )


def _keyed(one: Comparison, name: str, side: str) -> str:
    """A part of the key, of one type on both sides."""
    return _text(one, name, side) if name in one.fields_retyped else quoted(name)


def _text(one: Comparison, name: str, side: str, column: str = "") -> str:
    return as_text(column or quoted(name), one.type_of(name, SIDES[side]) or "")


def _by_key(one: Comparison) -> str:
    same = " and ".join(f"o.k{at} is not distinct from n.k{at}" for at, _ in enumerate(one.key))
    return (
        f"select o.spot, n.spot, 1::bigint from old_digests o full join new_digests n on {same} "
        "where o.spot is null or n.spot is null or o.first <> n.first or o.second <> n.second"
    )


def _pairs(one: Comparison) -> list[str]:
    """Of equal rows the first before is the first after, and so on; those that stand where they stood are left out
    first, as of a release in which one file came anew that is nearly all."""
    place = ", ".join(f"k{at}" for at, _ in enumerate(one.key))
    still = f"anti join {{other}}_digests using ({place}, first, second)" if place else ""
    order = f"{place}, spot" if place else "spot"
    rest = [
        f"create temp table {side}_rest as select *, row_number() over (partition by first, second order by {order}) "
        f"as nth from {side}_digests {still.format(other=other)}"
        for side, other in (("old", "new"), ("new", "old"))
    ]
    pairs = "select o.spot as old_at, n.spot as new_at from old_rest o join new_rest n using (first, second, nth)"
    return [*rest, f"create temp table pairs as {pairs}"]


UNPAIRED = """
    select null::bigint, spot, 1::bigint from new_rest anti join pairs on spot = new_at
    union all
    select spot, null::bigint, 1::bigint from old_rest anti join pairs on spot = old_at
"""
RUNS = """
    select arg_min(old_at, old_k1), arg_min(new_at, old_k1), count(*)
    from (
        select old_at, new_at, o.k0 as old_k0, o.k1 as old_k1, n.k0 as new_k0, n.k1 - o.k1 as step,
               o.k1 - row_number() over (partition by o.k0, n.k0, n.k1 - o.k1 order by o.k1) as run
        from pairs join old_digests o on o.spot = old_at join new_digests n on n.spot = new_at
    )
    group by old_k0, new_k0, step, run
"""
"""The pairs as runs of rows: each stands behind the one before it in both releases."""

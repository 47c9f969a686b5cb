"""Snapshots: bytes once, records anew, damage noticed."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from etl.errors import SnapshotMismatch
from etl.snapshot import Snapshot, SnapshotStore, snapshot_id

URL = "http://portal.example/ostot_2024.csv"


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path)


def record(body=b"a;b\n", **changes):
    sha256 = hashlib.sha256(body).hexdigest()
    first = Snapshot(
        snapshot_id("turku", sha256), "turku", "ostot_2024.csv", URL, "avoindata", "d", "1", "r", "Ostot 2024", "CSV",
        2024, "2026-11-01T06:00:00+00:00", len(body), sha256, '"1"', None, "cc-by-4.0", False,
        "2026-11-01T06:00:00+00:00",
    )  # fmt: skip
    return dataclasses.replace(first, **changes)


def keep(store, body=b"a;b\n", **changes):
    incoming = store.incoming("turku", URL)
    incoming.write_bytes(body)
    return store.keep(incoming, record(body, **changes))


def test_bytes_seen_before_get_the_record_of_today_and_the_day_of_their_first_fetch(store):
    keep(store)
    later = "2026-11-24T06:00:00+00:00"
    again = keep(store, year=2025, resource_name="Ostot 2025", file_name="b.csv", fetched_at=later, checked_at=later)
    assert (again.year, again.resource_name, again.checked_at) == (2025, "Ostot 2025", later)
    assert again.fetched_at == "2026-11-01T06:00:00+00:00"
    assert store.path(again).read_bytes() == b"a;b\n"


@pytest.mark.parametrize("damage", [b"", b"a;c\n", b"a;b\n1;2\n"])
def test_bytes_changed_on_disk_are_noticed_and_replaced_when_they_come_again(store, damage):
    kept = keep(store)
    store.path(kept).write_bytes(damage)
    with pytest.raises(SnapshotMismatch, match="changed on disk"):
        store.path(kept)
    assert store.path(keep(store)).read_bytes() == b"a;b\n"


def test_a_missing_file_is_named(store):
    kept = keep(store)
    store.path(kept).unlink()
    with pytest.raises(SnapshotMismatch, match="no file"):
        store.path(kept)


def test_good_snapshots_come_back_as_they_were(store):
    one, two = keep(store), keep(store, b"c\n", year=2025)
    store.mark_good("turku", [one, two])
    assert store.good("turku") == [one, two]
    assert store.good("oulu") == []


@pytest.mark.parametrize("text", ["", "{", "{}", "null", '["turku:123"]', '[{"id": "x"}]', '[{"odd": 1}]'])
def test_a_damaged_list_of_good_ones_is_as_none(store, tmp_path, text):
    store.mark_good("turku", [keep(store)])
    (tmp_path / "turku" / "good.json").write_text(text)
    assert store.good("turku") == []


def test_what_an_address_gave_is_seen_only_while_its_file_is_whole(store):
    kept = keep(store)
    store.remember("turku", [kept])
    assert store.seen("turku", URL) == kept
    assert store.seen("turku", URL + "x") is None
    store.path(kept).write_bytes(b"xxxx")
    assert store.seen("turku", URL) is None


@pytest.mark.parametrize("text", ["", "[]", "7", '{"' + URL + '": 1}'])
def test_a_damaged_record_of_addresses_is_as_none(store, tmp_path, text):
    store.remember("turku", [keep(store)])
    (tmp_path / "turku" / "seen.json").write_text(text)
    assert store.seen("turku", URL) is None


def test_cleaning_removes_what_was_left_half_moved_and_keeps_the_rest(store, tmp_path):
    kept = keep(store)
    (tmp_path / "turku" / "abc.part-1").mkdir()
    (tmp_path / "turku" / "good.json.part-1").write_text("[")
    store.clean()
    assert sorted(p.name for p in (tmp_path / "turku").iterdir()) == [kept.id.partition(":")[2]]


def test_a_download_to_one_address_always_has_the_same_place(store):
    assert store.incoming("turku", URL) == store.incoming("turku", URL)
    assert store.incoming("turku", URL) != store.incoming("turku", URL + "?x")

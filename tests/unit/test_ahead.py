"""Working ahead: the same items in the same order, errors where they are asked for, no thread left behind."""

from __future__ import annotations

import threading

import pytest

from etl.ahead import ahead


def threads():
    return [t for t in threading.enumerate() if t.name == "ahead"]


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_items_come_in_their_order(count):
    with ahead(range(count)) as items:
        assert list(items) == list(range(count))
    assert threads() == []


def test_an_error_comes_after_the_items_before_it():
    def broken():
        yield 1
        yield 2
        raise ValueError("here")

    with ahead(broken()) as items:
        assert [next(items), next(items)] == [1, 2]
        with pytest.raises(ValueError, match="here"):
            next(items)
    assert threads() == []


def test_giving_up_early_ends_the_thread_and_closes_what_it_reads():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield 1
        finally:
            closed.set()

    source = endless()
    with ahead(source) as items:
        next(items)
    assert threads() == []
    source.close()
    assert closed.is_set()


def test_an_error_of_the_reader_of_items_ends_the_thread():
    with pytest.raises(KeyError), ahead(range(10_000)) as items:
        {}[next(items)]
    assert threads() == []


def test_no_more_than_the_depth_is_made_before_it_is_asked_for():
    made = []

    def counted():
        for number in range(100):
            made.append(number)
            yield number

    with ahead(counted(), depth=2) as items:
        next(items)
        threading.Event().wait(0.1)
        assert len(made) <= 5

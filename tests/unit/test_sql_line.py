"""Whose turn it is to run a query."""

from __future__ import annotations

import threading
import time

import pytest

from dashboard.sql.line import Line, LineFull, OneEach, TooLong, WentAway


def stays():
    return False


def stand(line, client, order, seconds=5.0, most_waiting=9, is_gone=stays, hold=0.05):
    """Somebody who waits in the line, in a thread; their name is put into `order` when their turn comes."""

    def wait():
        try:
            with line.turn(client, is_gone, most_waiting=most_waiting, seconds=seconds):
                order.append(client)
                time.sleep(hold)
        except (LineFull, OneEach, TooLong, WentAway) as error:
            order.append(type(error))

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.02)
    return thread


def test_they_go_in_the_order_in_which_they_came():
    line, order = Line(), []
    threads = [stand(line, name, order) for name in "abcdefgh"]
    for thread in threads:
        thread.join()
    assert order == list("abcdefgh")


def test_a_client_is_in_the_line_once_and_then_again():
    line, order = Line(), []
    first = stand(line, "a", order, hold=0.3)
    second = stand(line, "b", order)
    for client in "ab":
        with pytest.raises(OneEach), line.turn(client, stays, most_waiting=9, seconds=5):
            pass
    first.join()
    second.join()
    with line.turn("a", stays, most_waiting=9, seconds=5):
        order.append("again")
    assert order == ["a", "b", "again"]


def test_a_client_that_went_away_may_come_again_before_its_query_has_ended():
    line, order = Line(), []
    first = stand(line, "a", order, is_gone=lambda: True, hold=0.3)
    with line.turn("a", stays, most_waiting=9, seconds=5):
        assert order == ["a"]
    first.join()


def test_clients_that_cannot_be_told_apart_may_be_several():
    line, order = Line(), []
    threads = [stand(line, None, order) for _ in range(3)]
    for thread in threads:
        thread.join()
    assert order == [None] * 3


def test_only_so_many_wait_and_only_so_long():
    line, order = Line(), []
    first = stand(line, "a", order, hold=0.6)
    waiting = stand(line, "b", order, most_waiting=1, seconds=0.2)
    with pytest.raises(LineFull), line.turn("c", stays, most_waiting=1, seconds=5):
        pass
    waiting.join()
    assert order == ["a", TooLong]
    with line.turn("c", stays, most_waiting=1, seconds=5):
        order.append("c")
    first.join()
    assert order == ["a", TooLong, "c"]


def test_who_leaves_gives_up_the_place():
    line, order = Line(), []
    left = threading.Event()
    first = stand(line, "a", order, hold=0.6)
    second = stand(line, "b", order, is_gone=left.is_set)
    third = stand(line, "c", order)
    left.set()
    second.join()
    assert order == ["a", WentAway]
    first.join()
    third.join()
    assert order == ["a", WentAway, "c"]

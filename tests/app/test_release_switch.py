"""A site of several processes on a real port: a release that is published meanwhile is on all of them, and nobody who
reads at the time is refused."""

import json
import threading
import time
import urllib.request

import pytest

from tests.fixtures.release import write_release
from tests.site_process import served

LONGEST = 30
ADDRESSES = (
    "/en/companies?n={n}",  # never seen before, so made anew
    "/sv/?n={n}",
    "/download/suppliers.csv",
    "/data/purchases.csv",
    "/api/v1/releases",
    "/readyz",
)


class Readers:
    """Some who ask for one address after the other until they are stopped."""

    def __init__(self, base, many=4):
        self.base, self.answers, self.failures = base, 0, []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(many)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number):
        while not self._stop.is_set():
            number += 1
            address = ADDRESSES[number % len(ADDRESSES)].format(n=number)
            try:
                with urllib.request.urlopen(self.base + address, timeout=LONGEST) as answer:
                    body, length = answer.read(), answer.headers["Content-Length"]
                if answer.status != 200 or (length is not None and int(length) != len(body)):
                    self.failures.append((address, answer.status))
            except OSError as error:
                self.failures.append((address, str(error)))
            self.answers += 1


def releases_served(base, times=24):
    """The releases that the processes say they serve; each of so many questions goes to whichever is free."""
    found = set()
    for _ in range(times):
        with urllib.request.urlopen(f"{base}/readyz", timeout=LONGEST) as answer:
            found.add(json.load(answer)["release"])
    return found


@pytest.mark.parametrize("workers", [2])
def test_every_process_takes_up_the_next_release_without_one_failed_request(tmp_path, workers):
    first = write_release(tmp_path, 216).name
    with served(tmp_path, workers=workers, release_poll=0.2) as base, Readers(base) as readers:
        assert releases_served(base) == {first}
        before = readers.answers
        second = write_release(tmp_path, 240).name
        end = time.monotonic() + LONGEST
        while releases_served(base) != {second}:
            assert time.monotonic() < end, "a process still serves the old release"
        while readers.answers < before + 50:
            assert time.monotonic() < end, "readers are hardly answered"
            time.sleep(0.1)
    assert readers.failures == []


def test_the_figures_of_all_processes_are_added_up(tmp_path):
    write_release(tmp_path, 216)
    with served(tmp_path, workers=2) as base:
        for _ in range(20):
            urllib.request.urlopen(f"{base}/en/privacy", timeout=LONGEST).close()
        with urllib.request.urlopen(f"{base}/metrics", timeout=LONGEST) as answer:
            lines = answer.read().decode().splitlines()
    (line,) = [one for one in lines if one.startswith("kuusi_requests_total") and "privacy" in one]
    assert float(line.split()[-1]) == 20

"""A bound stops work that takes too long, and nothing after it."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from macros.bound import Bound, TookTooLong


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_work_that_takes_too_long_is_stopped() -> None:
    bound = Bound(0.05)
    bound.start()
    try:
        with pytest.raises(TookTooLong):
            work(5)
    finally:
        bound.end()


def test_a_pattern_that_never_ends_is_stopped() -> None:
    bound = Bound(0.05)
    bound.start()
    try:
        with pytest.raises(TookTooLong):
            re.match(r"(a|aa)+$", "a" * 60 + "b")
    finally:
        bound.end()


def test_work_that_is_done_in_time_leaves_no_trace() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    bound = Bound(0.05)
    bound.start()
    bound.end()
    work(0.1)
    assert signal.getsignal(signal.SIGVTALRM) == before
    bound.end()  # once more, as after a failure elsewhere


def test_elsewhere_than_in_the_main_thread_nothing_is_stopped() -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            bound = Bound(0.01)
            bound.start()
            work(0.05)
            bound.end()
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failed == []

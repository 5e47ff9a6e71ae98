"""A generator in a process of its own: its messages in order, its end, its failures."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from gitops.foundation import processes
from gitops.foundation.errors import UsageError
from gitops.foundation.processes import beside


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has, so that the tests are of the same thing everywhere."""
    monkeypatch.setattr(processes, "processors", lambda: 2)


def test_messages_come_in_order_from_another_process() -> None:
    def work() -> Iterator[Any]:
        yield os.getpid()
        yield "x" * 1_000_000

    with beside(work) as messages:
        assert next(messages) != os.getpid()
        assert next(messages) == "x" * 1_000_000
        assert list(messages) == []


def test_it_works_while_nobody_asks() -> None:
    ours, theirs = os.pipe()

    def work() -> Iterator[Any]:
        os.write(theirs, b"working")
        yield None

    with beside(work):
        assert os.read(ours, 7) == b"working"


def test_what_goes_wrong_there_is_raised_here() -> None:
    def work() -> Iterator[Any]:
        yield 1
        raise UsageError("no estate", "make one")

    with beside(work) as messages:
        assert next(messages) == 1
        with pytest.raises(UsageError, match="no estate") as caught:
            next(messages)
    assert caught.value.hint == "make one"


def test_a_process_that_dies_is_no_end_of_messages() -> None:
    def work() -> Iterator[Any]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    with beside(work) as messages, pytest.raises(EOFError):
        list(messages)


def test_nothing_is_left_running() -> None:
    def work() -> Iterator[Any]:
        yield os.getpid()
        time.sleep(600)

    with beside(work) as messages:
        process = next(messages)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_that_has_said_all_is_seen_off_by_the_next() -> None:
    def work() -> Iterator[Any]:
        yield os.getpid()

    with beside(work) as messages:
        (process,) = messages
    end = time.monotonic() + 10
    while process in processes.LEAVING and time.monotonic() < end:
        with beside(work) as messages:
            list(messages)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_processor_does_it_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 1)
    with beside(lambda: iter([os.getpid()])) as messages:
        assert next(messages) == os.getpid()

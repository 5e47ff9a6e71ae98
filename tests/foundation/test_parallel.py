"""Work over many items in forked processes: complete, or the whole run fails."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitops.foundation.parallel import BATCH, Turns, over, over_batches, workers_for


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_every_item_has_its_result_once(workers: int, count: int) -> None:
    assert sorted(over(lambda number: number * 2, range(count), workers)) == \
        [number * 2 for number in range(count)]


def test_the_work_is_shared() -> None:
    waiting, go = os.pipe()

    def work(number: int) -> int:
        if number in (0, BATCH):
            os.read(waiting, 1)
        elif number == 2 * BATCH:  # so those two are at work elsewhere
            os.write(go, b"12")
        return os.getpid()

    assert len(set(over(work, range(100), 3))) == 3


def test_a_slow_item_holds_up_its_own_worker_only() -> None:
    waiting, go = os.pipe()

    def work(number: int) -> int:
        if number == 0:
            os.read(waiting, 1)
        elif number == 8 * BATCH - 1:
            os.write(go, b"1")
        return os.getpid()

    done = Counter(over(work, range(8 * BATCH), 2))
    assert min(done.values()) == BATCH


@pytest.mark.parametrize("workers", [1, 2])
def test_items_come_some_at_a_time_in_their_order(workers: int) -> None:
    def work(numbers: Sequence[int]) -> list[tuple[int, ...]]:
        return [tuple(numbers)]

    count = 2 * BATCH + 3
    assert sorted(over_batches(work, range(count), workers)) == [
        tuple(range(start, min(start + BATCH, count))) for start in range(0, count, BATCH)]


def test_turns_are_given_once_each_in_order() -> None:
    turns = Turns(300)
    assert [turns.take() for _ in range(302)] == [*range(300), None, None]
    turns.end()


def test_an_exception_in_a_worker_is_the_callers() -> None:
    def work(number: int) -> int:
        if number == 40:
            raise LookupError("forty")
        return number

    with pytest.raises(LookupError, match="forty"):
        list(over(work, range(100), 2))


def test_a_worker_that_dies_fails_the_run(tmp_path: Path) -> None:
    here, died = os.getpid(), tmp_path / "died"

    def work(number: int) -> int:
        if os.getpid() != here:
            died.touch()
            os._exit(9)
        while not died.exists():
            time.sleep(0.001)
        return number

    with pytest.raises(EOFError):
        list(over(work, range(100), 2))


def test_items_beyond_what_a_pipe_holds_are_done_in_larger_batches() -> None:
    assert sum(over(int, range(300_000), 2)) == sum(range(300_000))


def test_few_items_are_not_worth_a_process() -> None:
    assert workers_for(10) == 1
    assert workers_for(10_000) >= 1

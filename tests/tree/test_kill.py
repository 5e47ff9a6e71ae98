"""A render killed at any moment leaves the whole old tree or the whole new one."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]


def killed(scenario: str, way: str, count: int) -> Counter[str]:
    """How often a reader saw what, over all kills."""
    command = [sys.executable, "-m", "tests.tree.killing", scenario, way, str(count)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    return Counter(done.stdout.split())


@pytest.mark.parametrize(
    "scenario", ["mixed", "fewer", "scattered", "one", "folder", "none", "gone", "first"]
)
def test_a_kill_at_every_step_leaves_the_old_tree_or_the_new(scenario: str) -> None:
    seen = killed(scenario, "step", 1000)
    assert set(seen) == {"old", "new"}


def test_a_kill_at_50_random_moments_leaves_the_old_tree_or_the_new() -> None:
    seen = killed("many", "time", 50)
    assert set(seen) <= {"old", "new"}
    assert seen["old"]
    assert seen.total() == 50


def test_without_an_exchange_the_next_run_finishes_what_a_kill_interrupted() -> None:
    seen = killed("mixed-exchange", "step", 1000)
    assert set(seen) == {"old", "missing", "new"}


@pytest.mark.parametrize("scenario", ["mixed-rename", "none-rename"])
def test_where_no_folder_is_renamed_the_next_run_finishes_too(scenario: str) -> None:
    seen = killed(scenario, "step", 1000)
    assert set(seen) == {"old", "torn", "new"}

"""What every test may ask for."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

# In CI a red run must mean a changed project, not another draw: the examples are the same every
# time, and no machine is too slow. Elsewhere each run draws anew.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("anew", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "anew")

# A shell starts what is in the background with Ctrl-C ignored, and so would every program be that
# a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true",
                     help="write the golden files anew instead of comparing")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are written rather than compared."""
    return bool(request.config.getoption("--update-goldens"))

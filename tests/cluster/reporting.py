"""Puts the logs of the programs under test beside a failure."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.cluster.controlplane import ControlPlane

QUIET = {"etcd", "kubelets"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Import this name in a ``conftest.py`` whose tests use the fixture ``plane``."""
    report = yield
    plane = getattr(item, "funcargs", {}).get("plane")
    if report.failed and isinstance(plane, ControlPlane):
        for path in sorted(plane.keeper.folder.glob("*.log")):
            if path.stem not in QUIET:
                report.sections.append((path.stem, plane.keeper.log(path.stem, 15)))
    return report

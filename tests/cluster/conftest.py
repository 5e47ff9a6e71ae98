"""Fixtures: one control plane for a test session, with CRDs, roles and platform namespaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.building import NoGo
from tests.cluster.controlplane import ControlPlane, boot
from tests.cluster.nodes import start_kubelets
from tests.cluster.reporting import pytest_runtest_makereport
from tests.cluster.surroundings import prepare
from tests.upstream.conftest import tekton

__all__ = ["pytest_runtest_makereport", "tekton"]


@pytest.fixture(scope="session")
def plane() -> Iterator[ControlPlane]:
    """A prepared control plane; tests use namespaces of their own."""
    try:
        booted = boot()
    except NoGo as reason:
        pytest.skip(str(reason))
    with booted:
        prepare(booted)
        start_kubelets(booted)
        yield booted

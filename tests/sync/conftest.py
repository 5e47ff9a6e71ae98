"""Fixtures: a control plane of its own with Flux in it, and a git server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.building import NoGo
from tests.cluster.controlplane import ControlPlane, boot
from tests.cluster.nodes import start_kubelets
from tests.cluster.reporting import pytest_runtest_makereport
from tests.cluster.surroundings import prepare
from tests.sync.flux import build_flux, start_flux
from tests.sync.gitserver import GitServer

__all__ = ["pytest_runtest_makereport"]


@pytest.fixture(scope="session")
def plane() -> Iterator[ControlPlane]:
    """A prepared control plane in which Flux runs."""
    try:
        build_flux()
        booted = boot()
        with booted:
            prepare(booted)
            start_kubelets(booted)
            start_flux(booted)
            yield booted
    except NoGo as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose bare repositories the git server serves."""
    return tmp_path_factory.mktemp("git")


@pytest.fixture(scope="session")
def git_server(served: Path) -> Iterator[GitServer]:
    with GitServer(served) as server:
        yield server

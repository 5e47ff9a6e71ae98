"""Fixtures: the upstream programs, built once and asked many times."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.building import NoGo
from tests.upstream.asking import Asked
from tests.upstream.kyverno import Kyverno


@pytest.fixture(scope="session")
def tekton() -> Iterator[Asked]:
    yield from _program("tekton")


@pytest.fixture(scope="session")
def argo() -> Iterator[Asked]:
    yield from _program("argo")


@pytest.fixture(scope="session")
def trainer() -> Iterator[Asked]:
    yield from _program("trainer")


@pytest.fixture(scope="session")
def istio() -> Iterator[Asked]:
    yield from _program("istio")


@pytest.fixture(scope="session")
def argocd() -> Iterator[Asked]:
    yield from _program("argocd")


@pytest.fixture(scope="session")
def kyverno(tmp_path_factory: pytest.TempPathFactory) -> Kyverno:
    try:
        return Kyverno(tmp_path_factory.mktemp("kyverno"))
    except NoGo as reason:
        pytest.skip(str(reason))


def _program(name: str) -> Iterator[Asked]:
    try:
        asked = Asked(name)
    except NoGo as reason:
        pytest.skip(str(reason))
    with asked:
        yield asked

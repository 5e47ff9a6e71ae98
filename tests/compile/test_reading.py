"""What is read in another process is what is read here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given

from gitops.compile.reading import AT_ONCE, packed, reading, unpacked
from gitops.declarations.load import load
from tests.cluster.rendered import sample
from tests.drawing import drawn
from tests.examples.cases import cases
from tests.upstream.generated_jobs import estates

FILES = {"kubeflow": sample("kubeflow"), "native": sample("native"),
         **{case.path.stem: case.files for case in cases("valid")}}
NUMBERS = "plugins: [{kind: Some, spec: {a: %s, b: [1, 0.5, -0.0, true, null, x, {c: []}]}}]\n"


def arrive(files: Mapping[str, bytes]) -> None:
    """The tenants of an estate are the same after they were sent."""
    tenants = dict(load(files).estate.tenants)
    message = packed(tenants)
    assert isinstance(message, bytes)
    assert repr(unpacked(message)) == repr(tenants)


@pytest.mark.parametrize("name", FILES)
def test_tenants_are_the_same_when_they_arrive(name: str) -> None:
    arrive(FILES[name])


@drawn(100)
@given(files=estates())
def test_any_tenants_are_the_same_when_they_arrive(files: dict[str, bytes]) -> None:
    arrive(files)


@pytest.mark.parametrize("number", ["7", "7" * 100])
def test_a_plugin_may_hold_any_number(tmp_path: Path, number: str) -> None:
    (tmp_path / "platform.yaml").write_text("{}\n")
    (tmp_path / "tenants").mkdir()
    for at in range(AT_ONCE + 5):
        (tmp_path / f"tenants/t-{at}.yaml").write_text(
            f"owner: a@example.com\nquota: {{requests: {{memory: 512Gi}}}}\n{NUMBERS % number}")
    with reading(str(tmp_path)) as read:
        assert len(read.few().tenants) == 8
        here = load(read.files).estate
        assert repr(read.all().estate) == repr(here)
    assert isinstance(packed(dict(here.tenants)), bytes) == (number == "7")

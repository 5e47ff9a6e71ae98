"""``gitops explain`` as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitops.cli.main import run
from tests.estates import estate


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, content in estate().items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return tmp_path


def test_text_is_aligned_and_names_both_lines(root: Path, capsys: pytest.CaptureFixture[str]
                                              ) -> None:
    assert run(["-C", str(root), "explain", "rb/namespaceAdmin"]) == 0
    head, *rows = capsys.readouterr().out.split("\n\n")[1].rstrip().split("\n")
    row = next(row for row in rows if row.split()[0] == "subjects[0].name")
    assert row.index("ana@example.com") == head.index("VALUE")
    assert row.index("tenant/access.yaml.j2:") == head.index("TEMPLATE")
    assert row[head.index("DECLARED"):] == "tenants/vision.yaml:1"


def test_json_holds_the_same(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(root), "explain", "rb/namespaceAdmin", "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["objects"]
    field = next(field for field in one["fields"] if field["field"] == "subjects[0].name")
    assert one["file"] == "rendered/prod/tenants/vision/access.yaml"
    assert (field["value"], field["declared"][0]["line"]) == ("ana@example.com", 1)


def test_a_cluster_is_a_table_of_settings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(root), "explain", "clusters/prod.yaml"]) == 0
    rows = [row.split() for row in capsys.readouterr().out.split("\n")]
    assert ["kubeflow.namespace", "kubeflow", "preset", "kubeflow"] in rows
    assert ["mesh.cni", "true", "default"] in rows
    assert ["kubernetes.version", "1.37", "clusters/prod.yaml:1"] in rows


def test_a_path_may_be_relative_to_where_one_stands(root: Path, capsys: pytest.CaptureFixture[str]
                                                    ) -> None:
    assert run(["-C", str(root / "tenants"), "explain", "vision.yaml:1"]) == 0
    assert "namespaceAdmin" in capsys.readouterr().out


def test_a_declaration_is_a_table_of_objects(root: Path, capsys: pytest.CaptureFixture[str]
                                             ) -> None:
    assert run(["-C", str(root), "explain", "tenants/vision.yaml"]) == 0
    out = capsys.readouterr().out
    assert "OBJECT" in out
    assert "RoleBinding namespaceAdmin" in out


def test_what_names_nothing_is_a_wrong_call(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(root), "explain", "profile/visin"]) == 2
    assert "did you mean 'vision'?" in capsys.readouterr().err


def test_mistakes_of_the_estate_are_told_first(root: Path, capsys: pytest.CaptureFixture[str]
                                               ) -> None:
    (root / "tenants/vision.yaml").write_text("ownr: x\n")
    assert run(["-C", str(root), "explain", "profile/vision"]) == 1
    assert "tenants/vision.yaml:1:1" in capsys.readouterr().err

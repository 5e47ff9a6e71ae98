import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.tree.paths import collisions, unsafe


@pytest.mark.parametrize(
    "path", ["a", "prod/tenants/a-1/access.yaml", "a.b/c_d.yaml", "...", "é/ü.yaml", "a b/.github"]
)
def test_an_ordinary_path_is_safe(path: str) -> None:
    assert unsafe(path) is None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("a/../b", '".."'),
        ("..", '".."'),
        ("./a", '"."'),
        ("", "empty"),
        ("a//b", "empty"),
        ("a/", "empty"),
        ("a\\b", "backslash"),
        ("a\0b", "control"),
        ("a\nb", "control"),
        (".git/hooks/post-checkout", '".git"'),
        ("a/.GIT/config", '".git"'),
        ("a/" + "x" * 256, "255"),
        ("a/" + "é" * 128, "255"),
        ("a\ud800", "Unicode"),
    ],
)
def test_an_unsafe_path_is_named_with_its_reason(path: str, reason: str) -> None:
    assert reason in (unsafe(path) or "")


@given(st.text())
def test_no_safe_path_leaves_the_output(path: str) -> None:
    if unsafe(path) is None:
        segments = path.split("/")
        assert not {"", ".", "..", ".git"} & set(segments)
        assert "\0" not in path
        assert "\\" not in path


@pytest.mark.parametrize(
    ("paths", "where"),
    [
        (["a/X.yaml", "a/x.yaml"], "rendered/a/x.yaml"),
        (["Prod/a", "prod/b"], "rendered/prod"),
        (["caf\u00e9", "cafe\u0301"], "rendered/caf\u00e9"),
        (["stra\u00dfe", "STRASSE"], "rendered/stra\u00dfe"),
    ],
)
def test_paths_that_are_one_without_case_collide(paths: list[str], where: str) -> None:
    found = collisions("rendered", paths)
    assert [(finding.rule, finding.position.file) for finding in found] == [
        ("output-paths-collide", where)
    ]


def test_different_paths_do_not_collide() -> None:
    assert collisions("rendered", ["a/x", "a/y", "b/x", "ab/x"]) == []

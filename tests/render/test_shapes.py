import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops.render.documents import split
from gitops.render.emit import Writer
from gitops.render.identity import identity
from gitops.render.scalars import Unrenderable
from gitops.render.shapes import CHARACTERS, Shapes
from tests.render.rendering import HEAD
from tests.render.values import unhurried


def test_a_shape_is_learned_once() -> None:
    shapes = Shapes(Writer(), ("l",))
    assert shapes.find(HEAD, 0) is shapes.find(HEAD, 0)
    assert shapes.find(HEAD, 1) is not shapes.find(HEAD, 0)
    assert shapes.find("# nothing", 0) is None


def test_shapes_are_forgotten_when_there_are_too_many() -> None:
    shapes = Shapes(Writer(), ())
    first = shapes.find(HEAD, 0)
    comment = "#" * 10_000 + "\n"
    for number in range(3 * CHARACTERS // 10_000):
        shapes.find(f"{comment}{HEAD}x: {number}\n", 0)
        assert len(shapes) <= 2 * CHARACTERS // 10_000 + 3
    assert shapes.find(HEAD, 0) is not first


def test_a_shape_in_use_is_kept() -> None:
    shapes = Shapes(Writer(), ())
    first = shapes.find(HEAD, 0)
    comment = "#" * 10_000 + "\n"
    for number in range(3 * CHARACTERS // 10_000):
        shapes.find(f"{comment}{HEAD}x: {number}\n", 0)
        assert shapes.find(HEAD, 0) is first


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", ["\n"]), ("a\n", ["\na"]), ("a", ["\na"]), ("---\na\n", ["", "\na"]),
     ("a\n---\nb\n", ["\na", "\nb"]), ("a\n--- # c\nb", ["\na", " # c\nb"]),
     ("a\n---", ["\na", ""]),
     ("a\n----\nb", ["\na\n----\nb"]), ("a\n ---\nb", ["\na\n ---\nb"]), ("---x", ["\n---x"]),
     ("a\n---\n---\nb", ["\na", "", "\nb"])],
)  # fmt: skip
def test_documents_are_cut_at_markers(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@unhurried
@given(st.text(st.sampled_from("-\n a")))
def test_nothing_is_lost_between_the_parts(text: str) -> None:
    assert "\n---".join(split(text)) == "\n" + text.removesuffix("\n")


@pytest.mark.parametrize(
    ("version", "namespace", "group"),
    [("v1", None, ""), ("apps/v1", "x", "apps"), ("a.b/v1beta1", None, "a.b")],
)
def test_an_identity_leaves_the_version_out(
    version: str, namespace: str | None, group: str
) -> None:
    metadata = {"name": "n"} if namespace is None else {"name": "n", "namespace": namespace}
    data = {"apiVersion": version, "kind": "K", "metadata": metadata}
    assert identity(data) == (group, "K", namespace or "", "n")


def test_data_without_a_name_has_no_identity() -> None:
    with pytest.raises(Unrenderable, match=r"no metadata\.name"):
        identity({"apiVersion": "v1", "kind": "K", "metadata": None})

import pytest

from gitops.tree.header import header, is_ours

OURS = header("tenants/a.yaml").encode()
OTHER = header("groups/b.yaml").encode()


def test_the_header_names_what_to_edit() -> None:
    line = header("tenants/vision.yaml")
    assert line == (
        '# Rendered by gitops from tenants/vision.yaml; edit that and run "gitops render".\n'
    )


@pytest.mark.parametrize("source", ["a\nkind: Secret", "a\rb", "a\u2028b", "a\x85b", "a\ud800b"])
def test_no_source_ends_the_comment(source: str) -> None:
    line = header(source)
    assert len(line.splitlines()) == 1
    assert is_ours(line.encode())


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_a_file_with_the_header_is_ours(prefix: bytes) -> None:
    assert is_ours(prefix + OURS + b"kind: Profile\n")
    assert is_ours(prefix + OURS.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    "head", [b"", b"kind: Profile\n", b"\n" + OURS, b"# mine\n" + OURS, OURS[:20]]
)
def test_a_file_without_the_header_on_top_is_foreign(head: bytes) -> None:
    assert not is_ours(head)


def test_a_conflict_below_the_header_leaves_the_file_ours() -> None:
    assert is_ours(OURS + b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n")


@pytest.mark.parametrize(
    "conflict",
    [
        b"<<<<<<< HEAD\n" + OURS + b"=======\n" + OTHER + b">>>>>>> other\nkind: Profile\n",
        b"<<<<<<< HEAD\n" + OURS + b"||||||| base\n# was\n=======\n" + OTHER + b">>>>>>> b\n",
        b"<<<<<<< HEAD\r\n" + OURS + b"=======\r\n" + OTHER,
        b"<<<<<<< HEAD\n" + OURS + b"a: 1\n" * 20000,
    ],
)
def test_a_conflict_between_two_headers_is_ours(conflict: bytes) -> None:
    assert is_ours(conflict)


@pytest.mark.parametrize(
    "conflict",
    [
        b"<<<<<<< HEAD\n# mine\n=======\n" + OURS + b">>>>>>> other\n",
        b"<<<<<<< HEAD\n" + OURS + b"=======\n# mine\n>>>>>>> other\n",
        b"<<<<<<< HEAD\n=======\n" + OURS + b">>>>>>> other\nkind: Secret\n",
        b"<<<<<<< HEAD\n" + OURS + b"=======\n>>>>>>> other\nkind: Secret\n",
        b"<<<<<<< HEAD\n",
    ],
)
def test_a_side_that_was_taken_over_by_hand_keeps_the_file_foreign(conflict: bytes) -> None:
    assert not is_ours(conflict)

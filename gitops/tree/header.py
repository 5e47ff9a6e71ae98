"""The line that says a file is rendered, and whose it is to change."""

from __future__ import annotations

_LEAD = "# Rendered by gitops from "
_TAIL = '; edit that and run "gitops render".'
_LEAD_BYTES = _LEAD.encode()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEAD_SIZE = 1 << 16
"""How many bytes of a file are enough for :func:`is_ours`, also when git left a conflict there."""


def header(source: str) -> str:
    """The first line of a rendered file, with its newline.

    Args:
        source: what to edit instead, such as ``tenants/vision.yaml``. Characters that
            could end the comment are written as escapes.
    """
    shown = source if source.isprintable() else "".join(map(_shown, source))
    return f"{_LEAD}{shown}{_TAIL}\n"


def is_ours(head: bytes) -> bool:
    """Whether a file that begins so was rendered, and may be written again.

    A file that git left with a conflict in its first lines is ours when every side of
    that conflict begins with the header: a side without it was taken over by hand.
    """
    head = head.removeprefix(_BYTE_ORDER_MARK)
    if not head.startswith(b"<<<<<<< "):
        return head.startswith(_LEAD_BYTES)
    ours, theirs = _sides(head)
    return ours.startswith(_LEAD_BYTES) and (theirs is None or theirs.startswith(_LEAD_BYTES))


def _sides(head: bytes) -> tuple[bytes, bytes | None]:
    """What follows the opening and the middle marker of the conflict a file begins with.

    The second is None when the conflict is longer than what was read.
    """
    lines = head.splitlines(keepends=True)
    middle = next((at for at, line in enumerate(lines) if line.rstrip() == b"======="), None)
    theirs = None if middle is None else b"".join(lines[middle + 1 : middle + 2])
    return b"".join(lines[1:2]), theirs


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")

"""Why an output is not written: everything that keeps rendered files from their places."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, Position
from gitops.tree.area import OWN_FOLDER
from gitops.tree.disk import Verdict, kind_of
from gitops.tree.paths import unsafe


@contextlib.contextmanager
def refusing(output: str) -> Iterator[None]:
    """Turn what the operating system refuses into a finding at the output."""
    try:
        yield
    except OSError as error:
        raise Refused([failure(output, error)]) from error


def require_usable(estate: str, output: str) -> None:
    """Refuse an output that lies outside the estate, in our own folder, or behind a link.

    Args:
        estate: absolute.
        output: relative to it.
    """
    reason = unsafe(output)
    if reason is None and output.partition("/")[0] == OWN_FOLDER:
        reason = f"{OWN_FOLDER} is the tool's own folder"
    if reason is not None:
        raise Refused([_unsafe_output(output, reason)])
    place = ""
    for segment in output.split("/"):
        place = f"{place}/{segment}"
        kind = kind_of(f"{estate}{place}")
        if kind not in {"folder", "nothing"}:
            verdict: Verdict = "symlink" if kind == "symlink" else "file-in-the-way"
            raise Refused([obstacle(place[1:], verdict, "")])
    root = f"{estate}/{output}"
    if kind_of(root) == "folder" and os.path.ismount(root):
        raise Refused([_mount(output)])


def _mount(output: str) -> Finding:
    return Finding(
        "output-is-a-mount",
        Position(output),
        "this folder is a mount point, so no new tree can take its place at once",
        "mount the whole estate rather than the folder in it",
    )


def _unsafe_output(output: str, reason: str) -> Finding:
    return Finding(
        "unsafe-output-path",
        Position(output.encode("unicode_escape").decode("ascii") or "."),
        f"this folder cannot hold rendered files, because {reason}",
        "name a folder of its own inside the estate, such as rendered",
    )


def obstacle(output: str, verdict: Verdict, at: str) -> Finding:
    """The finding for a path that keeps a rendered file from its place, and the way out."""
    where = Position(f"{output}/{at}" if at else output)
    if verdict == "symlink":
        return Finding(
            "symlink-in-output",
            where,
            "a symbolic link stands where rendered files go, and gitops writes through none",
            "remove the link",
        )
    if verdict == "foreign":
        return Finding(
            "foreign-file",
            where,
            "this file was not written by gitops, and a rendered file wants its place",
            'move it away, or give it up with "gitops render --force"',
        )
    what = "folder" if verdict == "folder-in-the-way" else "file"
    return Finding(
        "path-in-the-way",
        where,
        f"a {what} stands here that a rendered path cannot share its name with",
        "move it away, or rename the declaration that makes the rendered path",
    )


def failure(output: str, error: OSError) -> Finding:
    """The finding for an output that the system does not let us read or write."""
    reason = error.strerror or str(error)
    place = error.filename
    named = f': "{place}"' if isinstance(place, str) and place else ""
    return Finding(
        "output-not-writable",
        Position(output),
        f"the rendered files could not be written ({reason}{named})",
        "check permissions and free space, then render again",
    )

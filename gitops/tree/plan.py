"""What a commit will do, decided before anything is done: all obstacles are told at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import cast

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, Position, in_order
from gitops.tree.changes import Changes
from gitops.tree.disk import Disk, Seen, Verdict, kind_of, walk
from gitops.tree.notes import Staged
from gitops.tree.paths import collisions, unsafe_path
from gitops.tree.refusals import obstacle

_NOTES = "obstacles"


def note(area: str, seen: Seen) -> None:
    """Remember, from any process, what keeps a put file from its place."""
    from gitops.foundation.hashing import blake2b

    os.makedirs(f"{area}/{_NOTES}", exist_ok=True)
    name = blake2b(seen.at.encode(), digest_size=16).hexdigest()
    with open(f"{area}/{_NOTES}/{name}", "w", encoding="utf-8") as file:
        file.write(f"{seen.verdict}\0{seen.at}")


def planned(
    waiting: Staged, disk: Disk, output: str, wanted: AbstractSet[str], scope: tuple[str, ...]
) -> Changes:
    """The changes that make the output what was put and nothing else of ours.

    Args:
        waiting: the files that were put and differ.
        disk: the output.
        output: its name in findings.
        wanted: every path of the render.
        scope: the subtrees in which rendered files that are not wanted go.

    Raises:
        Refused: something is in the way, or paths cannot stand beside each other.
        ValueError: a file was put that nobody expects.
    """
    staged = waiting.lines.keys()
    if not staged <= wanted:
        raise ValueError(f"put but not expected: {sorted(staged - wanted)}")
    require_sound(output, wanted, scope, staged)
    standing = standing_files(disk, scope)
    removed = orphans(disk, standing, wanted)
    findings = [*_obstacles(waiting.area, disk, output, removed)]
    findings += [
        _vanished(output, path)
        for path in wanted - staged - standing
        if disk.kind(path) == "nothing"
    ]
    if findings:
        raise Refused(in_order(findings))
    added = {path for path in staged if disk.kind(path) in {"nothing", "folder"}} \
        if disk.kind("") != "nothing" else {*staged}
    return Changes(tuple(sorted(added)), tuple(sorted(staged - added)), tuple(sorted(removed)))


def require_sound(output: str, wanted: AbstractSet[str], scope: Iterable[str],
                  written: AbstractSet[str] = frozenset()) -> None:
    """Refuse paths that may not be written, or that are one where case does not count.

    ``written`` are those that were asked before they were staged.
    """
    findings = [found for path in (*(wanted - written), *scope)
                if (found := unsafe_path(output, path))]
    findings += collisions(output, wanted)
    if findings:
        raise Refused(in_order(findings))


def orphans(disk: Disk, standing: AbstractSet[str], wanted: AbstractSet[str]) -> set[str]:
    """The rendered files among those standing that no declaration makes any more."""
    return {path for path in standing - wanted if disk.ours(path)}


def standing_files(disk: Disk, scope: Iterable[str]) -> set[str]:
    """Everything on disk in these subtrees (in the whole output without) that is no folder."""
    found: set[str] = set()
    for top in tuple(scope) or ("",):
        kind = disk.kind(top)
        if kind == "folder":
            found.update(path for path, _ in walk(disk.root, top))
        elif kind != "nothing":
            found.add(top)
    return found


def _obstacles(area: str, disk: Disk, output: str, removed: AbstractSet[str]) -> Iterable[Finding]:
    """A finding for everything noted that this render does not remove anyway."""
    if kind_of(f"{area}/{_NOTES}") == "nothing":
        return
    for path, _ in walk(f"{area}/{_NOTES}"):
        with open(f"{area}/{_NOTES}/{path}", encoding="utf-8") as file:
            verdict, _, at = file.read().partition("\0")
        if verdict == "folder-in-the-way":
            gone = all(below in removed for below, _ in walk(disk.root, at))
        else:
            gone = verdict == "file-in-the-way" and at in removed
        if not gone:
            yield obstacle(output, cast(Verdict, verdict), at)


def _vanished(output: str, path: str) -> Finding:
    return Finding(
        "output-changed-meanwhile",
        Position(f"{output}/{path}"),
        "this file disappeared while the render was running",
        "render again",
    )

"""Trees as dicts: what a test writes, and what stands on disk afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from gitops.tree.changes import Changes
from gitops.tree.header import header
from gitops.tree.stage import Stage


def ours(body: str = "", source: str = "tenants/a.yaml") -> bytes:
    return (header(source) + body).encode()


def render(
    estate: Path,
    files: Mapping[str, bytes],
    scope: Iterable[str] = (),
    *,
    force: bool = False,
    output: str = "rendered",
) -> Changes:
    with Stage.open(estate, output, force=force) as stage:
        for path, content in files.items():
            stage.put(path, content)
        return stage.commit(files, scope)


def snapshot(root: Path) -> dict[str, object]:
    """Relative path to content, link target or, for an empty folder, None."""
    found: dict[str, object] = {}
    for above, folders, names in os.walk(root):
        for name in [*folders, *names]:
            place = Path(above, name)
            key = str(place.relative_to(root))
            if place.is_symlink():
                found[key] = f"-> {place.readlink()}"
            elif place.is_dir():
                if not any(place.iterdir()):
                    found[key] = None
            else:
                found[key] = place.read_bytes()
    return found


def rules(error: BaseException) -> list[tuple[str, str]]:
    """Rule and file of every finding a refusal carries."""
    return [(finding.rule, finding.position.file) for finding in error.findings]  # type: ignore[attr-defined]

"""How git merges ``rendered/``: it never mixes two renderings line by line.

``.gitattributes`` names the merge driver ``gitops``; each clone must say what that driver
does, since git runs no program that a repository names by itself. Ours keeps the version
of the current branch, without markers; ``gitops render`` then writes what the merged
declarations mean.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

SETTINGS = {"merge.gitops.name": "rendered by gitops: keep ours, then render",
            "merge.gitops.driver": "true"}
"""The repository's own settings. ``true`` leaves the current branch's version as it is."""


def settle_in_git(folder: Path) -> Path | None:
    """Make the driver known to the repository around a folder; returns its top folder.

    None where there is no repository, or no git.
    """
    from gitops.foundation.errors import UsageError
    from gitops.review.git import Repository

    try:
        top = Repository.around(str(folder)).ask("rev-parse", "--show-toplevel")
    except UsageError:
        return None
    if not top:
        return None
    for key, value in SETTINGS.items():
        subprocess.run(["git", "-C", top, "config", "--local", key, value], check=True)
    return Path(top)

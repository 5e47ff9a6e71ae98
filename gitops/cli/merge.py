"""How git merges ``rendered/``: it never mixes two renderings line by line.

``.gitattributes`` names the merge driver ``gitops``; each clone must say what that driver
does, since git runs no program that a repository names by itself. Ours keeps the version
of the current branch, without markers; ``gitops render`` then writes what the merged
declarations mean.
"""

from __future__ import annotations

from pathlib import Path

SETTINGS = {"name": "rendered by gitops: keep ours, then render", "driver": "true"}
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
    from git import Repo

    with Repo(top) as repository, repository.config_writer() as settings:
        for option, value in SETTINGS.items():
            settings.set_value('merge "gitops"', option, value)
    return Path(top)

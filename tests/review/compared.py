"""An estate committed, changed in the work tree, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitops.declarations.source import read_estate
from gitops.report.diff_text import text
from gitops.review.comparing import Narrowed, diff
from gitops.review.estates import EstateDiff
from gitops.review.git import Repository
from gitops.review.revisions import base_of
from tests.review.repositories import Repo


def changed(repo: Repo, files: Mapping[str, str | bytes | None] | None = None, *,
            narrowed: Narrowed | None = None, **options: Any) -> EstateDiff:
    """What a change to the work tree does since HEAD; None deletes a file."""
    for path, content in (files or {}).items():
        if content is None:
            (repo.estate / path).unlink()
    repo.write({path: content for path, content in (files or {}).items() if content is not None})
    repository = Repository.around(str(repo.estate))
    return diff(read_estate(str(repo.estate)), repository, base_of(repository, "HEAD"),
                narrowed or Narrowed(), **options)


def lines(found: EstateDiff) -> list[str]:
    """The report in text, without colours, line by line."""
    return text(found, "HEAD", lambda line, _: line).split("\n")


def told(found: EstateDiff) -> list[str]:
    """Each change of an object and of a field in a line, with its cause."""
    return [line.strip() for line in lines(found)
            if line.startswith(("    -", "    ~", "    +", "        "))]

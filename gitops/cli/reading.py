"""An estate read for commands that only look at declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitops.foundation.errors import Refused, UsageError
from gitops.foundation.findings import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitops.model.estate import Estate


def estate_of(root: str) -> Estate:
    """The declarations of an estate, which may still contradict one another.

    Raises:
        Refused: a file cannot be read. UsageError: there is no estate.
    """
    from gitops.declarations.load import load
    from gitops.declarations.source import read_estate

    loaded = load(read_estate(root))
    if any(finding.severity == "error" for finding in loaded.findings):
        raise Refused(in_order(loaded.findings))
    return loaded.estate


def must_be(what: str, name: str, names: Iterable[str]) -> str:
    """A name that is declared.

    Raises:
        UsageError: it is not; the hint is the nearest one.
    """
    known = list(names)
    if name in known:
        return name
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    raise UsageError(f"there is no {what} {name!r}",
                     f"did you mean {near[0]!r}?" if near else
                     f"declared are: {', '.join(known) or 'none'}")

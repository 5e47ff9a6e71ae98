"""One reading of one declaration: the file's name and the mistakes found so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from gitops.declarations.yamltree import Plain, Tree
from gitops.foundation.findings import Mistake, Origin, Path


class _Invalid:
    """A value that could not be read; its mistake has been noted."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = _Invalid()


class Reader:
    """Collects mistakes while the types decode a tree."""

    __slots__ = ("file", "mistakes")

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def origin(self, at: Path) -> Origin:
        """The origin of the value at a data path of this file."""
        return Origin(self.file, at)

    def wrong(self, rule: str, at: Path, message: str, hint: str = "", *,
              key: bool = False) -> Any:
        """Note a mistake; returns INVALID, so that a decoder can end with it."""
        self.mistakes.append(Mistake(rule, Origin(self.file, at, key), message, hint))
        return INVALID

    def expected(self, what: str, got: Tree, at: Path, advice: str = "") -> Any:
        """Note that a value is of the wrong kind."""
        return self.wrong("wrong-type", at, f"{field_name(at)} must be {what}, "
                          f"not {describe(got)}", advice or _quoting(what, got))

    def failed_in(self, at: Path) -> bool:
        """Whether a mistake was noted there or further in."""
        return any(mistake.origin.path[:len(at)] == at for mistake in self.mistakes)

    def failed_below(self, at: Path) -> bool:
        """Whether a mistake was noted further in."""
        return any(len(mistake.origin.path) > len(at) and mistake.origin.path[:len(at)] == at
                   for mistake in self.mistakes)


def field_name(at: Path) -> str:
    """A data path as people write it: ``contributors[2].role``."""
    text = ""
    for step in at:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the file"


def describe(tree: Tree) -> str:
    """What kind of thing a tree is, in words."""
    if isinstance(tree, dict):
        return "a mapping"
    if isinstance(tree, list):
        return "a list"
    if isinstance(tree, Plain) and tree in ("", "~", "null"):
        return "empty"
    return f"the text {tree!r}" if not isinstance(tree, Plain) else repr(str(tree))


def _quoting(what: str, got: Tree) -> str:
    if what.startswith("text") and isinstance(got, Plain) and got not in ("", "~", "null"):
        return f'put it in quotes if it is meant as text: "{got}"'
    return ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them when none is near."""
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not near:
        folded = {name.casefold().replace("-", "").replace("_", ""): name for name in names}
        near = [folded[key] for key in [word.casefold().replace("-", "").replace("_", "")]
                if key in folded]
    if near:
        return f"did you mean {near[0]!r}?"
    if not names:
        return ""
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"known here: {listed}"

"""What somebody asked to have explained: a file, a line of one, or an object by name."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gitops.compile.pipeline import Compiler
from gitops.compile.templates import templates
from gitops.declarations.inputs import is_input
from gitops.declarations.reader import did_you_mean
from gitops.foundation.errors import UsageError
from gitops.review.explain import Explainer, Explanation
from gitops.review.explain_declared import declaration
from gitops.review.explain_names import find
from gitops.review.explain_rendered import OUTPUT, rendered_file
from gitops.review.explain_template import BUILT_IN, template
from gitops.tree.disk import Disk

_LINE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]{1,9})(:[0-9]+)?")
_NAME = re.compile(r"(?P<kind>[A-Za-z][A-Za-z0-9.-]*)/(?P<name>[^/]+)")


class Place(Struct, frozen=True):
    """Where the asking is done: the estate's folder and the one that paths are relative to."""

    root: str
    folder: str

    def below(self, path: str) -> str:
        """A path as the estate knows it; one that does not exist is taken as the estate's.

        Raises:
            UsageError: the path is outside of the estate.
        """
        given = Path(self.folder, path)
        if not given.exists() and not given.is_symlink():
            given = Path(self.root, path)
        found = Path(os.path.relpath(os.path.normpath(given), self.root))
        if found.parts[:1] == (os.pardir,):
            raise UsageError(f"{path} is not in the estate {self.root}", "name a file that is")
        return found.as_posix()

    def text(self, path: str) -> str | None:
        """A file of the estate, None where there is none that can be read as text.

        Nothing is read through a symbolic link, which could lead out of the estate.
        """
        if Disk(self.root).kind(path) != "file":
            return None
        try:
            return Path(self.root, path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None


def explain(compiler: Compiler, target: str, place: Place, clusters: Sequence[str] = (),
            namespace: str = "") -> Explanation:
    """Explain ``FILE``, ``FILE:LINE`` or ``KIND/NAME``.

    Raises:
        UsageError: the target names nothing, with what it may have meant.
        Refused: a template is wrong.
    """
    parts = _LINE.fullmatch(target)
    file, line = (parts["file"], int(parts["line"])) if parts else (target, 0)
    if parts and not line:
        raise UsageError(f"{file} has no line 0", "lines are counted from 1")
    explainer = Explainer(compiler)
    known = _template_files(compiler)
    if file in known:
        return template(explainer, known[file], line, clusters, namespace)
    path = place.below(file)
    if path.startswith(f"{OUTPUT}/"):
        return rendered_file(explainer, path.removeprefix(f"{OUTPUT}/"), line, place.text(path))
    if path in known:
        return template(explainer, known[path], line, clusters, namespace)
    if path in compiler.files and not path.startswith(("templates/", "schemas/")):
        return declaration(explainer, path, line, clusters, namespace)
    name = _NAME.fullmatch(target)
    if name and not is_input(path) and not file.endswith(".j2"):
        objects = find(explainer, name["kind"], name["name"], namespace, clusters)
        return Explanation(target, tuple(objects))
    raise _unknown(compiler, path, known)


def _template_files(compiler: Compiler) -> dict[str, str]:
    """Template files by what people may call them, with or without the folder."""
    found, _ = templates(compiler.files)
    short = {name: one.file for name, one in found.items()}
    return {**short, **{one.file: one.file for one in found.values()}}


def _unknown(compiler: Compiler, path: str, known: dict[str, str]) -> UsageError:
    if path.startswith("schemas/") and path in compiler.files:
        return UsageError(f"{path} only says what is valid; it makes no manifest",
                          "gitops validate uses it")
    shown = f"there is no file {path!r} that has a part in rendering"
    every = [*compiler.files, *(name for name in known if not name.startswith(BUILT_IN))]
    hint = did_you_mean(path, every)
    if not hint.startswith("did you mean"):
        hint = (f"name a file in {OUTPUT}/, a declaration, a template, or an object such as "
                "rolebinding/namespaceAdmin")
    return UsageError(shown, hint)

"""What a schema refuses, told at the lines that made it: the declaration and the template."""

from __future__ import annotations

from collections.abc import Sequence

from gitops.declarations.load import attribute_keys
from gitops.declarations.loaded import Files
from gitops.declarations.yamltree import where
from gitops.foundation.findings import Finding, Origin, Path, Position, Related
from gitops.render.trace import TracedDocument, TracedField
from gitops.schemas.violation import Violation

KEYS = attribute_keys()
"""Model attributes and the keys that fill them, where the two differ."""


def explained(files: Files, traced: TracedDocument,
              violations: Sequence[Violation]) -> list[Finding]:
    """Violations of one object as findings.

    The finding stands at the declared line where one filled the field, else at the
    template's line; the other is named beside it.
    """
    what = f"{traced.data['kind']} {traced.data['metadata']['name']}"
    return [_finding(files, traced, violation, what) for violation in violations]


def _finding(files: Files, traced: TracedDocument, violation: Violation, what: str) -> Finding:
    field = nearest(traced, violation.path)
    template = field.template if field else traced.template
    path = ".".join(str(step) for step in violation.path)
    message = f"{what}: {path + ': ' if path else ''}{violation.message}"
    declared = [position for origin in (field.origins if field else ())
                if (position := declared_at(files, origin)) is not None]
    if not declared:
        return Finding("invalid-manifest", template, message, violation.hint)
    return Finding("invalid-manifest", declared[0], message, violation.hint,
                   (Related(template, "rendered by this line"),))


def declared_at(files: Files, origin: Origin) -> Position | None:
    """Where an origin stands, if its file is one of the estate's.

    An origin that ends in a model's attribute is looked up under the key that fills it;
    where nothing stands there, the position is that of what is around it.
    """
    if origin.file not in files:
        return None
    path = tuple(KEYS.get(step, step) if isinstance(step, str) else step for step in origin.path)
    places = where(origin.file, files[origin.file])
    return places.position(Origin(origin.file, path, origin.key))


def nearest(traced: TracedDocument, path: Path) -> TracedField | None:
    """The field at a path, or else the nearest one above or below it."""
    best: TracedField | None = None
    shared = -1
    for field in traced.fields:
        common = 0
        for one, other in zip(field.path, path, strict=False):
            if one != other:
                break
            common += 1
        if common > shared and common == min(len(field.path), len(path)):
            best, shared = field, common
    return best

"""Rendering: a template and its context in, canonical YAML and plain data out.

The template engine prints a token for each expression and puts the value aside. Each
document's token text is looked up among the shapes seen before; the values are filled in
as values. Whatever goes wrong on this fast path is rendered again by the slow one, which
knows the template's lines (:mod:`gitops.render.diagnose`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding
from gitops.render.documents import SEPARATOR, Document, Documents, Filled, Rendered, split
from gitops.render.opened import form_of
from gitops.render.templates import Template

if TYPE_CHECKING:
    from gitops.render.compiled import Compiled
    from gitops.render.identity import Identity
    from gitops.render.shape import Shape
    from gitops.render.shapes import Shapes, Sheets
    from gitops.render.trace import TracedDocument

__all__ = ["Document", "Engine", "Rendered", "Template"]


class Engine:
    """Renders templates by name.

    ``label_keys`` are the labels that objects must carry; a render that passes ``labels``
    (as many values, or fewer for the first keys only) gets them on every document.
    An engine may be used before and after a fork, and sent to another process. Jinja and
    the YAML parser are loaded when something is rendered for the first time.
    """

    def __init__(self, templates: Mapping[str, Template], label_keys: tuple[str, ...] = ()) -> None:
        self._templates = dict(templates)
        self._label_keys = label_keys

    def __reduce__(self) -> tuple[type[Engine], tuple[dict[str, Template], tuple[str, ...]]]:
        # What has been compiled stays behind: another process compiles what it needs.
        return (Engine, (self._templates, self._label_keys))

    def check(self, names: Iterable[str] | None = None) -> list[Finding]:
        """The mistakes that templates show without being rendered, all at once.

        ``names`` are those to look at, with all that they include; every template without.
        """
        names = list(self._templates if names is None else names)
        return self._compiled.findings(names) if names else []

    @property
    def slow(self) -> frozenset[str]:
        """The templates rendered so far whose fields must be read with care."""
        return frozenset(self._compiled.slow)

    def warm(self, names: Iterable[str]) -> None:
        """Load what rendering needs, and the code of these templates, while there is time."""
        self._shapes  # noqa: B018
        for name in names:
            with suppress(Refused):
                self._compiled.load(name)

    def render(
        self, name: str, context: Mapping[str, object], labels: tuple[str, ...] = ()
    ) -> Rendered:
        """The file that a template makes of a context; zero documents are allowed.

        Raises :class:`Refused` with findings at the template's lines; ``KeyError`` where
        the engine has no template of this name, ``ValueError`` for more labels than keys.
        """
        if name not in self._templates:
            raise KeyError(name)
        if len(labels) > len(self._label_keys):
            raise ValueError(f"{len(labels)} labels for {len(self._label_keys)} label keys")
        try:
            text, values = self._compiled.run(name, context)
            if not values and not text.strip(" \n"):  # as most templates say to most tenants
                return Rendered("", Documents(), ())
            return self._fill(text, values, labels)
        except Refused:
            raise
        except Exception as error:
            if findings := self._diagnose(name, context, labels):
                raise Refused(findings) from error
            raise

    def trace(
        self, name: str, context: Mapping[str, object], labels: tuple[str, ...] = ()
    ) -> list[TracedDocument]:
        """The documents of :meth:`render`, each field with its template line and origins.

        Much slower than :meth:`render`. Raises what it raises.
        """
        from gitops.render.diagnose import split_recorded
        from gitops.render.recorder import Recorder
        from gitops.render.trace import trace_document

        self.render(name, context, labels)
        recorder = Recorder(self._compiled.sources(name))
        self._compiled.record(name, context, recorder)
        documents = []
        for part in split_recorded(recorder):
            if shape := self._shapes.find(part.text, len(labels)):
                values = shape.prepare(part.values, labels)
                data = shape.data(values)
                documents.append(trace_document(shape.nodes, data, values, part.offset, recorder))
        return documents

    def _diagnose(
        self, name: str, context: Mapping[str, object], labels: tuple[str, ...]
    ) -> list[Finding]:
        from gitops.render.diagnose import diagnose

        return diagnose(self._compiled, name, context, labels, self._shapes)

    @cached_property
    def _compiled(self) -> Compiled:
        from gitops.render.compiled import Compiled

        return Compiled(self._templates)

    @cached_property
    def _shapes(self) -> Shapes:
        from gitops.render.emit import Writer
        from gitops.render.shapes import Shapes

        return Shapes(Writer(), self._label_keys)

    @cached_property
    def _sheets(self) -> Sheets:
        from gitops.render.shapes import Sheets

        return Sheets(self._shapes.writer)

    def _fill(self, text: str, values: list[object], labels: tuple[str, ...]) -> Rendered:
        form = (len(labels), text, form_of(values))
        if sheet := self._sheets.find(form):
            rendered = sheet.fill(values, labels)
            if rendered is not None:
                return rendered
        rendered, documents = self._filled(text, values, labels)
        self._sheets.saw(form, documents, labels)
        return rendered

    def _filled(self, text: str, values: list[object], labels: tuple[str, ...]
                ) -> tuple[Rendered, Filled]:
        """The file, document by document, and which values of the template each of them took."""
        texts: list[str] = []
        given: list[tuple[Shape, list[object]]] = []
        filled: list[tuple[Shape, list[object]]] = []
        identities: dict[Identity, None] = {}
        taken = 0
        find = self._shapes.find
        for part in split(text):
            shape = find(part, len(labels))
            if shape is None:
                continue
            end = taken + shape.size
            given.append((shape, values[taken:end]))
            prepared = shape.prepare(given[-1][1], labels)
            taken = end
            texts.append(shape.text(prepared))
            identities[shape.identity(prepared)] = None
            filled.append((shape, prepared))
        if len(identities) < len(texts):
            raise ValueError("two documents are one object")  # found again by the slow path
        return Rendered(SEPARATOR.join(texts), Documents(filled), tuple(identities)), given

"""Templates checked and compiled, once for the fast rendering and once for the slow one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import CodeType

import jinja2
from jinja2 import nodes

from gitops.foundation.errors import Refused
from gitops.foundation.findings import Finding, in_order
from gitops.render.bounds import STEPS, steps
from gitops.render.environment import SINK, Rewrite, TokenEnvironment
from gitops.render.kept import kept
from gitops.render.recorder import Recorder
from gitops.render.source import Source
from gitops.render.static import Checked, check, cycles
from gitops.render.templates import Template
from gitops.render.tracing import TraceEnvironment, traced


class Compiled:
    """The templates of one engine; each is checked and compiled when it is first needed."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._templates = templates
        self._checked: dict[str, Checked] = {}
        self._unused: dict[str, nodes.Template] = {}
        self._ready: dict[str, jinja2.Template] = {}
        self._environment = TokenEnvironment(self._tree, kept=self._kept, hasty=True)
        self.slow: set[str] = set()
        """The templates that read a key of a mapping, or a field that may be missing, by a
        dot: they are read with more care, and take longer."""
        self._sound = all(template.place for template in templates.values())

    def findings(self, names: list[str]) -> list[Finding]:
        """The static mistakes of these templates and of all that they include."""
        return self._findings(self._reached(*names))

    def run(self, name: str, context: Mapping[str, object]) -> tuple[str, list[object]]:
        """The token text of a template, and the values of its expressions in order.

        Raises :class:`Refused` for a template with static mistakes, ``KeyError`` for one
        that is not there.
        """
        template = self._ready.get(name) or self.load(name)
        if name not in self.slow:
            try:
                return _run(template, context)
            except AttributeError:
                self.slow.add(name)
        return _run(self._careful.get_template(name), context)

    def record(self, name: str, context: Mapping[str, object], recorder: Recorder) -> None:
        """The same run, reported piece by piece; leaves what it got when it raises."""
        template = self._tracing.get_template(name)
        made = template.new_context({**context, SINK: recorder, STEPS: steps()})
        for _ in template.root_render_func(made):
            pass

    def sources(self, name: str) -> dict[str, Source]:
        """A template and those checked before it, by name, cut into their pieces."""
        self._reached(name)
        return {name: one.source for name, one in self._checked.items() if one.source}

    def line(self, name: str, compiled_line: int) -> int:
        """The template's line for a line of the slow rendering's Python code."""
        return self._tracing.get_template(name).get_corresponding_lineno(compiled_line)

    @cached_property
    def _careful(self) -> TokenEnvironment:
        return TokenEnvironment(self._tree)

    @cached_property
    def _tracing(self) -> TraceEnvironment:
        return TraceEnvironment(self._traced_tree)

    def load(self, name: str) -> jinja2.Template:
        """A template, compiled anew. Raises :class:`Refused` for one with static mistakes."""
        if not self._sound and (findings := self._findings(self._reached(name))):
            raise Refused(findings)
        self._ready[name] = self._environment.get_template(name)
        return self._ready[name]

    def _reached(self, *names: str) -> list[str]:
        reached = list(names)
        for each in reached:
            for target, _ in self._check(each).includes:
                if target not in reached:
                    reached.append(target)
        return reached

    def _findings(self, names: list[str]) -> list[Finding]:
        checked = {name: self._check(name) for name in names}
        found = [finding for one in checked.values() for finding in one.findings]
        return in_order([*found, *cycles(checked)])

    def _check(self, name: str) -> Checked:
        if name not in self._checked:
            template = self._templates[name]
            one = check(template, self._templates, self._environment)
            self._checked[name] = one
            if one.tree is not None:
                self._unused[name] = one.tree
        return self._checked[name]

    def _kept(self, name: str, make: Callable[[], CodeType]) -> CodeType:
        return kept(self._templates[name], make)

    def _tree(self, name: str) -> tuple[nodes.Template, str]:
        template = self._templates[name]
        text = self._source(name).text
        # Compiling changes a tree, so the one that was checked serves once.
        tree = self._unused.pop(name, None) or self._environment.parse(text, name, template.file)
        return Rewrite().visit(tree), template.file

    def _traced_tree(self, name: str) -> tuple[nodes.Template, str]:
        tree, file = self._tree(name)
        return traced(tree, name), file

    def _source(self, name: str) -> Source:
        source = self._check(name).source
        if source is None:
            raise Refused(self._check(name).findings)
        return source


def _run(template: jinja2.Template, context: Mapping[str, object]) -> tuple[str, list[object]]:
    values: list[object] = []
    names = {**template.globals, **context, SINK: values.append, STEPS: steps()}
    made = template.new_context(names, shared=True)
    return "".join(template.root_render_func(made)), values

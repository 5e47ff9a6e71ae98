"""The Jinja environment: an expression prints one token, and its value is put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from keyword import iskeyword
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer

from gitops.render import language
from gitops.render.nodes import MARK
from gitops.render.scalars import field_names, kind_of
from gitops.render.static import did_you_mean

SINK = "values of expressions"
"""The context's entry that takes the values; with blanks in it, no template can name it."""

_PUT = "put_aside"
"""The sink in the code of a template, whose own names all begin with "l_"."""
Trees = Callable[[str], tuple[nodes.Template, str]]
Kept = Callable[[str, Callable[[], CodeType]], CodeType]
"""The code that is kept for a template's name, or else what the function makes."""
_DICT_NAMES = frozenset(dir(dict))


class Missing(StrictUndefined):
    """A name or field that is not there, and says so in one sentence."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is missing:
            return f'"{self._undefined_name}" is not defined'
        return _no_field(self._undefined_obj, str(self._undefined_name))

    def with_choices(self, names: Iterable[str]) -> Missing:
        """The same with the closest of the names that a template may use here."""
        if self._undefined_hint or self._undefined_obj is not missing:
            return self
        name = str(self._undefined_name)
        return Missing(hint=f"{self._undefined_message}{did_you_mean(name, names)}", name=name)

    @property
    def message(self) -> str:
        """What is missing."""
        return str(self._undefined_message)


class TokenEnvironment(SandboxedEnvironment):
    """Jinja with the project's language. ``trees`` gives a checked template's tree and file.

    Attributes that start with an underscore are refused before a template is compiled, and
    nothing can be called but the language's own functions, so reading a field needs no
    further check. ``kept`` gives code that was compiled before.

    The code of a ``hasty`` environment reads ``a.b`` as Python does, in a tenth of the time,
    and raises AttributeError where that is not what templates mean: where ``a`` is a mapping,
    or has no such field.
    """

    def __init__(self, trees: Trees, finalize: Callable[..., Any] | None = None,
                 kept: Kept | None = None, *, hasty: bool = False) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=Missing,
            finalize=finalize,
            loader=_Loader(trees, kept),
            cache_size=-1,
            auto_reload=False,
            autoescape=False,
        )
        self.code_generator_class = (
            CodeGenerator if finalize else _HastyGenerator if hasty else _Generator)
        self.filters = {**language.FILTERS, **language.HIDDEN_FILTERS}
        self.tests = dict(language.TESTS)
        self.globals = dict(language.GLOBALS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: a field; for mappings a key, never a method of theirs."""
        if type(obj) is dict or (attribute in _DICT_NAMES and isinstance(obj, Mapping)):
            return self._item(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self._item(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """``obj[argument]``; filters such as ``map(attribute=…)`` read fields by it too."""
        if isinstance(argument, str):
            if argument.startswith("_"):
                return self.undefined(obj=obj, name=argument)
            return self.getattr(obj, argument)
        return self._item(obj, argument)

    def _item(self, obj: Any, argument: Any) -> Any:
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)


class _Loader(jinja2.BaseLoader):
    def __init__(self, trees: Trees, kept: Kept | None) -> None:
        self._trees = trees
        self._kept = kept

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,
    ) -> jinja2.Template:
        def made() -> CodeType:
            tree, file = self._trees(name)
            return environment.compile(tree, name, file)

        code = self._kept(name, made) if self._kept else made()
        # A plain dict: Jinja copies it for each rendering, and is given a chain of mappings.
        known = dict(globals or {})
        return environment.template_class.from_code(environment, code, known)


class _Generator(CodeGenerator):
    """Writes the code of templates: an expression's value goes to the sink, and a token for it
    into the text around it, so that a stretch of text with its expressions is printed once."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline(f"{_PUT} = context.parent[{SINK!r}]")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        text = ""
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                text += child.data
            else:
                self.writeline(f"{_PUT}(", child)
                self.visit(child, frame)
                self.write(")")
                text += MARK
        self.writeline(f"yield {text!r}" if frame.buffer is None
                       else f"{frame.buffer}.append({text!r})")


class _HastyGenerator(_Generator):
    """Reads fields as Python does, save those that mappings have as methods."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        name = node.attr
        if name in _DICT_NAMES or not (name.isascii() and name.isidentifier()) or iskeyword(name):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{name}")


class Rewrite(NodeTransformer):
    """Method calls, ``~``, arithmetic and loops as filters of ours.

    So they behave the same for any value, and none of them can fill the memory.
    """

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Getattr):
            return node
        name = language.method(node.node.attr)
        return nodes.Filter(node.node.node, name, node.args, [], None, None, lineno=node.lineno)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, language.CONCAT, [], [], None, None, lineno=node.lineno)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, language.LOOP, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Mul(self, node: nodes.Mul) -> nodes.Node:
        return self._bounded(node, language.PRODUCT)

    def visit_Mod(self, node: nodes.Mod) -> nodes.Node:
        return self._bounded(node, language.REMAINDER)

    def visit_Add(self, node: nodes.Add) -> nodes.Node:
        return self._bounded(node, language.TOTAL)

    def _bounded(self, node: nodes.BinExpr, name: str) -> nodes.Node:
        self.generic_visit(node)
        return nodes.Filter(node.left, name, [node.right], [], None, None, lineno=node.lineno)


def _no_field(obj: object, name: str) -> str:
    if isinstance(obj, Mapping):
        return f'the mapping has no key "{name}"{did_you_mean(name, map(str, obj))}'
    return f'{kind_of(obj)} has no field "{name}"{did_you_mean(name, field_names(obj))}'

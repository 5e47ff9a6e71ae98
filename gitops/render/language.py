"""The part of Jinja that templates may use, as literal lists; everything in it is pure."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, KeysView, Mapping, ValuesView
from typing import Any

from jinja2 import filters as jinja_filters
from jinja2 import nodes
from jinja2 import tests as jinja_tests
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Undefined
from jinja2.sandbox import safe_range

from gitops.render import bounds
from gitops.render.scalars import kind_of

STATEMENTS = ("for", "endfor", "if", "elif", "else", "endif", "include", "set")

METHODS = ("items", "keys", "values", "get", "startswith", "endswith")
"""What may be called on a value: read-only, and never looked up in the value itself."""

_FILTERS = (
    "abs", "count", "d", "default", "dictsort", "first", "groupby", "last", "length", "list",
    "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "sum",
    "unique",
)  # fmt: skip
_TESTS = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "==", "ne", "!=", "lt", "lessthan",
    "<", "le", "<=", "gt", "greaterthan", ">", "ge", ">=", "even", "odd", "false", "true",
    "float", "integer", "number", "in", "iterable", "mapping", "none", "sequence", "string",
    "undefined",
)  # fmt: skip

EXPRESSIONS = (
    nodes.Add, nodes.And, nodes.Call, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Const,
    nodes.Dict, nodes.Div, nodes.Filter, nodes.FloorDiv, nodes.Getattr, nodes.Getitem,
    nodes.Keyword, nodes.List, nodes.Mod, nodes.Mul, nodes.Name, nodes.Neg, nodes.Not,
    nodes.Operand, nodes.Or, nodes.Pair, nodes.Pos, nodes.Slice, nodes.Sub, nodes.Test,
    nodes.Tuple,
)  # fmt: skip
BODIES = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Include,
          nodes.Assign)  # fmt: skip

CONCAT = "joined text"
"""The filter that ``~`` becomes; with a blank in it, no template can name it."""
LOOP, PRODUCT, REMAINDER, TOTAL = "counted loop", "bounded *", "bounded %", "bounded +"
"""The filters that loops and arithmetic become."""


def method(name: str) -> str:
    """The filter that a method call becomes."""
    return f"method {name}"


def text_of(value: object) -> str:
    """A value as part of a text: text and whole numbers only.

    Jinja would write None as "None" and an object as its repr, and nobody would notice.
    """
    if isinstance(value, Undefined):
        return str(value)  # raises what the undefined value has to say
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    raise TemplateRuntimeError(f"{kind_of(value)} cannot be a part of text")


def _concat(parts: Iterable[object]) -> str:
    return _join(parts)


def _join(values: Iterable[object], separator: str = "") -> str:
    texts, between = [text_of(value) for value in values], text_of(separator)
    bounds.no_longer(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _lower(value: object) -> str:
    return text_of(value).lower()


def _upper(value: object) -> str:
    return text_of(value).upper()


def _trim(value: object, characters: str | None = None) -> str:
    return text_of(value).strip(characters)


def _replace(value: object, old: str, new: str) -> str:
    text, gone, come = text_of(value), text_of(old), text_of(new)
    bounds.no_longer(len(text) + text.count(gone) * len(come))
    return text.replace(gone, come)


def _mapping(value: object) -> Mapping[Any, Any]:
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, Mapping):
        raise TemplateRuntimeError(f"{kind_of(value)} is not a mapping")
    return value


def _items(value: object) -> ItemsView[Any, Any]:
    return _mapping(value).items()


def _keys(value: object) -> KeysView[Any]:
    return _mapping(value).keys()


def _values(value: object) -> ValuesView[Any]:
    return _mapping(value).values()


def _get(value: object, key: object, default: object = None) -> object:
    return _mapping(value).get(key, default)


def _startswith(value: object, prefix: str) -> bool:
    return text_of(value).startswith(text_of(prefix))


def _endswith(value: object, suffix: str) -> bool:
    return text_of(value).endswith(text_of(suffix))


_JINJA_FILTERS: Mapping[str, Callable[..., Any]] = jinja_filters.FILTERS
_JINJA_TESTS: Mapping[str, Any] = jinja_tests.TESTS

FILTERS: dict[str, Callable[..., Any]] = {
    **{name: _JINJA_FILTERS[name] for name in _FILTERS},
    "batch": bounds.batch,
    "items": _items,
    "join": _join,
    "lower": _lower,
    "replace": _replace,
    "round": bounds.rounded,
    "slice": bounds.slices,
    "string": text_of,
    "trim": _trim,
    "upper": _upper,
}
HIDDEN_FILTERS: dict[str, Callable[..., Any]] = {
    CONCAT: _concat,
    LOOP: bounds.counted,
    PRODUCT: bounds.product,
    REMAINDER: bounds.remainder,
    TOTAL: bounds.total,
    method("items"): _items,
    method("keys"): _keys,
    method("values"): _values,
    method("get"): _get,
    method("startswith"): _startswith,
    method("endswith"): _endswith,
}
TESTS: dict[str, Callable[..., Any]] = {name: _JINJA_TESTS[name] for name in _TESTS}
GLOBALS: dict[str, Callable[..., Any]] = {"range": safe_range}

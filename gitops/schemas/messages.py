"""Failed schema keywords as sentences a platform engineer understands.

One failed keyword becomes one or more :class:`Violation`; no schema and no regular
expression is ever shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from gitops.foundation.findings import Path
from gitops.schemas.nearest import nearest
from gitops.schemas.shapes import Schema
from gitops.schemas.syntax import MEANING
from gitops.schemas.violation import Violation

if TYPE_CHECKING:
    import jsonschema_rs

_ARTICLES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}
_SHOWN: Final = 12
_LONG: Final = 60


def violations(errors: Iterable[jsonschema_rs.ValidationError], root: Schema) -> list[Violation]:
    """Every violation behind the errors of one document, each said once."""
    found = (one for error in errors for one in explained(error, root))
    return list(dict.fromkeys(found))


def explained(error: jsonschema_rs.ValidationError, root: Schema) -> Iterator[Violation]:
    """The violations behind one error; ``root`` is the schema that failed."""
    where: Path = tuple(error.instance_path)
    node = _node(root, error.schema_path[:-1])
    if (comment := node.get("$comment")) is not None:
        yield Violation(where, comment)
        return
    details = error.kind.as_dict()
    keyword = error.kind.name
    if keyword == "additionalProperties":
        yield from _unknown(where, details["unexpected"], node)
    elif keyword == "propertyNames":
        yield from _key(where, details["error"])
    elif keyword in {"anyOf", "oneOf"} and "context" in details:
        yield from _alternatives(where, error, details["context"], node, root)
    else:
        yield Violation(where, *_sentence(keyword, details, error.instance))


def _node(root: Schema, path: Iterable[str | int]) -> Schema:
    node: Any = root
    for step in path:
        node = node[step]
    return node if isinstance(node, dict) else {}


def _unknown(where: Path, names: list[str], node: Schema) -> Iterator[Violation]:
    fields = node.get("properties", {})
    known = sorted(name for name, shape in fields.items() if shape.get("not") != {})
    listed = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    for name in names:
        guess = nearest(name, known)
        hint = f"known here: {listed}" if known else "no fields are known here"
        message = f'unknown field "{name}"{guess}'
        yield Violation((*where, name), message, "" if guess else hint)


def _key(where: Path, error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
    name = error.instance
    message, hint = _sentence(error.kind.name, error.kind.as_dict(), name)
    yield Violation((*where, str(name)), f"as a key, {message}", hint)


def _alternatives(
    where: Path,
    error: jsonschema_rs.ValidationError,
    branches: list[list[jsonschema_rs.ValidationError]],
    node: Schema,
    root: Schema,
) -> Iterator[Violation]:
    shapes = node.get(error.kind.name, ())
    fields = [one["required"][0] for one in shapes if list(one) == ["required"]]
    if fields:
        yield _exclusive(where, fields, error.instance, len(fields) < len(shapes))
        return
    fitting = [b for b in branches if b and not any(_at_top(e, where) for e in b)]
    closest = min(fitting or branches, key=len, default=[])
    if closest and (fitting or len(branches) == 1):
        for inner in closest:
            yield from explained(inner, root)
        return
    wanted = sorted({w for branch in branches for e in branch for w in _wanted(e)})
    message = f"must be {_or(wanted)}" if wanted else "fits none of the allowed shapes"
    yield Violation(where, f"{message}, not {_shown(error.instance)}")


def _at_top(error: jsonschema_rs.ValidationError, where: Path) -> bool:
    return tuple(error.instance_path) == where and error.kind.name in {"type", "const", "enum"}


def _wanted(error: jsonschema_rs.ValidationError) -> list[str]:
    details = error.kind.as_dict()
    return [_ARTICLES[name] for name in details.get("types", ())]


def _exclusive(where: Path, fields: list[str], value: Any, optional: bool) -> Violation:
    given = [field for field in fields if isinstance(value, dict) and field in value]
    if not given:
        return Violation(where, f"needs one of {_quoted(fields)}")
    few = "at most one" if optional else "exactly one"
    return Violation(where, f"may have {few} of {_quoted(fields)}, not {_and(given)}")


def _sentence(keyword: str, details: dict[str, Any], value: Any) -> tuple[str, str]:
    if keyword == "type":
        return _type(details["types"], value), _null_hint(value)
    if keyword in {"enum", "const"}:
        return _choice(details.get("options", [details.get("expected_value")]), value), ""
    if keyword == "pattern":
        return _pattern(details["pattern"], value)
    return _worded(keyword, details, value), ""


def _type(types: list[str], value: Any) -> str:
    wanted = _or([_ARTICLES[name] for name in types])
    return f"must be {wanted}, not {_shown(value)}"


def _null_hint(value: Any) -> str:
    return "leave the field out, or give it a value" if value is None else ""


def _choice(options: list[Any], value: Any) -> str:
    if options == [""]:
        return f"must be empty, not {_shown(value)}"
    texts = [option for option in options if isinstance(option, str)]
    guess = nearest(value, texts, 0.7) if isinstance(value, str) and len(texts) > 1 else ""
    listed = _or([_shown(option) for option in options[:_SHOWN]])
    more = " …" if len(options) > _SHOWN else ""
    return f"must be {listed}{more}, not {_shown(value)}{guess}"


def _pattern(pattern: str, value: Any) -> tuple[str, str]:
    if pattern in MEANING:
        what, how = MEANING[pattern]
        return f"{_shown(value)} is not {what}", how
    return f"{_shown(value)} is not spelt as this field asks", f"its CRD asks for {pattern}"


_SENTENCES: Final = {
    "exclusiveMaximum": "must be below {limit}, not {value}",
    "exclusiveMinimum": "must be above {limit}, not {value}",
    "falseSchema": "has no place here",
    "format": "{value} is not a {format}",
    "maxItems": "may have {limit} items at most, not {size}",
    "maxLength": "may have {limit} characters at most, not {size}",
    "maxProperties": "may have {limit} keys at most, not {size}",
    "maximum": "must be {limit} at most, not {value}",
    "minItems": "must not be empty",
    "minLength": "must not be empty",
    "minProperties": "must not be empty",
    "minimum": "must be {limit} at least, not {value}",
    "multipleOf": "must be a multiple of {multiple_of}, not {value}",
    "required": 'the field "{property}" is missing',
    "uniqueItems": "has the same item twice",
}
_SHORT: Final = {
    "minItems": "needs {limit} items at least, not {size}",
    "minLength": "needs {limit} characters at least, not {size}",
    "minProperties": "needs {limit} keys at least, not {size}",
}


def _worded(keyword: str, details: dict[str, Any], value: Any) -> str:
    template = _SENTENCES.get(keyword, "is not allowed here")
    if details.get("limit") != 1:
        template = _SHORT.get(keyword, template)
    size = len(value) if isinstance(value, str | list | dict) else 0
    return template.format(**details, value=_shown(value), size=size)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return _ARTICLES["object" if isinstance(value, dict) else "array"]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f'{text[:_LONG]}…"'


def _quoted(names: list[str]) -> str:
    return _or([f'"{name}"' for name in names])


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _and(words: list[str]) -> str:
    return " and ".join(f'"{word}"' for word in words)

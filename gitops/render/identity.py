"""Which object a document is: API group, kind, namespace and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from gitops.render.nodes import Hole, Leaf, Map, Seq
from gitops.render.scalars import Unrenderable, kind_of

Identity: TypeAlias = tuple[str, str, str, str]
"""API group ("" for the core group), kind, namespace ("" where there is none), name."""

FIELDS = ("apiVersion", "kind", "namespace", "name")
REQUIRED = ("apiVersion", "kind", "name")


def identity(data: Mapping[str, Any]) -> Identity:
    """The identity of an object as plain data.

    Raises :class:`Unrenderable` where apiVersion, kind or metadata.name is missing or no text.
    """
    metadata = data.get("metadata")
    within = metadata if isinstance(metadata, Mapping) else {}
    return of_fields(
        data.get("apiVersion"), data.get("kind"), within.get("namespace"), within.get("name")
    )


def of_fields(api_version: object, kind: object, namespace: object, name: object) -> Identity:
    """The identity made of the four fields, checked."""
    within = "-" if namespace is None else namespace
    if type(api_version) is str and type(kind) is str and type(name) is str \
            and type(within) is str and api_version and kind and name and within:
        group, slash, _ = api_version.partition("/")
        return (group if slash else "", kind, "" if namespace is None else within, name)
    values = zip(FIELDS, (api_version, kind, within, name), strict=True)
    raise incomplete(*next(pair for pair in values if type(pair[1]) is not str or not pair[1]))


def incomplete(field: str, value: object) -> Unrenderable:
    """A document that cannot be applied for want of ``field``."""
    shown = field if field in ("apiVersion", "kind") else f"metadata.{field}"
    if value is None:
        message = f"the document has no {shown}"
    elif value == "":
        message = f"{shown} is empty"
    else:
        message = f"{shown} must be text, not {kind_of(value)}"
    return Unrenderable(message, "every document needs apiVersion, kind and metadata.name",
                        "incomplete-document")  # fmt: skip


def finder(root: Map, places: Sequence[int] = ()) -> Callable[[Sequence[object]], Identity] | None:
    """A function from a document's values to its identity that builds no data.

    ``places`` are the values' places in a larger list, if the function shall take that one.
    None where one of the fields can come from inside a larger expression.
    """
    found = fields(root)
    if found is None:
        return None
    holes = [(place, places[node.index] if places else node.index)
             for place, node in enumerate(found) if isinstance(node, Hole)]
    fixed: list[object] = [node.value if isinstance(node, Leaf) else None for node in found]
    if not holes:
        always = of_fields(*fixed)
        return lambda _: always
    if [place for place, _ in holes] == [2, 3] and fixed[0] and fixed[1]:
        return _in_namespace(fixed[0], fixed[1], holes[0][1], holes[1][1])

    def find(values: Sequence[object]) -> Identity:
        filled = fixed.copy()
        for place, index in holes:
            filled[place] = values[index]
        return of_fields(*filled)

    return find


def _in_namespace(api_version: Any, kind: Any, namespace: int,
                  name: int) -> Callable[[Sequence[object]], Identity]:
    """The finder of nearly every document: of a known kind, its namespace and name are values."""
    group = of_fields(api_version, kind, None, "any")[0]

    def find(values: Sequence[object]) -> Identity:
        within, called = values[namespace], values[name]
        if type(within) is str and type(called) is str and within and called:
            return (group, kind, within, called)
        return of_fields(api_version, kind, within, called)

    return find


def fields(root: Map) -> list[Hole | Leaf | None] | None:
    """The nodes of the four fields, None for a field that is not there."""
    metadata = root.get("metadata")
    maps = [root, metadata] if isinstance(metadata, Map) else [root]
    if isinstance(metadata, Hole) or any(
        isinstance(key, Hole) for mapping in maps for key, _ in mapping.entries
    ):
        return None
    within = metadata if isinstance(metadata, Map) else Map((), root.at)
    found = (root.get("apiVersion"), root.get("kind"), within.get("namespace"), within.get("name"))
    # A collection where text belongs is reported like any other value of the wrong kind.
    return [
        Leaf({} if isinstance(node, Map) else [], node.at) if isinstance(node, (Map, Seq)) else node
        for node in found
    ]

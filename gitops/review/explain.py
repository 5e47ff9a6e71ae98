"""Where objects and their fields come from: template lines, declared lines and presets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from gitops.compile.pipeline import Compiler, Unit
from gitops.compile.violations import KEYS
from gitops.declarations.yamltree import Where, where
from gitops.foundation.findings import MemberOrigin, Origin, Path, Position
from gitops.render.identity import Identity, identity
from gitops.render.trace import TracedDocument, TracedField
from gitops.review.differences import HIDDEN


class Declared(Struct, frozen=True):
    """A declared value. ``line`` is 0 where the file as a whole is meant.

    ``preset`` names the preset that gave a cluster's value in place of its file, and is ""
    where the file did. ``path`` is the data path of what stands there.
    """

    file: str
    line: int = 0
    column: int = 0
    preset: str = ""
    path: Path = ()

    def __str__(self) -> str:
        if self.preset:
            return f"preset {self.preset} of {self.file}"
        return f"{self.file}:{self.line}" if self.line else self.file


class FieldSource(Struct, frozen=True):
    """One leaf of an object, the template line that makes it, and what fills it.

    ``expression`` is the template's expression, "" for fixed text.
    """

    path: Path
    value: Any
    template: Position
    expression: str
    declared: tuple[Declared, ...]


class ObjectSource(Struct, frozen=True):
    """One object. ``because`` are the declared values without which it would not be there."""

    unit: Unit
    identity: Identity
    file: str
    template: Position
    because: tuple[Declared, ...]
    fields: tuple[FieldSource, ...]

    def only(self, keep: Callable[[FieldSource], bool]) -> ObjectSource:
        """The object with some of its fields."""
        return replace(self, fields=tuple(filter(keep, self.fields)))


class EffectiveValue(Struct, frozen=True):
    """One setting of a cluster and who gave it: its file, a preset, or else the tool.

    ``declared`` is None where nobody said anything and the default holds.
    """

    path: str
    value: Any
    declared: Declared | None


class Explanation(Struct, frozen=True):
    """The answer: objects with fields (``brief``: the objects will do), or a cluster's values."""

    title: str
    objects: tuple[ObjectSource, ...] = ()
    values: tuple[EffectiveValue, ...] = ()
    notes: tuple[str, ...] = ()
    brief: bool = False


class Explainer(Struct, frozen=True, eq=False):
    """Traces an estate's rendered files; a declaration is read for positions once."""

    compiler: Compiler
    _places: dict[str, Where] = field(default_factory=dict)

    def sources(self, unit: Unit, path: str) -> list[ObjectSource]:
        """The objects of a rendered file, a path below ``rendered/``, with all their fields.

        Raises:
            LookupError: no template makes that path for the unit.
            Refused: the template is wrong.
        """
        return [ObjectSource(unit, identity(document.data), path, document.template,
                             self.declared(document.because), self._fields(document))
                for document in self.compiler.trace(unit, path)]

    def _fields(self, document: TracedDocument) -> tuple[FieldSource, ...]:
        return tuple(FieldSource(traced.path, _value(document.data, traced.path), traced.template,
                                 traced.expression.strip(),
                                 self._behind(traced))
                     for traced in document.fields)

    def _behind(self, traced: TracedField) -> tuple[Declared, ...]:
        declared = self.declared(traced.origins)
        exact = any(isinstance(origin, MemberOrigin) for origin in traced.origins)
        return declared if exact else _own(declared, traced.path)

    def declared(self, origins: Iterable[Origin]) -> tuple[Declared, ...]:
        """Where origins stand, each place once. Those of the tool's own making are left out."""
        found = (self._declared(origin) for origin in origins)
        return tuple(dict.fromkeys(item for item in found if item is not None))

    def _declared(self, origin: Origin) -> Declared | None:
        if origin.file not in self.compiler.files:
            return None
        path = tuple(KEYS.get(step, step) if isinstance(step, str) else step
                     for step in origin.path)
        if preset := self.preset(origin.file, path):
            return Declared(origin.file, preset=preset, path=path)
        places = self.places(origin.file)
        while path and path not in places.values:
            path = path[:-1]
        if not path:
            return Declared(origin.file)
        at = places.position(Origin(origin.file, path))
        return Declared(at.file, at.line, at.column, path=path)

    def places(self, file: str) -> Where:
        """Where everything stands in a declaration."""
        if file not in self._places:
            self._places[file] = where(file, self.compiler.files[file])
        return self._places[file]

    def preset(self, file: str, path: Path) -> str:
        """The preset that gave a cluster's setting, "" where the file or a default did."""
        folder, _, name = file.removesuffix(".yaml").partition("/")
        cluster = self.compiler.estate.clusters.get(name) if folder == "clusters" else None
        if cluster is None or path in self.places(file).values:
            return ""
        dotted = ".".join(map(str, path))
        above = [cluster.preset[name] for name in _from_the_end(dotted) if name in cluster.preset]
        below = [preset for name, preset in cluster.preset.items()
                 if dotted and name.startswith(f"{dotted}.")]
        return next(iter([*above, *reversed(below)]), "")


def _own(declared: tuple[Declared, ...], path: Path) -> tuple[Declared, ...]:
    """Of the values that a whole mapping was made of, those that bear the field's own key."""
    leaf = str(path[-1]) if path else ""
    own = tuple(item for item in declared if item.path and isinstance(item.path[-1], str)
                and leaf == item.path[-1])
    return own or declared


def _from_the_end(dotted: str) -> Iterator[str]:
    """A dotted path, then those above it."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


def _value(data: Mapping[str, Any], path: Path) -> Any:
    if data["kind"] == "Secret" and path[:1] in (("data",), ("stringData",)):
        return HIDDEN
    value: Any = data
    for step in path:
        value = value[step]
    return value

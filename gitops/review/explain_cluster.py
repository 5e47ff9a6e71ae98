"""Every setting of a cluster, and whether its file, a preset or a default gave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from gitops.declarations.cluster_spec import CLUSTER
from gitops.declarations.presets import SHORTHANDS
from gitops.declarations.records import Record, Shorthand
from gitops.declarations.yamltree import Where
from gitops.foundation.findings import Origin, Path
from gitops.review.explain import Declared, EffectiveValue, Explainer


def effective(explainer: Explainer, name: str) -> Iterator[EffectiveValue]:
    """The settings of a cluster in the order of its reference page."""
    cluster = explainer.compiler.estate.clusters[name]
    for path, value in _leaves(CLUSTER, cluster, ()):
        yield EffectiveValue(".".join(map(str, path)), _plain(value),
                             _source(explainer, cluster.origin.file, path))


def _leaves(record: Record, model: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    for entry in record.fields:
        value = getattr(model, entry.target)
        below = entry.type.record if isinstance(entry.type, Shorthand) else entry.type
        if isinstance(below, Record) and isinstance(value, Struct):
            yield from _leaves(below, value, (*at, entry.name))
        else:
            yield (*at, entry.name), value


def _source(explainer: Explainer, file: str, path: Path) -> Declared | None:
    places = explainer.places(file)
    written = _written(places, path)
    if written is not None:
        position = places.position(Origin(file, written))
        return Declared(file, position.line, position.column, path=path)
    preset = explainer.preset(file, path)
    return Declared(file, preset=preset, path=path) if preset else None


def _written(places: Where, path: Path) -> Path | None:
    """The path at which a setting stands in the file, also where one word stands for it."""
    if path in places.values:
        return path
    top = path[:1]
    one_word = len(path) == 2 and SHORTHANDS.get(str(path[0])) == path[1]
    below = any(other[:1] == top and len(other) > 1 for other in places.values)
    return top if one_word and top in places.values and not below else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value

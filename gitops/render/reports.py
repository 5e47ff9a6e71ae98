"""What a traced template reports to its :class:`Recorder`, as filters.

The names hold a blank, so no template can write them; they run exactly when the template
engine gets to the text, expression, read, loop or branch that they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jinja2
from jinja2.runtime import Context

from gitops.foundation.findings import MemberOrigin, Origin, Path
from gitops.render.bounds import STEPS
from gitops.render.environment import SINK, Missing
from gitops.render.recorder import Origins, Recorder

TEXT, HOLE, READ, ASSIGN, RANGE, ENTER, TEST, BRANCH, SCOPE, LEAVE = (
    f"trace {word}" for word in
    ("text", "hole", "read", "assign", "range", "enter", "test", "branch", "scope", "leave")
)  # fmt: skip


def _recorder(context: Context) -> Recorder:
    recorder: Recorder = context.parent[SINK]
    return recorder


@jinja2.pass_context
def _text(context: Context, text: str, template: str, piece: int) -> None:
    _recorder(context).add_text(text, template, piece)


@jinja2.pass_context
def _hole(context: Context, value: object, template: str, piece: int) -> None:
    _recorder(context).add_hole(value, template, piece)


@jinja2.pass_context
def _read(
    context: Context, value: Any, name: str, path: Sequence[Any], where: tuple[str, int | None]
) -> object:
    recorder = _recorder(context)
    recorder.reading = template, hole = where
    if isinstance(value, Missing):
        value = value.with_choices([key for key in context.get_all() if key not in (SINK, STEPS)])
    origins = recorder.names.get(name, ())
    for step in path:
        if isinstance(value, Missing) and hole is not None:
            # Go on, so that the mistakes behind this one are found as well.
            recorder.missing.append((template, hole, value.message))
            break
        origins = origins_of(value, step) or giving(origins, (step,))
        value = context.environment.getitem(value, step)
    recorder.read.extend(origins)
    return value


@jinja2.pass_context
def _assign(context: Context, value: object, name: str) -> object:
    recorder = _recorder(context)
    recorder.names[name] = recorder.take()
    return value


@jinja2.pass_context
def _range(context: Context, value: object, block: str) -> object:
    recorder = _recorder(context)
    recorder.ranges[block] = recorder.take()
    return value


@jinja2.pass_context
def _enter(context: Context, values: Sequence[object], block: str, names: Sequence[str]) -> None:
    recorder = _recorder(context)
    origins = recorder.ranges[block]
    if len(values) == 1 and (own := own_origin(values[0])):
        origins = own
    recorder.enter((*origins, *recorder.take()), dict(recorder.names))
    recorder.names.update(dict.fromkeys(names, origins))


@jinja2.pass_context
def _test(context: Context, value: object, block: str, first: bool) -> object:
    recorder = _recorder(context)
    before = () if first else recorder.ranges[block]
    recorder.ranges[block] = (*before, *recorder.take())
    return value


@jinja2.pass_context
def _branch(context: Context, block: str) -> None:
    recorder = _recorder(context)
    recorder.enter(recorder.ranges[block], None)


@jinja2.pass_context
def _scope(context: Context, _: str) -> None:
    recorder = _recorder(context)
    recorder.enter((), dict(recorder.names))


@jinja2.pass_context
def _leave_scope(context: Context, _: object) -> None:
    _recorder(context).leave()


def origins_of(value: object, name: object) -> Origins:
    """The declared values behind ``value.name``: what ``origins`` says, else below ``origin``."""
    known = getattr(value, "origins", None)
    if isinstance(known, Mapping) and name in known:
        return tuple(known[name])
    step = name if isinstance(name, str | int) else str(name)
    return tuple(origin.at(step) for origin in own_origin(value))


def giving(origins: Origins, path: Path) -> Origins:
    """Of the origins of a whole mapping those of what is at a path in it.

    Where no member on the path is known to have an origin, all of them.
    """
    own = tuple(origin for origin in origins
                if not isinstance(origin, MemberOrigin) or origin.member in path)
    return own or origins


def own_origin(value: object) -> Origins:
    """The declared value that an object as a whole comes from."""
    origin = getattr(value, "origin", None)
    return (origin,) if isinstance(origin, Origin) else ()


FILTERS: dict[str, Callable[..., Any]] = {
    TEXT: _text,
    HOLE: _hole,
    READ: _read,
    ASSIGN: _assign,
    RANGE: _range,
    ENTER: _enter,
    TEST: _test,
    BRANCH: _branch,
    SCOPE: _scope,
    LEAVE: _leave_scope,
}

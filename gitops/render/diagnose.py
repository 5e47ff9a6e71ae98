"""From something that failed on the fast path to findings at the template's lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType

from jinja2.exceptions import UndefinedError
from msgspec import Struct

from gitops.foundation.findings import Finding, Position, Related, in_order
from gitops.render.compiled import Compiled
from gitops.render.documents import split
from gitops.render.environment import Missing
from gitops.render.identity import Identity
from gitops.render.nodes import MARK, Malformed, Problem
from gitops.render.recorder import Recorder
from gitops.render.shape import Shape
from gitops.render.shapes import Shapes


class Part(Struct, frozen=True):
    """One document of a recorded rendering: its token text, where it starts, its values."""

    text: str
    offset: int
    values: list[object]


def diagnose(
    compiled: Compiled,
    name: str,
    context: Mapping[str, object],
    labels: tuple[str, ...],
    shapes: Shapes,
) -> list[Finding]:
    """Every mistake in one rendering, in the template's order; empty where there is none."""
    recorder = Recorder(compiled.sources(name))
    findings: list[Finding] = []
    complete = True
    try:
        compiled.record(name, context, recorder)
    except Exception as error:  # whatever an expression raised is the finding
        findings.append(_failure(error, name, compiled, recorder))
        complete = False
    findings += _undefined(recorder)
    parts = list(split_recorded(recorder))
    sound: list[tuple[Part, Shape]] = []
    # A rendering that broke off leaves half a document, which says nothing.
    for part in parts if complete else parts[:-1]:
        findings += _of_part(part, labels, shapes, recorder, sound)
    return in_order([*findings, *_duplicates(sound, labels, recorder)])


def split_recorded(recorder: Recorder) -> Iterator[Part]:
    """The documents of a recorded rendering."""
    offset = -1  # the first part starts with a newline that is not in the text
    taken = 0
    for text in split("".join(recorder.text)):
        size = text.count(MARK)
        yield Part(text, offset, recorder.values[taken : taken + size])
        taken += size
        offset += len(text) + len("\n---")


def _of_part(
    part: Part,
    labels: tuple[str, ...],
    shapes: Shapes,
    recorder: Recorder,
    sound: list[tuple[Part, Shape]],
) -> list[Finding]:
    """The findings of one document; one without any goes to ``sound``."""
    try:
        shape = shapes.find(part.text, len(labels))
    except Malformed as error:
        problems = error.problems
    else:
        problems = shape.problems(part.values, labels) if shape else []
        if shape and not problems:
            sound.append((part, shape))
    return [_finding(problem, part.offset, recorder) for problem in problems]


def _finding(problem: Problem, offset: int, recorder: Recorder) -> Finding:
    segment = recorder.segment(offset + problem.at)
    position, message = segment.position(offset + problem.at), problem.message
    if segment.value is not None:
        missing = _missing(recorder.values[segment.value])
        if missing is not None and problem.rule == "unrenderable-value":
            return _undefined_in(position, missing.message, segment.expression)
        message = _with(message, segment.expression)
    related: tuple[Related, ...] = ()
    if problem.other is not None:
        other = offset + problem.other
        related = (Related(recorder.segment(other).position(other), problem.note),)
    return Finding(problem.rule, position, message, problem.hint, related)


def _missing(value: object, depth: int = 8) -> Missing | None:
    """The first undefined value inside a value."""
    if isinstance(value, Missing):
        return value
    inner: list[object] = []
    if isinstance(value, Mapping):
        inner = list(value.values())
    elif isinstance(value, (list, tuple)):
        inner = list(value)
    found = (_missing(item, depth - 1) for item in inner) if depth else iter(())
    return next((item for item in found if item is not None), None)


def _failure(error: Exception, name: str, compiled: Compiled, recorder: Recorder) -> Finding:
    template, line = _template_line(error.__traceback__, compiled) or (name, 1)
    source = recorder.sources[template]
    position, hole = source.position_of_line(line), None
    reading, number = recorder.reading
    if reading == template and number is not None:
        read = source.holes[number]
        if source.position(read.start).line <= line <= source.position(read.end).line:
            position, hole = source.position(read.start), read
    undefined = isinstance(error, UndefinedError)
    message = str(error) if undefined else f"the expression failed: {error}"
    rule = "undefined-value" if undefined else "expression-failed"
    return Finding(rule, position, _with(message, hole.text) if hole else message)


def _undefined(recorder: Recorder) -> Iterator[Finding]:
    """What is undefined anywhere, also in documents that are broken in other ways."""
    for template, number, message in recorder.missing:
        source = recorder.sources[template]
        hole = source.holes[number]
        yield _undefined_in(source.position(hole.start), message, hole.text)
    for segment in recorder.segments:
        if segment.value is not None:
            missing = _missing(recorder.values[segment.value])
            if missing is not None:
                position = segment.position(segment.offset)
                yield _undefined_in(position, missing.message, segment.expression)


def _undefined_in(position: Position, message: str, expression: str) -> Finding:
    return Finding("undefined-value", position, _with(message, expression))


def _with(message: str, expression: str) -> str:
    stop = " " if message.endswith("?") else ": "
    return f"{message}{stop}{{{{ {expression} }}}}"


def _template_line(traceback: TracebackType | None, compiled: Compiled) -> tuple[str, int] | None:
    found = None
    while traceback is not None:
        names = traceback.tb_frame.f_globals
        # The module of a compiled template knows its name and its lines.
        if "debug_info" in names and "blocks" in names:
            name = str(names["name"])
            found = (name, compiled.line(name, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


def _duplicates(
    sound: list[tuple[Part, Shape]], labels: tuple[str, ...], recorder: Recorder
) -> Iterator[Finding]:
    first: dict[Identity, Position] = {}
    for part, shape in sound:
        identity = shape.identity(shape.prepare(part.values, labels))
        position = _start(shape, part, recorder)
        if identity in first:
            related = (Related(first[identity], "it is made here first"),)
            yield _duplicate(identity, position, related)
        first.setdefault(identity, position)


def _start(shape: Shape, part: Part, recorder: Recorder) -> Position:
    at = part.offset + shape.nodes.at
    return recorder.segment(at).position(at)


def _duplicate(identity: Identity, position: Position, related: tuple[Related, ...]) -> Finding:
    _, kind, namespace, name = identity
    where = f" in namespace {namespace}" if namespace else ""
    return Finding(
        "duplicate-object", position, f"{kind} {name}{where} is made twice in this file",
        "give one of them another name, or make it once", related,
    )  # fmt: skip

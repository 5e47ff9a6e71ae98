"""The code of templates, kept beside them as Python keeps the code of modules.

Only templates that ship with the tool have such a place: it is in the tool's own folder,
where what stands is trusted as much as the tool is, and never in an estate. What is kept
is used only while template, compiler and Python are the same; anything else there is no
code, and never an error. Python's own switches for bytecode hold (``-B``, a cache prefix).
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType

import jinja2

from gitops.render import environment, language, nodes
from gitops.render.templates import Template

_SIZE = 16


def kept(template: Template, make: Callable[[], CodeType]) -> CodeType:
    """The template's code: what is kept of it, else what ``make`` compiles, which is kept."""
    if not template.place:
        return make()
    place = Path(template.place)
    key = _digest(repr((template.name, template.file, template.text, _compiler())).encode())
    code = _read(place, key)
    if code is None:
        code = make()
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                _write(place, key + _digest(data := marshal.dumps(code)) + data)
    return code


def _read(place: Path, key: bytes) -> CodeType | None:
    try:
        content = place.read_bytes()
    except OSError:
        return None
    data = content[2 * _SIZE:]
    if content[:2 * _SIZE] != key + _digest(data):
        return None
    code = marshal.loads(data)  # noqa: S302
    return code if isinstance(code, CodeType) else None


def _write(place: Path, content: bytes) -> None:
    """Replace what is kept, in one step: somebody may be reading it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(place)


@cache
def _compiler() -> tuple[object, ...]:
    """What the code of a template depends on beside its text; signed as Python signs sources."""
    signed = []
    for module in (environment, language, nodes):
        info = Path(str(module.__file__)).stat()
        signed.append((info.st_mtime_ns, info.st_size))
    return (sys.version, jinja2.__version__, *signed)


def _digest(data: bytes) -> bytes:
    from gitops.foundation.hashing import blake2b

    return blake2b(data, digest_size=_SIZE).digest()

"""What a template is to the engine: a name, a text, and how findings call its file."""

from __future__ import annotations

from msgspec import Struct


class Template(Struct, frozen=True):
    """One template file.

    ``name`` is what ``include`` and :meth:`Engine.render` ask for
    (``tenant/access.yaml.j2``); ``file`` is how findings name it. ``place`` is where its
    code may be kept (see :mod:`gitops.render.kept`): a template that has one ships with the
    tool and has no mistakes.
    """

    name: str
    text: str
    file: str
    place: str = ""

"""The files of a new estate, kept as files; what begins with a dot there begins with ``dot-``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from gitops.declarations.jsonschema import schema_files

SCHEMAS = ".schemas"


def scaffold() -> dict[str, bytes]:
    """Every file of a new estate by its path, the schemas for editors included."""
    found = {path: entry.read_bytes() for path, entry in _walk(files(__name__), "")}
    found["requirements.txt"] = f"gitops-tenancy=={version('gitops-tenancy')}\n".encode()
    return found | {f"{SCHEMAS}/{name}": content for name, content in schema_files().items()}


def _walk(folder: Traversable, at: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = entry.name.removeprefix("dot-")
        path = f"{at}{'.' if name != entry.name else ''}{name}"
        if entry.is_dir():
            if name != "__pycache__":
                yield from _walk(entry, f"{path}/")
        elif not name.endswith((".py", ".pyc")):
            yield path, entry

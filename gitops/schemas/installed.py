"""What kubernetes-validate has installed: its schema files, by Kubernetes version."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def installed() -> Path:
    """The folder of its collection. Its code is never imported."""
    spec = find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("kubernetes-validate is not installed")
    return Path(spec.origin).parent / "kubernetes-json-schema"


@cache
def supported_kubernetes() -> tuple[str, ...]:
    """The Kubernetes versions there are schemas for, oldest first: ``("1.25", …, "1.37")``."""
    folders = installed().glob("v*-local-strict")
    versions = {tuple(map(int, folder.name[1:].split(".")[:2])) for folder in folders}
    return tuple(f"{major}.{minor}" for major, minor in sorted(versions))

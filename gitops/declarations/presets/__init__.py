"""Presets as data: what a Kubeflow release, a cloud or an identity provider implies.

A preset is a piece of a cluster file. They are laid under the declared one in order, the
later over the earlier, mapping by mapping; whatever the file says itself wins.
"""

from __future__ import annotations

import pathlib
from typing import cast

from gitops.declarations.yamltree import Tree, read
from gitops.foundation.findings import Path

SHORTHANDS = {"kubernetes": "version", "kubeflow": "release", "mesh": "mode",
              "identity": "provider"}
"""Keys of a cluster file that take one word in place of a mapping, and what it means."""


WHOLE = ("dnsLabels", "gatewayLabels")
"""Mappings that are one value: with a preset's label beside the declared ones a selector
would select nothing, and a policy at the gateway would then stand over no gateway."""


def under(declared: dict[str, Tree]) -> tuple[dict[str, Tree], dict[str, str]]:
    """A cluster's tree with its presets filled in, and which preset filled in what.

    The second value maps data paths (``mesh.trustDomain``) to preset names.
    """
    own = {key: _spelled_out(key, value) for key, value in declared.items()}
    merged: dict[str, Tree] = {}
    came_from: dict[str, str] = {}
    for name in _names(own):
        _lay(merged, preset(name), came_from, name, ())
    _lay(merged, own, came_from, "", ())
    return merged, {path: name for path, name in came_from.items() if name}


def _spelled_out(key: str, value: Tree) -> Tree:
    """The mapping that a one-word value stands for."""
    return {SHORTHANDS[key]: value} if key in SHORTHANDS and isinstance(value, str) else value


def _names(declared: dict[str, Tree]) -> list[str]:
    names = ["base"]
    release = _word(declared, "kubeflow")
    if release not in ("", "none"):
        names.append("kubeflow")
    for kind, word in (("cloud", declared.get("cloud")), ("identity", _word(declared, "identity"))):
        if isinstance(word, str) and f"{kind}-{word}" in KNOWN:
            names.append(f"{kind}-{word}")
    return names


KNOWN = ("base", "kubeflow", "cloud-gke", "cloud-eks", "cloud-aks", "identity-oauth2-proxy",
         "identity-iap", "identity-alb", "identity-entra")


def _word(declared: dict[str, Tree], key: str) -> str:
    value = declared.get(key)
    if isinstance(value, dict):
        value = value.get(SHORTHANDS[key])
    return value if isinstance(value, str) else ""


def preset(name: str) -> dict[str, Tree]:
    """The piece of a cluster file that a preset stands for."""
    return cast("dict[str, Tree]", read(f"presets/{name}.yaml", source(name))[0])


def source(name: str) -> bytes:
    """A preset's own YAML."""
    return pathlib.Path(__file__).with_name(f"{name}.yaml").read_bytes()


def _lay(under_: dict[str, Tree], over: dict[str, Tree], came_from: dict[str, str], name: str,
         at: Path) -> None:
    """Lay one tree over another in place, noting where each leaf came from."""
    for key, value in over.items():
        path = (*at, key)
        below = under_.get(key)
        if (key not in WHOLE and isinstance(value, dict)
                and (isinstance(below, dict) or below is None)):
            target = below if isinstance(below, dict) else {}
            under_[key] = target
            _lay(target, value, came_from, name, path)
        else:
            under_[key] = value
            came_from[".".join(map(str, path))] = name

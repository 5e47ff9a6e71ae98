"""``make cluster``: a control plane that stays up, with an estate's manifests in it.

python -m tests.cluster [ESTATE] [--cluster NAME]   boot, apply, print how to use it
python -m tests.cluster stop                        end every control plane started so
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from gitops.declarations.source import read_estate
from tests.cluster.building import BuildFailed, NoGo, cache_folder, say
from tests.cluster.client import Manifest, Refusal
from tests.cluster.controlplane import ControlPlane, boot, kubectl
from tests.cluster.keeper import Died, until
from tests.cluster.nodes import add_nodes, estate_nodes, start_kubelets
from tests.cluster.surroundings import kustomized, prepare


def main(arguments: list[str]) -> int:
    if arguments == ["stop"]:
        return stop()
    parser = argparse.ArgumentParser(prog="python -m tests.cluster")
    parser.add_argument("estate", nargs="?", type=Path, help="a rendered estate (default: none)")
    parser.add_argument("--cluster", help="which of rendered/* to apply (else prod, or the first)")
    options = parser.parse_args(arguments)
    try:
        start(options.estate, options.cluster)
    except (NoGo, BuildFailed, Died, Refusal, FileNotFoundError, ValueError) as error:
        say(f"error: {error}")
        return 1
    return 0


def start(estate: Path | None, cluster: str | None) -> None:
    """Boot, apply and detach; a failure on the way ends everything."""
    name = chosen(estate, cluster) if estate else ""
    with boot() as plane:
        say("Control plane is ready; applying CRDs and roles …")
        prepare(plane)
        tries = [f"{kubectl()} get namespaces"]
        if estate is not None:
            say(f"Applying {estate / 'rendered' / name} …")
            tries += _apply(plane, estate, name)
        start_kubelets(plane)
        plane.keeper.detach()
        (_notes() / str(plane.keeper.pid)).write_text(str(plane.keeper.folder))
        print(f"export KUBECONFIG={plane.kubeconfig}")
        for command in tries:
            say(f"Try:  {command}")
        say("Stop: make stop-cluster")


def chosen(estate: Path, cluster: str | None) -> str:
    """The cluster to apply: the one that is named, or else ``prod``, or else the first.

    Raises ValueError with the names of those that are rendered.
    """
    folder = estate / "rendered"
    found = sorted(path.name for path in folder.iterdir() if path.is_dir())
    if cluster is None and found:
        cluster = "prod" if "prod" in found else found[0]
    if cluster is None or cluster not in found:
        raise ValueError(f"say which with --cluster: {', '.join(found) or 'none is rendered'}")
    return cluster


def stop() -> int:
    """End every control plane that was left running and that still is the one we noted."""
    for note in sorted(_notes().iterdir()):
        pid, folder = int(note.name), Path(note.read_text())
        if _ours(pid, folder):
            os.kill(pid, signal.SIGTERM)
            until(partial(_gone, folder), f"the end of the control plane in {folder}")
            say(f"Stopped the control plane in {folder}")
        elif folder.exists():
            shutil.rmtree(folder)
            say(f"The control plane in {folder} had ended already; removed what it left")
        note.unlink()
    return 0


def _ours(pid: int, folder: Path) -> bool:
    """Whether a process is the keeper of that folder, and not a stranger with its number."""
    asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return str(folder) in subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def _apply(plane: ControlPlane, estate: Path, cluster: str) -> list[str]:
    """Apply a rendered cluster on simulated nodes; returns a command that a member can run."""
    add_nodes(plane, estate_nodes(read_estate(str(estate)), cluster))
    documents = kustomized(plane, estate / "rendered" / cluster)
    for warning in plane.apply(documents):
        say(f"warning: {warning}")
    return [f"{kubectl()} --as {who} -n {place} get pods" for who, place in members(documents)][:1]


def members(documents: Iterable[Manifest]) -> list[tuple[str, str]]:
    """Each person who is bound by name, and the workspace."""
    return [
        (subject["name"], one.identity[2])
        for one in documents
        if one.data["kind"] == "RoleBinding"
        for subject in one.data.get("subjects") or []
        if subject["kind"] == "User" and not subject["name"].startswith("system:")
    ]


def _gone(folder: Path) -> bool:
    return not folder.exists()


def _notes() -> Path:
    folder = cache_folder() / "running"
    folder.mkdir(exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
